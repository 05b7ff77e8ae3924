import { type EpochMs, epochMs } from '@headroom/kernel';
import { readTariff, type SiteModel, type SiteTariff } from '@headroom/site-model';
import { billingMonthAt, countedSpans, type DemandCharge, pricesBetween, type Tariff } from '@headroom/tariff';
import { type BillingMemory, openWindowKwh, peakOf } from '../billing-memory.ts';
import type { GridPrice, GridTimelines } from '../grid-timeline.ts';
import type { DemandPeriod, Interval, PlanQuestion } from './question.ts';
import { knownThroughout, meansOf, type Stretch } from './series.ts';

/** What a plan is asked of money (MD20, MD21). */
export type PlanMoney = Required<Pick<PlanQuestion, 'objective' | 'isPriced'>> &
  Pick<PlanQuestion, 'importPerKwh' | 'exportPerKwh' | 'demand' | 'windowSoFarKwh'>;

/** Prices of a day change less often: a tariff may have 48 ranges a day, and a day of a plan lies in two of a zone. */
const MAX_SEGMENTS = 200;
const MICRO = 1e6;
const WATT = 1_000;
const DAY_MS = 86_400_000;
/** PO4: of the highest power of the month before, what a month is taken to come to anyway. */
export const TARGET_SHARE = 0.75;

/**
 * Prices of each interval and demand charges, from what the site document says of its tariff, and the grid of its prices: where the grid
 * tells one, it holds (DR-E5). What is not known of later hours is taken to cost what the known ones do on average; where the next hour is
 * not known in full, nothing is.
 */
export function moneyOf(
  of: {
    readonly site: SiteModel;
    readonly grid: GridTimelines;
    readonly billing: BillingMemory | undefined;
    readonly nowMs: EpochMs;
  },
  intervals: readonly Interval[],
): PlanMoney {
  const { site, nowMs } = of;
  const tariff = tariffOf(site);
  const horizon = { fromMs: nowMs, untilMs: intervals.at(-1)?.toMs ?? nowMs };
  const prices = knownThroughout(meansOf(stretchesOf(tariff, of.grid, horizon), intervals), intervals);
  const objective = site.objective ?? 'delivery';
  const none = intervals.map(() => 0);
  if (prices === undefined) {
    const same = { importPerKwh: intervals.map(() => 1), exportPerKwh: none };
    return { objective, isPriced: false, ...same, demand: [], windowSoFarKwh: 0 };
  }
  const demand =
    objective === 'cost' && tariff !== undefined ? demandOf(tariff, of.billing, { ...horizon, nowMs }) : [];
  return {
    ...{ objective, isPriced: true, importPerKwh: prices, exportPerKwh: none, demand },
    windowSoFarKwh: demand.length === 0 ? 0 : openWindowKwh(of.billing, nowMs),
  };
}

const TARIFFS = new WeakMap<SiteTariff, Tariff | 'none'>();

/** Read once for each document: the text of the same document is the same object. Undefined: there is none. */
export function tariffOf({ tariff: text }: Pick<SiteModel, 'tariff'>): Tariff | undefined {
  if (text === undefined) return undefined;
  const known = TARIFFS.get(text);
  if (known !== undefined) return known === 'none' ? undefined : known;
  const read = readTariff(text.documentJson);
  TARIFFS.set(text, read.kind === 'ok' ? read.value : 'none');
  return read.kind === 'ok' ? read.value : undefined;
}

/** In order, without overlap. A price in another currency than the tariff's, or than the first of the grid, is none. */
function stretchesOf(
  tariff: Tariff | undefined,
  grid: GridTimelines,
  { fromMs, untilMs }: { readonly fromMs: EpochMs; readonly untilMs: EpochMs },
): readonly Stretch[] {
  const told = (grid.get('')?.prices ?? []).filter(
    ({ startMs, endMs }) => startMs < untilMs && (endMs ?? untilMs) > fromMs,
  );
  const currency = tariff?.currency ?? told[0]?.currency;
  const byGrid = told.flatMap((price) => (price.currency === currency ? [ofGrid(price, untilMs)] : []));
  const byTariff =
    tariff === undefined
      ? []
      : pricesBetween(tariff, fromMs, untilMs, MAX_SEGMENTS).segments.map(
          (segment): Stretch => ({
            fromMs: segment.fromMs,
            untilMs: segment.untilMs,
            value: segment.microPerKwh / MICRO,
          }),
        );
  return [...byGrid, ...byTariff.flatMap((one) => without(one, byGrid))].toSorted((a, b) => a.fromMs - b.fromMs);
}

const ofGrid = ({ startMs, endMs, microPerKwh }: GridPrice, untilMs: EpochMs): Stretch => ({
  ...{ fromMs: startMs, untilMs: endMs ?? untilMs, value: microPerKwh / MICRO },
});

/** What is left of it beside the others, which stand in order. */
function without(one: Stretch, others: readonly Stretch[]): readonly Stretch[] {
  const left: Stretch[] = [];
  let atMs = one.fromMs;
  for (const { fromMs, untilMs } of others) {
    if (untilMs <= atMs || fromMs >= one.untilMs) continue;
    if (fromMs > atMs) left.push({ ...one, fromMs: atMs, untilMs: fromMs });
    atMs = epochMs(Math.max(atMs, untilMs));
  }
  return atMs < one.untilMs ? [...left, { ...one, fromMs: atMs }] : left;
}

/** Each charge in each month of the horizon: what was drawn so far costs nothing more. */
function demandOf(
  tariff: Tariff,
  billing: BillingMemory | undefined,
  { nowMs, untilMs }: { readonly nowMs: EpochMs; readonly untilMs: EpochMs },
): readonly DemandPeriod[] {
  const month = billingMonthAt(tariff, nowMs);
  const months = month.untilMs < untilMs ? [month, billingMonthAt(tariff, month.untilMs)] : [month];
  return tariff.demandCharges.flatMap((charge) =>
    months.flatMap(({ fromMs, untilMs: toMs }): readonly DemandPeriod[] => {
      // The window that is open began before now.
      const from = Math.max(fromMs, nowMs - WINDOW_MS);
      const only = countedSpans(tariff, charge, { fromMs: from, untilMs: Math.min(toMs, untilMs) });
      if (only.length === 0) return [];
      return [
        {
          ...{ fromMs, toMs, only: only.map((span) => ({ fromMs: span.fromMs, toMs: span.untilMs })) },
          isEven: true,
          ...priceOf(charge, billing, { fromMs, toMs, nowMs }),
        },
      ];
    }),
  );
}

const WINDOW_MS = 900_000;

/**
 * PO4. A plan sees a day, and a month's highest power is paid once. Where the month before is known, so much of its peak is expected
 * anyway, and what goes beyond costs all of the price; else each day left bears its part.
 */
function priceOf(
  charge: DemandCharge,
  billing: BillingMemory | undefined,
  { fromMs, toMs, nowMs }: { readonly fromMs: EpochMs; readonly toMs: EpochMs; readonly nowMs: EpochMs },
): Pick<DemandPeriod, 'pricePerKw' | 'peakKw' | 'targetKw'> {
  const { peakW, beforeW } = peakOf(billing, charge.name, fromMs);
  const pricePerKw = charge.microPerKw / MICRO;
  const peakKw = peakW / WATT;
  if (beforeW !== undefined) return { pricePerKw, peakKw, targetKw: (TARGET_SHARE * beforeW) / WATT };
  const daysLeft = Math.max(1, (toMs - Math.max(nowMs, fromMs)) / DAY_MS);
  return { pricePerKw: pricePerKw / daysLeft, peakKw, targetKw: undefined };
}
