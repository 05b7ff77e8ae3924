import { AssignerProtocol, type PartitionAssigner } from 'kafkajs';
import { assignShards } from './assign-shards.ts';
import { decodeClaims, encodeClaims } from './claims.ts';

/** A group whose members name different protocols is refused by the broker: a change of it is a stop of the group (OW-13). */
const NAME = 'headroom-shards';
const VERSION = 1;

export interface JoiningMember {
  /** What is ours, for whoever leads the group (OW-11). */
  claims(): ReadonlyMap<number, bigint>;
  /** Asked right before each join, again and again while it says 'not-yet'. */
  mayJoin(): 'yes' | 'not-yet' | 'never';
}

/**
 * Shards stay where they are, untorn. The client asks for `protocol` synchronously right before it joins. An error of the
 * type `REBALANCE_IN_PROGRESS` makes it begin the join again after 100 to 300 ms: that is how a member comes to rest before
 * it joins (HO-2c). Any other error ends the attempt.
 */
export const shardAssigner =
  ({ claims, mayJoin }: JoiningMember): PartitionAssigner =>
  ({ cluster }) => ({
    name: NAME,
    version: VERSION,
    protocol: ({ topics }) => {
      const may = mayJoin();
      if (may === 'not-yet') throw Object.assign(new Error('not at rest yet'), { type: 'REBALANCE_IN_PROGRESS' });
      if (may === 'never') throw new Error('the member has stopped');
      const userData = encodeClaims(claims());
      return { name: NAME, metadata: AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData }) };
    },
    assign: async ({ members }) => {
      const decoded = members.map(({ memberId, memberMetadata }) => {
        const metadata = AssignerProtocol.MemberMetadata.decode(memberMetadata);
        return {
          memberId,
          topics: metadata?.topics ?? [],
          claims: decodeClaims(metadata?.userData ?? Buffer.alloc(0)),
        };
      });
      // Of topics that only others read we know nothing yet: a rolling release would leave them unread (OW-13).
      await cluster.addMultipleTargetTopics([...new Set(decoded.flatMap(({ topics }) => topics))]);
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
