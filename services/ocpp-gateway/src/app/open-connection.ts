import type { Clock, IdSource, Timers } from '@headroom/kernel';
import { codecOf, type OcppVersion } from '@headroom/ocpp';
import { capabilitiesOf, type ReportedSetting } from '@headroom/ocpp/capabilities';
import { NO_SPAN, type Span } from '@headroom/telemetry';
import type { FactBody } from '../domain/facts.ts';
import { createLastLimits } from '../domain/last-limits.ts';
import type { GatewayEvents } from '../events.ts';
import type { Arrivals, Digests, Routes, StationSocket } from '../ports.ts';
import type { Admitted } from './admit-station.ts';
import { stationFact } from './connection-facts.ts';
import type { Connection, ConnectionLife, Connections } from './connections.ts';
import { createLane } from './lane.ts';
import { createOutbound } from './outbound.ts';
import type { Recorder } from './recorder.ts';
import type { StationMemory } from './station-memory.ts';

/** Close code for a connection that a newer one of the same station replaced (A5). */
const SUPERSEDED_CODE = 4001;

export interface OpenConnectionDeps {
  readonly clock: Clock;
  /** Time of I/O. */
  readonly io: Pick<Clock, 'monoMs'> & Timers;
  readonly ids: IdSource;
  readonly connections: Connections;
  readonly memory: StationMemory;
  readonly arrivals: Pick<Arrivals, 'booted'>;
  readonly recorder: Recorder;
  readonly routes: Routes;
  readonly digests: Digests;
  readonly events: GatewayEvents;
  readonly callTimeoutMs: number;
  readonly meterSampleIntervalS: number;
  /** What `StationConnected` names; known once the rpc server listens. */
  readonly gatewayAddress: () => string;
}

/** A station is on line. The newest authenticated connection wins (R8, H47). */
export function openConnection(deps: OpenConnectionDeps, admitted: Admitted, socket: StationSocket): Connection {
  const { clock, connections, memory } = deps;
  const { stationId, siteId } = admitted;
  const connectedAtMs = clock.nowMs();
  const generation = memory.nextGeneration(stationId, admitted.arrival?.generation ?? connectedAtMs);
  const identity = { stationId, ...(siteId === undefined ? {} : { siteId }), generation };
  const codec = codecOf(admitted.version);
  const record = (body: FactBody, frame: string, span: Span = NO_SPAN): void =>
    deps.recorder.recordLater(
      stationFact(deps.digests, { connection: identity, receivedAtMs: clock.nowMs(), frame, span }, body),
    );

  const lastLimits = createLastLimits();
  const connection: Connection = {
    ...identity,
    codec,
    lastLimits,
    connectedAtMs,
    socket,
    lane: createLane({ onFull: () => socket.pause(), onDrained: () => socket.resume() }),
    outbound: createOutbound({
      clock: deps.io,
      timers: deps.io,
      ids: deps.ids,
      codec,
      socket,
      callTimeoutMs: deps.callTimeoutMs,
      judge: (token) => memory.judge(stationId, token, generation, clock.nowMs()),
      wrote: ({ commandId, token, command }) => {
        memory.wrote(stationId, token);
        if (command.kind === 'set-charging-profile') lastLimits.wrote(commandId, command.profile, clock.nowMs());
      },
      onCommandAnswered: ({ commandId, span }, { status, detail, settings = [], composite, rawFrame, tookMs }) => {
        deps.events.commandAnswered(status, tookMs);
        if (status === 'rejected') lastLimits.refused(commandId);
        span?.set({ status });
        const said = composite === undefined ? {} : { composite };
        record({ kind: 'command-answered', commandId, status, detail, settings, ...said }, rawFrame, span);
        span?.end();
        if (!followsSetpoints(admitted.version, settings)) return;
        const intervalS = deps.meterSampleIntervalS;
        connection.outbound.ask({ kind: 'configure-sampling', intervalS, withExport: true });
      },
      onOwnCallRefused: (detail) => deps.events.configurationRefused(stationId, detail),
    }),
    life: newLife(deps.io.monoMs()),
  };

  const old = connections.put(connection);
  if (old !== undefined) supersede(deps, old, generation);
  if (admitted.arrival?.booted === true) memory.markBooted(identity);
  // The store was away, or its client died, when the boot was to be noted there.
  else if (admitted.arrival !== undefined && memory.booted(identity)) void deps.arrivals.booted(identity);
  if (admitted.arrival?.recordsWait === true) deps.recorder.goBehind(stationId);
  tellLeftSite(deps, admitted, generation);
  record({ kind: 'connected', version: admitted.version, gatewayAddress: deps.gatewayAddress() }, '');
  const route = { stationId, generation, connectedAtMs, renewal: 0 };
  deps.routes.put(route, (newer) => loseConnection(deps, connection, newer));
  return connection;
}

