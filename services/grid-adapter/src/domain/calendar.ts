/** Days and months in UTC as numbers, without a clock. Day 0 is 1970-01-01. */
export const DAY_MS = 86_400_000;

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

export const daysOfMonth = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (DAYS_OF_MONTH[month - 1] ?? 0);

const leapDaysBefore = (year: number): number =>
  Math.floor((year - 1) / 4) - Math.floor((year - 1) / 100) + Math.floor((year - 1) / 400);
const startOfYear = (year: number): number => 365 * (year - 1970) + leapDaysBefore(year) - leapDaysBefore(1970);

export function dayNumber(year: number, month: number, day: number): number {
  let days = startOfYear(year) + day - 1;
  for (let earlier = 1; earlier < month; earlier += 1) days += daysOfMonth(year, earlier);
  return days;
}

export interface CalendarDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
}

export function dateOf(number: number): CalendarDate {
  let year = 1970 + Math.floor(number / 365.2425);
  while (startOfYear(year) > number) year -= 1;
  while (startOfYear(year + 1) <= number) year += 1;
  let month = 1;
  while (month < 12 && dayNumber(year, month + 1, 1) <= number) month += 1;
  return { year, month, day: number - dayNumber(year, month, 1) + 1 };
}

/** The same day of the month and time of day so many months later; the last of the month where that month is shorter. */
export function addMonths(fromMs: number, months: number): number {
  if (months === 0) return fromMs;
  const number = Math.floor(fromMs / DAY_MS);
  const { year, month, day } = dateOf(number);
  const later = 12 * year + month - 1 + months;
  const [laterYear, laterMonth] = [Math.floor(later / 12), (later % 12) + 1];
  const laterDay = Math.min(day, daysOfMonth(laterYear, laterMonth));
  return dayNumber(laterYear, laterMonth, laterDay) * DAY_MS + (fromMs - number * DAY_MS);
}
