import type { EpochMs, SiteId, StationId } from '@headroom/kernel';
import type { Codec } from '@headroom/ocpp';
import type { LastLimits } from '../domain/last-limits.ts';
import type { StationSocket } from '../ports.ts';
import type { Lane } from './lane.ts';
import type { Outbound } from './outbound.ts';

/** One open WebSocket of one authenticated station. */
export interface Connection {
  readonly stationId: StationId;
  readonly siteId?: SiteId;
  readonly codec: Codec;
  readonly generation: number;
  readonly connectedAtMs: EpochMs;
  readonly socket: StationSocket;
  readonly lane: Lane;
  readonly outbound: Outbound;
  readonly lastLimits: LastLimits;
  readonly life: ConnectionLife;
}

/** Counted since `sinceMs`, monotonic; after a minute from anew. */
export interface PerMinute {
  count: number;
  sinceMs: number;
}

/** What changes during a connection. */
export interface ConnectionLife {
  /** Monotonic ms of the last sign of life: any frame counts (H49). */
  lastHeardMs: number;
  /** Answers go out only while `open`: never to an older generation (X8), never while draining (G6). */
  phase: 'open' | 'superseded' | 'draining' | 'closed';
  /** Asked once to boot (H59). */
  bootAsked: boolean;
  /** Malformed frames (A17). */
  readonly refusals: PerMinute;
  /** Well-formed messages that are of use to others (H74). */
  readonly unsupported: PerMinute;
  routeRenewals: number;
}

/** The connection that counts of each station: the newest (R8). */
export interface Connections {
  current(stationId: StationId): Connection | undefined;
  /** Returns the one it takes the place of. */
  put(connection: Connection): Connection | undefined;
  /** Only if it is the current one: a late close of an older one changes nothing (H48). */
  remove(connection: Connection): boolean;
  all(): readonly Connection[];
}

export function createConnections(): Connections {
  const byStation = new Map<StationId, Connection>();
  return {
    current: (stationId) => byStation.get(stationId),
    put(connection) {
      const old = byStation.get(connection.stationId);
      byStation.set(connection.stationId, connection);
      return old;
    },
    remove(connection) {
      if (byStation.get(connection.stationId) !== connection) return false;
      return byStation.delete(connection.stationId);
    },
    all: () => [...byStation.values()],
  };
}
