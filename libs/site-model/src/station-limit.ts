import { type DeciAmps, deciAmps, type EpochMs, epochMs, type EvseNumber } from '@headroom/kernel';
import { dcInputDeciA } from './dc-input.ts';
import type { EvseModel } from './model.ts';

/**
 * What somebody beside us (an energy manager, a grid operator) allows a station or one EVSE of it, by the station's own word (2.x K11 to
 * K13). It bounds what is worth offering, and nothing else: what an EVSE counts with in any sum stays as it is until a sample, or a
 * command of ours, shows that it is less.
 */
export interface StationLimit {
  /** 0: the station as a whole. */
  readonly evse: EvseNumber;
  /** Who limits, as the station calls it. With `evse` its name. */
  readonly source: string;
  readonly isGridCritical: boolean;
  /** All of them hold. None: nobody said how much. */
  readonly schedules: readonly StationLimitSchedule[];
  /** Our clock. A limit whose end was never told must not hold an EVSE down for ever. */
  readonly validUntilMs: EpochMs;
  /**
   * Its station has told of all profiles that it holds since, and did not name it: its end got lost. It limits nothing any more; but a station
   * that never names such limits may still be held down by it, so what its offers prove is not what it was (HO-7).
   */
  readonly isUnlisted?: true;
}

/** One notice of a limit. */
export interface LimitTold extends Pick<StationLimit, 'evse' | 'source'> {
  /** Our clock: when it was told last. */
  readonly toldAtMs: EpochMs;
}

/** Nothing is limited before its first step, nor from `untilMs` on. */
export interface StationLimitSchedule {
  readonly unit: 'A' | 'W';
  /** By ascending `fromMs`. Whole deci-amps of each phase, or W of all of them together. */
  readonly steps: readonly { readonly fromMs: EpochMs; readonly limit: number }[];
  /** Absent: no end is known. */
  readonly untilMs?: EpochMs;
}

/** Of one station. One over it is not kept: its EVSE is offered more than it can use, and no sum is wrong for it. */
export const MAX_LIMITS_OF_STATION = 32;
/** A limit that is not told anew is forgotten after so long, whatever end it named. */
export const STATION_LIMIT_HOLDS_MS = 86_400_000;

const isSame = (a: Pick<StationLimit, 'evse' | 'source'>, b: Pick<StationLimit, 'evse' | 'source'>): boolean =>
  a.evse === b.evse && a.source === b.source;

/** After a notice, which takes the place of the one before it of the same source and EVSE. */
export function withStationLimit(
  limits: readonly StationLimit[],
  heard: Omit<StationLimit, 'validUntilMs'>,
  atMs: EpochMs,
): readonly StationLimit[] {
  const others = limits.filter((known) => !isSame(known, heard) && known.validUntilMs > atMs);
  if (others.length >= MAX_LIMITS_OF_STATION) return others;
  return [...others, { ...heard, validUntilMs: atMs + STATION_LIMIT_HOLDS_MS }];
}

/** After the end of one was told; `evse` 0: of that source, on whichever EVSE. */
export const withoutStationLimit = (
  limits: readonly StationLimit[],
  cleared: Pick<StationLimit, 'evse' | 'source'>,
): readonly StationLimit[] =>
  limits.filter((known) => known.source !== cleared.source || (cleared.evse !== 0 && !isSame(known, cleared)));

export const toldAtMs = ({ validUntilMs }: StationLimit): EpochMs => epochMs(validUntilMs - STATION_LIMIT_HOLDS_MS);

/** Whether it bounds anything, now or later: one that has ended by its own words, or named no amount, does not. */
export const mayLimit = ({ schedules, validUntilMs }: StationLimit, nowMs: EpochMs): boolean =>
  nowMs < validUntilMs && schedules.some(({ untilMs }) => untilMs === undefined || nowMs < untilMs);

