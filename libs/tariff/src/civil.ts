/** Days of the calendar as numbers, without a clock or a zone. Day 0 is 1970-01-01. */
export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
export const MINUTES_OF_DAY = 1_440;
/** Days of a leap year: 02-29 has a place of its own in every table by month and day. */
export const DAYS_OF_LEAP_YEAR = 366;

const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const BEFORE_MONTH = DAYS_OF_MONTH.map((_, month) =>
  DAYS_OF_MONTH.slice(0, month).reduce((sum, days) => sum + days, 0),
);
// The Gregorian calendar repeats after 400 years. A year is taken to begin in March, so that the leap day is its last.
const DAYS_OF_ERA = 146_097;
const YEARS_OF_ERA = 400;
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_DAY = 719_468;

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

export const daysOfMonth = (year: number, month: number): number =>
  month === 2 && !isLeap(year) ? 28 : (DAYS_OF_MONTH[month - 1] ?? 0);

export function dayNumber({ year, month, day }: CivilDate): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / YEARS_OF_ERA);
  const yearOfEra = marchYear - era * YEARS_OF_ERA;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_OF_ERA + dayOfEra - EPOCH_DAY;
}

export function civilDate(number: number): CivilDate {
  const sinceMarch = number + EPOCH_DAY;
  const era = Math.floor(sinceMarch / DAYS_OF_ERA);
  const dayOfEra = sinceMarch - era * DAYS_OF_ERA;
  const leapDays = Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * YEARS_OF_ERA + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1 };
}

/** 1970-01-01 was a Thursday. */
export const isWeekend = (number: number): boolean => {
  const fromMonday = (((number + 3) % 7) + 7) % 7;
  return fromMonday >= 5;
};

/** Place of a month and day in a leap year: 0 is 01-01, 59 is 02-29, 365 is 12-31. */
export const monthDayIndex = (month: number, day: number): number => (BEFORE_MONTH[month - 1] ?? 0) + day - 1;

export function monthDayOf(index: number): { readonly month: number; readonly day: number } {
  const month = BEFORE_MONTH.findLastIndex((before) => before <= index) + 1;
  return { month, day: index - (BEFORE_MONTH[month - 1] ?? 0) + 1 };
}
