import { epochMs } from '@headroom/kernel';
import type { Solver } from '@headroom/linear-program/highs';
import { billingMonthAt, type Tariff } from '@headroom/tariff';
import type { ProfitTerms } from '../../optimum/bounds/certify-profit.ts';
import { profitBound } from '../../optimum/bounds/profit-bound.ts';
import { SLOT_MIN, type SlottedDay } from '../../optimum/site/slotted.ts';
import { partOf, type ReplayDay } from '../run/replay-day.ts';
import { chargedIn, DEMAND_MIN, pricesOf } from './bill.ts';

/** What a kWh in a car brings, in the currency of the tariff, where nobody says (BG9). */
export const VALUE_PER_KWH = 0.3;

/** The highest profit of a whole history (U2): months are billed one by one, and so is it. */
export interface BestProfit {
  readonly profit: number;
  /** By the schedule that earns it. */
  readonly deliveredKwh: number;
  /** The worst of the months. */
  readonly gap: number;
  readonly months: number;
  /**
   * Sessions that stood over the end of a month. They may have in each of the two what they want in all, so that the months hang together by
   * nothing: the sum is no less than what can be earned.
   */
  readonly overMonths: number;
}

const SLOT_MS = SLOT_MIN * 60_000;
const SLOTS_OF_QUARTER = DEMAND_MIN / SLOT_MIN;
const MICRO = 1e6;
const KILO = 1_000;

/** What nobody could exceed (YS2), of the cars alone: of a site whose meters were played besides it is not asked. */
export function bestProfit(
  solver: Solver,
  day: ReplayDay,
  of: { readonly tariff: Tariff; readonly valuePerKwh: number },
): BestProfit {
  const months = monthsOf(day, of.tariff);
  let [profit, deliveredKwh, gap, stays] = [0, 0, 0, 0];
  for (const { part, startsAtMs } of months) {
    const best = profitBound(solver, part, termsAt(startsAtMs, of));
    profit += best.bound;
    deliveredKwh += best.deliveredWh / KILO;
    gap = Math.max(gap, Math.abs(best.gap));
    stays += part.sessions.length;
  }
  const all = day.sessions.filter(({ first, end }) => first < end).length;
  return { profit, deliveredKwh, gap, months: months.length, overMonths: stays - all };
}

interface Month {
  readonly part: SlottedDay;
  readonly startsAtMs: number;
}

/** The calendar months of a tariff in which somebody was there. */
export function monthsOf(day: ReplayDay, tariff: Tariff): readonly Month[] {
  const months: Month[] = [];
  for (let fromSlot = 0; fromSlot < day.slots; ) {
    const startsAtMs = day.startsAtMs + fromSlot * SLOT_MS;
    const { untilMs } = billingMonthAt(tariff, epochMs(startsAtMs));
    const untilSlot = Math.min(day.slots, Math.round((untilMs - day.startsAtMs) / SLOT_MS));
    const places = day.sessions.flatMap(({ first, end }, place) =>
      Math.max(first, fromSlot) < Math.min(end, untilSlot) ? [place] : [],
    );
    if (places.length > 0) months.push({ part: partOf(day, places, [fromSlot, untilSlot]), startsAtMs });
    fromSlot = untilSlot;
  }
  return months;
}

/** As bills are reckoned: what has no price costs nothing. */
function termsAt(
  startsAtMs: number,
  { tariff, valuePerKwh }: { readonly tariff: Tariff; readonly valuePerKwh: number },
): ProfitTerms {
  const priceOf = pricesOf(tariff);
  const chargedAt = chargedIn(tariff);
  return {
    valuePerWh: valuePerKwh / KILO,
    pricePerWh: (slot) => (priceOf(startsAtMs + slot * SLOT_MS)?.microPerKwh ?? 0) / MICRO / KILO,
    charges: tariff.demandCharges.map(({ microPerKw }, n) => ({
      perKw: microPerKw / MICRO,
      counts: (quarter) => chargedAt(startsAtMs + quarter * SLOTS_OF_QUARTER * SLOT_MS).counts[n] === true,
    })),
  };
}
