import { partitionKey } from './catch-up.ts';
import type { Place } from './placement.ts';

const keyOf = ({ topic, partition }: Place): string => partitionKey(topic, partition);

interface Change {
  readonly lost: readonly Place[];
  readonly kept: readonly Place[];
  /** Without a position yet. */
  readonly gained: readonly Place[];
  /** Counts the joins. */
  readonly generation: number;
}

/** Which partitions are ours, what to fetch next of each, and what is handled. */
export interface Positions {
  /** Ours and placed, by `partitionKey`: the next offset to fetch. */
  readonly nextFetch: Map<string, bigint>;
  assign(memberId: string, assignment: Readonly<Record<string, readonly number[]>>): Change;
  generation(): number;
  /** Numbers of the partitions that are ours. */
  shards(): readonly number[];
  /** Placed partitions of one number. */
  ofShard(shard: number): readonly Place[];
  handled(place: Place, next: bigint): void;
  /** Next offset to handle; undefined when nothing was handled. Kept when the partition is lost. */
  next(place: Place): bigint | undefined;
  progress(): readonly (Place & { readonly offset: bigint })[];
}

export function createPositions(): Positions {
  const nextFetch = new Map<string, bigint>();
  const nextHandled = new Map<string, bigint>();
  const moved = new Set<string>();
  let ours = new Map<string, Place>();
  let member = '';
  let generation = 0;

  return {
    nextFetch,
    generation: () => generation,
    assign: (memberId, assignment) => {
      generation += 1;
      const before = ours;
      ours = new Map();
      for (const [topic, partitions] of Object.entries(assignment)) {
        for (const partition of partitions) ours.set(partitionKey(topic, partition), { topic, partition });
      }
      // Another member id means that everything was lost in between, even if the same shards are back (OW-14).
      const same = memberId === member;
      member = memberId;
      const lost = [...before.values()].filter((place) => !same || !ours.has(keyOf(place)));
      for (const place of lost) nextFetch.delete(keyOf(place));
      const kept = [...ours.values()].filter((place) => nextFetch.has(keyOf(place)));
      const gained = [...ours.values()].filter((place) => !nextFetch.has(keyOf(place)));
      return { lost, kept, gained, generation };
    },
    shards: () => [...new Set([...ours.values()].map(({ partition }) => partition))],
    ofShard: (shard) => [...ours.values()].filter((place) => place.partition === shard && nextFetch.has(keyOf(place))),
    handled: (place, next) => {
      nextHandled.set(keyOf(place), next);
      moved.add(keyOf(place));
    },
    next: (place) => nextHandled.get(keyOf(place)),
    progress: () => {
      const result = [...ours.values()]
        .filter((place) => moved.has(keyOf(place)))
        .map((place) => ({ ...place, offset: nextHandled.get(keyOf(place)) ?? 0n }));
      moved.clear();
      return result;
    },
  };
}
