import { clockSeconds, duration, kilowatts, words } from './format.ts';
import type { LiveSite } from './live-site.ts';

/** What a person writes into the form of the demo. */
export interface GridDraft {
  readonly limitKw: number;
  readonly durationS: number;
  readonly startInS: number;
}

export type GridDraftResult =
  | { readonly kind: 'ok'; readonly draft: GridDraft }
  | { readonly kind: 'refused'; readonly text: string };

export const LENGTHS_S = [30, 60, 120, 300, 900] as const;
export const STARTS_S = [0, 10, 30, 60, 300] as const;
export const DEFAULT_LENGTH_S = 60;
export const DEFAULT_START_S = 10;
const KW_MAX = 100_000;

/** Three fifths of what holds now, to the full 5 kW: a drop that can be seen. */
export const suggestedKw = (site: LiveSite): string =>
  site.limit.powerKw === null ? '' : String(Math.max(0, Math.round((site.limit.powerKw * 0.6) / 5) * 5));

export function readGridDraft(limit: string, durationS: number, startInS: number): GridDraftResult {
  const text = limit.trim().replace(',', '.');
  const limitKw = text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(limitKw)) return { kind: 'refused', text: 'Write the limit as a number of kW, such as 120.' };
  if (limitKw < 0) return { kind: 'refused', text: 'A limit cannot be below 0 kW: a site draws, it does not feed.' };
  if (limitKw > KW_MAX) return { kind: 'refused', text: `A limit of more than ${KW_MAX} kW limits nothing.` };
  return { kind: 'ok', draft: { limitKw, durationS, startInS } };
}

/** What would happen, before anything is sent. */
export function gridPreview({ limitKw, durationS, startInS }: GridDraft, site: LiveSite): readonly string[] {
  const startMs = site.atMs + startInS * 1_000;
  const ownKw = site.limit.powerKw;
  const start = startInS === 0 ? 'Now' : `At ${clockSeconds(startMs, site.timezone)}`;
  const when = `${start}, for ${lengthWords(durationS)}: the utility asks for at most ${words(kilowatts(limitKw))}.`;
  if (ownKw !== null && limitKw >= ownKw) {
    return [when, `The site has ${words(kilowatts(ownKw))} of its own, which is no more: nothing will change.`];
  }
  const siteKw = site.total.siteKw;
  const cut =
    siteKw === null || siteKw <= limitKw
      ? 'The site draws less than that now: the cars keep what they have, and get no more.'
      : `The site draws ${words(kilowatts(siteKw))} now: the cars give up ${words(kilowatts(siteKw - limitKw))}.`;
  const building = site.building.powerKw;
  const floor =
    building !== null && building > limitKw
      ? [`The building alone draws ${words(kilowatts(building))}: cars pause, and the site stays above what is asked.`]
      : [];
  return [when, cut, ...floor];
}

export const lengthWords = (seconds: number): string =>
  seconds < 60 ? `${seconds}\u202fs` : duration(seconds * 1_000);
