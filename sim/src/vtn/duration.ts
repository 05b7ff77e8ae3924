/** The standard's infinity (DR-T6). */
const FOR_EVER = 'P9999Y';
// The standard's pattern, with a leading minus (DR-T14): a duration below zero is a wrong one, and is told apart.
const PATTERN =
  /^(-?)P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WEEK_MS = 7 * DAY_MS;

/** The instant `duration` (ISO 8601) after `fromMs`; `Infinity` for P9999Y, undefined for what is no duration or is below zero. */
export function after(fromMs: number, duration: string): number | undefined {
  if (duration === FOR_EVER) return Number.POSITIVE_INFINITY;
  const match = PATTERN.exec(duration);
  if (match === null || match[1] === '-') return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(2)
    .map((digits) => Number(digits ?? 0));
  // Months by the calendar, in UTC.
  const date = new Date(fromMs);
  date.setUTCMonth(date.getUTCMonth() + 12 * years + months);
  const restMs = weeks * WEEK_MS + days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
  const atMs = date.getTime() + restMs;
  return Number.isNaN(atMs) ? undefined : atMs;
}

/** Whole milliseconds as a duration of seconds. */
export const durationText = (ms: number): string => `PT${ms / SECOND_MS}S`;
export const forEver = FOR_EVER;
