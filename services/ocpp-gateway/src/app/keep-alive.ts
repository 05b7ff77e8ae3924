import type { Clock } from '@headroom/kernel';
import type { GatewayEvents } from '../events.ts';
import type { Routes } from '../ports.ts';
import type { Connection, Connections } from './connections.ts';
import { loseConnection } from './open-connection.ts';
import type { StationDirectory } from './station-directory.ts';
import type { StationMemory } from './station-memory.ts';

/** Ping periods without any sign of life after which a socket is dead (H46). */
const MAX_SILENT_PINGS = 2;
/** Stations whose site is looked up again in one period; the others have their turn in the next. */
const MAX_LOOKUPS_PER_TICK = 50;

export interface KeepAliveDeps {
  readonly clock: Pick<Clock, 'monoMs'>;
  readonly connections: Connections;
  readonly routes: Routes;
  readonly directory: StationDirectory;
  readonly events: GatewayEvents;
  readonly memory: StationMemory;
  readonly pingIntervalMs: number;
}

/**
 * Once a ping period: ends dead sockets, pings the others, renews their routes, notices stations that changed site. A renewal
 * that meets the route of a newer connection ends this one (G8).
 */
export function createKeepAlive(deps: KeepAliveDeps): () => void {
  let next = 0;
  return () => {
    const all = deps.connections.all();
    for (const connection of all) tend(deps, connection);
    const count = Math.min(MAX_LOOKUPS_PER_TICK, all.length);
    for (let i = 0; i < count; i += 1) {
      const connection = all[(next + i) % all.length];
      if (connection !== undefined) void reconnectIfMoved(deps, connection);
    }
    next = all.length === 0 ? 0 : (next + count) % all.length;
  };
}

function tend(deps: KeepAliveDeps, connection: Connection): void {
  const { life, socket, stationId, generation, connectedAtMs } = connection;
  // A pong, a ping, any frame is a sign of life (H49).
  if (deps.clock.monoMs() - life.lastHeardMs > MAX_SILENT_PINGS * deps.pingIntervalMs) return socket.terminate();
  socket.ping();
  life.routeRenewals += 1;
  const route = { stationId, generation, connectedAtMs, renewal: life.routeRenewals };
  deps.routes.put(route, (newer) => loseConnection(deps, connection, newer));
}

/** The site is the key of a station's facts: it changes with a connection, never within one. */
async function reconnectIfMoved(deps: KeepAliveDeps, connection: Connection): Promise<void> {
  const station = await deps.directory.current(connection.stationId);
  if (station === undefined || station.siteId === connection.siteId) return;
  connection.socket.close(1012, 'this station belongs to another site now');
}
