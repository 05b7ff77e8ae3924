import { compareNumbers, type EpochMs } from '@headroom/kernel';
import type { Imposed } from './combine.ts';
import type { InstalledProfile, RateUnit } from './profile.ts';
import type { Leader, Stack } from './track.ts';
import { leaderAt } from './track.ts';
import type { Circumstances, Window } from './turns.ts';

/** The longest time that is reckoned ahead; a longer wish is cut to it. */
export const MAX_COMPOSITE_MS = 35 * 86_400_000;
/** Segments of one composite. A longer one is cut before the first segment too many, and its `untilMs` says where. */
export const MAX_COMPOSITE_SEGMENTS = 4_096;

/** What holds from `fromMs` until `untilMs`. */
export interface Segment extends Window, Imposed {}

/** Half-open, without gaps, by time; neighbours differ in more than their times. */
export interface CompositeSchedule extends Window {
  /** Of every amount: A, in deci-amps of each phase in use; W, of all of them. */
  readonly unit: RateUnit;
  readonly segments: readonly Segment[];
}

export interface CompositeRefusal {
  /**
   * `time-zone-unknown`: it goes by the clock on the station's wall, and no rules of a zone were given.
   * `periods-out-of-order`: it has not passed `validate`.
   */
  readonly why: 'time-zone-unknown' | 'periods-out-of-order';
  readonly profileId: number;
}

/** The first profile that no schedule can be made of. */
export function refuse(profiles: readonly InstalledProfile[], { zone }: Circumstances): CompositeRefusal | undefined {
  for (const { profile } of profiles) {
    for (const { start, periods } of profile.schedules) {
      if (start?.kind === 'local' && zone === undefined) return { why: 'time-zone-unknown', profileId: profile.id };
      if (periods.some((period, i) => period.startS <= (periods[i - 1]?.startS ?? -1))) {
        return { why: 'periods-out-of-order', profileId: profile.id };
      }
    }
  }
  return undefined;
}

/** The time that is reckoned, of what is wished for. */
export const windowOf = ({
  fromMs,
  durationMs,
}: {
  readonly fromMs: EpochMs;
  readonly durationMs: number;
}): Window => ({
  fromMs,
  untilMs: fromMs + Math.max(0, Math.min(durationMs, MAX_COMPOSITE_MS)),
});

/** The leader of the first stack that has one. */
export function firstLeader(stacks: readonly Stack[], atMs: EpochMs): Leader | undefined {
  for (const stack of stacks) {
    const leader = leaderAt(stack, atMs);
    if (leader !== undefined) return leader;
  }
  return undefined;
}

export function leadersOf(stacks: readonly Stack[], atMs: EpochMs): readonly Leader[] {
  return stacks.flatMap((stack) => leaderAt(stack, atMs) ?? []);
}

interface Sweep {
  readonly window: Window;
  readonly stacks: readonly Stack[];
  readonly unit: RateUnit;
  /** Asked at ascending instants. */
  imposedAt(atMs: EpochMs): Imposed;
}

/** Asks once for each piece of time in which no profile begins or ceases to say something. */
export function sweep({ window, stacks, unit, imposedAt }: Sweep): CompositeSchedule {
  const segments: Segment[] = [];
  const { fromMs, untilMs } = window;
  let begun: { readonly atMs: EpochMs; readonly imposed: Imposed } | undefined;
  for (const atMs of boundariesOf(stacks, window)) {
    const imposed = imposedAt(atMs);
    if (begun !== undefined) {
      if (isSame(begun.imposed, imposed)) continue;
      segments.push({ ...begun.imposed, fromMs: begun.atMs, untilMs: atMs });
      if (segments.length === MAX_COMPOSITE_SEGMENTS) return { unit, fromMs, untilMs: atMs, segments };
    }
    begun = { atMs, imposed };
  }
  if (begun !== undefined) segments.push({ ...begun.imposed, fromMs: begun.atMs, untilMs });
  return { unit, fromMs, untilMs, segments };
}

function boundariesOf(stacks: readonly Stack[], { fromMs, untilMs }: Window): readonly EpochMs[] {
  const found = new Set<EpochMs>();
  if (fromMs < untilMs) found.add(fromMs);
  for (const stack of stacks) {
    for (const { spans } of stack) {
      for (const span of spans) {
        if (span.fromMs < untilMs) found.add(span.fromMs);
        if (span.untilMs < untilMs) found.add(span.untilMs);
      }
    }
  }
  return [...found].toSorted(compareNumbers);
}

const isSame = (a: Imposed, b: Imposed): boolean => a === b || isAlike(a, b);

const isAlike = (a: Imposed, b: Imposed): boolean =>
  a.limit === b.limit &&
  a.limitL2 === b.limitL2 &&
  a.limitL3 === b.limitL3 &&
  a.limitedBy?.purpose === b.limitedBy?.purpose &&
  a.limitedBy?.profileId === b.limitedBy?.profileId &&
  a.dischargeLimit === b.dischargeLimit &&
  a.dischargeLimitL2 === b.dischargeLimitL2 &&
  a.dischargeLimitL3 === b.dischargeLimitL3 &&
  a.setpoint === b.setpoint &&
  a.setpointL2 === b.setpointL2 &&
  a.setpointL3 === b.setpointL3 &&
  a.numberPhases === b.numberPhases &&
  a.phaseToUse === b.phaseToUse &&
  a.minChargingRate === b.minChargingRate &&
  a.operationMode === b.operationMode;
