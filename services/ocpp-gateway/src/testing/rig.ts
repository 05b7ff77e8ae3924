import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gatewayV1, HEADERS, OWNER_ROLES, registryV1, stationV1 } from '@headroom/contracts';
import { type EventLog, EventLogError, type EventRecord } from '@headroom/event-log';
import { type Rng, type StationId, stationId } from '@headroom/kernel';
import { createMemoryLiveState, type LiveState } from '@headroom/live-state';
import { bind, createMemoryRpcNetwork, RpcError, type RpcClient } from '@headroom/rpc';
import type { Platform } from '@headroom/service-host';
import { createKeptMetrics, type KeptMetrics, SILENT_TRACER, type Tracer } from '@headroom/telemetry';
import type { GatewayStore } from '../ports.ts';
import { type ManualTime, manualTime } from '@headroom/testing';
import { createMemoryEpochs } from '@headroom/turn-store';
import { createDigests } from '../adapters/crypto/digests.ts';
import { assembleGateway, createMemoryStore, type OcppGateway } from '../assemble.ts';
import { DEFAULT_OCPP_GATEWAY_CONFIG, type OcppGatewayConfig } from '../config.ts';

/** Everything around a gateway, for tests: time by hand, a log that can fail or hang, a registry that can go away. */
export const START_MS = Date.UTC(2026, 10, 21, 8);
export const PASSWORD = 'correct horse battery';
const ID_TOKEN_KEY = 'id-token-key-for-tests';
const SALT = new TextEncoder().encode('salt');

interface FakeLog extends EventLog {
  mode: 'works' | 'fails' | 'hangs';
  readonly records: readonly EventRecord[];
  facts(): readonly stationV1.StationFact[];
  /** Facts of one case: their values, and the fact around each. */
  of(kind: Case): readonly (Readonly<Record<string, unknown>> & { readonly fact: stationV1.StationFact })[];
}
type Case = NonNullable<stationV1.StationFact['fact']>['$case'];

function createFakeLog(): FakeLog {
  const records: EventRecord[] = [];
  const facts = () => records.map((record) => stationV1.StationFact.decode(record.value));
  return {
    mode: 'works',
    records,
    facts,
    of: (kind) => facts().flatMap((fact) => (fact.fact?.$case === kind ? [{ ...fact.fact.value, fact }] : [])),
    append(added) {
      if (this.mode === 'hangs') return new Promise(() => {});
      if (this.mode === 'fails') return Promise.reject(new EventLogError('LOG_UNAVAILABLE', 'away'));
      records.push(...added);
      return Promise.resolve(added.map(({ topic }) => ({ topic, partition: 0, offset: 0n })));
    },
    trouble() {
      return this.mode === 'works' ? undefined : 'away';
    },
    ensureTopics: () => Promise.resolve(),
    partitionOf: () => 0,
    consume: () => Promise.reject(new Error('nobody reads here')),
    readToEnd: () => Promise.reject(new Error('nobody reads here')),
    close: () => Promise.resolve(),
  };
}

/** The gateways' common store, which can fail or hang, and begins away: most tests know the log alone. */
export interface FakeStore extends GatewayStore {
  mode: 'works' | 'fails' | 'hangs' | 'loses-answers';
}

export function createFakeStore(
  kept: GatewayStore = createMemoryStore(),
  mode: FakeStore['mode'] = 'fails',
): FakeStore {
  const store: FakeStore = {
    mode,
    inbox: {
      async put(records) {
        if (store.mode === 'hangs') return new Promise(() => {});
        if (store.mode === 'fails') return 'unavailable';
        const outcome = await kept.inbox.put(records);
        return store.mode === 'loses-answers' ? 'unavailable' : outcome;
      },
      waitingOf: async (ids) => (store.mode === 'works' ? kept.inbox.waitingOf(ids) : undefined),
      relay: async (publish, max) => {
        if (store.mode !== 'works') throw new Error('away');
        return kept.inbox.relay(publish, max);
      },
      trouble: () => (store.mode === 'works' ? undefined : 'away'),
    },
    arrivals: {
      arrive: async (station, nowMs) => (store.mode === 'works' ? kept.arrivals.arrive(station, nowMs) : undefined),
      booted: async (station) => (store.mode === 'works' ? kept.arrivals.booted(station) : undefined),
    },
    close: () => kept.close(),
  };
  return store;
}

