import { INSTANT_MAX_MS, INSTANT_MIN_MS } from './bounds.ts';
import { addMonths, DAY_MS, dateOf, dayNumber, daysOfMonth } from './calendar.ts';

/** P9999Y is the standard's infinity (DR-T6). Months go by the calendar, in UTC (DR-T14). */
export type Duration =
  | { readonly kind: 'for-ever' }
  | { readonly kind: 'span'; readonly months: number; readonly ms: number };

/** `now`: the standard's "beginning of time", which means "do it now" (DR-T4). */
export type Start = { readonly kind: 'now' } | { readonly kind: 'at'; readonly atMs: number };

export const isZero = (duration: Duration): boolean =>
  duration.kind === 'span' && duration.months === 0 && duration.ms === 0;

/** `Infinity` where the duration never ends, or the start is never reached. */
export function after(fromMs: number, duration: Duration): number {
  if (duration.kind === 'for-ever' || fromMs === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return addMonths(fromMs, duration.months) + duration.ms;
}

/** The spellings of 3.1 and 3.0, with a time and a zone or without. */
const NOW = /^(?:0001-01-01|0000-01-01|0000-00-00)(?:[Tt ]00:00:00(?:\.0+)?(?:[Zz]|[+-]00:00)?)?$/;
const INSTANT = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** RFC 3339, or one of the spellings of "now"; undefined: neither, or no instant between 2000 and 2200. */
export function startOf(text: string): Start | undefined {
  if (NOW.test(text)) return { kind: 'now' };
  const atMs = instantOf(text);
  return atMs === undefined ? undefined : { kind: 'at', atMs };
}

/** A text without an offset from UTC is refused: nobody knows whose clock it means. Parts of a millisecond are dropped. */
export function instantOf(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const number = (group: number): number => Number(match[group] ?? 0);
  const [year, month, day, hour, minute, second] = [number(1), number(2), number(3), number(4), number(5), number(6)];
  if (day < 1 || day > daysOfMonth(year, month) || hour > 23 || minute > 59 || second > 59) return undefined;
  if (number(9) > 23 || number(10) > 59) return undefined;
  const fractionMs = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const aheadMin = (match[8] === '-' ? -1 : 1) * (60 * number(9) + number(10));
  const timeMs = ((hour * 60 + minute - aheadMin) * 60 + second) * 1_000 + fractionMs;
  const atMs = dayNumber(year, month, day) * DAY_MS + timeMs;
  return atMs >= INSTANT_MIN_MS && atMs <= INSTANT_MAX_MS ? atMs : undefined;
}

/** RFC 3339 in UTC, to the millisecond. */
export function instantText(atMs: number): string {
  const number = Math.floor(atMs / DAY_MS);
  const { year, month, day } = dateOf(number);
  const restMs = atMs - number * DAY_MS;
  const part = (ms: number, of: number): string => padded(Math.floor(restMs / ms) % of, 2);
  const date = `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
  return `${date}T${part(3_600_000, 24)}:${part(60_000, 60)}:${part(1_000, 60)}.${padded(restMs % 1_000, 3)}Z`;
}

const padded = (value: number, digits: number): string => String(value).padStart(digits, '0');

const FOR_EVER = 'P9999Y';
const DURATION =
  /^(-?)P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,9}))?S)?)?$/;

/** `undefined`: no duration of the standard's pattern. A leading minus is part of the pattern and tells a wrong one (DR-T14). */
export function durationOf(text: string): Duration | 'below-zero' | undefined {
  if (text === FOR_EVER) return { kind: 'for-ever' };
  // The user guide writes it, the pattern does not know it (DR-T15).
  if (text === 'P0S') return { kind: 'span', months: 0, ms: 0 };
  const match = DURATION.exec(text);
  if (match === null) return undefined;
  if (match[1] === '-') return 'below-zero';
  const number = (group: number): number => Number(match[group] ?? 0);
  const days = 7 * number(4) + number(5);
  const seconds = (number(6) * 60 + number(7)) * 60 + number(8);
  const fractionMs = Number((match[9] ?? '').padEnd(3, '0').slice(0, 3));
  return { kind: 'span', months: 12 * number(2) + number(3), ms: days * DAY_MS + seconds * 1_000 + fractionMs };
}