/**
 * HO-15: its old site would keep what it was told there for as long as it takes it to be connected. Of the connection before this one, whichever that was: whoever
 * knows this one already is told nothing new.
 */
function tellLeftSite(deps: OpenConnectionDeps, { stationId, arrival }: Admitted, generation: number): void {
  if (arrival?.leftSiteId === undefined) return;
  const connection = { stationId, siteId: arrival.leftSiteId, generation: generation - 1 };
  const body: FactBody = { kind: 'disconnected', closeCode: SUPERSEDED_CODE, reason: 'it belongs to another site now' };
  deps.recorder.recordLater(
    stationFact(deps.digests, { connection, receivedAtMs: deps.clock.nowMs(), frame: '' }, body),
  );
}

/** Asked about it, it said so: its cars may give back, and what they give has to be seen. */
const followsSetpoints = (version: OcppVersion, settings: readonly ReportedSetting[]): boolean =>
  version === 'ocpp2.1' && (capabilitiesOf(version, settings).capabilities.since21?.setpointEvses?.length ?? 0) > 0;

const newLife = (nowMs: number): ConnectionLife => ({
  lastHeardMs: nowMs,
  phase: 'open',
  bootAsked: false,
  refusals: { count: 0, sinceMs: nowMs },
  unsupported: { count: 0, sinceMs: nowMs },
  routeRenewals: 0,
});

/** The station has a newer connection at another gateway (G8): this one is over, whatever its socket believes. */
export function loseConnection(
  { events, memory }: Pick<OpenConnectionDeps, 'events' | 'memory'>,
  connection: Connection,
  newerGeneration: number,
): void {
  // Should it come back while the common store is away, its next connection here is newer than that.
  memory.sawGeneration(connection.stationId, newerGeneration);
  if (connection.life.phase !== 'open') return;
  connection.life.phase = 'superseded';
  connection.outbound.close();
  events.stationElsewhere(connection.stationId, newerGeneration);
  connection.socket.close(SUPERSEDED_CODE, 'a newer connection of this station');
}

function supersede(deps: OpenConnectionDeps, old: Connection, generation: number): void {
  old.life.phase = 'superseded';
  old.outbound.close();
  deps.events.stationSuperseded(old.stationId, generation);
  old.socket.close(SUPERSEDED_CODE, 'a newer connection of this station');
}

/**
 * The socket is closed, for whatever reason. A superseded one says nothing: the fact of the newer connection has already
 * told that this one is over, and nothing that comes late may mark the station offline (H48, A6).
 */
export function onClosed(deps: OpenConnectionDeps, connection: Connection, code: number, reason: string): void {
  const { stationId, generation, connectedAtMs, life } = connection;
  if (life.phase === 'closed') return;
  connection.outbound.close();
  const wasCurrent = deps.connections.remove(connection);
  life.phase = 'closed';
  if (!wasCurrent) return;
  const body: FactBody = { kind: 'disconnected', closeCode: code, reason };
  const origin = { connection, receivedAtMs: deps.clock.nowMs(), frame: '' };
  deps.recorder.recordLater(stationFact(deps.digests, origin, body));
  deps.routes.remove({ stationId, generation, connectedAtMs, renewal: life.routeRenewals });
}
