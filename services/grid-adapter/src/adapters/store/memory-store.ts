import type { Clock } from '@headroom/kernel';
import type { MemoryTurn, MemoryTurnStore } from '@headroom/turn-store';
import type { SourceMemory } from '../../domain/source-memory.ts';
import type { GridStore } from '../../ports.ts';

interface Lease {
  readonly holder: string;
  readonly term: number;
  readonly untilMonoMs: number;
}

const ONLY = 'only';
const leaseOf = (turn: MemoryTurn) => turn.table<Lease>('grid_lease');
const versionsOf = (turn: MemoryTurn) => turn.table<number>('grid_timeline_versions');
/** Memories as JSON, as they are in PostgreSQL. */
const memoriesOf = (turn: MemoryTurn) => turn.table<{ readonly name: string; readonly text: string }>('grid_sources');

/** The twin of `createPgStore`, in a store that somebody else keeps: it outlives the instances that share it. */
export function createMemoryStore(turns: MemoryTurnStore, clock: Pick<Clock, 'monoMs'>): GridStore {
  return {
    hold: (holder, forMs) =>
      turns.turn(async (turn) => {
        const lease = leaseOf(turn).get(ONLY);
        if (lease !== undefined && lease.holder !== holder && lease.untilMonoMs > clock.monoMs()) return undefined;
        const term = lease === undefined ? 1 : lease.holder === holder ? lease.term : lease.term + 1;
        leaseOf(turn).set(ONLY, { holder, term, untilMonoMs: clock.monoMs() + forMs });
        return term;
      }),
    release: (holder) =>
      turns.turn(async (turn) => {
        const lease = leaseOf(turn).get(ONLY);
        if (lease?.holder === holder) leaseOf(turn).set(ONLY, { ...lease, untilMonoMs: clock.monoMs() });
      }),
    load: () =>
      turns.turn(
        async (turn) =>
          new Map(
            memoriesOf(turn)
              .values()
              .map(({ name, text }) => [name, JSON.parse(text) as SourceMemory]),
          ),
      ),
    save: (term, { sources, targetKeys }) =>
      turns.turn(async (turn) => {
        if (leaseOf(turn).get(ONLY)?.term !== term) return undefined;
        for (const { name, memory, isChanged } of sources) {
          const before = memoriesOf(turn).get(name);
          if (isChanged) memoriesOf(turn).set(name, { name, text: JSON.stringify(memory) });
          else if (before !== undefined) memoriesOf(turn).set(name, { name, text: withTime(before.text, memory) });
        }
        const versions = new Map(targetKeys.map((key) => [key, (versionsOf(turn).get(key) ?? 0) + 1]));
        for (const [key, version] of versions) versionsOf(turn).set(key, version);
        return versions;
      }),
    trouble: turns.trouble,
    close: async () => {},
  };
}

const withTime = (text: string, { lastHeardMs }: SourceMemory): string =>
  JSON.stringify({ ...(JSON.parse(text) as SourceMemory), lastHeardMs });
