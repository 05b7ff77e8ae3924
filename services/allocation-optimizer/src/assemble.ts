import { type Consumption, park } from '@headroom/event-log';
import type { Cancel } from '@headroom/kernel';
import type { Platform, Service } from '@headroom/service-host';
import { createPgEpochs, type EpochSource } from '@headroom/turn-store';
import { sha256Hasher } from './adapters/crypto/sha256.ts';
import { createLiveSites } from './adapters/live/live-sites.ts';
import { createDecisionLog } from './adapters/log/decision-log.ts';
import { dispatchFactOf } from './adapters/log/dispatch-facts.ts';
import { meteringFactOf } from './adapters/log/metering-facts.ts';
import { sessionFactOf } from './adapters/log/session-facts.ts';
import { siteConfigOf } from './adapters/log/site-model-from-config.ts';
import { stationFactOf } from './adapters/log/station-facts.ts';
import { onTimer } from './app/on-timer.ts';
import { SiteLanes } from './app/site-lanes.ts';
import type { AllocationOptimizerConfig } from './config.ts';
import { createEvents } from './events.ts';
import { GROUP, handlers, onBatch, type ServiceDeps } from './service.ts';

const NAME = 'allocation-optimizer';
/** Stopping waits this long for a record on its way to be acknowledged, polling at this pace. */
const DRAIN_POLL_MS = 20;

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
  const { clock, log } = platform;
  const ownEpochs = ownership === undefined ? createPgEpochs({ url: platform.databaseUrl }) : undefined;
  const epochSource = ownership?.epochs ?? ownEpochs;
  const opened = new Map<number, bigint>();
  const deps = wire(platform, config, opened);
  const table = handlers(deps);
  let state: 'starting' | 'running' | 'stopping' = 'starting';
  let consumption: Consumption | undefined;
  let ticking: Cancel = () => {};

  return {
    name: NAME,
    start: async () => {
      const startedAtMonoMs = clock.monoMs();
      await new Promise<void>((caughtUp, failed) => {
        const consuming = log.consume({
          group: GROUP,
          topics: [...table.keys()],
          start: { kind: 'earliest' },
          onBatch: (batch) => onBatch(deps, table, batch),
          onCaughtUp: () => {
            deps.replay.isOver = true;
            caughtUp();
          },
          onFatal: deps.fatal,
        });
        consuming.then((running) => {
          consumption = running;
        }, failed);
      });
      deps.events.caughtUp({
        sites: deps.lanes.all().length,
        tookMs: Math.round(clock.monoMs() - startedAtMonoMs),
        leftOut: deps.replay.leftOut,
      });
      await openEpochs({ platform, deps, opened, epochSource });
      state = 'running';
      onTimer(deps);
      ticking = platform.timers.every(config.snapshotEveryMs, () => onTimer(deps));
    },
    readiness: () => {
      if (state !== 'running') return { kind: 'not-ready', why: state };
      const why = log.trouble();
      return why === undefined ? { kind: 'ready' } : { kind: 'not-ready', why };
    },
    stop: async (graceMs) => {
      state = 'stopping';
      ticking();
      await consumption?.stop();
      for (const lane of deps.lanes.all()) lane.coalescing?.();
      opened.clear();
      await drained(deps.lanes, graceMs);
      await ownEpochs?.close();
    },
  };
}

function wire(platform: Platform, config: AllocationOptimizerConfig, opened: ReadonlyMap<number, bigint>): ServiceDeps {
  const { clock, timers, log } = platform;
  return {
    clock,
    timers,
    lanes: new SiteLanes(),
    log: createDecisionLog(log),
    live: createLiveSites(platform.live),
    hasher: sha256Hasher,
    events: createEvents(platform.logger),
    replay: { isOver: false, leftOut: 0 },
    coalesceMs: config.coalesceMs,
    epochOf: (shard) => opened.get(shard),
    fatal: (cause) => platform.fatal(`${NAME}: it cannot go on`, cause),
    decode: {
      siteConfig: siteConfigOf,
      stationFact: stationFactOf,
      sessionFact: sessionFactOf,
      meteringFact: meteringFactOf,
      dispatchFact: dispatchFactOf,
    },
    park: (record, group, reason) => park(log, { record, group, reason }),
  };
}

/** Takes the next epoch of every shard and says so in each of them, before the first decision of any. */
async function openEpochs(input: {
  readonly platform: Platform;
  readonly deps: ServiceDeps;
  readonly opened: Map<number, bigint>;
  readonly epochSource: EpochSource | undefined;
}): Promise<void> {
  const { platform, deps, opened } = input;
  const owner = platform.ids.next();
  const shards = Array.from({ length: platform.shards }, (_, shard) => shard);
  const epochs = (await input.epochSource?.acquire(NAME, shards, owner)) ?? new Map<number, bigint>();
  const atMs = platform.clock.nowMs();
  await Promise.all([...epochs].map(([shard, epoch]) => deps.log.openEpoch({ shard, epoch, owner, atMs })));
  let highest = 0n;
  for (const [shard, epoch] of epochs) {
    opened.set(shard, epoch);
    if (epoch > highest) highest = epoch;
  }
  deps.events.epochsOpened(epochs.size, highest);
}

/** Real time: it guards I/O. What is not acknowledged by then is decided anew by the next owner. */
async function drained(lanes: SiteLanes, graceMs: number): Promise<void> {
  const busy = (): boolean =>
    lanes.all().some((lane) => lane.writing || lane.snapshot.liveBusy || lane.snapshot.logBusy);
  for (let waitedMs = 0; busy() && waitedMs < graceMs; waitedMs += DRAIN_POLL_MS) {
    await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS));
  }
}
