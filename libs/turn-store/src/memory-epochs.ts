import type { EpochSource } from './port.ts';

/** The twin of `createPgEpochs`, for one process. */
export function createMemoryEpochs(): EpochSource {
  const epochs = new Map<string, bigint>();
  return {
    acquire: async (role, shards) => {
      const taken = new Map<number, bigint>();
      for (const shard of new Set(shards)) {
        const key = JSON.stringify([role, shard]);
        const epoch = (epochs.get(key) ?? 0n) + 1n;
        epochs.set(key, epoch);
        taken.set(shard, epoch);
      }
      return taken;
    },
  };
}
