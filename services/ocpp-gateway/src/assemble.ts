import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { OCPP_VERSIONS, type StationAnswer } from '@headroom/ocpp';
import type { Cancel } from '@headroom/kernel';
import type { RpcServer } from '@headroom/rpc';
import { type Platform, type Service, telemetryOf } from '@headroom/service-host';
import { createPgEpochs, type EpochSource } from '@headroom/turn-store';
import { createDigests } from './adapters/crypto/digests.ts';
import { createEpochTable } from './adapters/epochs/epoch-table.ts';
import { createRoutes } from './adapters/live/routes.ts';
import { createFactLog } from './adapters/log/fact-log.ts';
import { gatewayServiceBinding } from './adapters/rpc/gateway-service.ts';
import { createRegistry } from './adapters/rpc/registry.ts';
import { NO_STORE } from './adapters/store/gateway-store.ts';
import { createPgStore } from './adapters/store/pg-store.ts';
import { listen, type Listener } from './adapters/ws/listen.ts';
import { type ConnectionEvents, createStationServer } from './adapters/ws/station-server.ts';
import { type Admitted, createAdmitStation, type Knock, type Refused } from './app/admit-station.ts';
import { createAuthorizer } from './app/authorizer.ts';
import { createConnections } from './app/connections.ts';
import { allClosed, drainConnections, within } from './app/drain.ts';
import { MAX_REMEMBERED_ANSWERS } from './app/handler.ts';
import { createKeepAlive } from './app/keep-alive.ts';
import { onFrame, refuseFrame } from './app/on-frame.ts';
import { onClosed, openConnection, type OpenConnectionDeps } from './app/open-connection.ts';
import { createRecorder } from './app/recorder.ts';
import { learnEpochs, sendBatch } from './app/send-batch.ts';
import { createStationDirectory } from './app/station-directory.ts';
import { endUnwritten, traceCommands } from './app/trace-commands.ts';
import { createStationMemory } from './app/station-memory.ts';
import type { OcppGatewayConfig } from './config.ts';
import { createBoundedMap } from './domain/bounded-map.ts';
import { createEvents } from './events.ts';
import type { GatewayStore, StationSocket } from './ports.ts';
import { route } from './service.ts';

export { createMemoryStore } from './adapters/store/memory-store.ts';

const NAME = 'ocpp-gateway';
/** Parts of the grace of `stop`: five for the drain window, one each for the last messages in hand, closing, calls, facts. */
const STOP_SHARES = 10;
const WINDOW_SHARES = 5;
const CANNOT_RECORD = 'messages cannot be recorded';

export interface OcppGateway extends Service {
  /** For somebody else's HTTP server: its `upgrade` events of paths under `/ocpp/`. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /**
   * For a connection that is no WebSocket (the simulation's): the same admission, then the same life. `socket` is used
   * from the moment of admission on.
   */
  connect(knock: Knock, socket: StationSocket): Promise<VirtualConnection | Refused>;
  /** `ws://host:port/ocpp`, once started, where the gateway listens on a port of its own. */
  readonly ocppAddress?: string | undefined;
}

/** An admitted connection; what its other end does is told by `events`. */
export interface VirtualConnection {
  readonly kind: 'admitted';
  readonly events: ConnectionEvents;
}

/** The table of epochs, and how it is closed. */
export interface EpochsHandle {
  readonly source: Pick<EpochSource, 'current'>;
  readonly close: () => Promise<void>;
}

/** What a gateway reaches beside its platform. */
export interface GatewayDoors {
  /** Default: the table of epochs in `platform.databaseUrl`. */
  readonly epochs?: EpochsHandle;
  /** Default: the gateways' own schema in `platform.databaseUrl`; where that is empty there is none. */
  readonly store?: GatewayStore;
}

function pgEpochs(platform: Platform): EpochsHandle {
  const source = createPgEpochs({ url: platform.databaseUrl });
  return { source, close: () => source.close() };
}

const pgStore = ({ databaseUrl }: Platform): GatewayStore =>
  databaseUrl === '' ? NO_STORE : createPgStore({ url: databaseUrl });

/** Wires the gateway onto a platform. It serves rpc at `config.gatewayAddress`. */
export function assembleGateway(
  platform: Platform,
  config: OcppGatewayConfig,
  doors: GatewayDoors | EpochsHandle = {},
): OcppGateway {
  const { epochs = pgEpochs(platform), store = pgStore(platform) }: GatewayDoors =
    'source' in doors ? { epochs: doors } : doors;
  const gate = { draining: false };
  const at = { gatewayAddress: config.gatewayAddress };
  const parts = wire({ platform, config, gate, epochs: epochs.source, store, gatewayAddress: () => at.gatewayAddress });
  const { connections, events, recorder, keepAlive, handleUpgrade, binding } = parts;
  let state: 'starting' | 'running' | 'stopping' = 'starting';
  let rpcServer: RpcServer | undefined;
  let listener: Listener | undefined;
  let stopPings: Cancel = () => {};

  return {
    name: NAME,
    handleUpgrade,
    connect: async (knock, socket) => {
      const outcome = await parts.admit(knock);
      return outcome.kind === 'refused' ? outcome : { kind: 'admitted', events: parts.open(outcome, socket) };
    },
    get ocppAddress() {
      return listener?.address;
    },
    start: async () => {
      await parts.learnEpochs();
      rpcServer = await platform.rpc.serve(config.gatewayAddress, [binding]);
      at.gatewayAddress = rpcServer.address;
      stopPings = platform.io.every(config.pingIntervalMs, keepAlive);
      if (config.listen !== undefined) listener = await listen(config.listen, handleUpgrade);
      if (listener !== undefined) events.listening(listener.address);
      state = 'running';
    },
    readiness: () => {
      if (state !== 'running') return { kind: 'not-ready', why: state };
      const why = recorder.trouble();
      return why === undefined ? { kind: 'ready' } : { kind: 'not-ready', why };
    },
    // G6: no new ones; one station after the other has its messages in hand answered and is closed, which its fact tells.
    stop: async (graceMs) => {
      state = 'stopping';
      gate.draining = true;
      stopPings();
      const { io, rng } = platform;
      const share = graceMs / STOP_SHARES;
      const windowMs = Math.min(config.drainWindowMs, share * WINDOW_SHARES);
      await drainConnections({ timers: io, rng, connections, windowMs, patienceMs: share });
      const left = connections.all();
      await within(io, share, allClosed(io, left));
      for (const connection of left) {
        connection.socket.terminate();
        onClosed(parts.openDeps, connection, 1006, 'did not close in time');
      }
      await rpcServer?.stop(share);
      await within(io, share, recorder.flush());
      await within(io, share, recorder.stop());
      await listener?.close();
      await Promise.all([epochs.close(), store.close()]);
    },
  };
}

