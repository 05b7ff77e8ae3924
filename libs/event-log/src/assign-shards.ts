/** One member of a group, with the topics it subscribes to itself. */
export interface GroupMember {
  readonly memberId: string;
  readonly topics: readonly string[];
  /** Shards that are its own as far as it knows, with their epochs. */
  readonly claims: ReadonlyMap<number, bigint>;
}

/** Per member: partitions by topic. */
export type Assignment = ReadonlyMap<string, Record<string, number[]>>;

/**
 * Partition p of every topic goes to one member: a shard is never torn (OW-10). Each member gets only topics that it
 * subscribes to (OW-13).
 */
export function assignShards(
  members: readonly GroupMember[],
  partitionsOf: (topic: string) => readonly number[],
): Assignment {
  const all = members.flatMap(({ topics }) => topics.flatMap(partitionsOf));
  const shares = shareOut(members, [...new Set(all)]);
  return new Map(
    members.map(({ memberId, topics }) => {
      const mine = new Set(shares.get(memberId));
      const of = (topic: string) => partitionsOf(topic).filter((partition) => mine.has(partition));
      return [memberId, Object.fromEntries(topics.map((topic) => [topic, of(topic)]))];
    }),
  );
}

type Claimant = Pick<GroupMember, 'memberId' | 'claims'>;

/**
 * Shares differ by one at most; who claims a shard keeps it as long as that allows, so that as few shards move as can be; of
 * two claims the higher epoch wins (OW-11). The order of the members does not matter.
 */
export function shareOut(
  members: readonly Claimant[],
  shards: readonly number[],
): ReadonlyMap<string, readonly number[]> {
  if (members.length === 0) return new Map();
  const sorted = [...shards].toSorted((a, b) => a - b);
  const kept = keepClaims(members, sorted);
  // The larger shares go to those who have most: that moves the fewest.
  const turns = [...kept].toSorted(([a, ofA], [b, ofB]) => ofB.length - ofA.length || compare(a, b));
  const share = Math.floor(sorted.length / members.length);
  const larger = sorted.length % members.length;
  const shares = turns.map(([memberId, claimed], turn) => {
    const size = share + (turn < larger ? 1 : 0);
    return { memberId, size, mine: claimed.slice(0, size) };
  });
  const settled = new Set(shares.flatMap(({ mine }) => mine));
  const left = sorted.filter((shard) => !settled.has(shard));
  while (left.length > 0) {
    for (const { size, mine } of shares) {
      if (mine.length < size) mine.push(...left.splice(0, 1));
    }
  }
  return new Map(shares.map(({ memberId, mine }) => [memberId, mine.toSorted((a, b) => a - b)]));
}

/** By member, in the order of their ids: the shards whose best claim is its own. */
function keepClaims(members: readonly Claimant[], shards: readonly number[]): ReadonlyMap<string, number[]> {
  const byId = members.toSorted((a, b) => compare(a.memberId, b.memberId));
  const kept = new Map<string, number[]>(byId.map(({ memberId }) => [memberId, []]));
  for (const shard of shards) {
    let best: { readonly memberId: string; readonly epoch: bigint } | undefined;
    for (const { memberId, claims } of byId) {
      const epoch = claims.get(shard);
      if (epoch !== undefined && (best === undefined || epoch > best.epoch)) best = { memberId, epoch };
    }
    if (best !== undefined) kept.get(best.memberId)?.push(shard);
  }
  return kept;
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