/** A stop paces itself by the clock, which here moves by hand. */
export async function stopped(time: ManualTime, stop: Promise<void>): Promise<void> {
  const end = { reached: false };
  const mark = stop.finally(() => {
    end.reached = true;
  });
  while (!end.reached) {
    time.advance(10);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await mark;
}

interface FakeRegistry {
  away: boolean;
  readonly stations: Map<string, { siteId: string; password: string }>;
  readonly blocked: Set<string>;
  authorizations: number;
  /** `traceparent` of the last authorization. */
  lastAskedIn?: string | undefined;
}

/** What a second gateway has in common with the first; and what takes the place of fakes. */
export interface SharedParts {
  readonly time?: ManualTime;
  readonly log?: FakeLog;
  readonly live?: LiveState;
  readonly store?: FakeStore;
  /** Takes the place of the log that can fail. */
  readonly realLog?: EventLog;
  /** The table of epochs cannot be read at first; `hangs`: the first read ends when `epochs.away` becomes false. */
  readonly epochsAway?: true | 'hangs';
  /** Default: always 0.5. */
  readonly rng?: Rng;
  /** Default: nothing is traced. */
  readonly tracer?: Tracer;
  /** Where this one serves SendBatch. Default `gateway`. */
  readonly gatewayAddress?: string;
}

export interface Rig {
  readonly gateway: OcppGateway;
  readonly time: ManualTime;
  readonly log: FakeLog;
  readonly live: LiveState;
  readonly store: FakeStore;
  /** ST-1. */
  readonly stationId: StationId;
  readonly registry: FakeRegistry;
  readonly metrics: KeptMetrics;
  readonly logged: { readonly event: string; readonly fields: unknown }[];
  /** `ws://127.0.0.1:port`. */
  readonly url: string;
  /** The table of epochs: whether it can be read, and how a dispatcher takes its next one. */
  readonly epochs: { away: boolean; take(shard: number): Promise<unknown> };
  /** The process stood still for so long: its clocks jump, and no timer of it has fired yet. */
  frozenFor(ms: number): void;
  readonly commands: RpcClient<typeof gatewayV1.GatewayServiceService>;
  stop(): Promise<void>;
}

export const hashOfToken = (token: string): string =>
  createDigests({ idTokenKey: ID_TOKEN_KEY, transactionIdKey: '' }).idTokenHash(token);

/**
 * A gateway attached to a foreign HTTP server, with station ST-1 of site-1 and token TAG known.
 */
export async function startRig(change: Partial<OcppGatewayConfig> = {}, shared: SharedParts = {}): Promise<Rig> {
  const time = shared.time ?? manualTime(START_MS);
  const log = shared.log ?? createFakeLog();
  const live = shared.live ?? createMemoryLiveState({ clock: time });
  const rpc = createMemoryRpcNetwork();
  const store = shared.store ?? createFakeStore();
  const registry: FakeRegistry = {
    away: false,
    stations: new Map([['ST-1', { siteId: 'site-1', password: PASSWORD }]]),
    blocked: new Set(),
    authorizations: 0,
  };
  await rpc.serve('registry', [registryBinding(registry)]);
  const logged: { event: string; fields: unknown }[] = [];
  const note = (event: string, fields?: unknown) => void logged.push({ event, fields });
  let ids = 0;
  let frozenMs = 0;
  const clock = { nowMs: () => time.nowMs() + frozenMs, monoMs: () => time.monoMs() + frozenMs };
  const metrics = createKeptMetrics();
  const platform: Platform = {
    clock,
    timers: time,
    io: { ...clock, after: time.after, every: time.every },
    ids: { next: () => `id-${(ids += 1)}` },
    rng: shared.rng ?? { next: () => 0.5 },
    log: shared.realLog ?? log,
    live,
    rpc,
    databaseUrl: '',
    shards: 6,
    addresses: { 'session-registry': 'registry', 'ocpp-gateway': 'gateway' },
    logger: { info: note, warn: note, error: note },
    telemetry: { metrics, tracer: shared.tracer ?? SILENT_TRACER },
    fatal: (why) => note('fatal', why),
  };
  const epochs = createMemoryEpochs();
  const table = { away: shared.epochsAway !== undefined, waiting: [] as (() => void)[] };
  const source = {
    async current(role: string) {
      if (table.away && shared.epochsAway !== 'hangs') throw new Error('away');
      if (table.away) await new Promise<void>((resolve) => table.waiting.push(resolve));
      return epochs.current(role);
    },
  };
  const gateway = assembleGateway(
    platform,
    {
      ...DEFAULT_OCPP_GATEWAY_CONFIG,
      gatewayAddress: shared.gatewayAddress ?? 'gateway',
      idTokenKey: ID_TOKEN_KEY,
      transactionIdKey: 'transaction-id-key',
      ...change,
    },
    { epochs: { source, close: async () => {} }, store },
  );
  await gateway.start();
  const server: Server = createServer();
  server.on('upgrade', gateway.handleUpgrade);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    gateway,
    time,
    log,
    live,
    store,
    stationId: stationId('ST-1'),
    registry,
    metrics,
    logged,
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    epochs: {
      get away() {
        return table.away;
      },
      set away(away: boolean) {
        table.away = away;
        if (!away) for (const go of table.waiting.splice(0)) go();
      },
      take: (shard) => epochs.acquire(OWNER_ROLES.dispatcher, [shard], 'a dispatcher'),
    },
    frozenFor(ms) {
      frozenMs += ms;
    },
    commands: rpc.client(gatewayV1.GatewayServiceService, shared.gatewayAddress ?? 'gateway'),
    async stop() {
      log.mode = 'works';
      await stopped(time, gateway.stop(1000));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rpc.close();
    },
  };
}