interface Wiring {
  readonly platform: Platform;
  readonly config: OcppGatewayConfig;
  readonly gate: { readonly draining: boolean };
  readonly epochs: Pick<EpochSource, 'current'>;
  readonly store: GatewayStore;
  readonly gatewayAddress: () => string;
}

function wire({ platform, config, gate, epochs, store, gatewayAddress }: Wiring) {
  // Pings, deadlines of calls and retries of the log are I/O: they stay real where the clock is sped up.
  const { clock, io, ids } = platform;
  const { metrics, tracer } = telemetryOf(platform);
  const events = createEvents(platform.logger, metrics);
  const digests = createDigests(config);
  const registry = createRegistry(platform.rpc, platform.addresses['session-registry'] ?? '');
  const connections = createConnections();
  for (const version of OCPP_VERSIONS) {
    metrics.observe(
      'headroom_ocpp_connections',
      { version },
      () => connections.all().filter((connection) => connection.codec.version === version).length,
    );
  }
  const memory = createStationMemory();
  const directory = createStationDirectory({ registry, digests, clock });
  const routes = createRoutes({ live: platform.live, events, renewEveryMs: config.pingIntervalMs, gatewayAddress });
  const recorder = createRecorder({
    log: createFactLog(platform.log),
    inbox: store.inbox,
    clock: io,
    timers: io,
    events,
    onLost: () => {
      for (const { socket } of connections.all()) socket.close(1013, CANNOT_RECORD);
    },
    onStationLost: (stationId) => connections.current(stationId)?.socket.close(1013, CANNOT_RECORD),
  });
  const openDeps: OpenConnectionDeps = {
    clock,
    io,
    ids,
    connections,
    memory,
    recorder,
    routes,
    arrivals: store.arrivals,
    digests,
    events,
    callTimeoutMs: config.callTimeoutMs,
    meterSampleIntervalS: config.meterSampleIntervalS,
    gatewayAddress,
  };
  const frameDeps = {
    clock,
    io,
    recorder,
    memory,
    arrivals: store.arrivals,
    digests,
    events,
    route,
    tracer,
    authorize: createAuthorizer(registry),
    answers: createBoundedMap<string, StationAnswer>(MAX_REMEMBERED_ANSWERS),
    heartbeatIntervalS: config.heartbeatIntervalS,
    meterSampleIntervalS: config.meterSampleIntervalS,
    maxFrameBytes: config.maxFrameBytes,
  };
  const admit = createAdmitStation({
    directory,
    digests,
    events,
    admit: config.admit ?? (() => undefined),
    isDraining: () => gate.draining,
    canRecord: (stationId) => recorder.takes(stationId),
    arrivals: store.arrivals,
    clock,
  });
  const open = (admitted: Admitted, socket: StationSocket): ConnectionEvents => {
    const connection = openConnection(openDeps, admitted, socket);
    const heard = (): void => {
      connection.life.lastHeardMs = io.monoMs();
    };
    return {
      onText: (text) => {
        heard();
        onFrame(frameDeps, connection, text);
      },
      onRefused: (reason, detail) =>
        refuseFrame(frameDeps, { connection, receivedAtMs: clock.nowMs(), frame: '' }, reason, detail),
      onHeard: heard,
      onClosed: (code, reason) => onClosed(openDeps, connection, code, reason),
    };
  };
  const handleUpgrade = createStationServer({ maxFrameBytes: config.maxFrameBytes, rng: platform.rng, admit, open });
  const keepAlive = createKeepAlive({
    clock: io,
    connections,
    routes,
    directory,
    events,
    memory,
    pingIntervalMs: config.pingIntervalMs,
  });
  const batchDeps = { connections, memory, epochs: createEpochTable(epochs, events) };
  const binding = gatewayServiceBinding(async (batch, traceparent) => {
    const traced = traceCommands(tracer, batch.commands, traceparent);
    const verdicts = await sendBatch(batchDeps, { ...batch, commands: traced });
    endUnwritten(traced, verdicts);
    for (const { kind } of verdicts) events.commandJudged(kind);
    return verdicts;
  });
  const learn = () => learnEpochs(batchDeps);
  return {
    connections,
    events,
    recorder,
    keepAlive,
    handleUpgrade,
    binding,
    openDeps,
    admit,
    open,
    learnEpochs: learn,
  };
}
