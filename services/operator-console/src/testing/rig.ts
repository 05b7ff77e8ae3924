import {
  allocationServiceV1,
  meteringServiceV1,
  meteringV1,
  planV1,
  registryV1,
  siteStateV1,
  type siteV1,
} from '@headroom/contracts';
import { createMemoryEventLog, type EventLog } from '@headroom/event-log';
import { createMemoryLiveState, type LiveState } from '@headroom/live-state';
import { bind, createMemoryRpcNetwork, RpcError, type RpcHandlers } from '@headroom/rpc';
import { type LogFields, type Platform, topicSpecs } from '@headroom/service-host';
import { createKeptMetrics, type KeptMetrics, SILENT_TRACER } from '@headroom/telemetry';
import { manualTime } from '@headroom/testing';
import { createMemoryTurnStore, type MemoryTurnStore } from '@headroom/turn-store';
import { assembleOperatorConsole, type OperatorConsole } from '../assemble.ts';
import type { ConsoleConfig } from '../config.ts';
import { type Answered, ask, type Asked } from './ask.ts';

export const START_MS = Date.UTC(2026, 5, 7, 12);
const SHARDS = 6;
export const TEST_CONFIG: ConsoleConfig = {
  host: '127.0.0.1',
  port: 0,
  idTokenKey: 'a key only for tests',
  sampleIntervalMs: 10_000,
};

export type { Answered } from './ask.ts';

type RegistryHandlers = RpcHandlers<typeof registryV1.RegistryServiceService>;
type MeteringHandlers = RpcHandlers<typeof meteringServiceV1.MeteringServiceService>;

type AllocationHandlers = RpcHandlers<typeof allocationServiceV1.AllocationServiceService>;
type PlanHandlers = RpcHandlers<typeof planV1.PlanServiceService>;

type Replaced<H> = { -readonly [K in keyof H]?: H[K] };

/** A console on memory twins, a registry and a metering that keep what they are told, and a clock that is set by hand. */
export interface Rig {
  readonly console: OperatorConsole;
  readonly live: LiveState;
  readonly log: EventLog;
  readonly sites: Map<string, siteV1.SiteConfig>;
  /** Requests by rpc, in order. */
  readonly calls: { readonly method: string; readonly request: unknown }[];
  readonly metrics: KeptMetrics;
  readonly logged: { readonly event: string; readonly fields: LogFields }[];
  /** Replaces handlers, also for failures. */
  readonly registry: Replaced<RegistryHandlers>;
  readonly metering: Replaced<MeteringHandlers>;
  readonly allocation: Replaced<AllocationHandlers>;
  /** By address of the optimizer. */
  readonly plans: Map<string, PlanHandlers['getPlan']>;
  ask(path: string, asked?: Asked): Promise<Answered>;
  pass(ms: number): void;
  putState(state: Partial<siteStateV1.SiteState>, offset?: number): Promise<void>;
  putDraw(draw: Partial<meteringV1.SiteDraw>, offset?: number): Promise<void>;
  stop(): Promise<void>;
}

/** What outlives a console, or is there before it. */
export interface Kept {
  readonly log?: EventLog;
  readonly store?: MemoryTurnStore;
  readonly live?: LiveState;
  /** Replaces handlers from the first call on. */
  readonly registry?: Replaced<RegistryHandlers>;
}

export async function startRig(config: Partial<ConsoleConfig> = {}, kept: Kept = {}): Promise<Rig> {
  const time = manualTime(START_MS);
  const rpc = createMemoryRpcNetwork();
  const live = kept.live ?? createMemoryLiveState({ clock: time });
  const log = kept.log ?? createMemoryEventLog();
  await log.ensureTopics(topicSpecs({ shards: SHARDS, replicationFactor: 1 }));
  const sites = new Map<string, siteV1.SiteConfig>();
  const calls: Rig['calls'] = [];
  const logged: Rig['logged'] = [];
  const registry: Replaced<RegistryHandlers> = { ...kept.registry };
  const metering: Replaced<MeteringHandlers> = {};
  const allocation: Replaced<AllocationHandlers> = {};
  const plans: Rig['plans'] = new Map();
  await rpc.serve('registry', [
    bind(
      'headroom.registry.v1.RegistryService',
      registryV1.RegistryServiceService,
      recording(calls, registryHandlers(sites), registry),
    ),
  ]);
  await rpc.serve('metering', [
    bind(
      'headroom.metering.v1.MeteringService',
      meteringServiceV1.MeteringServiceService,
      recording(calls, meteringHandlers, metering),
    ),
  ]);
  for (const address of OPTIMIZERS) {
    await rpc.serve(address, [
      bind(
        'headroom.allocation.v1.AllocationService',
        allocationServiceV1.AllocationServiceService,
        recording(calls, allocationHandlers(address), allocation),
      ),
      bind(
        'headroom.allocation.v1.PlanService',
        planV1.PlanServiceService,
        recording(calls, planHandlers(address, plans), {}),
      ),
    ]);
  }
  const keep = (event: string, fields: LogFields = {}): void => void logged.push({ event, fields });
  const metrics = createKeptMetrics();
  const platform: Platform = {
    clock: time,
    timers: time,
    io: time,
    ids: { next: () => 'id' },
    rng: { next: () => 0.5 },
    log,
    live,
    rpc,
    databaseUrl: '',
    shards: SHARDS,
    addresses: {
      ...{ 'session-registry': 'registry', 'meter-ingestion': 'metering' },
      'allocation-optimizer': OPTIMIZERS.join('|'),
    },
    logger: { info: keep, warn: keep, error: keep },
    telemetry: { metrics, tracer: SILENT_TRACER },
    fatal: (why) => {
      throw new Error(why);
    },
  };
  const console = assembleOperatorConsole(
    platform,
    { ...TEST_CONFIG, webRoot: '/nowhere', ...config },
    {
      store: kept.store ?? createMemoryTurnStore(),
    },
  );
  await console.start();
  return {
    console,
    live,
    log,
    sites,
    calls,
    logged,
    metrics,
    registry,
    metering,
    allocation,
    plans,
    ask: (path, asked = {}) => ask(new URL(console.url), path, asked),
    pass: (ms) => time.advance(ms),
    putState: async (state, offset = 1) => {
      const bytes = siteStateV1.SiteState.encode(siteStateV1.SiteState.fromPartial(state)).finish();
      await live.put({
        family: 'site',
        id: state.siteId ?? '',
        version: { epoch: 1n, offset: BigInt(offset) },
        value: bytes,
        ttlMs: 3_600_000,
      });
    },
    putDraw: async (draw, offset = 1) => {
      const bytes = meteringV1.SiteDraw.encode(meteringV1.SiteDraw.fromPartial(draw)).finish();
      await live.put({
        family: 'draw',
        id: draw.siteId ?? '',
        version: { epoch: 0n, offset: BigInt(offset) },
        value: bytes,
        ttlMs: 3_600_000,
      });
    },
    stop: async () => {
      await console.stop(500);
      await rpc.close();
      await live.close();
    },
  };
}

