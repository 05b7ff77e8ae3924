import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { TOPICS } from '@headroom/contracts';
import { park } from '@headroom/event-log';
import type { SiteId, StationId } from '@headroom/kernel';
import { type Platform, type Readiness, type Service, telemetryOf } from '@headroom/service-host';
import { traceIdIn } from '@headroom/telemetry';
import type { MemoryTurnStore } from '@headroom/turn-store';
import type { FastifyInstance } from 'fastify';
import { createDemoDesk } from './adapters/demo/demo-desk.ts';
import { createHashIdToken } from './adapters/hash-id-token.ts';
import { SECURITY_HEADERS } from './adapters/http/access.ts';
import { createHttpServer } from './adapters/http/http-server.ts';
import { createLiveStreams, type LiveStreams } from './adapters/http/live-stream.ts';
import { openApiOf } from './adapters/http/openapi.ts';
import type { Route } from './adapters/http/route.ts';
import { boostRoutes } from './adapters/http/routes/boost.ts';
import { controlRoutes } from './adapters/http/routes/control.ts';
import { demoRoutes } from './adapters/http/routes/demo.ts';
import { decisionRoutes } from './adapters/http/routes/decisions.ts';
import { gridRoutes } from './adapters/http/routes/grid.ts';
import { liveRoutes } from './adapters/http/routes/live.ts';
import { planRoutes } from './adapters/http/routes/plan.ts';
import { recordRoutes } from './adapters/http/routes/records.ts';
import { temperatureRoutes } from './adapters/http/routes/temperatures.ts';
import { siteRoutes } from './adapters/http/routes/sites.ts';
import { stationRoutes } from './adapters/http/routes/stations.ts';
import { systemRoutes } from './adapters/http/routes/system.ts';
import { createLiveSource } from './adapters/live/live-source.ts';
import { gridNewsOf } from './adapters/log/grid-news.ts';
import { createGridReader, type GridReader } from './adapters/log/grid-reader.ts';
import { realTimers } from './adapters/real-timers.ts';
import { createAllocation } from './adapters/rpc/allocation.ts';
import { createMetering } from './adapters/rpc/metering.ts';
import { createPlans } from './adapters/rpc/plans.ts';
import { createRegistry } from './adapters/rpc/registry.ts';
import { createMemoryGridBook } from './adapters/store/memory-grid-book.ts';
import { createPgGridBook } from './adapters/store/pg-grid-book.ts';
import { CONSUMER } from './adapters/store/take-news.ts';
import { createLiveBoard, type LiveBoard } from './app/live-board.ts';
import { onGridFacts } from './app/on-grid-facts.ts';
import { type ConsoleConfig, faultsOf, isLoopback } from './config.ts';
import { NO_TARIFFS, tariffOf, tariffTextOf } from './config-tariffs.ts';
import { type ConsoleEvents, createEvents } from './events.ts';
import type { GridBook, LiveSource } from './ports.ts';
import { createActions, createDemoActions } from './service.ts';

const NAME = 'operator-console';
const WEB_ROOT = fileURLToPath(new URL('../web/dist', import.meta.url));

export { readSiteDocument } from './adapters/http/site-file.ts';

/** Something else listens there. Recognise by `code`. */
export class PortBusy extends Error {
  readonly code = 'PORT_BUSY';
  constructor(host: string, port: number) {
    super(`Port ${port} on ${host} is already in use: choose another with --port N, or stop what listens there.`);
    this.name = 'PortBusy';
  }
}

export interface OperatorConsole extends Service {
  /** For whoever shares the port: the embedded run answers OCPP upgrades on it. */
  readonly server: Server;
  /** `http://host:port`, once started. */
  readonly url: string;
}

/** Where what the grid asked is kept, if not in PostgreSQL; it outlives the service and is not closed by it. */
export interface ConsoleDoors {
  readonly store?: MemoryTurnStore;
}

/** Wires operator-console onto a platform. Throws where the configuration would open it to strangers. */
export function assembleOperatorConsole(
  platform: Platform,
  config: ConsoleConfig,
  doors: ConsoleDoors = {},
): OperatorConsole {
  const faults = faultsOf(config);
  if (faults.length > 0) throw new Error(faults.join(' '));
  const events = createEvents(platform.logger, telemetryOf(platform).metrics);
  let state: 'starting' | 'running' | 'stopping' = 'starting';
  const listening = (): { readonly host: string; readonly port: number } => {
    const address = app.server.address();
    const port = typeof address === 'object' && address !== null ? address.port : config.port;
    return { host: config.host, port };
  };
  const book =
    doors.store === undefined ? createPgGridBook({ url: platform.databaseUrl }) : createMemoryGridBook(doors.store);
  const board = boardOn(platform, { config, events, book });
  const reader = gridReaderOn(platform, { book, board, events });
  const readiness = (): Readiness => {
    const why = state === 'running' ? (board.trouble() ?? platform.live.trouble()) : state;
    return why === undefined ? { kind: 'ready' } : { kind: 'not-ready', why };
  };
  const { routes, streams } = routesOn(platform, {
    config,
    events,
    board,
    book,
    readiness,
    url: () => urlOf(listening()),
  });
  const app: FastifyInstance = createHttpServer({
    routes,
    access: { loopback: isLoopback(config.host), port: () => listening().port, bearerToken: config.bearerToken },
    events,
    webRoot: config.webRoot ?? WEB_ROOT,
  });

  return {
    name: NAME,
    server: app.server,
    get url() {
      return urlOf(listening());
    },
    readiness,
    start: async () => {
      await listen(app, config);
      await board.start();
      reader.start();
      state = 'running';
      events.listening(urlOf(listening()));
    },
    stop: async (graceMs) => {
      state = 'stopping';
      streams.stop();
      await board.stop();
      await reader.stop();
      await within(graceMs, app.close());
      await book.close();
    },
  };
}

