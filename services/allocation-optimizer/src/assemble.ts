import { OWNER_ROLES } from '@headroom/contracts';
import { type Consumption, park } from '@headroom/event-log';
import type { Cancel } from '@headroom/kernel';
import { type Platform, type Service, telemetryOf } from '@headroom/service-host';
import { createPgEpochs, type EpochSource } from '@headroom/turn-store';
import { sha256Hasher } from './adapters/crypto/sha256.ts';
import { createLiveSites } from './adapters/live/live-sites.ts';
import { allocationFactOf } from './adapters/log/allocation-facts.ts';
import { createDecisionLog } from './adapters/log/decision-log.ts';
import { dispatchFactOf } from './adapters/log/dispatch-facts.ts';
import { gridFactOf } from './adapters/log/grid-facts.ts';
import { meteringFactOf } from './adapters/log/metering-facts.ts';
import { sessionFactOf } from './adapters/log/session-facts.ts';
import { createShardMemory } from './adapters/log/shard-memory.ts';
import { siteConfigOf } from './adapters/log/site-config.ts';
import { stationFactOf } from './adapters/log/station-facts.ts';
import { DECIDE_EVERY_MS, onTimer } from './app/on-timer.ts';
import { Tenures } from './app/tenures.ts';
import type { AllocationOptimizerConfig } from './config.ts';
import { createEvents } from './events.ts';
import { createMembership } from './membership.ts';
import { GROUP, handlers, onBatch, RESTORED_TOPICS, type ServiceDeps } from './service.ts';

const NAME = 'allocation-optimizer';
/** Without any shard for so long we are a spare, and as ready as a spare can be. A join takes some seconds. */
export const SPARE_AFTER_MS = 10_000;

/** Epochs come from PostgreSQL, unless somebody hands in others; those are not closed here. */
export interface Ownership {
  readonly epochs: EpochSource;
}

/** Wires the optimizer onto a platform. It serves no rpc yet. */
export function assembleAllocationOptimizer(
  platform: Platform,
  config: AllocationOptimizerConfig,
  ownership?: Ownership,
): Service {
  const { log } = platform;
  const ownEpochs = ownership === undefined ? createPgEpochs({ url: platform.databaseUrl }) : undefined;
  const deps = wire(platform, config, ownership?.epochs ?? ownEpochs);
  const table = handlers(deps);
  const membership = createMembership(deps);
  let state: 'starting' | 'running' | 'stopping' = 'starting';
  let consumption: Consumption | undefined;
  let ticking: Cancel = () => {};

  return {
    name: NAME,
    start: async () => {
      ticking = platform.timers.every(Math.min(config.snapshotEveryMs, DECIDE_EVERY_MS), () => onTimer(deps));
      consumption = await log.consume({
        group: GROUP,
        topics: [...table.keys()],
        start: { kind: 'stored', nextOffset: async (topic, shard) => deps.tenures.of(shard)?.startOf(topic) },
        onBatch: (batch) => onBatch(deps, table, batch),
        ownership: membership.calls,
        onFatal: deps.fatal,
      });
      const notSpare = platform.timers.after(SPARE_AFTER_MS, membership.mayBeSpare);
      await membership.settled;
      notSpare();
      if (state === 'starting') state = 'running';
    },
    readiness: () => {
      if (state !== 'running') return { kind: 'not-ready', why: state };
      const why = log.trouble() ?? membership.trouble();
      return why === undefined ? { kind: 'ready' } : { kind: 'not-ready', why };
    },
    // What is under way is awaited by `onPause`, 3 s at most.
    stop: async () => {
      state = 'stopping';
      ticking();
      membership.giveUp();
      await consumption?.stop();
      await ownEpochs?.close();
    },
  };
}

function wire(platform: Platform, config: AllocationOptimizerConfig, epochs: EpochSource | undefined): ServiceDeps {
  const { clock, timers, log } = platform;
  const owner = `${NAME}-${platform.ids.next()}`;
  const { metrics, tracer } = telemetryOf(platform);
  const tenures = new Tenures();
  metrics.observe('headroom_sites', {}, () => tenures.lanes().length);
  return {
    clock,
    timers,
    owner,
    tenures,
    tracer,
    round: { isRunning: false },
    log: createDecisionLog(log),
    live: createLiveSites(platform.live),
    memory: createShardMemory(log),
    epochs: {
      take: async (shards) => (await epochs?.acquire(OWNER_ROLES.optimizer, shards, owner)) ?? new Map(),
    },
    restoredTopics: RESTORED_TOPICS,
    hasher: sha256Hasher,
    events: createEvents(platform.logger, metrics),
    ...{ coalesceMs: config.coalesceMs, snapshotEveryMs: config.snapshotEveryMs, copyEveryMs: config.copyEveryMs },
    fatal: (cause) => platform.fatal(`${NAME}: it cannot go on`, cause),
    decode: {
      siteConfig: siteConfigOf,
      stationFact: stationFactOf,
      sessionFact: sessionFactOf,
      meteringFact: meteringFactOf,
      gridFact: gridFactOf,
      dispatchFact: dispatchFactOf,
      allocationFact: allocationFactOf,
    },
    park: (record, group, reason) => park(log, { record, group, reason }),
  };
}
