import { type EpochMs, epochMs, type WattHours } from '@headroom/kernel';
import { socOf } from './battery-soc.ts';
import { lostWh } from './given-back.ts';
import { type EvseState, sessionEnergy } from './site-state.ts';

/** MD9: what a session is taken to want, where nobody said. */
export const ASSUMED_WH = 20_000;
/** MD9: a car that still draws wants at least so much more. */
export const LEAST_WH = 1_000;
/** MD10: how long a car is taken to stay, where nobody said; and how much longer, once that is over. */
export const ASSUMED_STAY_MS = 4 * 3_600_000;
export const STAYS_ON_MS = 3_600_000;
/** MD11: a hopeless session must not starve all others, and one of next week is no less urgent than one of the day after tomorrow. */
export const LEAST_LAXITY_S = -3_600;
export const MOST_LAXITY_S = 172_800;
/** KP8: of a battery that says nothing. Silence must not pay. */
export const ASSUMED_SOC_PERMILLE = 500;
/**
 * Needs are looked at in steps of this length: within one, time alone changes no share, and a site at rest stays silent. Energy counts
 * in whole steps for the same reason.
 */
export const NEED_STEP_MS = 60_000;
const NEED_STEP_WH = 100;
/** So that an average in milliamperes is a positive whole number with which the kernel stays exact. */
const MOST_MEAN_MILLI_A = 1_000_000;

/** What a session still wants, and by when. */
export interface Need {
  readonly departureAtMs: EpochMs;
  /** Seconds that it could still wait before it had to charge at its maximum until it leaves. */
  readonly laxityS: number;
  /** The current that would be enough on average, at least 1. */
  readonly meanMilliA: number;
  readonly socPermille: number;
  /** It should have left by now, as was said or assumed: its departure moves on with the time, and so does the instant from which on it cannot wait. Absent: it has not come to that. */
  readonly isOverdue?: true;
}

export interface NeedQuestion {
  readonly facts: EvseState;
  /** When its session began. */
  readonly startedAtMs: EpochMs;
  readonly maxDeciA: number;
  /** What comes to its car for each ampere of its limit, above 0. */
  readonly wattsPerAmp: number;
  /** It seems to want nothing at the moment. */
  readonly idle: boolean;
  readonly nowMs: EpochMs;
}

export function needOf({ facts, startedAtMs, maxDeciA, wattsPerAmp, idle, nowMs }: NeedQuestion): Need {
  const stepMs = needStepOf(nowMs);
  const remainingWh = idle ? 0 : remainingOf(facts);
  const expectedMs = facts.session?.requested?.departureAtMs ?? epochMs(startedAtMs + ASSUMED_STAY_MS);
  const isOverdue = expectedMs <= stepMs;
  // MD10. Who is still there when it was to leave stays on: else a departure that was told wrong would be the most urgent of all.
  const departureAtMs = isOverdue ? epochMs(stepMs + STAYS_ON_MS) : expectedMs;
  const leftS = Math.floor((departureAtMs - stepMs) / 1_000);
  // What it still wants as seconds with one deci-amp of limit, rounded up.
  const deciAmpSeconds = Math.ceil((remainingWh * 36_000) / wattsPerAmp);
  const fullS = Math.ceil(deciAmpSeconds / Math.max(1, maxDeciA));
  return {
    departureAtMs,
    laxityS: Math.max(LEAST_LAXITY_S, Math.min(MOST_LAXITY_S, leftS - fullS)),
    meanMilliA: Math.max(1, Math.min(MOST_MEAN_MILLI_A, Math.ceil((deciAmpSeconds * 100) / Math.max(60, leftS)))),
    socPermille: Math.round((heldPercent(facts) ?? ASSUMED_SOC_PERMILLE / 10) * 10),
    ...(isOverdue ? { isOverdue } : {}),
  };
}

/** Who cannot wait longer than this and still leave with what it wants must run now. */
const MUST_RUN_WITHIN_S = 300;
export const mustRun = ({ laxityS }: Need): boolean => laxityS >= 0 && laxityS < MUST_RUN_WITHIN_S;

/** The instant as of which needs are looked at. */
export const needStepOf = (nowMs: EpochMs): EpochMs => Math.floor(nowMs / NEED_STEP_MS) * NEED_STEP_MS;

function remainingOf(facts: EvseState): number {
  const requested: WattHours | undefined = facts.session?.requested?.energy;
  const remaining = (requested ?? ASSUMED_WH) - (sessionEnergy(facts) ?? 0) + lostWh(facts);
  return Math.ceil(Math.max(LEAST_WH, remaining) / NEED_STEP_WH) * NEED_STEP_WH;
}

/** By a measurement, else by its driver's word. Of who said nothing a sample that may be of the car before counts, too. */
const heldPercent = (facts: EvseState): number | undefined => socOf(facts)?.percent ?? facts.sample?.socPercent;

/** Would the need be another one? Of facts alone; `departureAtMs` and energy asked for stand in the session. */
export const needsOtherwise = (was: EvseState, is: EvseState): boolean =>
  remainingOf(was) !== remainingOf(is) || heldPercent(was) !== heldPercent(is);
