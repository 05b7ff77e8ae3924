import type { MemoryTurnStore } from '@headroom/turn-store';
import type { Records } from '../records.ts';
import { createMemoryRegistryStore } from './registry-store.ts';

/** The records in a store that somebody else keeps: it needs no schema, forgets nothing, and outlives the service. */
export const inMemory = (store: MemoryTurnStore): Records => ({
  turns: store,
  open: (onEmitted) => createMemoryRegistryStore(store, onEmitted),
  prepare: async () => undefined,
  pruneInbox: async () => undefined,
  close: async () => undefined,
});
