import type { Tariff } from '@headroom/tariff';
import type { Knowledge } from '../../optimum/policies/policy.ts';
import { type Figures, figuresOf } from '../../optimum/run/figures.ts';
import type { DayRun } from '../../optimum/run/run-day.ts';
import { feasibleWh } from '../../optimum/site/slotted.ts';
import type { BestProfit } from '../money/best-profit.ts';
import { type Bill, billOf } from '../money/bill.ts';
import type { ValueAt } from '../money/series.ts';
import { type MonthResult, monthResults } from './month-results.ts';
import type { ReplayDay } from './replay-day.ts';
import { type TierResult, tierResults } from './tier-results.ts';

/** How one way to share did over the whole period. Energies in kWh; shares of 1. */
export interface Result extends Bill {
  readonly policy: string;
  /** `claims`: it knew what drivers said; `truth`: when they leave and what they take; absent: it asks for neither. */
  readonly knows?: Knowledge;
  readonly deliveredKwh: number;
  readonly missedKwh: number;
  /** Of the clairvoyant optimum (ME1). */
  readonly ofOptimum: number;
  /** Left with all that they could have taken in their stay, but for 0.1 kWh (ME4). */
  readonly satisfied: number;
  readonly fifthPercentile: number;
  readonly jain: number;
  /** Got less than a tenth of what they could have taken. */
  readonly starved: number;
  readonly startsPerSession: number;
  /** With an offer beyond a limit: only where nobody controls. */
  readonly overMin: number;
  /** What its energy brings, less energy and demand charges, in the currency of the tariff. Absent: nobody said what a kWh brings. */
  readonly profit?: number;
  /** Of the highest profit (U2). Absent: as above, or where nobody could earn anything. */
  readonly ofBestProfit?: number;
  /** It followed so many plans. Absent: it plans nothing. */
  readonly plans?: number;
  /** Absent: the site is of one tier. */
  readonly byTier?: readonly TierResult[];
  /** Each month by itself, and last all but the one that was looked at while tuning. Absent: it is one month. */
  readonly byMonth?: readonly MonthResult[];
  /** Power of its cars in each hour of the day, the mean of all days; hour 0 begins at midnight UTC. */
  readonly meanOfDayKw: readonly number[];
}

export interface OptimumOf {
  readonly deliveredKwh: number;
  /** Between the bound and a schedule that keeps every limit, relative: how far from proven the bound is at most. */
  readonly gap: number;
  readonly blocks: number;
}

/** What the runs on a site are held against. */
export interface Yardsticks {
  readonly optimum: OptimumOf;
  /** By place, of the schedule that proves it. */
  readonly optimumWh: readonly number[];
  readonly bestProfit?: BestProfit;
}

export interface Money {
  readonly tariff?: Tariff;
  readonly carbonAt?: ValueAt;
  /** What a kWh in a car brings. Absent: no profit is reckoned. */
  readonly valuePerKwh?: number;
  /** `YYYY-MM`: the month that was looked at while tuning. */
  readonly tunedMonth?: string;
}

/** ME4. */
export const SATISFIED_WH = 100;
const KILO = 1_000;

export function resultOf(
  day: ReplayDay,
  run: DayRun,
  { yardsticks, money }: { readonly yardsticks: Yardsticks; readonly money: Money },
): Omit<Result, 'policy' | 'knows'> {
  const { sessions, startsAtMs } = day;
  const { ofBound, ...figures }: Figures = figuresOf(sessions, run, yardsticks.optimum.deliveredKwh * KILO);
  const gotWh = run.outcomes.map(({ deliveredWh }) => deliveredWh);
  const deliveredKwh = gotWh.reduce((sum, wh) => sum + wh, 0) / KILO;
  const askedWh = sessions.reduce((sum, { needWh }) => sum + needWh, 0);
  const satisfied = sessions.filter((session, place) => (gotWh[place] ?? 0) >= feasibleWh(session) - SATISFIED_WH);
  const byTier = tierResults(day, gotWh, SATISFIED_WH);
  const byMonth = monthResults(day, run, { optimumWh: yardsticks.optimumWh, tunedMonth: money.tunedMonth });
  const bill = billOf({ startsAtMs, carsWh: run.suppliedWh, restW: day.restW }, money);
  return {
    ...figures,
    ...(byTier.length === 0 ? {} : { byTier }),
    ...(byMonth.length === 0 ? {} : { byMonth }),
    ofOptimum: ofBound,
    deliveredKwh,
    missedKwh: askedWh / KILO - deliveredKwh,
    satisfied: sessions.length === 0 ? 1 : satisfied.length / sessions.length,
    meanOfDayKw: meanDay(run.suppliedWh),
    ...bill,
    ...profitOf(bill, deliveredKwh, { ...money, ...yardsticks }),
  };
}

function profitOf(
  { energyCost, demandCost }: Bill,
  deliveredKwh: number,
  { valuePerKwh, bestProfit }: Pick<Money, 'valuePerKwh'> & Pick<Yardsticks, 'bestProfit'>,
): Pick<Result, 'profit' | 'ofBestProfit'> {
  if (valuePerKwh === undefined || energyCost === undefined || demandCost === undefined) return {};
  const profit = deliveredKwh * valuePerKwh - energyCost - demandCost;
  const best = bestProfit?.profit ?? 0;
  return best > 0 ? { profit, ofBestProfit: profit / best } : { profit };
}

const SLOTS_OF_DAY = 288;
const HOURS = 24;

/** The power of the cars in each hour of the day, as the mean over all days, in UTC. */
function meanDay(suppliedWh: Float64Array): readonly number[] {
  const sums = Array.from({ length: HOURS }, () => 0);
  const slotsOfHour = SLOTS_OF_DAY / HOURS;
  suppliedWh.forEach((wh, slot) => {
    const hour = Math.floor((slot % SLOTS_OF_DAY) / slotsOfHour);
    sums[hour] = (sums[hour] ?? 0) + wh;
  });
  const days = Math.max(1, Math.ceil(suppliedWh.length / SLOTS_OF_DAY));
  return sums.map((wh) => wh / KILO / days);
}
