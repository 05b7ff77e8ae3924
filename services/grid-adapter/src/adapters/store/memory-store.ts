import type { Clock } from '@headroom/kernel';
import type { SourceMemory } from '../../domain/source-memory.ts';
import type { GridStore } from '../../ports.ts';

/** What several instances of one process share. It outlives them. */
export interface MemoryStores {
  open(): GridStore;
}

/** The twin of `createPgStore`. Memories go through JSON, as they do there. */
export function createMemoryStores(clock: Pick<Clock, 'monoMs'>): MemoryStores {
  let lease: { readonly holder: string; readonly term: number; readonly untilMonoMs: number } | undefined;
  const memories = new Map<string, string>();
  const versions = new Map<string, number>();
  const store: GridStore = {
    async hold(holder, forMs) {
      const nowMs = clock.monoMs();
      if (lease !== undefined && lease.holder !== holder && lease.untilMonoMs > nowMs) return undefined;
      const term = lease === undefined ? 1 : lease.holder === holder ? lease.term : lease.term + 1;
      lease = { holder, term, untilMonoMs: nowMs + forMs };
      return term;
    },
    async release(holder) {
      if (lease?.holder === holder) lease = { ...lease, untilMonoMs: clock.monoMs() };
    },
    load: async () => new Map([...memories].map(([name, text]) => [name, JSON.parse(text) as SourceMemory])),
    async save(term, { sources, targetKeys }) {
      if (lease?.term !== term) return undefined;
      for (const { name, memory, isChanged } of sources) {
        const before = memories.get(name);
        if (isChanged) memories.set(name, JSON.stringify(memory));
        else if (before !== undefined)
          memories.set(
            name,
            JSON.stringify({ ...(JSON.parse(before) as SourceMemory), lastHeardMs: memory.lastHeardMs }),
          );
      }
      return new Map(
        targetKeys.map((key) => {
          const version = (versions.get(key) ?? 0) + 1;
          versions.set(key, version);
          return [key, version];
        }),
      );
    },
    trouble: () => undefined,
    close: async () => {},
  };
  return { open: () => store };
}
