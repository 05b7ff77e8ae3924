import { type EpochMs, type EvseId, evseId, type SiteId, stationId } from '@headroom/kernel';
import type { Tariff } from '@headroom/tariff';
import { breachOf, DEFAULT_METER_STALE_MS, type EnergyTotals, type LiveView, liveView } from '../domain/live-view.ts';
import { createPowerHistory, type PowerHistory } from '../domain/power-history.ts';
import { ownLimitW } from '../domain/own-limit.ts';
import type { DeratedCircuitSpec } from '../domain/derating-view.ts';
import type { Site, SiteDocument, WiringName } from '../domain/site-document.ts';
import { NO_GRID, type SiteGrid } from '../domain/site-grid.ts';
import type { DrawSnapshot, SiteSnapshot } from '../domain/site-snapshot.ts';
import type { Versioned } from '../ports.ts';

/** The read model of one site: what arrived last, the worst breach, an hour of seconds. */
export interface SiteView {
  readonly siteId: SiteId;
  took(news: {
    readonly snapshot?: Versioned<SiteSnapshot> | undefined;
    readonly draw?: Versioned<DrawSnapshot> | undefined;
  }): boolean;
  configured(site: Site): void;
  /** What the grid asks of it; true: it is not what was known. */
  asked(grid: SiteGrid): boolean;
  summarised(energy: EnergyTotals): void;
  /** Undefined: the owner of the site has not been heard of yet. */
  now(nowMs: EpochMs): LiveView | undefined;
  /** Puts down this second. */
  tick(nowMs: EpochMs): void;
  history(seconds: number): PowerHistory;
}

/**
 * A limit that drops, or a building that jumps, finds the cars where they are: what stands over the limit for less than
 * the time in which stations and cars must have followed (T17) is reaction, not breach. The history shows it all the same.
 */
export const REACTION_MS = 10_000;

export interface SiteViewFacts {
  readonly sinceMs: EpochMs;
  readonly sampleIntervalMs: number;
  readonly tariff: Tariff | undefined;
}

export function createSiteView(siteId: SiteId, { sinceMs, sampleIntervalMs, tariff }: SiteViewFacts): SiteView {
  let snapshot: Versioned<SiteSnapshot> | undefined;
  let draw: Versioned<DrawSnapshot> | undefined;
  let meterStaleAfterMs = DEFAULT_METER_STALE_MS;
  let endedEnergy: EnergyTotals | undefined;
  let ownW: number | undefined;
  let wiring: ReadonlyMap<EvseId, WiringName> | undefined;
  let deratings: ReadonlyMap<string, DeratedCircuitSpec> | undefined;
  let grid = NO_GRID;
  let gridText = '';
  let worstBreachW = 0;
  let overSinceMs: EpochMs | undefined;
  const ring = createPowerHistory();

  const now = (nowMs: EpochMs): LiveView | undefined => {
    if (snapshot === undefined) return undefined;
    const worstBreach = { w: worstBreachW, sinceMs };
    const input = {
      snapshot: snapshot.value,
      draw: draw?.value,
      nowMs,
      sampleIntervalMs,
      meterStaleAfterMs,
      endedEnergy,
      ...(wiring === undefined ? {} : { wiring }),
      ...(deratings === undefined ? {} : { deratings }),
      outlook: { grid, ownLimitW: ownW, tariff, drawnBetween: ring.drawnBetween },
    };
    const view = liveView({ ...input, worstBreach });
    const breachW = breachOf(view);
    overSinceMs = breachW > 0 ? (overSinceMs ?? nowMs) : undefined;
    if (overSinceMs === undefined || nowMs - overSinceMs < REACTION_MS || breachW <= worstBreachW) return view;
    worstBreachW = breachW;
    return { ...view, worstBreach: { w: breachW, sinceMs } };
  };

  return {
    siteId,
    took: (news) => {
      const newSnapshot = isNewer(news.snapshot, snapshot);
      const newDraw = isNewer(news.draw, draw);
      if (newSnapshot) snapshot = news.snapshot;
      if (newDraw) draw = news.draw;
      return newSnapshot || newDraw;
    },
    configured: ({ document }) => {
      const ages = document.meters.map((meter) => meter.staleAfterMs);
      meterStaleAfterMs = ages.length === 0 ? DEFAULT_METER_STALE_MS : Math.min(...ages);
      ownW = ownLimitW(document);
      wiring = wiringIn(document);
      deratings = deratingsIn(document);
    },
    asked: (news) => {
      const text = JSON.stringify(news);
      const isNews = text !== gridText;
      [grid, gridText] = [news, text];
      return isNews;
    },
    summarised: (energy) => {
      endedEnergy = energy;
    },
    now,
    tick: (nowMs) => {
      const view = now(nowMs);
      if (view !== undefined) ring.push(view);
    },
    history: (seconds) => ring.last(seconds),
  };
}

function isNewer<T>(news: Versioned<T> | undefined, known: Versioned<T> | undefined): boolean {
  if (news === undefined) return false;
  if (known === undefined) return true;
  const [a, b] = [news.version, known.version];
  return a.epoch === b.epoch ? a.offset > b.offset : a.epoch > b.epoch;
}

const wiringIn = ({ stations }: SiteDocument): ReadonlyMap<EvseId, WiringName> =>
  new Map(
    stations.flatMap(({ id, evses }) =>
      evses.flatMap(({ evse, wiring }) =>
        wiring === undefined ? [] : [[evseId(stationId(id), evse), wiring] as const],
      ),
    ),
  );

const deratingsIn = ({ circuits }: SiteDocument): ReadonlyMap<string, DeratedCircuitSpec> =>
  new Map(
    circuits.flatMap(({ name, ratingPerPhaseA: rating, derating }) =>
      derating === undefined ? [] : [[name, { rating, derating }] as const],
    ),
  );
