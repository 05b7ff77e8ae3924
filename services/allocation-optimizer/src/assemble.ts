import { OWNER_ROLES } from '@headroom/contracts';
import { type Consumption, park } from '@headroom/event-log';
import type { Cancel } from '@headroom/kernel';
import type { RpcServer, ServiceBinding } from '@headroom/rpc';
import { type Platform, type Service, telemetryOf } from '@headroom/service-host';
import { createPgEpochs, type EpochSource } from '@headroom/turn-store';
import { sha256Hasher } from './adapters/crypto/sha256.ts';
import { createLiveSites } from './adapters/live/live-sites.ts';
import { createOwners } from './adapters/live/owners.ts';
import { allocationFactOf } from './adapters/log/allocation-facts.ts';
import { createInputsLog } from './adapters/log/decision-inputs.ts';
import { createDecisionLog, createPlanLog } from './adapters/log/decision-log.ts';
import { dispatchFactOf } from './adapters/log/dispatch-facts.ts';
import { gridFactOf } from './adapters/log/grid-facts.ts';
import { meteringFactOf } from './adapters/log/metering-facts.ts';
import { sessionFactOf } from './adapters/log/session-facts.ts';
import { createPastDecisions } from './adapters/log/past-decisions.ts';
import { createShardMemory } from './adapters/log/shard-memory.ts';
import { documentOf, modelOf, siteConfigOf } from './adapters/log/site-config.ts';
import { stationFactOf } from './adapters/log/station-facts.ts';
import { allocationServiceBinding } from './adapters/rpc/allocation-service.ts';
import { explainSite, previewSite } from './app/answer-about-site.ts';
import { DEFAULT_PLANNER_CONFIG, WorkerPlanner } from './adapters/planner/worker-planner.ts';
import { planServiceBinding } from './adapters/rpc/plan-service.ts';
import { planOfSite } from './app/plan-of-site.ts';
import { DECIDE_EVERY_MS, onTimer } from './app/on-timer.ts';
import { QuestionDesk } from './app/question-desk.ts';
import { replayDecision } from './app/replay-decision.ts';
import { Tenures } from './app/tenures.ts';
import type { AllocationOptimizerConfig } from './config.ts';
import { createEvents } from './events.ts';
import { createMembership } from './membership.ts';
import { observeSensors } from './observe-sensors.ts';
import { createPlanEvents, observePlans } from './plan-events.ts';
import type { Planner } from './ports.ts';
import { GROUP, handlers, onBatch, RESTORED_TOPICS, type ServiceDeps } from './service.ts';

export { openInlinePlanner } from './adapters/planner/inline-planner.ts';
export { DEFAULT_PLANNER_CONFIG, WorkerPlanner } from './adapters/planner/worker-planner.ts';

const NAME = 'allocation-optimizer';
/** Without any shard for so long we are a spare, and as ready as a spare can be. A join takes some seconds. */
export const SPARE_AFTER_MS = 10_000;

/** Epochs come from PostgreSQL, unless somebody hands in others; those are not closed here, nor is a planner. */
export interface Ownership {
  readonly epochs: EpochSource;
  /** Absent: a thread of its own (`WorkerPlanner`). */
  readonly planner?: Planner;
}

/**
 * Wires the optimizer onto a platform. Questions are answered at `platform.addresses['allocation-optimizer']`; where that is not said,
 * as in a simulation, nobody can ask any.
 */
export function assembleAllocationOptimizer(
  platform: Platform,
  config: AllocationOptimizerConfig,
  ownership?: Ownership,
): Service {
  const { log } = platform;
  const ownEpochs = ownership === undefined ? createPgEpochs({ url: platform.databaseUrl }) : undefined;
  // Its deadline is one of real time, whatever the clock does.
  const ownPlanner =
    config.plans && ownership?.planner === undefined
      ? new WorkerPlanner(platform.io, { ...DEFAULT_PLANNER_CONFIG, deadlineMs: config.planDeadlineMs })
      : undefined;
  const planner = config.plans ? (ownership?.planner ?? ownPlanner) : undefined;
  const deps = wire(platform, config, { epochs: ownership?.epochs ?? ownEpochs, planner });
  const table = handlers(deps);
  const membership = createMembership(deps);
  let state: 'starting' | 'running' | 'stopping' = 'starting';
  let consumption: Consumption | undefined;
  let server: RpcServer | undefined;
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
      const address = platform.addresses[NAME];
      const plans = planServiceBinding({ planOf: (site) => planOfSite(deps.tenures, site) });
      if (address !== undefined) server = await platform.rpc.serve(address, [questionsOn(platform, deps), plans]);
      if (state === 'starting') state = 'running';
    },
    readiness: () => {
      if (state !== 'running') return { kind: 'not-ready', why: state };
      const why = log.trouble() ?? membership.trouble();
      return why === undefined ? { kind: 'ready' } : { kind: 'not-ready', why };
    },
    // What is under way is awaited by `onPause`, 3 s at most.
    stop: async (graceMs) => {
      state = 'stopping';
      ticking();
      membership.giveUp();
      await server?.stop(graceMs);
      await consumption?.stop();
      await Promise.all([ownPlanner?.stop(), ownEpochs?.close()]);
    },
  };
}

interface Parts {
  readonly epochs: EpochSource | undefined;
  readonly planner: Planner | undefined;
}

function wire(platform: Platform, config: AllocationOptimizerConfig, { epochs, planner }: Parts): ServiceDeps {
  const { clock, timers, log } = platform;
  const owner = `${NAME}-${platform.ids.next()}`;
  const { metrics, tracer } = telemetryOf(platform);
  const tenures = new Tenures();
  metrics.observe('headroom_sites', {}, () => tenures.lanes().length);
  observeSensors(metrics, { clock, lanes: tenures.lanes });
  const planning = planner && {
    ...{ planner, log: createPlanLog(log), events: createPlanEvents(platform.logger, metrics) },
    everyMs: config.planEveryMs,
  };
  if (planner !== undefined) observePlans(metrics, { clock, tenures, planner });
  return {
    clock,
    timers,
    owner,
    tenures,
    tracer,
    round: { isRunning: false },
    log: createDecisionLog(log),
    live: createLiveSites(platform.live, platform.addresses[NAME] ?? ''),
    memory: createShardMemory(log),
    ...(config.keepInputs ? { inputs: createInputsLog(log, documentOf) } : {}),
    epochs: {
      take: async (shards) => (await epochs?.acquire(OWNER_ROLES.optimizer, shards, owner)) ?? new Map(),
    },
    restoredTopics: RESTORED_TOPICS,
    hasher: sha256Hasher,
    planning,
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

function questionsOn({ clock, io, live, log }: Platform, { tenures, hasher }: ServiceDeps): ServiceBinding {
  const desk = new QuestionDesk(() => new Promise((resolve) => void io.after(0, resolve)));
  const about = { clock, tenures, desk, owners: createOwners(live) };
  const past = createPastDecisions(log, modelOf);
  return allocationServiceBinding({
    explain: (site, only) => explainSite(about, site, only),
    preview: (site, changesAt) => previewSite(about, site, changesAt),
    replay: (site, which) => replayDecision({ past, hasher, desk }, site, which),
  });
}
