import { type Assignment, assignShards } from './assign-shards.ts';
import type { MemoryOwner } from './memory-owner.ts';

/** A group of owners in one process: joins and leaves make its shards move, as in a group of the broker. */
export interface MemoryGroup {
  join(member: MemoryOwner): void;
  /** The member has ended. */
  leave(member: MemoryOwner): void;
  members(): readonly string[];
  /** Gives one shard to a member; the others stay, however uneven that is. */
  move(shard: number, memberId: string): Promise<void>;
}

/** `partitionsOf`: numbers of the partitions of a topic. */
export function createMemoryGroup(partitionsOf: (topic: string) => readonly number[]): MemoryGroup {
  const members = new Map<string, MemoryOwner>();
  let joins: Promise<void> = Promise.resolve();

  /** One join of all members: everybody comes to rest, then everybody learns what is whose. */
  const join = (plan: () => ReadonlyMap<string, readonly number[]>): Promise<void> => {
    joins = joins.then(async () => {
      await Promise.all([...members.values()].map((member) => member.suspend()));
      const shares = plan();
      for (const member of present()) member.assigned(shares.get(member.memberId) ?? []);
    });
    return joins;
  };
  const present = () => [...members.values()].filter((member) => !member.hasStopped());
  const seen = () => present().map((member) => member.seen());
  const balanced = () => shardsOf(assignShards(seen(), partitionsOf));

  return {
    join: (member) => {
      members.set(member.memberId, member);
      void join(balanced);
    },
    leave: (member) => {
      members.delete(member.memberId);
      void join(balanced);
    },
    members: () => [...members.keys()],
    move: async (shard, memberId) => {
      if (!members.has(memberId)) throw new Error(`${memberId} is not a member of the group`);
      await join(
        () =>
          new Map(
            seen().map((member) => {
              const others = [...member.claims.keys()].filter((each) => each !== shard);
              return [member.memberId, member.memberId === memberId ? [...others, shard] : others];
            }),
          ),
      );
    },
  };
}

const shardsOf = (assignment: Assignment): ReadonlyMap<string, readonly number[]> =>
  new Map([...assignment].map(([memberId, byTopic]) => [memberId, [...new Set(Object.values(byTopic).flat())]]));
