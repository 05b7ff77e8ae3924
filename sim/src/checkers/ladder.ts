import { type ControlFact, LADDER_STEPS, type LadderStep } from './decisions.ts';
import { type SiteFacts, stationIdOf } from './site-facts.ts';
import { createStopsChecker } from './stops.ts';
import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

/** An EVSE as it is, by its own book. */
export interface Conduct {
  readonly toldA: number;
  readonly flowA: number;
  readonly isOnline: boolean;
  /** A transaction runs. */
  readonly runs: boolean;
}

export interface LadderChecker {
  /** What its owner holds against an EVSE stands in the log, or with how much it counts. */
  stored(nowMs: number, fact: ControlFact): void;
  /** A frame arrived at a station. */
  received(nowMs: number, stationId: string, frame: WireFrame): void;
  /** A station said something. */
  sent(nowMs: number, stationId: string, frame: WireFrame): void;
  /** A station has a new connection. */
  dialled(nowMs: number, stationId: string): void;
  /** @param struckAtMs when the last fault fired */
  look(nowMs: number, evseId: string, now: Conduct, struckAtMs: number): void;
  /** How often each step was taken, and how often it was over. */
  steps(): readonly Taken[];
}

export type Taken = readonly [step: LadderStep | 'over', times: number];

/** UD5: what a meter may be off, or a car may take for a moment; and what a judge adds to be sure. */
const [TOLERANCE_A, TOLERANCE_SHARE, SURELY_A] = [1, 0.05, 0.2];
/** A sample says something 10 s after a limit was accepted, and after a connection. */
const SETTLES_MS = 11_000;
/** By then a sample has come, whatever its place in its period of 20 s. */
const SAMPLED_MS = 22_000;
/** So long at most each step lasts, with its samples; what is seen to disobey for as long as a step and all before it has come behind it. */
const STEP_LASTS_MS: Readonly<Record<LadderStep, number>> = {
  ...{
    resend: 32_000,
    ask: 32_000,
    forbid: 42_000,
    stop: 52_000,
    inoperative: 52_000,
    alarm: Number.POSITIVE_INFINITY,
  },
};
/** From a record to a frame, to a count, or to the record that ends it: a pass and a command take less than a second. */
const ACTS_WITHIN_MS = 10_000;
const SLACK_MS = 30_000;
/** It is forgiven when samples have shown obedience for 10 s, or its car has gone for two minutes. */
const RELENTS_WITHIN_MS = 10_000 + 2 * SAMPLED_MS + SLACK_MS;
const FORGIVEN_WITHIN_MS = 120_000 + SLACK_MS;
/** So often within a transaction; then it may get nothing until its car goes (H80). */
const LAPSES_FORGIVEN = 2;
/** What a fault began is over. */
const CALM_AFTER_MS = 120_000;

/** What a station is told with a step, beside limits. */
const WORDS: ReadonlyMap<LadderStep, RegExp> = new Map([
  ['ask', /"GetCompositeSchedule"/u],
  ['stop', /"(?:RemoteStopTransaction|RequestStopTransaction)"/u],
  ['inoperative', /"ChangeAvailability".*"Inoperative"/u],
]);

interface Known {
  step: LadderStep | undefined;
  steppedAtMs: number;
  /** The step has been told to its station, or need not be. */
  isTold: boolean;
  countsA: number;
  countsLessSinceMs: number | undefined;
  /** When a sample may say something again: it was told a limit, or has dialled. */
  settledFromMs: number;
  lookedAtMs: number;
  /** For so long samples have shown that it disobeys, and that it obeys, with nothing else between. */
  disobeysForMs: number;
  obeysForMs: number;
  idleForMs: number;
  /** How often it was forgiven since its transaction began, though it had been asked, or more. */
  lapses: number;
  readonly reported: Set<string>;
}

/**
 * Who draws more than it was told is won back step by step (docs/safety-details.md, "A station that does not obey"), by what flows there and by the log: each
 * step comes in its time and reaches the station; from `ask` on it counts with its hardware maximum; and nothing is held against it any more
 * once it obeys, or its car has gone. Judged where nothing is in the way: while it keeps its line, and no fault has fired for a while. That nobody is
 * stopped before (`stops.ts`) is judged always.
 */
