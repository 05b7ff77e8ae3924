import type { GoldenDay } from './golden-day.ts';
import type { Timetable } from './timetable.ts';

/** The shortest span that a tariff knows, and on which its spans begin. */
const STEP_MIN = 30;
const DAY_MIN = 1_440;
const MINUTE_MS = 60_000;

/** A tariff knows six decimals. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
const clock = (minutes: number): string =>
  [minutes / 60, minutes % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');

/**
 * The prices of the day on the clock of the run, as a tariff document: each half hour has the price of the minute of the day in which it begins. A kW
 * of the highest power costs as much less as all energies are less, so that both weigh as they do on the real day.
 *
 * @param beganMs epoch ms of the start of the run
 */
export function tariffJsonOf({ prices, currency }: GoldenDay, { speed, dayMin }: Timetable, beganMs: number): string {
  const beganMin = (beganMs / MINUTE_MS) % DAY_MIN;
  const priceOf = (clockMin: number) => {
    const minute = ((dayMin((clockMin - beganMin) * MINUTE_MS) % DAY_MIN) + DAY_MIN) % DAY_MIN;
    return prices.findLast(({ fromMin }) => fromMin <= minute);
  };
  const name = (perKwh: number): string => `at ${perKwh}`;
  const periods = [...new Set(prices.map(({ perKwh }) => perKwh))].map((perKwh) => ({ name: name(perKwh), perKwh }));
  const weekday = Array.from({ length: DAY_MIN / STEP_MIN }, (_, n) => ({
    ...{ from: clock(n * STEP_MIN), to: clock((n + 1) * STEP_MIN) },
    period: name(priceOf(n * STEP_MIN)?.perKwh ?? 0),
  }));
  const charges = prices[0]?.perKw.map((_, n) => {
    const charged = prices.filter(({ perKw }) => (perKw[n] ?? 0) > 0);
    const perKw = rounded(Math.max(0, ...charged.map((price) => price.perKw[n] ?? 0)) / speed);
    const isAlways = charged.length === prices.length;
    const named = [...new Set(charged.map(({ perKwh }) => name(perKwh)))];
    return { name: `charge ${n + 1}`, perKw, ...(isAlways ? {} : { periods: named }) };
  });
  const demandCharges = charges?.filter(({ perKw }) => perKw > 0) ?? [];
  return JSON.stringify({
    ...{ apiVersion: 'headroom/v1', kind: 'Tariff', metadata: { name: 'of-the-day' } },
    spec: {
      ...{ currency, timezone: 'UTC' },
      seasons: [{ name: 'all', firstDay: '01-01', lastDay: '12-31', periods, days: { weekday } }],
      ...(demandCharges.length === 0 ? {} : { demandCharges }),
    },
  });
}
