import type { EpochMs } from '@headroom/kernel';
import type { SignalTarget } from './grid-signal.ts';
import type { Span } from './period.ts';

/** Power is kept in slots of so long, for so long: an event of a day, with what was before and after. */
export const SLOT_MS = 10_000;
export const KEPT_MS = 26 * 3_600_000;
const SLOTS = KEPT_MS / SLOT_MS;
/** A part that said nothing for so long is not counted any more, and a silence of all of so long is not covered. */
export const PART_STALE_MS = 120_000;
/** EVSEs and meters of one target; what is beyond is not counted. */
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

/** Names within a site. */
export const evsePart = (stationId: string, evse: number): string => `${stationId}/${evse}`;
export const meterPart = (meterId: string): string => `meter ${meterId}`;

/** The circuits through which each part of a site draws, from the one to which it is wired up to the grid connection. */
export type Wiring = ReadonlyMap<string, readonly string[]>;

/** What a site, or one circuit of it, drew in a stretch of time. */
export interface Drawn {
  /** Over what is covered; absent: nothing is. */
  readonly meanW?: number;
  /** Of the highest slot; absent: nothing is covered. */
  readonly peakW?: number;
  /** How much of the stretch is known, 0 to 100. */
  readonly coveredPercent: number;
}

/**
 * What each target drew lately: a site all its EVSEs and meters together, a circuit those below it. In memory alone: after a restart it
 * begins anew, and says so by `coveredPercent`.
 */
export interface DrawBook {
  /** From now on. Until it is told, and for a part that it does not name, only the site counts. */
  wire(siteId: string, wiring: Wiring): void;
  put(sample: DrawSample, nowMs: EpochMs): void;
  drawn(target: SignalTarget, span: Required<Span>): Drawn;
}

/** Of one target. */
interface Page {
  readonly parts: Map<string, { readonly powerW: number; readonly atMs: number }>;
  /** Of the slots: which one it is, Wms, and the ms of it that are covered. */
  readonly numbers: Float64Array;
  readonly energies: Float64Array;
  readonly covered: Float64Array;
  untilMs: number | undefined;
}

interface SiteBook {
  /** Of the site as a whole; undefined: nobody asks for it. */
  whole: Page | undefined;
  readonly circuits: Map<string, Page>;
  wiring: Wiring;
}

export function createDrawBook(targets: Iterable<SignalTarget>): DrawBook {
  const sites = sitesOf(targets);
  return {
    wire(siteId, wiring) {
      const site = sites.get(siteId);
      if (site === undefined) return;
      site.wiring = wiring;
      // What is wired elsewhere now draws there.
      for (const [circuitId, { parts }] of site.circuits)
        for (const part of parts.keys()) if (!circuitsOf(site, part).includes(circuitId)) parts.delete(part);
    },
    put(sample, nowMs) {
      const site = sites.get(sample.siteId);
      if (site === undefined || sample.atMs > nowMs + AHEAD_MAX_MS || !(sample.powerW >= 0)) return;
      if (site.whole !== undefined) take(site.whole, sample);
      if (site.circuits.size === 0) return;
      for (const circuitId of circuitsOf(site, sample.part)) {
        const page = site.circuits.get(circuitId);
        if (page !== undefined) take(page, sample);
      }
    },
    drawn({ siteId, circuitId }, span) {
      const site = sites.get(siteId);
      const page = circuitId === undefined ? site?.whole : site?.circuits.get(circuitId);
      return page === undefined ? { coveredPercent: 0 } : sumOf(page, span);
    },
  };
}

const circuitsOf = ({ wiring }: SiteBook, part: string): readonly string[] => wiring.get(part) ?? [];

function sitesOf(targets: Iterable<SignalTarget>): ReadonlyMap<string, SiteBook> {
  const sites = new Map<string, SiteBook>();
  for (const { siteId, circuitId } of targets) {
    const site = sites.get(siteId) ?? { whole: undefined, circuits: new Map(), wiring: new Map() };
    sites.set(siteId, site);
    if (circuitId === undefined) site.whole ??= newPage();
    else if (!site.circuits.has(circuitId)) site.circuits.set(circuitId, newPage());
  }
  return sites;
}

function take(page: Page, { part, atMs, powerW }: DrawSample): void {
  if ((page.parts.get(part)?.atMs ?? Number.NEGATIVE_INFINITY) > atMs) return;
  advance(page, atMs);
  if (page.parts.has(part) || page.parts.size < PARTS_MAX) page.parts.set(part, { powerW, atMs });
}

const newPage = (): Page => ({
  parts: new Map(),
  numbers: new Float64Array(SLOTS).fill(-1),
  energies: new Float64Array(SLOTS),
  covered: new Float64Array(SLOTS),
  untilMs: undefined,
});

/** Until `atMs` everything drew what it had said last. */
function advance(page: Page, atMs: number): void {
  const fromMs = page.untilMs;
  page.untilMs = Math.max(fromMs ?? atMs, atMs);
  if (fromMs === undefined || atMs <= fromMs || atMs - fromMs > PART_STALE_MS) return;
  let powerW = 0;
  for (const [name, part] of page.parts) {
    if (atMs - part.atMs <= PART_STALE_MS) powerW += part.powerW;
    else page.parts.delete(name);
  }
  for (let startMs = fromMs; startMs < atMs; ) {
    const number = Math.floor(startMs / SLOT_MS);
    const endMs = Math.min(atMs, (number + 1) * SLOT_MS);
    const at = number % SLOTS;
    if (page.numbers[at] !== number) {
      page.numbers[at] = number;
      page.energies[at] = 0;
      page.covered[at] = 0;
    }
    page.energies[at] = (page.energies[at] ?? 0) + powerW * (endMs - startMs);
    page.covered[at] = (page.covered[at] ?? 0) + endMs - startMs;
    startMs = endMs;
  }
}

function sumOf(page: Page, { startMs, endMs }: Required<Span>): Drawn {
  let [energyWms, coveredMs, peakW] = [0, 0, 0];
  const first = Math.max(Math.floor(startMs / SLOT_MS), Math.ceil(endMs / SLOT_MS) - SLOTS);
  for (let number = first; number * SLOT_MS < endMs; number += 1) {
    const at = number % SLOTS;
    const slotMs = page.covered[at] ?? 0;
    if (page.numbers[at] !== number || slotMs === 0) continue;
    const meanW = (page.energies[at] ?? 0) / slotMs;
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
