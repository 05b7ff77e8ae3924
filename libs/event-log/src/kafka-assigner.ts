import { AssignerProtocol, type PartitionAssigner } from 'kafkajs';

/** A group whose members name different protocols is refused by the broker: a change of it is a stop of the group (OW-13). */
const NAME = 'headroom-shards';
const VERSION = 1;

/** One member of a group, with the topics it subscribes to itself. */
export interface GroupMember {
  readonly memberId: string;
  readonly topics: readonly string[];
}

/**
 * Partition p of every topic goes to one member: a shard is never torn. Members get shards by turns in the order of their
 * ids; each gets only topics that it subscribes to.
 */
export function assignShards(
  members: readonly GroupMember[],
  partitionsOf: (topic: string) => readonly number[],
): ReadonlyMap<string, Record<string, number[]>> {
  const sorted = members.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1));
  return new Map(
    sorted.map(({ memberId, topics }, turn) => {
      const mine = (topic: string) => partitionsOf(topic).filter((partition) => partition % sorted.length === turn);
      return [memberId, Object.fromEntries(topics.map((topic) => [topic, mine(topic)]))];
    }),
  );
}

export const shardAssigner: PartitionAssigner = ({ cluster }) => ({
  name: NAME,
  version: VERSION,
  protocol: ({ topics }) => ({
    name: NAME,
    metadata: AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData: Buffer.alloc(0) }),
  }),
  assign: async ({ members }) => {
    const decoded = members.map(({ memberId, memberMetadata }) => ({
      memberId,
      topics: AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? [],
    }));
    const partitionsOf = (topic: string) =>
      cluster.findTopicPartitionMetadata(topic).map((partition) => partition.partitionId);
    return [...assignShards(decoded, partitionsOf)].map(([memberId, assignment]) => ({
      memberId,
      memberAssignment: AssignerProtocol.MemberAssignment.encode({
        version: VERSION,
        assignment,
        userData: Buffer.alloc(0),
      }),
    }));
  },
});
