import { civilDate, dayNumber, daysOfMonth, monthDayIndex, monthDayOf } from './civil.ts';

/** How amounts, times and dates are written in a tariff document, both ways. What cannot be read is `undefined`. */

/** One unit of the currency in the unit that is reckoned with. */
const MICRO = 1_000_000;

/** An amount of the currency in millionths, exact; `undefined` where it has more than six decimals. */
export function microOf(amount: number): number | undefined {
  // The shortest decimal that is this number: what somebody wrote, not what a double makes of it.
  const [, sign = '', whole = '', decimals = ''] = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(String(amount)) ?? [];
  return whole === '' ? undefined : Number(`${sign}${whole}${decimals.padEnd(6, '0')}`);
}

export const amountOf = (micro: number): number => micro / MICRO;

/** Minute of the day of `HH:MM`; `24:00` is its end. */
export function minuteOf(text: string): number | undefined {
  if (text === '24:00') return 24 * 60;
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  return hour === undefined ? undefined : Number(hour) * 60 + Number(minute);
}

export const timeText = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

/** Place in a leap year of `MM-DD`. */
export function monthDayFrom(text: string): number | undefined {
  const [, monthText, dayText] = /^(\d\d)-(\d\d)$/.exec(text) ?? [];
  const month = Number(monthText);
  const day = Number(dayText);
  return day >= 1 && day <= daysOfMonth(2000, month) ? monthDayIndex(month, day) : undefined;
}

export function monthDayText(index: number): string {
  const { month, day } = monthDayOf(index);
  return `${two(month)}-${two(day)}`;
}

/** Day number of `YYYY-MM-DD`. */
export function dayFrom(text: string): number | undefined {
  const [, yearText, monthText, dayText] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const date = { year: Number(yearText), month: Number(monthText), day: Number(dayText) };
  return date.day >= 1 && date.day <= daysOfMonth(date.year, date.month) ? dayNumber(date) : undefined;
}

export function dayText(number: number): string {
  const { year, month, day } = civilDate(number);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

const two = (value: number): string => String(value).padStart(2, '0');
