import { clockMinutes } from './format.ts';
import type { LiveSite } from './live-site.ts';

/** What is written into the form of a driver's wish, as he thinks: "at 40 % of 77 kWh, up to 80 % by 17:00". */
export interface RequestFields {
  readonly atPercent: string;
  readonly sizeKwh: string;
  readonly targetPercent: string;
  /** HH:MM on the clock of the site; empty: he does not know. */
  readonly byTime: string;
}

export interface RequestDraft {
  readonly atPlugInPercent: number;
  readonly sizeKwh: number;
  readonly targetPercent: number;
  readonly departureAtMs: number | null;
}

export type RequestField = keyof RequestFields;
export type RequestResult =
  | { readonly kind: 'ok'; readonly draft: RequestDraft }
  | { readonly kind: 'refused'; readonly field: RequestField; readonly text: string };

export const EMPTY_REQUEST: RequestFields = { atPercent: '', sizeKwh: '', targetPercent: '80', byTime: '' };
const SIZE_KWH_MIN = 1;
const SIZE_KWH_MAX = 2_000;
const DAY_MIN = 24 * 60;
const MINUTE_MS = 60_000;

export function readRequest(
  fields: RequestFields,
  { atMs, timezone }: Pick<LiveSite, 'atMs' | 'timezone'>,
): RequestResult {
  const refuse = (field: RequestField, text: string): RequestResult => ({ kind: 'refused', field, text });
  const [at, size, target] = [fields.atPercent, fields.sizeKwh, fields.targetPercent].map(numberOf);
  if (!isPercent(at)) return refuse('atPercent', 'Write what the battery held as a whole number from 0 to 100.');
  if (size === undefined || !(size >= SIZE_KWH_MIN && size <= SIZE_KWH_MAX))
    return refuse('sizeKwh', `Write the size of the battery in kWh, from ${SIZE_KWH_MIN} to ${SIZE_KWH_MAX}.`);
  if (!isPercent(target)) return refuse('targetPercent', 'Write what you want as a whole number from 0 to 100.');
  if (target <= at) return refuse('targetPercent', `The battery held ${at} % already: want more than that.`);
  const departureAtMs = fields.byTime.trim() === '' ? null : nextInstantOf(fields.byTime, { atMs, timezone });
  if (departureAtMs === undefined) return refuse('byTime', 'Write when you leave as a time of the day, such as 17:00.');
  return { kind: 'ok', draft: { atPlugInPercent: at, sizeKwh: size, targetPercent: target, departureAtMs } };
}

/** In energy, before it is sent. */
export const wantedKwh = ({ atPlugInPercent, sizeKwh, targetPercent }: RequestDraft): number =>
  (sizeKwh * (targetPercent - atPlugInPercent)) / 100;

/** The next time that the clock of the site shows it; undefined: it is no time of a day. */
function nextInstantOf(text: string, { atMs, timezone }: Pick<LiveSite, 'atMs' | 'timezone'>): number | undefined {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  if (hour === undefined || minute === undefined) return undefined;
  const wanted = Number(hour) * 60 + Number(minute);
  const fromMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
  const inMin = (wanted - clockMinutes(fromMs, timezone) + DAY_MIN) % DAY_MIN;
  const guessMs = fromMs + (inMin === 0 ? DAY_MIN : inMin) * MINUTE_MS;
  // The clocks may change in between.
  const offMin = wanted - clockMinutes(guessMs, timezone);
  const shortest = ((offMin + DAY_MIN / 2 + DAY_MIN) % DAY_MIN) - DAY_MIN / 2;
  return guessMs + shortest * MINUTE_MS;
}

function numberOf(text: string): number | undefined {
  const plain = text.trim().replace(',', '.');
  const value = plain === '' ? Number.NaN : Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

const isPercent = (value: number | undefined): value is number =>
  value !== undefined && Number.isInteger(value) && value >= 0 && value <= 100;
