import type { EpochMs } from '@headroom/kernel';
import { civilTimeAt } from '@headroom/tariff';

export const QUARTER_MS = 900_000;
export const QUARTERS_OF_DAY = 96;
const MINUTES_OF_QUARTER = 15;

/** What is usual in each quarter of an hour of a day, on the clock of the site. */
export interface DayProfile {
  /** Mean power, whole watts. */
  readonly watts: readonly number[];
  /** Of how many days each is the mean; it counts no further than `DAYS_REMEMBERED`. 0: of none, and its power says nothing. */
  readonly days: readonly number[];
}

/** After so many days each further one weighs as much as one of them: what is usual follows the last days. */
export const DAYS_REMEMBERED = 5;

/** What the building draws and its sources supply, in whole watts. */
export interface SupplyNow {
  readonly loadW: number;
  readonly pvW: number;
}

/** What was said of a quarter of an hour a day before it. */
export interface ToldQuarter extends SupplyNow {
  readonly startMs: EpochMs;
}

/** Errors of a day of what was said a day before, as sums over its quarters, in watts. */
export interface DayScore {
  /** Days since 1970-01-01 on the clock of the site. */
  readonly day: number;
  readonly load: SeriesScore;
  readonly pv: SeriesScore;
}

export interface SeriesScore {
  readonly quarters: number;
  readonly errorSumW: number;
  readonly actualSumW: number;
}

export const NO_SCORE: SeriesScore = { quarters: 0, errorSumW: 0, actualSumW: 0 };
/** Days whose errors are told. */
export const DAYS_SCORED = 7;

/**
 * What the meters of a site have shown of its building and its sources, as far as a forecast asks for it. Bounded whatever happens: three
 * days of quarters, a day of what was said, a week of errors. Of facts alone, so that whoever reads the same ones has the same. No limit
 * hangs on it.
 */
export interface ForecastMemory {
  /** Measured up to here, and what was drawn and generated then. */
  readonly asOfMs: EpochMs;
  readonly loadW: number;
  readonly pvW: number;
  /** The quarter of an hour that is open, from when on it was seen, and its energies since. */
  readonly quarterStartMs: EpochMs;
  readonly seenFromMs: EpochMs;
  readonly loadMilliJ: number;
  readonly pvMilliJ: number;
  readonly weekday: DayProfile;
  readonly weekend: DayProfile;
  /** The sun knows no weekend. */
  readonly pv: DayProfile;
  /** By start, ascending; no more than a day of them. */
  readonly told: readonly ToldQuarter[];
  /** By day, ascending; `DAYS_SCORED` at most. */
  readonly scores: readonly DayScore[];
}

const NOTHING = Array.from({ length: QUARTERS_OF_DAY }, () => 0);
export const NO_PROFILE: DayProfile = { watts: NOTHING, days: NOTHING };

/** Where a quarter of an hour stands in the days of a site. */
export interface QuarterPlace {
  readonly day: number;
  readonly kind: 'weekday' | 'weekend';
  /** 0 to 95. */
  readonly quarter: number;
}

export function quarterPlaceOf(timezone: string, ms: EpochMs): QuarterPlace {
  const { day, isWeekend, minute } = civilTimeAt(timezone, ms);
  return { day, kind: isWeekend ? 'weekend' : 'weekday', quarter: Math.floor(minute / MINUTES_OF_QUARTER) };
}

/** What is usual in a quarter of the day; undefined: no such day was seen. */
export const usualIn = ({ watts, days }: DayProfile, quarter: number): number | undefined =>
  (days[quarter] ?? 0) > 0 ? watts[quarter] : undefined;

/** The profile after one more day of that quarter. */
export function withDay(profile: DayProfile, quarter: number, meanW: number): DayProfile {
  const days = Math.min((profile.days[quarter] ?? 0) + 1, DAYS_REMEMBERED);
  const was = profile.watts[quarter] ?? 0;
  return {
    watts: profile.watts.with(quarter, Math.round(was + (meanW - was) / days)),
    days: profile.days.with(quarter, days),
  };
}
