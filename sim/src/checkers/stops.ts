import { type ControlFact, LADDER_STEPS, type LadderStep } from './decisions.ts';
import { stationIdOf } from './site-facts.ts';
import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';
import { createZeroRefusals } from './zero-refusals.ts';

export interface StopsChecker {
  /** What its owner holds against an EVSE stands in the log. */
  stored(nowMs: number, fact: ControlFact): void;
  /** A frame arrived at a station. */
  received(nowMs: number, stationId: string, frame: WireFrame): void;
  /** A station said something. */
  sent(nowMs: number, stationId: string, frame: WireFrame): void;
  /** Nothing is in the way of it, and has not been for a while. */
  look(nowMs: number, stationId: string): void;
}

/** What is done to a station beside limits. */
export type Act = Extract<LadderStep, 'stop' | 'inoperative'>;
const WORDS: readonly (readonly [Act, RegExp])[] = [
  ['stop', /^\[\s*2\s*,\s*"[^"]*"\s*,\s*"(?:RemoteStopTransaction|RequestStopTransaction)"/u],
  ['inoperative', /^\[\s*2\s*,\s*"[^"]*"\s*,\s*"ChangeAvailability".*"Inoperative"/u],
];

/** Which of them a frame asks for; undefined: neither. */
export const actIn = ({ text }: WireFrame): Act | undefined => WORDS.find(([, words]) => words.test(text))?.[0];

const OPERATIVE = /^\[\s*2\s*,\s*"[^"]*"\s*,\s*"ChangeAvailability".*"Operative"/u;
const BOOT = 'BootNotification';
const ASKS_FOR_BOOT = /"TriggerMessage".*"BootNotification"/u;
/** From its restart to its word: a record, a turn, a command, and one more where the first is lost. */
const BACK_WITHIN_MS = 60_000;

/** It may be on its way when its EVSE is forgiven: for so long it may be written, and then waits behind another call. */
const ON_ITS_WAY_MS = 15_000;

const rankOf = (step: LadderStep | undefined): number => (step === undefined ? -1 : LADDER_STEPS.indexOf(step));

/**
 * A driver whose car is stopped, or whose bay is taken out of service, has been wronged unless it drew more than it was told, step after step: so
 * neither comes to a station before its step of the ladder stands in the log. And where the step is for one that refuses 0 A, that station has refused it. A bay that was put out of service is put
 * back with the next restart of its station: else nobody ever charges there again.
 */
export function createStopsChecker(report: Report): StopsChecker {
  const refusals = createZeroRefusals();
  /** By EVSE: how far the ladder is, and until when what it was before may still arrive. */
  const known = new Map<string, { readonly rank: number; readonly wasRank: number; readonly sinceMs: number }>();
  /** Told to go out of service; since when they are to be told otherwise, if they have restarted. */
  const out = new Map<string, number | undefined>();
  /** A boot that was asked for is no restart. */
  const asked = new Set<string>();
  const tell = (atMs: number, detail: string): void => report({ checker: 'ladder', atMs, detail });
  return {
    stored(nowMs, fact) {
      if (fact.kind !== 'ladder') return;
      const { evseId, step, refusalStep } = fact;
      const rank = Math.max(rankOf(step), rankOf(refusalStep));
      known.set(evseId, { rank, wasRank: known.get(evseId)?.rank ?? -1, sinceMs: nowMs });
      if (refusalStep !== undefined && !refusals.has(stationIdOf(evseId)))
        tell(nowMs, `${evseId} is held to refuse 0 A (${refusalStep}), and has refused none`);
    },
    received(nowMs, stationId, frame) {
      refusals.received(stationId, frame);
      if (OPERATIVE.test(frame.text)) out.delete(stationId);
      if (ASKS_FOR_BOOT.test(frame.text)) asked.add(stationId);
      const act = actIn(frame);
      if (act === undefined) return;
      if (act === 'inoperative') out.set(stationId, undefined);
      const reached = [...known].flatMap(([evseId, { rank, wasRank, sinceMs }]) => {
        if (stationIdOf(evseId) !== stationId) return [];
        return nowMs <= sinceMs + ON_ITS_WAY_MS ? [rank, wasRank] : [rank];
      });
      if (Math.max(-1, ...reached) < rankOf(act))
        tell(
          nowMs,
          `${stationId} was told to ${act === 'stop' ? 'stop its transaction' : 'go out of service'}, and the ladder was not there`,
        );
    },
    sent(nowMs, stationId, frame) {
      refusals.sent(stationId, frame);
      const { kind, action } = frame.head();
      if (kind !== '2' || action !== BOOT || asked.delete(stationId)) return;
      if (out.has(stationId)) out.set(stationId, out.get(stationId) ?? nowMs);
    },
    look(nowMs, stationId) {
      const sinceMs = out.get(stationId);
      if (sinceMs === undefined || nowMs - sinceMs <= BACK_WITHIN_MS) return;
      out.delete(stationId);
      tell(nowMs, `${stationId} was put out of service, has restarted, and is not put back`);
    },
  };
}
