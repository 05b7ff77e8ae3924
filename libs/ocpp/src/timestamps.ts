/** What was odd about a timestamp that could be read none the less. */
export type TimestampQuirk = 'no-zone' | 'implausible';

export interface StationTimestamp {
  readonly atMs: number;
  readonly quirk?: TimestampQuirk;
}

/** Clocks before this were never set (H28): no OCPP station speaks JSON that early. */
const FIRST_PLAUSIBLE_MS = Date.UTC(2015, 0, 1);
const LAST_PLAUSIBLE_MS = Date.UTC(2100, 0, 1);
const MINUTE_MS = 60_000;

const SHAPE =
  /^\s*(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([Zz]|[+-]\d{2}(?::?\d{2})?)?\s*$/;

/**
 * Reads the timestamps that stations really send: no zone (taken as UTC, H27), `+0000`, no seconds, nine fractional
 * digits, a blank for the T (H29). What is no instant at all is undefined. An instant that no set clock can show is
 * marked `implausible`: the caller takes the time of receipt (H28).
 */
export function parseTimestamp(text: string): StationTimestamp | undefined {
  const found = SHAPE.exec(text);
  if (found === null) return undefined;
  const utcMs = utcOf(found);
  const offsetMs = offsetOf(found[8]);
  if (utcMs === undefined || offsetMs === undefined) return undefined;
  const fractionMs = found[7] === undefined ? 0 : Math.floor(Number(`0.${found[7]}`) * 1000 + 1e-6);
  const atMs = utcMs + fractionMs - offsetMs;
  if (atMs < FIRST_PLAUSIBLE_MS || atMs >= LAST_PLAUSIBLE_MS) return { atMs, quirk: 'implausible' };
  return found[8] === undefined ? { atMs, quirk: 'no-zone' } : { atMs };
}

/** Every month has so many days. */
const SHORTEST_MONTH_DAYS = 28;

function utcOf(found: RegExpExecArray): number | undefined {
  const part = (index: number): number => Number(found[index] ?? '0');
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hour, minute, second] = [part(4), part(5), part(6)];
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return undefined;
  // 31 February rolls over into March: not an instant.
  if (day > SHORTEST_MONTH_DAYS && new Date(Date.UTC(year, month - 1, day)).getUTCDate() !== day) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 18 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * MINUTE_MS;
}

/** RFC 3339 in UTC with milliseconds, as every version accepts it. */
export const formatTimestamp = (atMs: number): string => new Date(atMs).toISOString();
