import type { OwnershipOptions } from '@headroom/event-log';
import { onTimer, type TickDeps } from './app/on-timer.ts';
import { type TakeDeps, takeShards } from './app/take-shards.ts';

export type MembershipDeps = TickDeps & TakeDeps;

/** Our place in the group of owners: shards come and go. */
export interface Membership {
  readonly calls: Required<OwnershipOptions>;
  /** Resolves when the shards that came first are decided for, or when we know that we are a spare. */
  readonly settled: Promise<void>;
  /** Who has no shard by now is a spare, which is as good as ready. */
  mayBeSpare(): void;
  /** Nobody need wait for `settled` any more. */
  giveUp(): void;
  /** Undefined: all our shards are decided for. Else why not, in words. */
  trouble(): string | undefined;
}

export function createMembership(deps: MembershipDeps): Membership {
  const { tenures, events, clock } = deps;
  /** Acquired, and not read to their end yet. */
  const waiting = new Set<number>();
  const settled = Promise.withResolvers<void>();
  let isSpare = false;

  const settleIfSpare = () => {
    if (isSpare && waiting.size === 0) settled.resolve();
  };
  const calls: Required<OwnershipOptions> = {
    onAcquired: async (shards, acquisition) => {
      for (const shard of shards) waiting.add(shard);
      await takeShards(deps, shards, (shard) => ({
        owns: () => acquisition.ownsNow(shard),
        acquireAgain: () => acquisition.acquireAgain(shard),
      }));
    },
    onShardCaughtUp: (shard) => {
      const tenure = tenures.of(shard);
      if (tenure === undefined) return;
      tenure.caughtUp();
      waiting.delete(shard);
      const { epoch, beganAtMonoMs, leftOut } = tenure;
      const tookMs = Math.round(clock.monoMs() - beganAtMonoMs);
      events.shardCaughtUp({ shard, epoch, sites: tenure.siteCount(), tookMs, leftOut });
      onTimer(deps);
      if (waiting.size === 0) settled.resolve();
    },
    onPause: async (shards) => {
      await Promise.all(shards.flatMap((shard) => tenures.of(shard)?.rest() ?? []));
    },
    onLost: async (shards) => {
      for (const shard of shards) {
        tenures.end(shard);
        waiting.delete(shard);
      }
      events.shardsLost(shards);
      settleIfSpare();
    },
    claims: () => new Map(tenures.all().map(({ shard, epoch }) => [shard, epoch])),
  };

  return {
    calls,
    settled: settled.promise,
    mayBeSpare: () => {
      isSpare = true;
      settleIfSpare();
    },
    giveUp: settled.resolve,
    trouble: () =>
      waiting.size === 0
        ? undefined
        : `shards ${[...waiting].toSorted((a, b) => a - b).join(', ')} are not read to their end yet, their sites are not decided for`,
  };
}
