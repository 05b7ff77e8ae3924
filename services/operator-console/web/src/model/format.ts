/** Numbers and instants in the words of LK21. A value that is not known is a dash. */

export const UNKNOWN = '–';
/** The thin space that does not break: a unit never starts a line. */
export const THIN_SPACE = '\u202f';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A number and its unit, apart, because the unit is set smaller. */
export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

export function decimal(value: number | null, digits: number): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  const fixed = value.toFixed(digits);
  const unsigned = Number(fixed) === 0 ? fixed.replace('-', '') : fixed;
  return unsigned.replace('-', '−').replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE);
}

export const whole = (value: number | null, unit: string): Quantity => ({ value: decimal(value, 0), unit });
export const kilowatts = (value: number | null): Quantity => ({ value: decimal(value, 1), unit: 'kW' });
export const kilowattHours = (value: number | null): Quantity => ({ value: decimal(value, 1), unit: 'kWh' });

/** Amperes whole, or with one decimal where there is one. */
export function amperes(value: number | null): Quantity {
  const digits = value !== null && Math.round(value * 10) % 10 !== 0 ? 1 : 0;
  return { value: decimal(value, digits), unit: 'A' };
}

export const words = (quantity: Quantity): string => `${quantity.value}${THIN_SPACE}${quantity.unit}`;

export const celsius = (value: number | null): Quantity => ({ value: decimal(value, 1), unit: '°C' });

/** How old a value is: "0.4 s" where tenths matter, then whole seconds, minutes, hours, days. */
export function age(ageMs: number | null, precise = false): string {
  if (ageMs === null) return UNKNOWN;
  const ms = Math.max(0, ageMs);
  if (ms < 10 * SECOND_MS && precise) return `${(Math.floor(ms / 100) / 10).toFixed(1)}${THIN_SPACE}s`;
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)}${THIN_SPACE}s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}${THIN_SPACE}min`;
  if (ms < DAY_MS) return `${Math.floor(ms / HOUR_MS)}${THIN_SPACE}h`;
  return `${Math.floor(ms / DAY_MS)}${THIN_SPACE}d`;
}

/** A length of time for a sentence: "45 min", "1 h 12 min", "2 d 3 h"; rounded up to whole minutes. */
export function duration(ms: number): string {
  const minutes = Math.max(0, Math.ceil(ms / MINUTE_MS));
  if (minutes < 60) return `${minutes}${THIN_SPACE}min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return joined(`${hours}${THIN_SPACE}h`, minutes % 60, 'min');
  return joined(`${Math.floor(hours / 24)}${THIN_SPACE}d`, hours % 24, 'h');
}

function joined(head: string, rest: number, unit: string): string {
  return rest === 0 ? head : `${head} ${rest}${THIN_SPACE}${unit}`;
}

const clocks = new Map<string, Intl.DateTimeFormat>();
const MAX_CLOCKS = 64;

/** Formatters are costly to make and zones are few; an unknown zone falls back to UTC, which the hover then says. */
function clockOf(zone: string, style: keyof typeof OPTIONS): Intl.DateTimeFormat {
  const key = `${style} ${zone}`;
  const known = clocks.get(key);
  if (known !== undefined) return known;
  if (clocks.size >= MAX_CLOCKS) clocks.clear();
  const made = makeClock(zone, OPTIONS[style]);
  clocks.set(key, made);
  return made;
}

const OPTIONS = {
  time: { hour: '2-digit', minute: '2-digit' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  day: { weekday: 'short' },
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  zone: { timeZoneName: 'longOffset', year: 'numeric', month: 'short', day: 'numeric' },
} as const satisfies Readonly<Record<string, Intl.DateTimeFormatOptions>>;

function makeClock(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, hourCycle: 'h23', timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...options, hourCycle: 'h23', timeZone: 'UTC' });
  }
}

export const clockTime = (atMs: number | null, zone: string): string =>
  atMs === null ? UNKNOWN : clockOf(zone, 'time').format(atMs);

export const clockSeconds = (atMs: number | null, zone: string): string =>
  atMs === null ? UNKNOWN : clockOf(zone, 'seconds').format(atMs);

/** Minutes since midnight on the clock of a zone. */
export function clockMinutes(atMs: number, zone: string): number {
  const [hours, minutes] = clockTime(atMs, zone).split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

const SAME_DAY_MS = 18 * HOUR_MS;

/** The time of day; a tonight that is tomorrow by date needs no day, what is further away has it in front. */
export function clockTimeOn(atMs: number | null, nowMs: number, zone: string): string {
  if (atMs === null) return UNKNOWN;
  const time = clockTime(atMs, zone);
  return Math.abs(atMs - nowMs) < SAME_DAY_MS ? time : `${clockOf(zone, 'day').format(atMs)} ${time}`;
}

/** Beyond this a day of the week says no longer which. */
const SAME_WEEK_MS = 6 * DAY_MS;

/** The same for what may be far away: then its date. */
export const clockTimeOrDate = (atMs: number, nowMs: number, zone: string): string =>
  Math.abs(atMs - nowMs) < SAME_WEEK_MS ? clockTimeOn(atMs, nowMs, zone) : clockOf(zone, 'date').format(atMs);

/** For a place without room: the time of day, or just the day when that is what matters. */
export function clockOrDay(atMs: number | null, nowMs: number, zone: string): string {
  if (atMs === null) return UNKNOWN;
  return Math.abs(atMs - nowMs) < SAME_DAY_MS ? clockTime(atMs, zone) : clockOf(zone, 'day').format(atMs);
}

/** What the hover says: full date, zone and its distance to UTC. */
export function zoneWords(atMs: number | null, zone: string): string {
  if (atMs === null) return '';
  return `${clockOf(zone, 'zone').format(atMs)}, ${clockSeconds(atMs, zone)} (${zone})`;
}

/** Sentences come from the server with ordinary spaces: a number and its unit must not part at the end of a line. */
export const unitsKept = (sentence: string): string =>
  sentence
    .replace(/(\d) (kWh|kW|A|V|s|min|h|%)(?![\w])/g, `$1${THIN_SPACE}$2`)
    // Only where a sentence speaks of a temperature: "Hall 2 C" is a name.
    .replace(/\b((?:at|as|by|above|to|says) -?\d+(?:\.\d+)?) C(?!\w)/gi, `$1${THIN_SPACE}°C`);

const UTC_TIMES = /\b([01]\d|2[0-3]):([0-5]\d) UTC\b/g;

/**
 * Sentences come from the server with times of day in UTC; on the page of a site its own clock counts. Such a time has no date: it is taken
 * for the next of its kind, or for one of the hour before now.
 */
export const inSiteTime = (sentence: string, nowMs: number, zone: string): string =>
  sentence.replace(UTC_TIMES, (_, hours: string, minutes: string) => {
    const leastMs = nowMs - HOUR_MS;
    const sameDayMs = Math.floor(leastMs / DAY_MS) * DAY_MS + Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS;
    return clockTime(sameDayMs < leastMs ? sameDayMs + DAY_MS : sameDayMs, zone);
  });
