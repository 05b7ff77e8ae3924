import { leastTakenA, sayable, type Told } from './sayable.ts';
import type { Resolution } from './decisions.ts';
import { type SiteEvse, stationIdOf } from './site-facts.ts';
import type { WireFrame, WireProfile } from './wire-profile.ts';

/** H79: who goes on after a pause may have forgotten its limit, and may be told once more what it has. */
export interface Resumes {
  /** A station said something. */
  sent(nowMs: number, stationId: string, frame: WireFrame): void;
  /** Something that it said stands in the log once more, so its owner hears it again. */
  again(nowMs: number, stationId: string, frame: WireFrame): void;
  /** It has less than it was told, by its own word, and is told it once more. */
  goesOn(nowMs: number, evseId: string): void;
  /** It is told a limit, in this way. */
  received(nowMs: number, evse: SiteEvse, profile: WireProfile, how: Told): void;
  /** It is told what it has by this command, planned then: is there a resume for it? Each serves one command that is accepted. */
  serves(atMs: number, evseId: string, messageId: string): boolean;
  /** What became of a command, as its owner says. */
  resolved(nowMs: number, of: Resolved): void;
  /** A station has a new connection: answers do not cross. */
  dialled(stationId: string): void;
}

interface Resolved {
  readonly evseId: string;
  readonly commandId: string;
  readonly resolution: Resolution;
}

/** A command that is to serve a resume, until its answer is known. */
interface Serving {
  readonly messageId: string;
  readonly sinceMs: number;
  isOver: boolean;
}

/** A retelling waits for an answer, for a while after one that failed, and for a minute where its EVSE flaps. */
const OWED_FOR_MS = 120_000;
/** Of one EVSE: one for the lease that lets it go on, one for the word of its station, and the same of the pause before. */
const MAX_KEPT = 4;

