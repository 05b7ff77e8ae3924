import type { IntendedFact } from './decisions.ts';
import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

/** The two ends of a line: a gateway, and the station that dialled it. */
export interface Ends {
  readonly gateway: string;
  readonly stationId: string;
}

export interface ConnectionsChecker {
  /** A station knocks at a gateway. `line`: the number of the connection that may come of it. */
  dialled(line: number, ends: Ends): void;
  /** The station has dialled anew: what is written to the socket of this line reaches nobody. */
  isLeft(line: number, stationId: string): boolean;
  /** That this station is connected to this gateway stands in the log. */
  announced(nowMs: number, ends: Ends): void;
  /** A lease that is about to be sent stands in the log. */
  intended(fact: Pick<IntendedFact, 'commandId' | 'atMs'>): void;
  /** A frame was written to the socket of this line. */
  written(nowMs: number, line: number, ends: Ends, frame: WireFrame): void;
}

interface Line extends Ends {
  /** From here on a dispatcher can have known it; undefined: not yet. */
  announcedAtMs?: number;
}

/** Clocks of the platform tell whole milliseconds. */
const CLOCK_STEP_MS = 1;
/** Of intents and lines those are remembered that may still be on their way, or open. */
const MAX_KNOWN = 2_000;

/**
 * R4: what was planned for one connection of a station is not written on a later one. A dispatcher knows a connection from the
 * log, so what it planned before that stood there was meant for an earlier one. Where the word of an earlier connection of the
 * same two comes late, it is taken for that of the later one: then less is found, and nobody is accused who did nothing.
 */
export function createConnectionsChecker(report: Report): ConnectionsChecker {
  const plannedAtMs = new Map<string, number>();
  const lines = new Map<number, Line>();
  const newestLine = new Map<string, number>();
  return {
    isLeft: (line, stationId) => line < (newestLine.get(stationId) ?? 0),
    dialled(line, ends) {
      lines.set(line, { ...ends });
      newestLine.set(ends.stationId, Math.max(line, newestLine.get(ends.stationId) ?? 0));
      forgetOldest(lines);
    },
    announced(nowMs, { gateway, stationId }) {
      for (const line of lines.values()) {
        if (line.gateway === gateway && line.stationId === stationId) line.announcedAtMs ??= nowMs;
      }
    },
    intended({ commandId, atMs }) {
      plannedAtMs.set(commandId, atMs);
      forgetOldest(plannedAtMs);
    },
    written(nowMs, number, { gateway, stationId }, frame) {
      const profile = frame.profile();
      const atMs = profile === undefined ? undefined : plannedAtMs.get(profile.messageId);
      const line = lines.get(number);
      if (profile === undefined || atMs === undefined || line === undefined) return;
      const { announcedAtMs = Number.POSITIVE_INFINITY } = line;
      if (atMs + CLOCK_STEP_MS >= announcedAtMs) return;
      const known =
        announcedAtMs > nowMs ? 'nobody knows yet' : `was known ${Math.ceil(announcedAtMs - atMs)} ms later`;
      const what = `${profile.limitsA[0]} A for ${stationId}, planned for an earlier connection`;
      report({ checker: 'fencing', atMs: nowMs, detail: `${what}, was written on ${gateway} on one that ${known}` });
    },
  };
}

function forgetOldest<K>(known: Map<K, unknown>): void {
  for (const oldest of known.keys()) {
    if (known.size <= MAX_KNOWN) return;
    known.delete(oldest);
  }
}
