import type { EpochSource } from './port.ts';

/** The twin of `createPgEpochs`, for one process. */
export function createMemoryEpochs(): EpochSource {
  const roles = new Map<string, Map<number, bigint>>();
  const of = (role: string): Map<number, bigint> => {
    const known = roles.get(role) ?? new Map<number, bigint>();
    roles.set(role, known);
    return known;
  };
  return {
    acquire: async (role, shards) => {
      const taken = new Map<number, bigint>();
      for (const shard of new Set(shards)) {
        const epoch = (of(role).get(shard) ?? 0n) + 1n;
        of(role).set(shard, epoch);
        taken.set(shard, epoch);
      }
      return taken;
    },
    current: async (role) => new Map(of(role)),
  };
}