/**
 * What still holds, was `known` when the station was asked which profiles it holds, and it did not name: one for each source and EVSE. Also what
 * it did not name before: who reads of it may have read that before the notice itself.
 */
export const missingFrom = (
  limits: readonly StationLimit[],
  listed: readonly Pick<StationLimit, 'evse' | 'source'>[],
  { known: before, nowMs }: { readonly known: readonly StationLimit[]; readonly nowMs: EpochMs },
): readonly LimitTold[] =>
  limits
    .filter((known) => mayLimit(known, nowMs))
    .filter((known) => before.some((each) => isSame(known, each) && known.validUntilMs === each.validUntilMs))
    .filter((known) => !listed.some((each) => isSame(known, each)))
    .map((known) => ({ evse: known.evse, source: known.source, toldAtMs: toldAtMs(known) }));

/** Whether that is what went missing, and nothing told anew since. */
const isMissing = (known: StationLimit, missing: readonly LimitTold[]): boolean =>
  missing.some((each) => isSame(known, each) && toldAtMs(known) <= each.toldAtMs);

export const withUnlisted = (limits: readonly StationLimit[], missing: readonly LimitTold[]): readonly StationLimit[] =>
  limits.map((known) => (isMissing(known, missing) ? { ...known, isUnlisted: true } : known));

export const withoutMissing = (
  limits: readonly StationLimit[],
  missing: readonly LimitTold[],
): readonly StationLimit[] => limits.filter((known) => !isMissing(known, missing));

export interface StationLimitQuestion {
  readonly evse: Pick<EvseModel, 'evse' | 'dc'>;
  /** On which its current counts. */
  readonly phases: number;
  readonly nominalVoltageV: number;
  readonly nowMs: EpochMs;
}

export interface BindingStationLimit {
  /** Of each phase. */
  readonly limit: DeciAmps;
  readonly source: string;
}

/** The lowest that holds of an EVSE now; a limit of its station holds of each of them. Undefined: none. */
export function stationLimitAt(
  limits: readonly StationLimit[],
  asked: StationLimitQuestion,
): BindingStationLimit | undefined {
  let lowest: BindingStationLimit | undefined;
  for (const { evse, source, schedules, validUntilMs, isUnlisted } of limits) {
    if (isUnlisted === true) continue;
    if ((evse !== 0 && evse !== asked.evse.evse) || asked.nowMs >= validUntilMs) continue;
    for (const schedule of schedules) {
      const limit = limitIn(schedule, asked);
      if (limit !== undefined && (lowest === undefined || limit < lowest.limit)) lowest = { limit, source };
    }
  }
  return lowest;
}

function limitIn({ unit, steps, untilMs }: StationLimitSchedule, asked: StationLimitQuestion): DeciAmps | undefined {
  const { nowMs } = asked;
  if (untilMs !== undefined && nowMs >= untilMs) return undefined;
  const step = steps.findLast(({ fromMs }) => fromMs <= nowMs);
  if (step === undefined) return undefined;
  if (unit === 'W') return ofPower(step.limit, asked);
  // MD12: those of a DC station are amperes of its battery, which say nothing of its supply.
  return asked.evse.dc === undefined ? deciAmps(step.limit) : undefined;
}

function ofPower(limitW: number, { evse, phases, nominalVoltageV }: StationLimitQuestion): DeciAmps {
  const supply = { nominalVoltageV, phases };
  if (evse.dc !== undefined) return dcInputDeciA(evse.dc, limitW, supply);
  return deciAmps(Math.floor((limitW * 10) / (nominalVoltageV * phases)));
}

/** All instants, past or to come, at which what it allows becomes another. */
export function* stationLimitInstants({ schedules, validUntilMs }: StationLimit): Generator<EpochMs, void> {
  yield validUntilMs;
  for (const { steps, untilMs } of schedules) {
    for (const { fromMs } of steps) yield fromMs;
    if (untilMs !== undefined) yield untilMs;
  }
}
