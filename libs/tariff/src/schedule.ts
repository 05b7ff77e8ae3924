import type { EpochMs } from '@headroom/kernel';
import { DAY_MS } from './civil.ts';
import { MAX_PRICE_SEGMENTS, type PriceSegment, pricesBetween } from './prices.ts';
import type { Tariff } from './tariff.ts';
import { dayText } from './written.ts';
import { startOfDay, stretchAt } from './zone.ts';

/** One day of a picture of a tariff. A day of the zone, so that it has 23 or 25 hours twice a year. */
export interface ScheduleDay {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
  /** Cut at the ends of the day. Empty outside the validity. */
  readonly segments: readonly PriceSegment[];
}

const DAYS_OF_WEEK = 7;

/** Seven days of prices for a picture, from the start of the day in the tariff's zone that `dayMs` lies in. */
export function renderSchedule(tariff: Tariff, dayMs: EpochMs): readonly ScheduleDay[] {
  const { timezone } = tariff;
  const today = Math.floor((dayMs + stretchAt(timezone, dayMs).offsetMs) / DAY_MS);
  return Array.from({ length: DAYS_OF_WEEK }, (_, index) => {
    const fromMs = startOfDay(timezone, today + index);
    const untilMs = startOfDay(timezone, today + index + 1);
    const { segments } = pricesBetween(tariff, fromMs, untilMs, MAX_PRICE_SEGMENTS);
    return { date: dayText(today + index), fromMs, untilMs, segments };
  });
}
