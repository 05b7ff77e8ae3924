import type { EpochMs } from '@headroom/kernel';
import { nextChange, priceAt, type Tariff } from '@headroom/tariff';
import { type GridTimeline, segmentAt } from './site-grid.ts';

/** A price of a kWh, in millionths of its currency. */
export interface Price {
  readonly microPerKwh: number;
  readonly currency: string;
  /** `peak`; empty: a price of the grid has no name. */
  readonly periodName: string;
  /** The tariff's name for people, or the configured name of the VTN. */
  readonly source: string;
  readonly from: 'tariff' | 'grid';
}

export interface PriceView {
  /** Null: there is none now. That is not a price of 0 (DR-F9). */
  readonly now: Price | null;
  /** The next change, at most `LOOK_AHEAD_MS` away. Its price is null where there is none from then on. */
  readonly next: { readonly atMs: EpochMs; readonly price: Price | null } | null;
}

export const LOOK_AHEAD_MS = 86_400_000;
/** Instants at which a price may change that are looked at. */
const CHANGES_MAX = 500;

/** What a kWh costs now and next: what the grid says while it says something, else the tariff. Undefined: neither says anything. */
export function priceView(
  tariff: Tariff | undefined,
  timeline: GridTimeline | undefined,
  nowMs: EpochMs,
): PriceView | undefined {
  const now = priceOf(tariff, timeline, nowMs);
  let next: PriceView['next'] = null;
  let atMs = nowMs;
  for (let looked = 0; looked < CHANGES_MAX && next === null; looked += 1) {
    const changeMs = changeAfter(tariff, timeline, atMs);
    if (changeMs === undefined || changeMs > nowMs + LOOK_AHEAD_MS) break;
    atMs = changeMs;
    const price = priceOf(tariff, timeline, atMs);
    if (!isSame(now, price)) next = { atMs, price };
  }
  return now === null && next === null && tariff === undefined ? undefined : { now, next };
}

function priceOf(tariff: Tariff | undefined, timeline: GridTimeline | undefined, atMs: EpochMs): Price | null {
  const told = segmentAt(timeline, atMs)?.price;
  if (told !== undefined) return { ...told, periodName: '', from: 'grid' };
  const price = tariff === undefined ? undefined : priceAt(tariff, atMs);
  if (tariff === undefined || price === undefined) return null;
  const { microPerKwh, periodName } = price;
  return { microPerKwh, periodName, currency: tariff.currency, source: tariff.displayName, from: 'tariff' };
}

function changeAfter(tariff: Tariff | undefined, timeline: GridTimeline | undefined, atMs: EpochMs) {
  const changes = [
    ...(tariff === undefined ? [] : [nextChange(tariff, atMs)?.atMs ?? Number.POSITIVE_INFINITY]),
    ...(timeline?.segments ?? []).flatMap(({ startMs, endMs }) => [startMs, endMs ?? Number.POSITIVE_INFINITY]),
  ].filter((ms) => ms > atMs && Number.isFinite(ms));
  return changes.length === 0 ? undefined : Math.min(...changes);
}

const isSame = (a: Price | null, b: Price | null): boolean =>
  a?.microPerKwh === b?.microPerKwh && a?.currency === b?.currency && a?.periodName === b?.periodName;
