import { type DeciAmps, deciAmps, type EpochMs, type TransactionId } from '@headroom/kernel';
import { LADDER_STEPS, type LadderEnd, type LadderStep, stepAfter } from '@headroom/site-model';
import type { LimitSet, Sample } from './limit-set.ts';
import { OBEYS_WITHIN_MS } from './earlier-limit.ts';

/** An EVSE that has been seen to draw more than it was told; or one that cannot be told how little it may (H86). */
export interface Disobedience {
  /** Of the sample that showed it first. */
  readonly sinceMs: EpochMs;
  readonly step: LadderStep;
  /** Of the sample that led to this step. */
  readonly steppedAtMs: EpochMs;
  /** H86: it keeps to what it was told, but refuses 0 A where nothing else fits. Instants are then those of our passes. */
  readonly refusesZero?: true;
  /** What it was told and does not keep to is what it gives back. */
  readonly givesBack?: true;
  /** Of the first of the samples that show obedience, with none that shows the contrary behind it. */
  readonly obeysSinceMs?: EpochMs;
  /** When the transaction ended in which it was last seen to disobey. */
  readonly leftAtMs?: EpochMs;
  /** What the station said when it was asked what it has. */
  readonly says?: string;
  /** When it was seen first no lease was in force: it drew more than its permanent limit. Not for the next owner. */
  readonly isUnleased?: true;
  /** The step has not left yet. */
  readonly isDue?: true;
}

/** Whether we have taken an EVSE out of service: with its next restart it is to come back. */
export type Service = 'in' | 'out' | 'returning';

/** What one sample says of obedience. */
export interface Judgement {
  readonly told: DeciAmps;
  readonly draw: DeciAmps;
  readonly sampledAtMs: EpochMs;
  readonly obeys: boolean;
  /** No lease is in force, as far as is known: what it was told is its permanent limit. */
  readonly isUnleased?: true;
}

/** UD5: what a meter may be off, or a car may take for a moment. */
const TOLERANCE_DECI_A = 10;
const TOLERANCE_PERCENT = 5;
/** The station has had its time to obey by then, and the car its own (IEC 61851-1: 5 s). */
export const JUDGED_AFTER_MS = OBEYS_WITHIN_MS + 5_000;
/** A sample that waited for longer is of another time than the limits that are known now. */
export const JUDGED_WITHIN_MS = 30_000;
/** From a step to the next, by the samples: each step has its time to work. */
export const STEP_LASTS_MS: Readonly<Record<LadderStep, number>> = {
  resend: 10_000,
  ask: 10_000,
  forbid: 20_000,
  stop: 30_000,
  inoperative: 30_000,
  alarm: Number.POSITIVE_INFINITY,
};
/** It obeys again when samples have shown nothing else for so long. */
export const OBEYS_AGAIN_MS = 10_000;
/** So often within a transaction it is forgiven that it had to be asked, or more: who goes on so gets nothing until his car goes (H80). */
export const LAPSES_FORGIVEN = 2;
/** After its transaction nothing may be measured any more; a current that flows on is, within this time. */
export const FORGIVEN_AFTER_MS = 120_000;

export interface JudgedBy {
  readonly nowMs: EpochMs;
  /** Of the connection on which it is measured. */
  readonly connectedAtMs: EpochMs;
}

/**
 * Whether the newest sample shows obedience to what the station was told. Undefined: it says nothing, because the station may be
 * on the way from one limit to another, or because nobody knows what it has (SI5).
 */
export function judgementOf(set: LimitSet, { nowMs, connectedAtMs }: JudgedBy): Judgement | undefined {
  const { sample } = set;
  if (sample === undefined || !set.proven || set.installed === undefined) return undefined;
  const { draw, sampledAtMs } = sample;
  const settledMs = Math.max(connectedAtMs, set.acknowledged?.answeredAtMs ?? 0) + JUDGED_AFTER_MS;
  if (sampledAtMs < settledMs || sampledAtMs < nowMs - JUDGED_WITHIN_MS) return undefined;
  const told = toldOf(set, sample);
  const isUnleased = set.acknowledged === undefined && set.attempts.length === 0;
  return { told, draw, sampledAtMs, obeys: !isAbove(draw, told), ...(isUnleased ? { isUnleased } : {}) };
}

/** By more than a meter may be off, or a car may take for a moment. */
export const isAbove = (measured: DeciAmps, told: DeciAmps): boolean =>
  measured > told + Math.max(TOLERANCE_DECI_A, Math.ceil((told * TOLERANCE_PERCENT) / 100));

/** The highest that it was ever told and may obey, with one exception: what an accepted decrease took back. */
const toldOf = ({ installed, fallbacks, attempts, acknowledged }: LimitSet, { sampledAtMs }: Sample): DeciAmps =>
  deciAmps(
    Math.max(
      installed ?? 0,
      ...fallbacks.map(({ limit }) => limit),
      ...attempts.map(({ limit }) => limit),
      acknowledged === undefined || hasFallen(acknowledged, sampledAtMs) ? 0 : acknowledged.limit,
      acknowledged?.later?.limit ?? 0,
    ),
  );