export function createLadderChecker({ evses }: Pick<SiteFacts, 'evses'>, report: Report): LadderChecker {
  const stops = createStopsChecker(report);
  const known = new Map<string, Known>();
  const taken = new Map<Taken[0], number>();
  const of = (evseId: string): Known => {
    const state = known.get(evseId) ?? freshly();
    known.set(evseId, state);
    return state;
  };
  const ofStation = (stationId: string): readonly Known[] =>
    [...known].flatMap(([evseId, state]) => (evseId.startsWith(`${stationId}/`) ? [state] : []));
  const tell = (nowMs: number, evseId: string, what: string): void => {
    const { reported } = of(evseId);
    if (reported.has(what)) return;
    reported.add(what);
    report({ checker: 'ladder', atMs: nowMs, detail: `${evseId} ${what}` });
  };

  const judgeClimb = (nowMs: number, evseId: string, state: Known): void => {
    let byMs = SAMPLED_MS + SLACK_MS;
    for (const step of LADDER_STEPS) {
      if (state.disobeysForMs > byMs && rankOf(state.step) < rankOf(step))
        return tell(
          nowMs,
          evseId,
          `has been drawing more than it was told for so long, and the ladder is not at ${step}`,
        );
      byMs += STEP_LASTS_MS[step];
    }
  };
  const judgeStep = (nowMs: number, evseId: string, state: Known): void => {
    const { step, steppedAtMs, countsA } = state;
    if (step === undefined) return;
    const maxA = evses.get(evseId)?.maxA ?? 0;
    const countsLess = rankOf(step) >= rankOf('ask') && countsA < maxA;
    state.countsLessSinceMs = countsLess ? (state.countsLessSinceMs ?? nowMs) : undefined;
    if (nowMs - (state.countsLessSinceMs ?? nowMs) > ACTS_WITHIN_MS)
      tell(nowMs, evseId, `disobeys (${step}), and counts with ${countsA} A, not with the ${maxA} A of its hardware`);
    if (!state.isTold && nowMs - steppedAtMs > ACTS_WITHIN_MS)
      tell(nowMs, evseId, `disobeys (${step}), and was not told so`);
    const mayStay = step === 'forbid' && state.lapses >= LAPSES_FORGIVEN;
    if ((state.obeysForMs > RELENTS_WITHIN_MS && !mayStay) || state.idleForMs > FORGIVEN_WITHIN_MS)
      tell(nowMs, evseId, `obeys again or has nobody there, and ${step} is still held against it`);
  };

  return {
    sent: stops.sent,
    stored(nowMs, fact) {
      stops.stored(nowMs, fact);
      if (fact.kind === 'counted') of(fact.evseId).countsA = fact.countsA;
      if (fact.kind !== 'ladder') return;
      const { evseId, step } = fact;
      const state = of(evseId);
      const to = step ?? 'over';
      if (step !== state.step) taken.set(to, (taken.get(to) ?? 0) + 1);
      const isTold = step === undefined || step === 'alarm';
      if (step === undefined && rankOf(state.step) >= rankOf('ask')) state.lapses += 1;
      Object.assign(state, { step, steppedAtMs: nowMs, isTold, obeysForMs: 0, idleForMs: 0 });
      if (step === undefined) Object.assign(state, { disobeysForMs: 0, settledFromMs: nowMs + SETTLES_MS });
    },
    received(nowMs, stationId, frame) {
      stops.received(nowMs, stationId, frame);
      const profile = frame.profile();
      for (const state of ofStation(stationId)) {
        const { step } = state;
        if (profile !== undefined) state.settledFromMs = nowMs + SETTLES_MS;
        if (step === undefined) continue;
        const isLimit = profile !== undefined && (step === 'resend' || (step === 'forbid' && isNothing(profile)));
        if (isLimit || WORDS.get(step)?.test(frame.text) === true) state.isTold = true;
      }
    },
    dialled(nowMs, stationId) {
      for (const state of ofStation(stationId)) state.settledFromMs = nowMs + SETTLES_MS;
    },
    look(nowMs, evseId, { toldA, flowA, isOnline, runs }, struckAtMs) {
      const state = of(evseId);
      const passedMs = Math.max(0, nowMs - state.lookedAtMs);
      state.lookedAtMs = nowMs;
      const mayA = Math.max(toldA, evses.get(evseId)?.fallbackA ?? 0);
      const isAbove = flowA > mayA + Math.max(TOLERANCE_A, mayA * TOLERANCE_SHARE) + SURELY_A;
      if (!isAbove) state.disobeysForMs = 0;
      if (flowA > mayA) state.obeysForMs = 0;
      if (runs || flowA > 0) state.idleForMs = 0;
      if (!runs) Object.assign(state, { lapses: 0, obeysForMs: 0 });
      // Nothing that it could be told is left: it has it, or its car is gone.
      if ((state.step === 'forbid' && toldA === 0) || !runs) state.isTold = true;
      if (!isOnline || struckAtMs > nowMs - CALM_AFTER_MS) return Object.assign(state, disturbed(nowMs));
      if (!runs && flowA === 0) state.idleForMs += passedMs;
      else if (nowMs > state.settledFromMs + SAMPLED_MS) {
        if (isAbove) state.disobeysForMs += passedMs;
        else if (flowA <= mayA) state.obeysForMs += passedMs;
      }
      stops.look(nowMs, stationIdOf(evseId));
      judgeClimb(nowMs, evseId, state);
      judgeStep(nowMs, evseId, state);
    },
    steps: () => [...taken],
  };
}

/** Nothing is judged by what was before. */
const disturbed = (nowMs: number): Partial<Known> => ({
  ...{ steppedAtMs: nowMs, settledFromMs: nowMs + SETTLES_MS, countsLessSinceMs: undefined },
  ...{ disobeysForMs: 0, obeysForMs: 0, idleForMs: 0, isTold: true },
});

const isNothing = ({ limitsA }: { readonly limitsA: readonly number[] }): boolean => limitsA.includes(0);

const rankOf = (step: LadderStep | undefined): number => (step === undefined ? -1 : LADDER_STEPS.indexOf(step));

const freshly = (): Known => ({
  ...{ step: undefined, steppedAtMs: Number.NEGATIVE_INFINITY, isTold: true },
  ...{ countsA: Number.POSITIVE_INFINITY, countsLessSinceMs: undefined, settledFromMs: Number.NEGATIVE_INFINITY },
  ...{
    lookedAtMs: Number.POSITIVE_INFINITY,
    disobeysForMs: 0,
    obeysForMs: 0,
    idleForMs: 0,
    lapses: 0,
    reported: new Set<string>(),
  },
});
