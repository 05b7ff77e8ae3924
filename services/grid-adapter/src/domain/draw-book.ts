import type { EpochMs } from '@headroom/kernel';
import type { Span } from './period.ts';

/** Power is kept in slots of so long, for so long: an event of a day, with what was before and after. */
export const SLOT_MS = 10_000;
export const KEPT_MS = 26 * 3_600_000;
const SLOTS = KEPT_MS / SLOT_MS;
/** A part that said nothing for so long is not counted any more, and a silence of all of so long is not covered. */
export const PART_STALE_MS = 120_000;
/** EVSEs and meters of one site; what is beyond is not counted. */
export const PARTS_MAX = 2_000;
/** A sample from further ahead is a wrong clock. */
export const AHEAD_MAX_MS = 10_000;

/** What one EVSE or one meter of a site draws. */
export interface DrawSample {
  readonly siteId: string;
  /** Names the EVSE or the meter within its site. */
  readonly part: string;
  readonly atMs: EpochMs;
  readonly powerW: number;
}

/** What a site drew in a stretch of time. */
export interface Drawn {
  /** Over what is covered; absent: nothing is. */
  readonly meanW?: number;
  /** Of the highest slot; absent: nothing is covered. */
  readonly peakW?: number;
  /** How much of the stretch is known, 0 to 100. */
  readonly coveredPercent: number;
}

/** What each site drew lately, all its EVSEs and meters together. In memory alone: after a restart it begins anew, and says so by `coveredPercent`. */
export interface DrawBook {
  put(sample: DrawSample, nowMs: EpochMs): void;
  drawn(siteId: string, span: Required<Span>): Drawn;
}

interface SiteBook {
  readonly parts: Map<string, { readonly powerW: number; readonly atMs: number }>;
  /** Of the slots: which one it is, Wms, and the ms of it that are covered. */
  readonly numbers: Float64Array;
  readonly energies: Float64Array;
  readonly covered: Float64Array;
  untilMs: number | undefined;
}

export function createDrawBook(siteIds: Iterable<string>): DrawBook {
  const sites = new Map<string, SiteBook>([...siteIds].map((siteId) => [siteId, newSite()]));
  return {
    put({ siteId, part, atMs, powerW }, nowMs) {
      const site = sites.get(siteId);
      if (site === undefined || atMs > nowMs + AHEAD_MAX_MS || !(powerW >= 0)) return;
      if ((site.parts.get(part)?.atMs ?? Number.NEGATIVE_INFINITY) > atMs) return;
      advance(site, atMs);
      if (site.parts.has(part) || site.parts.size < PARTS_MAX) site.parts.set(part, { powerW, atMs });
    },
    drawn(siteId, span) {
      const site = sites.get(siteId);
      return site === undefined ? { coveredPercent: 0 } : sumOf(site, span);
    },
  };
}

const newSite = (): SiteBook => ({
  parts: new Map(),
  numbers: new Float64Array(SLOTS).fill(-1),
  energies: new Float64Array(SLOTS),
  covered: new Float64Array(SLOTS),
  untilMs: undefined,
});

/** Until `atMs` everything drew what it had said last. */
function advance(site: SiteBook, atMs: number): void {
  const fromMs = site.untilMs;
  site.untilMs = Math.max(fromMs ?? atMs, atMs);
  if (fromMs === undefined || atMs <= fromMs || atMs - fromMs > PART_STALE_MS) return;
  let powerW = 0;
  for (const [name, part] of site.parts) {
    if (atMs - part.atMs <= PART_STALE_MS) powerW += part.powerW;
    else site.parts.delete(name);
  }
  for (let startMs = fromMs; startMs < atMs; ) {
    const number = Math.floor(startMs / SLOT_MS);
    const endMs = Math.min(atMs, (number + 1) * SLOT_MS);
    const at = number % SLOTS;
    if (site.numbers[at] !== number) {
      site.numbers[at] = number;
      site.energies[at] = 0;
      site.covered[at] = 0;
    }
    site.energies[at] = (site.energies[at] ?? 0) + powerW * (endMs - startMs);
    site.covered[at] = (site.covered[at] ?? 0) + endMs - startMs;
    startMs = endMs;
  }
}

function sumOf(site: SiteBook, { startMs, endMs }: Required<Span>): Drawn {
  let [energyWms, coveredMs, peakW] = [0, 0, 0];
  const first = Math.max(Math.floor(startMs / SLOT_MS), Math.ceil(endMs / SLOT_MS) - SLOTS);
  for (let number = first; number * SLOT_MS < endMs; number += 1) {
    const at = number % SLOTS;
    const slotMs = site.covered[at] ?? 0;
    if (site.numbers[at] !== number || slotMs === 0) continue;
    const meanW = (site.energies[at] ?? 0) / slotMs;
    const overlapMs = Math.min(endMs, (number + 1) * SLOT_MS) - Math.max(startMs, number * SLOT_MS);
    const countedMs = (slotMs * overlapMs) / SLOT_MS;
    energyWms += meanW * countedMs;
    coveredMs += countedMs;
    peakW = Math.max(peakW, meanW);
  }
  if (coveredMs === 0) return { coveredPercent: 0 };
  const coveredPercent = Math.min(100, Math.floor((100 * coveredMs) / (endMs - startMs)));
  return { meanW: Math.round(energyWms / coveredMs), peakW: Math.round(peakW), coveredPercent };
}
