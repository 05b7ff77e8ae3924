import { dayFrom, microOf, minuteOf, monthDayFrom } from './written.ts';
import { type Place, quoted, readText } from './place.ts';
import { FIRST_YEAR, LAST_YEAR } from './tariff.ts';
import { isTimeZone } from './zone.ts';

/** Names of seasons, periods and charges. */
const MAX_NAME = 63;
const MAX_DISPLAY_NAME = 200;

/** Reading of single values. `undefined`: it was not there, or a problem has been noted. */

export const readName = (place: Place | undefined): string | undefined => readText(place, MAX_NAME);
export const readDisplayName = (place: Place | undefined): string | undefined => readText(place, MAX_DISPLAY_NAME);

export function readId(place: Place | undefined): string | undefined {
  const text = readText(place, MAX_NAME);
  if (text === undefined || /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text)) return text;
  return place?.refuse('invalid', `${quoted(text)} must be a letter or digit, then letters, digits, ".", "_", "-".`);
}

export function readWord(place: Place | undefined, word: string): void {
  if (place !== undefined && place.value !== word) {
    place.refuse('invalid', `Expected "${word}", got ${quoted(place.value)}.`);
  }
}

/** The codes that Intl knows: those in use. The list of a release of Node, so it is asked for once. */
let currencies: ReadonlySet<string> | undefined;

export function readCurrency(place: Place | undefined): string | undefined {
  if (place === undefined) return undefined;
  currencies ??= new Set(Intl.supportedValuesOf('currency'));
  if (typeof place.value === 'string' && currencies.has(place.value)) return place.value;
  return place.refuse('bad-currency', `${quoted(place.value)} is no currency of ISO 4217, such as EUR.`);
}

export function readZone(place: Place | undefined): string | undefined {
  if (place === undefined) return undefined;
  if (typeof place.value === 'string' && isTimeZone(place.value)) return place.value;
  return place.refuse('bad-timezone', `${quoted(place.value)} is no time zone of IANA, such as Europe/Paris.`);
}

/** An amount in units of the currency, read in millionths. */
export function readMicro(place: Place | undefined, least: number, most: number): number | undefined {
  if (place === undefined) return undefined;
  const { value } = place;
  if (typeof value !== 'number' || !(value >= least && value <= most)) {
    return place.refuse('bad-amount', `Expected a number from ${least} to ${most}, got ${quoted(value)}.`);
  }
  const micro = microOf(value);
  if (micro !== undefined) return micro;
  return place.refuse('bad-amount', `${value} has more than six decimals; write what is meant.`);
}

export function readMinute(place: Place | undefined): number | undefined {
  if (place === undefined) return undefined;
  const minute = typeof place.value === 'string' ? minuteOf(place.value) : undefined;
  if (minute !== undefined) return minute;
  return place.refuse('bad-time', `Expected a time from "00:00" to "24:00", in quotes, got ${quoted(place.value)}.`);
}

export function readMonthDay(place: Place | undefined): number | undefined {
  if (place === undefined) return undefined;
  const index = typeof place.value === 'string' ? monthDayFrom(place.value) : undefined;
  if (index !== undefined) return index;
  return place.refuse('bad-date', `Expected a month and day such as "04-01", in quotes, got ${quoted(place.value)}.`);
}

/** A day of a year that prices are known in. */
export function readDay(place: Place | undefined): number | undefined {
  if (place === undefined) return undefined;
  const { value } = place;
  const day = typeof value === 'string' ? dayFrom(value) : undefined;
  const year = typeof value === 'string' ? Number(value.slice(0, 4)) : 0;
  if (day !== undefined && year >= FIRST_YEAR && year <= LAST_YEAR) return day;
  const example = `a date of ${FIRST_YEAR} to ${LAST_YEAR} such as "2026-05-01", in quotes`;
  return place.refuse('bad-date', `Expected ${example}, got ${quoted(value)}.`);
}