/** A sample just behind the fall shows what flowed before. */
const hasFallen = ({ later }: { readonly later?: { readonly fromMs: EpochMs } }, sampledAtMs: EpochMs): boolean =>
  later !== undefined && sampledAtMs >= later.fromMs + JUDGED_AFTER_MS;

/** What follows from one more judgement; undefined: nothing is held against it. The same object: nothing has changed. */
export function climb(
  before: Disobedience | undefined,
  judgement: Judgement,
  { end, lapses }: { readonly end: LadderEnd; readonly lapses: number },
): Disobedience | undefined {
  const isUnforgiven = lapses >= LAPSES_FORGIVEN && before?.givesBack !== true;
  if (!judgement.obeys) return insist(before, judgement, { end, isUnforgiven });
  return isUnforgiven && isForbidden(before) ? before : relent(before, judgement);
}

/** How often it was forgiven within a transaction, though it had to be asked, or more. */
export interface Lapses {
  readonly transactionId: TransactionId;
  readonly times: number;
}

/** It is forgiven. Who is only told his limit once more has lost it, and no more. */
export function afterLapse(
  before: Lapses | undefined,
  disobedience: Disobedience | undefined,
  transactionId: TransactionId | undefined,
): Lapses | undefined {
  if (transactionId === undefined || !countsWithMaximum(disobedience)) return before;
  // What it does not give back is another matter, and so is a car that has gone.
  if (disobedience?.givesBack === true || disobedience?.leftAtMs !== undefined) return before;
  return { transactionId, times: lapsesIn(before, transactionId) + 1 };
}

export const lapsesIn = (lapses: Lapses | undefined, transactionId: TransactionId | undefined): number =>
  lapses !== undefined && lapses.transactionId === transactionId ? lapses.times : 0;

function insist(
  before: Disobedience | undefined,
  { sampledAtMs, isUnleased }: Judgement,
  { end, isUnforgiven }: { readonly end: LadderEnd; readonly isUnforgiven: boolean },
): Disobedience {
  if (before === undefined)
    return {
      ...{ sinceMs: sampledAtMs, step: 'resend', steppedAtMs: sampledAtMs, isDue: true },
      ...(isUnleased === true ? { isUnleased } : {}),
    };
  const { sinceMs, step, steppedAtMs, says } = before;
  const said = {
    ...(says === undefined ? {} : { says }),
    ...(before.isUnleased === true ? { isUnleased: true as const } : {}),
  };
  const after = stepAfter(step, end);
  // Who was asked before, and forgiven too often, is not asked again.
  const next = after === 'ask' && isUnforgiven ? (stepAfter('ask', end) ?? after) : after;
  if (next !== undefined && sampledAtMs >= steppedAtMs + STEP_LASTS_MS[step]) {
    return { sinceMs, step: next, steppedAtMs: sampledAtMs, ...said, isDue: true };
  }
  if (before.obeysSinceMs === undefined && before.leftAtMs === undefined) return before;
  return { sinceMs, step, steppedAtMs, ...said, ...(before.isDue === true ? { isDue: true } : {}) };
}

function relent(before: Disobedience | undefined, { sampledAtMs }: Judgement): Disobedience | undefined {
  if (before === undefined) return undefined;
  if (before.obeysSinceMs === undefined) return { ...before, obeysSinceMs: sampledAtMs };
  return sampledAtMs >= before.obeysSinceMs + OBEYS_AGAIN_MS ? undefined : before;
}

/** Whatever limit was sent since: it has been told once more. */
export const afterResending = (disobedience: Disobedience): Disobedience =>
  disobedience.step === 'resend' ? afterActing(disobedience) : disobedience;

/** The step has left. */
export function afterActing(disobedience: Disobedience): Disobedience {
  const { isDue: _, ...rest } = disobedience;
  return rest;
}

/** Its car has gone; whether the current has gone with it, nobody need ever measure. */
export const afterTransaction = (before: Disobedience | undefined, endedAtMs: EpochMs): Disobedience | undefined =>
  before === undefined || before.leftAtMs !== undefined ? before : { ...before, leftAtMs: endedAtMs };

/** Nothing more has been held against it since its car went. */
export const isForgiven = ({ leftAtMs }: Disobedience, nowMs: EpochMs): boolean =>
  leftAtMs !== undefined && nowMs >= leftAtMs + FORGIVEN_AFTER_MS;

/** It does not do what it says: from here on it counts with all that it could draw (UD5, SI5). */
export const countsWithMaximum = (disobedience: Disobedience | undefined): boolean =>
  disobedience !== undefined && disobedience.refusesZero !== true && disobedience.step !== 'resend';

/** What it may have is nothing at all. */
export const isForbidden = (disobedience: Disobedience | undefined): boolean =>
  disobedience !== undefined && LADDER_STEPS.indexOf(disobedience.step) >= LADDER_STEPS.indexOf('forbid');
