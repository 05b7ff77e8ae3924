import { epochMs } from '@headroom/kernel';
import { type DemandCharge, priceAt, type PriceSegment, type Tariff } from '@headroom/tariff';
import { SLOT_H, SLOT_MIN } from '../../optimum/site/slotted.ts';
import type { ValueAt } from './series.ts';

/** What a site took from the grid, in slots. */
export interface Taken {
  readonly startsAtMs: number;
  /** By its cars, in watt-hours a slot. */
  readonly carsWh: Float64Array;
  /** By all the rest of it, as far as it is known; below 0 while it supplies more than it draws. */
  readonly restW: (slot: number) => number;
}

export interface Bill {
  /** The highest mean of a quarter of an hour, of the whole site. */
  readonly peakKw: number;
  /** What the cars add to the bill for energy. Absent: no tariff, as in the other two. */
  readonly energyCost?: number;
  /** For the highest powers of the months, of the whole site. */
  readonly demandCost?: number;
  readonly currency?: string;
  /** That the energy of the cars brings about. Absent: no file of emissions. */
  readonly co2Kg?: number;
  /** Of the energy of the cars, in no hour for which there is a price, or an emission: it counts for nothing there. */
  readonly unpricedKwh: number;
  readonly uncountedKwh: number;
}

/**
 * Interpretation: the document of a tariff leaves open over how long a power is averaged. A quarter of an hour, on the clock, is what
 * most contracts say.
 */
export const DEMAND_MIN = 15;
const SLOTS_OF_QUARTER = DEMAND_MIN / SLOT_MIN;
const MICRO = 1e6;
const WATT = 1_000;
const SLOT_MS = SLOT_MIN * 60_000;
const DAY_MS = 86_400_000;

export function billOf(taken: Taken, of: { readonly tariff?: Tariff; readonly carbonAt?: ValueAt }): Bill {
  const { startsAtMs, carsWh, restW } = taken;
  const importKwh = (slot: number): number => Math.max(0, (carsWh[slot] ?? 0) + restW(slot) * SLOT_H) / WATT;
  const restKwh = (slot: number): number => Math.max(0, restW(slot) * SLOT_H) / WATT;
  const quarters = Array.from({ length: Math.ceil(carsWh.length / SLOTS_OF_QUARTER) }, (_, quarter) => {
    let kwh = 0;
    for (let n = 0; n < SLOTS_OF_QUARTER; n += 1) kwh += importKwh(quarter * SLOTS_OF_QUARTER + n);
    return { atMs: startsAtMs + quarter * SLOTS_OF_QUARTER * SLOT_MS, kw: (kwh * 60) / DEMAND_MIN };
  });
  const peakKw = quarters.reduce((most, { kw }) => Math.max(most, kw), 0);
  let [energyCost, co2Kg, unpricedKwh, uncountedKwh] = [0, 0, 0, 0];
  const priceOf = of.tariff === undefined ? undefined : pricesOf(of.tariff);
  carsWh.forEach((wh, slot) => {
    if (wh === 0) return;
    const atMs = startsAtMs + slot * SLOT_MS;
    const price = priceOf?.(atMs);
    if (price !== undefined) energyCost += ((importKwh(slot) - restKwh(slot)) * price.microPerKwh) / MICRO;
    else if (priceOf !== undefined) unpricedKwh += wh / WATT;
    const carbon = of.carbonAt?.(atMs);
    if (carbon !== undefined) co2Kg += (wh / WATT) * carbon;
    else if (of.carbonAt !== undefined) uncountedKwh += wh / WATT;
  });
  return {
    ...{ peakKw, unpricedKwh, uncountedKwh },
    ...(of.tariff === undefined
      ? {}
      : { energyCost, demandCost: demandOf(of.tariff, quarters), currency: of.tariff.currency }),
    ...(of.carbonAt === undefined ? {} : { co2Kg }),
  };
}

/** One price at a time is looked up, and kept while it holds. */
export function pricesOf(tariff: Tariff): (atMs: number) => PriceSegment | undefined {
  let known: PriceSegment | undefined;
  return (atMs) => {
    if (known === undefined || atMs < known.fromMs || atMs >= known.untilMs) known = priceAt(tariff, epochMs(atMs));
    return known;
  };
}

function demandOf(tariff: Tariff, quarters: readonly { readonly atMs: number; readonly kw: number }[]): number {
  const chargedAt = chargedIn(tariff);
  const peaks = tariff.demandCharges.map(() => new Map<string, number>());
  for (const { atMs, kw } of quarters) {
    if (kw === 0 || tariff.demandCharges.length === 0) continue;
    const { month, counts } = chargedAt(atMs);
    counts.forEach((isCounted, n) => {
      if (isCounted) peaks[n]?.set(month, Math.max(kw, peaks[n]?.get(month) ?? 0));
    });
  }
  return tariff.demandCharges.reduce((sum, { microPerKw }, n) => {
    const ofMonths = [...(peaks[n]?.values() ?? [])].reduce((total, kw) => total + kw, 0);
    return sum + (ofMonths * microPerKw) / MICRO;
  }, 0);
}

/** The calendar month of a quarter of an hour that begins at an instant, and for which of the demand charges its power counts. */
export function chargedIn(
  tariff: Tariff,
): (atMs: number) => { readonly month: string; readonly counts: readonly boolean[] } {
  const calendar = calendarOf(tariff);
  const priceOf = pricesOf(tariff);
  return (atMs) => {
    const price = priceOf(atMs);
    const { month, season } = calendar(atMs);
    const counts = tariff.demandCharges.map(
      (charge) => price !== undefined && isCharged(charge, season, price.periodName),
    );
    return { month, counts };
  };
}

const isCharged = (charge: DemandCharge, season: string, period: string): boolean =>
  charge.seasons.includes(season) && (charge.kind === 'month-peak' || charge.periods.includes(period));

/** The month and the season of an instant, by the wall clock of the tariff. */
function calendarOf(tariff: Tariff): (atMs: number) => { readonly month: string; readonly season: string } {
  const format = new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone: tariff.timezone, year: 'numeric', month: '2-digit', day: '2-digit' },
  });
  const known = new Map<number, { readonly month: string; readonly season: string }>();
  return (atMs) => {
    const hour = Math.floor(atMs / 3_600_000);
    const found = known.get(hour);
    if (found !== undefined) return found;
    const date = format.format(atMs);
    const inLeapYear = (Date.parse(`2000-${date.slice(5)}T00:00:00Z`) - Date.parse('2000-01-01T00:00:00Z')) / DAY_MS;
    const season = tariff.seasons[tariff.seasonOfMonthDay[inLeapYear] ?? -1]?.name ?? '';
    const made = { month: date.slice(0, 7), season };
    known.set(hour, made);
    return made;
  };
}
