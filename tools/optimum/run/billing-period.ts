import { priceAt, type Tariff } from '@headroom/tariff';
import type { Solver } from '@headroom/linear-program/highs';
import type { ProfitTerms } from '../bounds/certify-profit.ts';
import { type TightDay, tightDay } from '../bounds/tight-limit.ts';
import { day } from '../generate/day.ts';
import type { Day } from '../generate/session.ts';
import { SLOT_MIN } from '../site/slotted.ts';
import { bareSite } from '../site/topology.ts';

const DAY_MIN = 1_440;
/** The days of a period end with a calendar month, at midnight: what is left of it is what is played. */
export const PERIOD_ENDS_MS = Date.UTC(2026, 1, 1);
/** BG9: what a driver pays for a kWh. */
export const REVENUE_PER_KWH = 0.3;
/** So that needs can nearly all be met, and what is left to choose is when. */
export const AMPLE = 0.999;

/** The connection is so many times what that asks for: who has no choice when to charge has none of cost either. */
const ROOM = 1.5;

/** Workplace days one after the other, on one circuit with half as much again as the limit of the first of them. */
export function billingPeriod(
  solver: Solver,
  { seed, days, share = AMPLE }: { readonly seed: number; readonly days: number; readonly share?: number },
): TightDay {
  const each = Array.from({ length: days }, (_, n) => day('workplace', seed + n));
  const [first] = each;
  if (first === undefined) throw new Error('a period has one day at least');
  const sessions = each.flatMap((one, n) =>
    one.sessions.map((session) => ({
      ...session,
      arriveMin: session.arriveMin + n * DAY_MIN,
      departMin: session.departMin + n * DAY_MIN,
      claim: {
        ...session.claim,
        ...(session.claim.departMin === undefined ? {} : { departMin: session.claim.departMin + n * DAY_MIN }),
      },
    })),
  );
  const whole: Day = { ...first, sessions: sessions.map((session, index) => ({ ...session, index })) };
  const bareFirst = bareSite(first, 'one');
  const { limitA: leastA } = tightDay(solver, bareFirst, { share, building: new Float64Array(bareFirst.slots) });
  const limitA = Math.ceil(leastA * ROOM);
  const bare = bareSite(whole, 'one');
  const rows = bare.roots.map((row) => ({ ...row, capacityA: new Float64Array(bare.slots).fill(limitA) }));
  const { slots, circuitOf } = bare;
  return { slots, sessions: bare.sessions, circuitOf, limitA, buildingA: undefined, rows };
}

export const periodStartsMs = (days: number): number => PERIOD_ENDS_MS - days * DAY_MIN * 60_000;

/** By a tariff with one demand charge that counts at any time. */
export function profitTerms(tariff: Tariff, startsAtMs: number): ProfitTerms {
  const [charge] = tariff.demandCharges;
  return {
    valuePerWh: REVENUE_PER_KWH / 1_000,
    pricePerWh: (slot) => {
      const price = priceAt(tariff, startsAtMs + slot * SLOT_MIN * 60_000);
      if (price === undefined) throw new Error(`no price in slot ${slot}`);
      return price.microPerKwh / 1e9;
    },
    charges: [{ perKw: (charge?.microPerKw ?? 0) / 1e6, counts: () => true }],
  };
}
