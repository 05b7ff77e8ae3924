import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

export interface RetoldChecker {
  /** A frame arrived at a station. */
  received(nowMs: number, stationId: string, frame: WireFrame): void;
  /** A station said something. */
  sent(nowMs: number, stationId: string, frame: WireFrame): void;
  /** A station has a new connection, or has lost what it was told: what is owed to it then is another matter. */
  begins(stationId: string): void;
  /** @param struckAtMs when the last fault fired, or somebody was struck otherwise */
  look(nowMs: number, struckAtMs: number): void;
}

/** From the word of a station to its limit: a record, a pass and a command take less than a second. */
const TOLD_WITHIN_MS = 20_000;
/** What a fault began is over: a machine may be gone for a minute. */
const CALM_AFTER_MS = 120_000;
/** Of one EVSE: so many retellings in a row are promised, and one a minute in the long run. */
const MOST_IN_A_ROW = 6;
/** A lease that is about to end may have ended by the clock of its station. */
const SURELY_MS = 20_000;
const ROW_MS = 2 * MOST_IN_A_ROW * 60_000;

/** Not parsed: a frame may be torn. */
const STATE = /"(?:status|chargingState)":\s*"([A-Za-z]+)"/u;
const PAUSED = new Set(['SuspendedEV', 'SuspendedEVSE']);
const IS_OF_THE_PAST = /"offline":\s*true/u;
const IS_END = /"eventType":\s*"Ended"/u;
const EVSE_OF: ReadonlyMap<string, RegExp> = new Map([
  ['StatusNotification', /"connectorId":\s*(\d+)/u],
  ['TransactionEvent', /"evse":\s*\{\s*"id":\s*(\d+)/u],
]);

interface Lease {
  readonly messageId: string;
  readonly transactionId: string;
  /** A. Undefined: it has more than one, or they are not in amperes. */
  readonly limitA: number | undefined;
  readonly untilMs: number;
}

interface Bay {
  /** On its way. */
  asked: Lease | undefined;
  /** That it has accepted last: by it the platform knows that a transaction runs. */
  has: Lease | undefined;
  /** It has said so, and nothing has let it go on since. */
  isPaused: boolean;
  /** Since when it is owed its limit. Undefined: nothing is owed. */
  owedSinceMs: number | undefined;
  /** When it was let go on, or said that it goes on. */
  readonly resumes: number[];
}

const NOTHING = { asked: undefined, has: undefined, isPaused: false, owedSinceMs: undefined } as const;

/** Not parsed: a frame may be torn. */
const ANSWER = /^\[\s*3\s*,\s*"([^"]*)".*"status":\s*"Accepted"/u;

/**
 * H79: who charges again after a pause may have forgotten its limit with it, so it is told a limit, whichever, once it has accepted the one
 * that lets it go on; or once it says that it charges, where no limit has paused it.
 * Judged where nothing is in the way: for as long as the station keeps its line, no fault has fired for a while, and it has not paused so
 * often that a retelling may have to wait.
 */
export function createRetoldChecker(minimumA: (evseId: string) => number, report: Report): RetoldChecker {
  const bays = new Map<string, Bay>();
  const of = (evseId: string): Bay => {
    const bay = bays.get(evseId) ?? { ...NOTHING, resumes: [] };
    bays.set(evseId, bay);
    return bay;
  };
  const ends = (bay: Bay): void => void Object.assign(bay, NOTHING);
  const baysOf = (stationId: string): readonly Bay[] =>
    [...bays].flatMap(([evseId, bay]) => (evseId.startsWith(`${stationId}/`) ? [bay] : []));
  /** Its limit is owed to it from here on, unless it goes on too often. */
  const goesOn = (bay: Bay, nowMs: number): void => {
    const { resumes } = bay;
    resumes.push(nowMs);
    while ((resumes[0] ?? nowMs) < nowMs - ROW_MS) resumes.shift();
    bay.isPaused = false;
    if (resumes.length <= MOST_IN_A_ROW) bay.owedSinceMs = nowMs;
  };
  const accepts = (nowMs: number, evseId: string, bay: Bay, lease: Lease): void => {
    const { has } = bay;
    Object.assign(bay, { asked: undefined, has: lease });
    const held = has?.transactionId === lease.transactionId && nowMs < has.untilMs - SURELY_MS ? has : undefined;
    // Of a limit in watts its judge does not know what a car takes of it: it may have been let go on.
    if (held?.limitA === undefined || lease.limitA === undefined) bay.isPaused = false;
    else if (held.limitA < minimumA(evseId) && lease.limitA >= minimumA(evseId)) goesOn(bay, nowMs);
  };
  const answered = (nowMs: number, stationId: string, messageId: string): void => {
    for (const [evseId, bay] of bays)
      if (bay.asked?.messageId === messageId && evseId.startsWith(`${stationId}/`))
        accepts(nowMs, evseId, bay, bay.asked);
  };

  return {
    received(nowMs, stationId, frame) {
      const profile = frame.profile();
      if (profile === undefined) return;
      const { messageId, transactionId, isInWatts, limitsA, durationS = Infinity } = profile;
      const bay = of(`${stationId}/${profile.evse}`);
      bay.owedSinceMs = undefined;
      if (profile.purpose !== 'TxProfile') return;
      const limitA = isInWatts || limitsA.length !== 1 ? undefined : limitsA[0];
      bay.asked = { messageId, transactionId, limitA, untilMs: nowMs + durationS * 1_000 };
    },
    sent(nowMs, stationId, frame) {
      const [, accepted] = ANSWER.exec(frame.text) ?? [];
      if (accepted !== undefined) return answered(nowMs, stationId, accepted);
      const { kind, action } = frame.head();
      if (kind !== '2') return;
      // 1.6 does not say which of its EVSEs: those of a station with more are let be.
      if (action === 'StopTransaction' || IS_END.test(frame.text)) return baysOf(stationId).forEach(ends);
      const [, state] = STATE.exec(frame.text) ?? [];
      const [, evse] = EVSE_OF.get(action)?.exec(frame.text) ?? [];
      if (state === undefined || evse === undefined) return;
      const bay = of(`${stationId}/${evse}`);
      if (state === 'Charging' && bay.isPaused) return goesOn(bay, nowMs);
      if (state !== 'Charging') bay.owedSinceMs = undefined;
      bay.isPaused = bay.has !== undefined && PAUSED.has(state) && !IS_OF_THE_PAST.test(frame.text);
    },
    begins: (stationId) => baysOf(stationId).forEach(ends),
    look(nowMs, struckAtMs) {
      for (const [evseId, bay] of bays) {
        const { owedSinceMs } = bay;
        if (owedSinceMs === undefined || nowMs - owedSinceMs <= TOLD_WITHIN_MS) continue;
        bay.owedSinceMs = undefined;
        if (struckAtMs > owedSinceMs - CALM_AFTER_MS) continue;
        const detail = `${evseId} charges again after a pause, and was told no limit for ${TOLD_WITHIN_MS / 1_000} s`;
        report({ checker: 'decided', atMs: nowMs, detail });
      }
    },
  };
}