/** A registry that knows these stations and the card TAG. */
export function registryBinding(registry: FakeRegistry) {
  const absent = () => Promise.reject(new RpcError('unimplemented', 'not in this test'));
  const present = () => {
    if (registry.away) throw new RpcError('unavailable', 'away');
  };
  return bind('headroom.registry.v1.RegistryService', registryV1.RegistryServiceService, {
    resolveStation: async (asked) => {
      present();
      const station = registry.stations.get(asked.stationId);
      if (station === undefined) throw new RpcError('not-found', 'unknown');
      const passwordHash = createHash('sha256').update(SALT).update(station.password).digest();
      return { siteId: station.siteId, passwordSalt: SALT, passwordHash, evses: [1] };
    },
    authorize: async ({ idTokenHash }, { traceparent }) => {
      present();
      registry.authorizations += 1;
      registry.lastAskedIn = traceparent;
      if (registry.blocked.has(idTokenHash)) return { status: registryV1.AuthorizationStatus.BLOCKED };
      const known = idTokenHash === hashOfToken('TAG');
      return { status: registryV1.AuthorizationStatus[known ? 'ACCEPTED' : 'INVALID'] };
    },
    listSites: absent,
    getSite: absent,
    putSite: absent,
    putStation: absent,
    putToken: absent,
    putLimitOverride: absent,
    listSessions: absent,
    listTransactions: absent,
    putChargingRequest: absent,
    putBoost: absent,
    getEnergySummary: absent,
  });
}

export const eventIdOf = (record: EventRecord): string | undefined => record.headers[HEADERS.eventId];
