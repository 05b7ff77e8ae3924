import type { IntendedFact } from './decisions.ts';
import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

export interface TimelyChecker {
  /** A lease that is about to be sent stands in the log. */
  intended(fact: Pick<IntendedFact, 'commandId' | 'atMs'>): void;
  /** A frame was written to a socket. */
  written(nowMs: number, gateway: string, stationId: string, frame: WireFrame): void;
}

/** `notAfter` of a command: so long after it was planned nobody may write it any more (O4). */
const NOT_AFTER_MS = 5_000;
/** Clocks of the platform tell whole milliseconds. */
const CLOCK_STEP_MS = 1;
/** Of intents those are remembered that may still be on their way. */
const MAX_KNOWN = 2_000;

/**
 * A command is judged right before the socket, and not only when it is queued (O4): what waited in a process that stood still, or
 * behind an answer that never came, is too late by then, and is not written.
 */
export function createTimelyChecker(report: Report): TimelyChecker {
  const plannedAtMs = new Map<string, number>();
  return {
    intended({ commandId, atMs }) {
      plannedAtMs.set(commandId, atMs);
      for (const oldest of plannedAtMs.keys()) {
        if (plannedAtMs.size <= MAX_KNOWN) break;
        plannedAtMs.delete(oldest);
      }
    },
    written(nowMs, gateway, stationId, frame) {
      const profile = frame.profile();
      const atMs = profile === undefined ? undefined : plannedAtMs.get(profile.messageId);
      if (profile === undefined || atMs === undefined || nowMs <= atMs + NOT_AFTER_MS + CLOCK_STEP_MS) return;
      const late = ((nowMs - atMs) / 1_000).toFixed(1);
      const detail = `${profile.limitsA[0]} A for ${stationId} was written on ${gateway} ${late} s after it was planned`;
      report({ checker: 'fencing', atMs: nowMs, detail });
    },
  };
}
