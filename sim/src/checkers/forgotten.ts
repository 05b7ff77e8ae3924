import type { EvseNow } from './circuits.ts';
import type { Report } from './violation.ts';
import type { WireFrame, WireProfile } from './wire-profile.ts';

/** An EVSE as it is, by its own book. */
export interface Recalled {
  /** What says what it obeys. */
  readonly source: string;
  readonly fallbackA: number;
  readonly flowA: number;
  readonly isOnline: boolean;
  /** A transaction: without one no lease holds. */
  readonly runs: boolean;
}

/**
 * How an EVSE counts in a circuit. `excused`: nobody can know yet that its station has forgotten what it was told, or have acted
 * upon it: it counts with its fallback at most. `unled`: with all that its hardware bears. `unseen`: with what flows.
 */
export type Standing = 'told' | 'excused' | 'unled' | 'unseen';

/** Stations that have lost what they were told, and what the others must make of it (SI5, SI6). */
export interface Forgotten {
  /** `says`: it restarts, and says so once it is back; else only its meter shows what it does. */
  forgot(stationId: string, says: boolean): void;
  /** It is known to lose all with its line (H76): the others had to make room before, down to their fallbacks. */
  forgotAsKnown(stationId: string): void;
  /** It is told a limit. */
  told(stationId: string, profile: Pick<WireProfile, 'purpose' | 'messageId'>): void;
  /** It said something. */
  sent(stationId: string, frame: WireFrame): void;
  look(nowMs: number, stationId: string, now: Recalled): Standing;
}

interface Known {
  readonly says: boolean;
  readonly isExpected: boolean;
  lookedAtMs: number;
  /** Since then, for a transaction: while one runs what a maximum of the whole station hides may be a lease of ours. */
  isLeased: boolean;
  /** The permanent limit that it was told last, until it has taken that; then, that it has. */
  asked: string | undefined;
  hasPermanent: boolean;
  /** For so long it could have been known. */
  knowableMs: number;
  isReported: boolean;
}

/** A stranger's maximum of the whole station: what it hides is not said. */
const STATION_MAX = 'station-max';
/** Beyond the time of the reaction: a station may refuse for one and a half minutes, and is asked again once a minute. */
const TOLD_AGAIN_WITHIN_MS = 180_000;
/** A draw up to the fallback is nobody's news. */
const NEWS_A = 1;
const PERMANENT = 'TxDefaultProfile';

/** Not parsed: a frame may be torn. */
const ANSWER = /^\[\s*3\s*,\s*"([^"]*)".*"status":\s*"Accepted"/u;

/**
 * A station that has lost its profiles obeys its hardware until it is told anew. From its boot on the platform counts with that:
 * within the time of its reaction the others have made room, down to their fallbacks. Of a loss that shows in nothing the platform
 * sees what flows, and makes room for that. Who restarted is told anew, before long. Where it has leases of all that its hardware bears ever
 * since, these hide that it has its permanent limit again: that it has taken it says its answer.
 * TODO(#6): who draws more than it may without a word is to be told anew too; today its next boot or lease does it.
 */
export function createForgotten(reactsWithinMs: number, report: Report): Forgotten {
  const known = new Map<string, Known>();
  return {
    forgot(stationId, says) {
      known.set(stationId, freshly({ says, isExpected: false }));
    },
    forgotAsKnown(stationId) {
      known.set(stationId, freshly({ says: true, isExpected: true }));
    },
    told(stationId, { purpose, messageId }) {
      const station = known.get(stationId);
      if (station === undefined) return;
      if (purpose === PERMANENT) station.asked = messageId;
      else station.isLeased = true;
    },
    sent(stationId, { text }) {
      const station = known.get(stationId);
      if (station?.asked !== undefined && ANSWER.exec(text)?.[1] === station.asked) station.hasPermanent = true;
    },
    look(nowMs, stationId, { source: speaks, fallbackA, flowA, isOnline, runs }) {
      const station = known.get(stationId);
      if (station === undefined) return 'told';
      // Whoever sets that tells it nothing of ours.
      const mayHide = station.asked !== undefined || (station.isLeased && runs);
      const source = speaks === STATION_MAX && !mayHide ? 'hardware' : speaks;
      // Its permanent limit is back.
      if (source === 'tx-default') known.delete(stationId);
      const passedMs = Math.max(0, nowMs - station.lookedAtMs);
      station.lookedAtMs = nowMs;
      if (source !== 'hardware') {
        // A lease: nothing is to be seen of what lies below it.
        if (!station.says) station.knowableMs = 0;
        return 'told';
      }
      const isKnowable = isOnline && (station.says || flowA > fallbackA + NEWS_A);
      if (isKnowable) station.knowableMs += passedMs;
      else if (!station.says) station.knowableMs = 0;
      if (station.knowableMs <= reactsWithinMs) return station.isExpected ? 'unled' : 'excused';
      const isLate = station.says && station.knowableMs > reactsWithinMs + TOLD_AGAIN_WITHIN_MS;
      if (isLate && !station.hasPermanent && !station.isReported) {
        station.isReported = true;
        const forS = Math.round(station.knowableMs / 1_000);
        const detail = `${stationId} has forgotten its limits, which could be known for ${forS} s, and is not told them again`;
        report({ checker: 'decided', atMs: nowMs, detail });
      }
      return station.says ? 'unled' : 'unseen';
    },
  };
}

const freshly = (how: Pick<Known, 'says' | 'isExpected'>): Known => ({
  ...how,
  lookedAtMs: Number.POSITIVE_INFINITY,
  isLeased: false,
  asked: undefined,
  hasPermanent: false,
  knowableMs: 0,
  isReported: false,
});

/** Such an EVSE as it counts in a circuit. */
export function asItCounts(standing: Standing, now: EvseNow, fallbackA: number): EvseNow {
  const { obeyedA, flowA } = now;
  if (standing === 'excused')
    return { ...now, obeyedA: Math.min(obeyedA, fallbackA), flowA: Math.min(flowA, fallbackA) };
  return { ...now, obeyedA: standing === 'unseen' ? flowA : obeyedA, hasForgotten: true };
}
