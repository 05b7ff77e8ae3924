import type { GoldenPrice } from './golden-day.ts';

/** What a site took in one quarter of an hour of its day, kWh. */
export interface Quarter {
  readonly fromMin: number;
  /** By its cars; below 0: they gave back. */
  readonly carsKwh: number;
  /** By all the rest; below 0 while its sources give more than it draws. */
  readonly restKwh: number;
}

export interface Bill {
  /** The highest mean of a quarter of an hour of what the site buys, kW. */
  readonly peakKw: number;
  /** What its cars add to the bill for energy. */
  readonly energyCost: number;
  /** For the highest powers of a month of such days, of the whole site. */
  readonly demandCost: number;
}

const QUARTER_MIN = 15;
const DAY_MIN = 1_440;
const WATT_MINUTES_OF_KWH = 60_000;
const QUARTERS_OF_HOUR = 4;

/** Powers, summed up in the quarters of the day in which they flowed. */
export function createQuarters() {
  const quarters = new Map<number, { carsKwh: number; restKwh: number }>();
  return {
    /** From a minute of the day on, for so many. */
    add(fromMin: number, minutes: number, { carsW, restW }: { readonly carsW: number; readonly restW: number }): void {
      const untilMin = fromMin + minutes;
      for (let place = Math.floor(fromMin / QUARTER_MIN); place * QUARTER_MIN < untilMin; place += 1) {
        const inIt = Math.min(untilMin, (place + 1) * QUARTER_MIN) - Math.max(fromMin, place * QUARTER_MIN);
        const quarter = quarters.get(place) ?? { carsKwh: 0, restKwh: 0 };
        quarter.carsKwh += (carsW * inIt) / WATT_MINUTES_OF_KWH;
        quarter.restKwh += (restW * inIt) / WATT_MINUTES_OF_KWH;
        quarters.set(place, quarter);
      }
    },
    all: (): readonly Quarter[] => [...quarters].map(([place, sums]) => ({ fromMin: place * QUARTER_MIN, ...sums })),
  };
}

/** What flows out of a site earns nothing. */
export function billOf(quarters: readonly Quarter[], prices: readonly GoldenPrice[]): Bill {
  let [peakKw, energyCost] = [0, 0];
  /** Of each demand charge what its highest quarter costs. */
  const demand: number[] = [];
  for (const { fromMin, carsKwh, restKwh } of quarters) {
    const price = prices.findLast((each) => each.fromMin <= fromMin % DAY_MIN);
    const boughtKwh = Math.max(0, carsKwh + restKwh);
    const kw = boughtKwh * QUARTERS_OF_HOUR;
    peakKw = Math.max(peakKw, kw);
    energyCost += (boughtKwh - Math.max(0, restKwh)) * (price?.perKwh ?? 0);
    for (const [n, perKw] of (price?.perKw ?? []).entries()) demand[n] = Math.max(demand[n] ?? 0, kw * perKw);
  }
  return { peakKw, energyCost, demandCost: demand.reduce((sum, cost) => sum + cost, 0) };
}