interface Parts {
  readonly config: ConsoleConfig;
  readonly events: ConsoleEvents;
  readonly book: GridBook;
}

/** All consoles share the shards: what one of them has kept, each shows. */
const gridReaderOn = (
  platform: Platform,
  { book, board, events }: Omit<Parts, 'config'> & { readonly board: LiveBoard },
): GridReader =>
  createGridReader({
    log: platform.log,
    ioTimers: realTimers,
    onBegan: () => events.upstreamBack('grid facts'),
    onRefused: (cause) => events.upstreamLost('grid facts', cause instanceof Error ? cause.message : 'unknown'),
    options: {
      group: CONSUMER,
      topics: [TOPICS.gridFacts.name],
      start: { kind: 'stored', nextOffset: book.nextOffset },
      onBatch: (batch) =>
        onGridFacts(
          {
            book,
            decode: gridNewsOf,
            park: async (record, reason) => {
              events.recordParked(record.topic, reason, traceIdIn(record.headers));
              await park(platform.log, { record, group: CONSUMER, reason });
            },
            changed: board.gridChanged,
          },
          batch,
        ),
      onFatal: (cause) => platform.fatal(`${NAME}: a consumer died`, cause),
    },
  });

const sourceOn = ({ live }: Platform, events: ConsoleEvents): LiveSource =>
  createLiveSource(live, (family, id, why) => events.liveUnreadable(`${family}:${id}`, why));

const boardOn = (platform: Platform, { config, events, book }: Parts): LiveBoard =>
  createLiveBoard({
    clock: platform.clock,
    timers: platform.timers,
    ioTimers: realTimers,
    source: sourceOn(platform, events),
    registry: createRegistry(platform.rpc, addressOf(platform, 'session-registry')),
    grid: book,
    tariffOf: (siteId: SiteId) => tariffOf(config.tariffs ?? NO_TARIFFS, siteId),
    events,
    sampleIntervalMs: config.sampleIntervalMs,
  });

interface RoutesDeps extends Parts {
  readonly board: LiveBoard;
  readonly readiness: () => Readiness;
  readonly url: () => string;
}

function routesOn(
  platform: Platform,
  deps: RoutesDeps,
): { readonly routes: readonly Route[]; readonly streams: LiveStreams } {
  const { config, events, board } = deps;
  const demo = { gridEvents: config.demo !== undefined };
  const ocppUrl = (): string => config.publicOcppUrl ?? `${deps.url().replace(/^http/, 'ws')}/ocpp/{stationId}`;
  const actions = createActions({
    clock: platform.clock,
    registry: createRegistry(platform.rpc, addressOf(platform, 'session-registry'), (name) =>
      tariffTextOf(config.tariffs ?? NO_TARIFFS, name),
    ),
    metering: createMetering(platform.rpc, addressOf(platform, 'meter-ingestion')),
    allocation: createAllocation(platform.rpc, addressOf(platform, 'allocation-optimizer')),
    plans: createPlans(platform.rpc, addressOf(platform, 'allocation-optimizer')),
    board,
    source: sourceOn(platform, events),
    grid: deps.book,
    events,
    hashIdToken: createHashIdToken(config.idTokenKey),
    ocppUrlOf: (stationId: StationId) => ocppUrl().replace('{stationId}', encodeURIComponent(stationId)),
  });
  const streams = createLiveStreams({ board, ioTimers: realTimers, events, headers: SECURITY_HEADERS, demo });
  const routes: Route[] = [
    ...siteRoutes(actions),
    ...liveRoutes(actions, streams, demo),
    ...gridRoutes(actions),
    ...stationRoutes(actions),
    ...recordRoutes(actions),
    ...temperatureRoutes(actions),
    ...controlRoutes(actions),
    ...boostRoutes(actions),
    ...decisionRoutes(actions),
    ...planRoutes(actions),
    ...(config.demo === undefined
      ? []
      : demoRoutes(actions, createDemoActions({ utility: createDemoDesk(config.demo), events }))),
  ];
  let description: unknown;
  routes.push(...systemRoutes({ readiness: deps.readiness, openApi: () => (description ??= openApiOf(routes)) }));
  return { routes, streams };
}

function addressOf(platform: Platform, service: string): string {
  const address = platform.addresses[service];
  if (address === undefined) throw new Error(`no rpc address for ${service}`);
  return address;
}

const urlOf = ({ host, port }: { readonly host: string; readonly port: number }): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

async function listen(app: FastifyInstance, { host, port }: ConsoleConfig): Promise<void> {
  try {
    await app.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port });
  } catch (cause) {
    const isBusy = typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'EADDRINUSE';
    throw isBusy ? new PortBusy(host, port) : cause;
  }
}

/** Sockets that were upgraded are not ours to close; the stop does not wait for them for ever. */
async function within(graceMs: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, graceMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