/** Not parsed: a frame may be torn. */
const STATE = /"(?:status|connectorStatus|chargingState)":\s*"([A-Za-z]+)"/u;
const ANSWER = /^\[\s*3\s*,\s*"([^"]*)"/u;
const EVSE_OF = { StatusNotification: /"connectorId":\s*(\d+)/u, TransactionEvent: /"evse":\s*\{\s*"id":\s*(\d+)/u };
const PAUSED = new Set(['SuspendedEV', 'SuspendedEVSE', 'Available', 'Preparing', 'EVConnected', 'Idle']);

interface Lease {
  readonly transactionId: string;
  /** As it was said, on one phase. */
  readonly saidA: number;
  readonly untilMs: number;
}

interface ToldLease extends Lease {
  readonly messageId: string;
  /** By what it was told before it goes on with this one. */
  readonly letsGoOn: boolean;
  /** By its permanent limit it would: that is less than the least with which its car can start, and this one is not. */
  readonly endsPause: boolean;
}

export function createResumes(): Resumes {
  const paused = new Set<string>();
  /** When each EVSE went on, the newest last. */
  const resumed = new Map<string, number[]>();
  /** The last lease of each. */
  const last = new Map<string, Lease>();
  /** The newest leases of each of which the answer is not known, the newest last. */
  const asked = new Map<string, readonly ToldLease[]>();
  /** The last of each that it took, as far as its owner knows. */
  const taken = new Map<string, ToldLease>();
  /** The last command that each station has answered. */
  const answers = new Map<string, { readonly messageId: string; readonly atMs: number }>();
  const served = new Map<string, Serving>();
  /** Commands of each EVSE of which their owner said that he knows of no answer, the newest last: some arrive later than that. */
  const unanswered = new Map<string, readonly string[]>();

  const goesOn = (nowMs: number, evseId: string): void =>
    void resumed.set(evseId, [...(resumed.get(evseId) ?? []), nowMs].slice(-MAX_KEPT));
  /** It was not told for certain: it is owed still. */
  const failed = (evseId: string, serving: Serving): void => {
    serving.isOver = true;
    goesOn(serving.sinceMs, evseId);
  };

  /**
   * Its owner hears of it when the lease before is over, so for all that he knows there was a pause between the two: its station may have
   * taken this one only now, and of those between nobody knows whether they arrived.
   */
  const hears = (nowMs: number, { evseId, commandId, resolution }: Resolved): void => {
    const waiting = asked.get(evseId) ?? [];
    const lease = waiting.find(({ messageId }) => messageId === commandId);
    if (lease === undefined || resolution === 'open') return;
    asked.set(
      evseId,
      waiting.filter((each) => each !== lease),
    );
    if (resolution !== 'stands') return;
    const before = taken.get(evseId);
    taken.set(evseId, lease);
    const answer = answers.get(stationIdOf(evseId));
    const atMs = answer?.messageId === commandId ? answer.atMs : nowMs;
    const isOver = before?.transactionId === lease.transactionId && atMs >= before.untilMs;
    if (isOver && lease.endsPause && !lease.letsGoOn) goesOn(atMs, evseId);
  };

  const saysState = (nowMs: number, stationId: string, frame: WireFrame): void => {
    const { kind, action } = frame.head();
    if (kind !== '2' || (action !== 'StatusNotification' && action !== 'TransactionEvent')) return;
    const [, state] = STATE.exec(frame.text) ?? [];
    const [, evse] = EVSE_OF[action].exec(frame.text) ?? [];
    if (state === undefined || evse === undefined) return;
    const evseId = `${stationId}/${evse}`;
    if (PAUSED.has(state)) paused.add(evseId);
    else if (state === 'Charging' && paused.delete(evseId)) goesOn(nowMs, evseId);
  };

  return {
    goesOn,
    sent(nowMs, stationId, frame) {
      const [, answered] = ANSWER.exec(frame.text) ?? [];
      if (answered !== undefined) answers.set(stationId, { messageId: answered, atMs: nowMs });
      saysState(nowMs, stationId, frame);
    },
    again: saysState,
    received(nowMs, { evseId, minimumA, fallbackA }, profile, how) {
      const { purpose, transactionId, durationS = Infinity } = profile;
      const [saidA = 0] = profile.onOnePhaseA;
      if (purpose !== 'TxProfile') return;
      const before = last.get(evseId);
      const holds = before?.transactionId === transactionId && nowMs < before.untilMs;
      const hadA = holds ? before.saidA : sayable(fallbackA, how);
      // Of whole amperes, which are rounded down, its minimum may not be one.
      const takenA = leastTakenA(minimumA, how);
      const leastA = sayable(how.isWhole ? Math.ceil(takenA) : takenA, how);
      const letsGoOn = hadA < leastA && saidA >= leastA;
      if (letsGoOn) goesOn(nowMs, evseId);
      const lease = { transactionId, saidA, untilMs: nowMs + durationS * 1_000 };
      last.set(evseId, lease);
      const endsPause = sayable(fallbackA, how) < leastA && saidA >= leastA;
      const told = { ...lease, messageId: profile.messageId, letsGoOn, endsPause };
      asked.set(evseId, [...(asked.get(evseId) ?? []), told].slice(-MAX_KEPT));
    },
    serves(atMs, evseId, messageId) {
      if (served.get(evseId)?.messageId === messageId) return true;
      const known = resumed.get(evseId) ?? [];
      const at = known.findIndex((sinceMs) => sinceMs <= atMs && atMs <= sinceMs + OWED_FOR_MS);
      const sinceMs = known[at];
      if (sinceMs === undefined) return false;
      resumed.set(evseId, known.toSpliced(at, 1));
      const serving = { messageId, sinceMs, isOver: false };
      served.set(evseId, serving);
      if (unanswered.get(evseId)?.includes(messageId) === true) failed(evseId, serving);
      return true;
    },
    resolved(nowMs, of) {
      hears(nowMs, of);
      const { evseId, commandId: messageId, resolution } = of;
      const serving = served.get(evseId);
      if (serving?.messageId !== messageId) {
        // One that was never written does not arrive.
        if (resolution === 'open')
          unanswered.set(evseId, [...(unanswered.get(evseId) ?? []), messageId].slice(-MAX_KEPT));
        return;
      }
      if (serving.isOver) return;
      if (resolution === 'stands') serving.isOver = true;
      else failed(evseId, serving);
    },
    dialled(stationId) {
      for (const [evseId, serving] of served)
        if (!serving.isOver && evseId.startsWith(`${stationId}/`)) failed(evseId, serving);
    },
  };
}
