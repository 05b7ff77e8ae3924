import type { EpochMs } from '@headroom/kernel';
import { civilDate, DAY_MS, dayNumber, daysOfMonth, monthDayIndex } from './civil.ts';
import { MAX_PRICE_SEGMENTS, pricesBetween } from './prices.ts';
import type { DemandCharge, Tariff } from './tariff.ts';
import { startOfDay, stretchAt } from './zone.ts';

/** Half-open instants. */
export interface TariffSpan {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
}

/** The calendar month of the tariff's zone in which an instant lies: over it the highest power is taken (MD21). */
export function billingMonthAt({ timezone }: Tariff, ms: EpochMs): TariffSpan {
  const { year, month } = civilDate(dayAt(timezone, ms));
  const first = dayNumber({ year, month, day: 1 });
  return { fromMs: startOfDay(timezone, first), untilMs: startOfDay(timezone, first + daysOfMonth(year, month)) };
}

/**
 * When power counts for a demand charge, within [`fromMs`, `untilMs`): in order, no two of them touching. Outside the validity of the
 * tariff none does. It walks day by day: ask it of days, not of years.
 */
export function countedSpans(
  tariff: Tariff,
  charge: DemandCharge,
  { fromMs, untilMs }: TariffSpan,
): readonly TariffSpan[] {
  const { timezone } = tariff;
  const spans: TariffSpan[] = [];
  const add = (from: EpochMs, until: EpochMs): void => {
    const span = {
      fromMs: Math.max(from, fromMs, tariff.validFromMs),
      untilMs: Math.min(until, untilMs, tariff.validUntilMs),
    };
    const last = spans.at(-1);
    if (span.fromMs >= span.untilMs) return;
    if (last?.untilMs === span.fromMs) spans[spans.length - 1] = { ...last, untilMs: span.untilMs };
    else spans.push(span);
  };
  for (let day = dayAt(timezone, fromMs); ; day += 1) {
    const [beginsMs, endsMs] = [startOfDay(timezone, day), startOfDay(timezone, day + 1)];
    if (beginsMs >= untilMs) return spans;
    if (!charge.seasons.includes(seasonOf(tariff, day))) continue;
    if (charge.kind === 'month-peak') {
      add(beginsMs, endsMs);
      continue;
    }
    for (const price of pricesBetween(tariff, beginsMs, endsMs, MAX_PRICE_SEGMENTS).segments)
      if (charge.periods.includes(price.periodName)) add(price.fromMs, price.untilMs);
  }
}

/** Days since 1970-01-01 in the zone. */
const dayAt = (zone: string, ms: EpochMs): number => Math.floor((ms + stretchAt(zone, ms).offsetMs) / DAY_MS);

function seasonOf({ seasons, seasonOfMonthDay }: Tariff, day: number): string {
  const { month, day: ofMonth } = civilDate(day);
  return seasons[seasonOfMonthDay[monthDayIndex(month, ofMonth)] ?? -1]?.name ?? '';
}
