import type { EpochMs } from '@headroom/kernel';

export type DayType = 'weekday' | 'weekend' | 'holiday';

/** A price of energy and its name. Millionths of the currency, an integer; below 0 is a price like any other (DR-F9). */
export interface EnergyPeriod {
  readonly periodName: string;
  readonly microPerKwh: number;
}

/** A half-open range of the day on the clock of the zone; never wraps: `0 <= fromMinute < untilMinute <= 1440`. */
export interface DayRange extends EnergyPeriod {
  readonly fromMinute: number;
  readonly untilMinute: number;
}

export interface Season {
  readonly name: string;
  /** Places in a leap year (`monthDayIndex`), the last one included. Wraps over the new year where last < first. */
  readonly firstMonthDay: number;
  readonly lastMonthDay: number;
  readonly periods: readonly EnergyPeriod[];
  /** The ranges of a day: in order, without gap or overlap, two neighbours always different. */
  readonly days: Readonly<Record<DayType, readonly DayRange[]>>;
}

/** Costs this much for each kW of the highest power of a calendar month, taken over the months of its seasons. */
export type DemandCharge = {
  readonly name: string;
  /** Millionths of the currency, an integer, 0 or more. */
  readonly microPerKw: number;
  readonly seasons: readonly string[];
} & (
  | { readonly kind: 'month-peak' }
  /** Only power drawn while one of these periods holds counts. */
  | { readonly kind: 'period-peak'; readonly periods: readonly string[] }
);

/** A checked tariff. Plain data; only `parseTariff` makes one. */
export interface Tariff {
  readonly name: string;
  readonly displayName: string;
  /** ISO 4217. */
  readonly currency: string;
  /** IANA. */
  readonly timezone: string;
  /** First and last day of its validity, as days since 1970-01-01 in the zone; absent: open. */
  readonly validFromDay?: number;
  readonly validToDay?: number;
  /** The same as instants, half-open; an open side ends with the years that are reckoned with. */
  readonly validFromMs: EpochMs;
  readonly validUntilMs: EpochMs;
  /** Days since 1970-01-01 in the zone. */
  readonly holidays: ReadonlySet<number>;
  readonly seasons: readonly Season[];
  /** Index into `seasons` for each of the 366 days of a leap year. */
  readonly seasonOfMonthDay: readonly number[];
  readonly demandCharges: readonly DemandCharge[];
  /** One price at all times. */
  readonly isFlat: boolean;
}

/** Prices are known in these years only: rules of a zone beyond them are guesses, and a walk must end. */
export const FIRST_YEAR = 2000;
export const LAST_YEAR = 2099;
/** 2000-01-01 and 2100-01-01, UTC. */
export const EARLIEST_MS: EpochMs = 946_684_800_000;
export const LATEST_MS: EpochMs = 4_102_444_800_000;

/** A document with more than these is no tariff. */
export const MAX_SEASONS = 12;
export const MAX_PERIODS_OF_SEASON = 16;
export const MAX_RANGES_OF_DAY = 48;
export const MAX_HOLIDAYS = 500;
export const MAX_DEMAND_CHARGES = 16;
/** In units of the currency: no kilowatt-hour and no kilowatt costs as much, and sums of many stay exact. */
export const MAX_PER_KWH = 1_000_000;
export const MAX_PER_KW = 10_000_000;
