import { type Consumption, park } from '@headroom/event-log';
import { type Clock, invariant } from '@headroom/kernel';
import { type Platform, type Service, telemetryOf } from '@headroom/service-host';
import { traceIdIn } from '@headroom/telemetry';
import type { MemoryTurnStore } from '@headroom/turn-store';
import { drawSampleOf, isOlderThan } from './adapters/log/draw-samples.ts';
import { createGridFacts } from './adapters/log/grid-facts.ts';
import { ownLimitsOf } from './adapters/log/own-limits.ts';
import { createMemoryStore } from './adapters/store/memory-store.ts';
import { createPgStore } from './adapters/store/pg-store.ts';
import { type CallbackServer, createCallbackServer } from './adapters/vtn/callback-server.ts';
import { createHttpClient } from './adapters/vtn/http-client.ts';
import { createAdapter } from './app/adapter.ts';
import { readVtn } from './app/read-vtn.ts';
import { sendReport } from './app/send-report.ts';
import { createSubscriber } from './app/subscriber.ts';
import { createVtnAccess } from './app/vtn-access.ts';
import type { GridAdapterConfig, GridSourceConfig } from './config.ts';
import { createEvents, createSeldom, type GridAdapterEvents } from './events.ts';
import { createDrawBook, KEPT_MS } from './domain/draw-book.ts';
import { targetsOfRouting } from './domain/source-memory.ts';
import { type DrawsInput, routes, SERVICE_NAME } from './service.ts';

/** Where state is, if not in PostgreSQL; it outlives the service and is not closed by it. */
export interface GridAdapterDoors {
  readonly store?: MemoryTurnStore;
}

/** What of a platform it stands on: no rpc, no live state. */
type Ground = Pick<
  Platform,
  'clock' | 'timers' | 'io' | 'rng' | 'ids' | 'log' | 'databaseUrl' | 'logger' | 'telemetry' | 'fatal'
>;

/** Wires grid-adapter onto a platform. Without a source it opens nothing, and says so. */
export function assembleGridAdapter(
  platform: Ground,
  config: GridAdapterConfig,
  doors: GridAdapterDoors = {},
): Service {
  return config.sources.length === 0 ? idle(platform) : listening(platform, config, doors);
}

function idle(platform: Ground): Service {
  let running = false;
  return {
    name: SERVICE_NAME,
    async start() {
      running = true;
      createEvents(platform.logger).noSource();
    },
    readiness: () => (running ? { kind: 'ready' } : { kind: 'not-ready', why: 'not started' }),
    async stop() {
      running = false;
    },
  };
}

function listening(platform: Ground, config: GridAdapterConfig, doors: GridAdapterDoors): Service {
  const events = createEvents(platform.logger, telemetryOf(platform).metrics);
  const { store, adapter, callbacks, draws } = wire(platform, config, doors);
  const table = routes({
    adapter,
    decode: ownLimitsOf,
    draws: draws.input,
    instanceId: platform.ids.next(),
    park: async (record, group, reason) => {
      events.recordParked(record.topic, reason, traceIdIn(record.headers));
      await park(platform.log, { record, group, reason });
    },
  });
  const fatal = (cause: unknown): void => platform.fatal(`${SERVICE_NAME}: a consumer died`, cause);
  let state: 'starting' | 'running' | 'stopping' = 'starting';
  const consumptions: Consumption[] = [];
  return {
    name: SERVICE_NAME,
    async start() {
      await new Promise<void>((caughtUp, failed) => {
        platform.log
          .consume({ ...table.sites, start: { kind: 'earliest' }, onCaughtUp: caughtUp, onFatal: fatal })
          .then((consumption) => consumptions.push(consumption), failed);
      });
      events.sitesKnown();
      consumptions.push(
        await platform.log.consume({
          ...{ ...table.draws, start: { kind: 'earliest' }, onCaughtUp: draws.caughtUp, onFatal: fatal },
        }),
      );
      await callbacks?.start();
      await adapter.start();
      state = 'running';
      events.started(config.sources.length);
    },
    readiness() {
      if (state !== 'running') return { kind: 'not-ready', why: state };
      const why = platform.log.trouble() ?? store.trouble();
      return why === undefined ? { kind: 'ready' } : { kind: 'not-ready', why };
    },
    async stop() {
      state = 'stopping';
      await Promise.all(consumptions.map((consumption) => consumption.stop()));
      await adapter.stop();
      await callbacks?.stop();
    },
  };
}

function wire(platform: Ground, config: GridAdapterConfig, doors: GridAdapterDoors) {
  const { clock, timers, io, rng, ids, log, databaseUrl } = platform;
  const { metrics, tracer } = telemetryOf(platform);
  const events = createEvents(platform.logger, metrics);
  const store =
    doors.store === undefined
      ? createPgStore({ url: databaseUrl, onUnreadable: events.memoryUnreadable })
      : createMemoryStore(doors.store, io);
  const http = createHttpClient({ timers: io });
  const accesses = new Map(config.sources.map((source) => [source.name, createVtnAccess({ source, http, clock })]));
  const accessOf = (source: string) => {
    const access = accesses.get(source);
    invariant(access !== undefined, `${source} is no source`);
    return access;
  };
  const onBug = (cause: unknown): void => platform.fatal(`${SERVICE_NAME}: a bug`, cause);
  const draws = drawsOf(config, clock);
  const callbacks = callbackServerOf(config, { clock, events });
  const adapter = createAdapter({
    ...{ clock, timers, rng, store, events, tracer, io, ids, facts: createGridFacts(log), sources: config.sources },
    read: (source, knownIds) => readVtn(accessOf(source.name), source, knownIds),
    ...(callbacks === undefined
      ? {}
      : {
          subscriberOf: (source: GridSourceConfig, notified: () => void) =>
            createSubscriber({
              ...{ source, access: accessOf(source.name), callback: callbacks.open(source.name, notified) },
              ...{ clock, events, tracer, onBug },
            }),
        }),
    reports: {
      draws: draws.book,
      isCaughtUp: draws.isCaughtUp,
      send: (source, reports) => sendReport(accessOf(source.name), source.version, reports),
    },
    onBug,
  });
  return { store, adapter, callbacks, draws };
}

/** What was drawn, from the log. */
function drawsOf({ sources }: GridAdapterConfig, clock: Clock) {
  const targets = sources.flatMap(({ routing }) => targetsOfRouting(routing));
  const siteIds = new Set(targets.map(({ siteId }) => siteId));
  const book = createDrawBook(targets);
  let isCaughtUp = false;
  const input: DrawsInput = {
    wants: (record) => siteIds.has(record.key) && !isOlderThan(record, clock.nowMs() - KEPT_MS),
    decode: drawSampleOf,
    put: (sample) => book.put(sample, clock.nowMs()),
    wire: ({ siteId, wiring }) => book.wire(siteId, wiring),
  };
  return {
    ...{ book, input },
    isCaughtUp: () => isCaughtUp,
    caughtUp: () => {
      isCaughtUp = true;
    },
  };
}

/** Undefined: VTNs are polled alone. */
function callbackServerOf(
  { webhook }: GridAdapterConfig,
  { clock, events }: { readonly clock: Clock; readonly events: GridAdapterEvents },
): CallbackServer | undefined {
  if (webhook === undefined) return undefined;
  return createCallbackServer({ ...webhook, onRefused: createSeldom(clock, events.callbackRefused) });
}