function recording<H extends object>(calls: Rig['calls'], handlers: H, replaced: Replaced<H>): H {
  return new Proxy(handlers, {
    get: (target, method: string & keyof H) => {
      const known = target[method];
      if (typeof known !== 'function') return known;
      return (given: unknown, context: unknown) => {
        calls.push({ method, request: given });
        const handler = replaced[method];
        return typeof handler === 'function' ? handler(given, context) : known(given, context);
      };
    },
  });
}

function registryHandlers(sites: Map<string, siteV1.SiteConfig>): RegistryHandlers {
  const find = (siteId: string): siteV1.SiteConfig => {
    const site = sites.get(siteId);
    if (site === undefined) throw new RpcError('not-found', `There is no site "${siteId}".`);
    return site;
  };
  return {
    resolveStation: async () => registryV1.ResolveStationResponse.create(),
    authorize: async () => registryV1.AuthorizeResponse.create(),
    listSites: async () => ({ sites: [...sites.values()] }),
    getSite: async ({ siteId }) => ({ site: find(siteId) }),
    putSite: async ({ site }) => {
      if (site === undefined) throw new RpcError('invalid-argument', 'no site');
      const stored = { ...site, version: 1n, configuredAtMs: BigInt(START_MS) };
      sites.set(site.siteId, stored);
      return { problems: [], site: stored };
    },
    putStation: async () => ({ password: 'made-up-password-20', siteId: '', problems: [] }),
    putToken: async () => ({}),
    putLimitOverride: async ({ siteId, limitOverride }) => {
      const stored = { ...find(siteId), limitOverride };
      sites.set(siteId, stored);
      return { problems: [], site: stored };
    },
    listSessions: async () => ({ sessions: [] }),
    listTransactions: async () => ({ transactions: [] }),
    putChargingRequest: async () => ({ problems: [] }),
    putBoost: async () => ({ problems: [] }),
    getEnergySummary: async () => ({ endedSessions: 2, requestedWh: 30_000n, deliveredWh: 25_000n, missedWh: 5_000n }),
  };
}

/** Two of them; the second owns every site. */
export const OPTIMIZERS = ['optimizer-1', 'optimizer-2'] as const;

function allocationHandlers(address: string): AllocationHandlers {
  const isOwner = address === OPTIMIZERS[1];
  const elsewhere = { $case: 'elsewhere', value: { ownerAddress: OPTIMIZERS[1] } } as const;
  const explanation = (siteId: string) =>
    allocationServiceV1.Explanation.fromPartial({
      siteId,
      ownerEpoch: 3n,
      decisionSeq: 7n,
      decidedAtMs: BigInt(START_MS),
    });
  return {
    explainSite: async ({ siteId }) => ({
      outcome: isOwner ? { $case: 'explanation', value: explanation(siteId) } : elsewhere,
    }),
    explainEvse: async ({ siteId }) => ({
      outcome: isOwner ? { $case: 'explanation', value: explanation(siteId) } : elsewhere,
    }),
    preview: async () => ({
      outcome: isOwner
        ? {
            $case: 'preview',
            value: allocationServiceV1.PreviewedDecision.fromPartial({ decidedAtMs: BigInt(START_MS) }),
          }
        : elsewhere,
    }),
    replay: async () => ({
      outcome: { $case: 'notRetained', value: { what: 'inputs', detail: 'What it was made from is not in the log.' } },
    }),
  };
}

/** As the optimizers do: who does not own a site refuses, and does not know who owns it. */
const planHandlers = (address: string, plans: Rig['plans']): PlanHandlers => ({
  getPlan: (request, context) => {
    const answer = plans.get(address);
    if (answer !== undefined) return answer(request, context);
    if (address === OPTIMIZERS[1]) return Promise.resolve(planV1.GetPlanResponse.create());
    return Promise.reject(new RpcError('failed-precondition', 'another process owns that site, or nobody does'));
  },
});

const meteringHandlers: MeteringHandlers = {
  recordSiteMeterReading: async () => ({ refusal: '', detail: '' }),
  listEvseSamples: async () => ({ samples: [] }),
  listTemperatures: async () => ({ temperatures: [] }),
  listTemperatureSpans: async () => ({ spans: [] }),
  findTemperatureRise: async () => ({ rise: undefined }),
};
