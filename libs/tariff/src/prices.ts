import { type EpochMs, invariant } from '@headroom/kernel';
import { civilDate, DAY_MS, isWeekend, MINUTE_MS, monthDayIndex } from './civil.ts';
import { type DayRange, type EnergyPeriod, LATEST_MS, type Tariff } from './tariff.ts';
import { type Stretch, stretchAt } from './zone.ts';

/** A price and the time it holds, half-open instants. */
export interface PriceSegment extends EnergyPeriod {
  readonly fromMs: EpochMs;
  readonly untilMs: EpochMs;
}

export interface PriceSeries {
  /** In order, each beginning where the one before ends; two neighbours always differ in price or period. */
  readonly segments: readonly PriceSegment[];
  /** Whether they reach to the end of what was asked for, or of the tariff's validity. */
  readonly isComplete: boolean;
}

export interface PriceChange {
  readonly atMs: EpochMs;
  /** The price from then on; absent: the tariff has none from then on. */
  readonly price?: PriceSegment;
}

/** The most that `pricesBetween` gives at once: with a change each half-hour more than half a year. */
export const MAX_PRICE_SEGMENTS = 10_000;

/**
 * The price at an instant, from the last change of price or period to the next one (or the end of the validity).
 * Absent outside the validity: no price is not a price of 0 (DR-F9).
 *
 * A price belongs to what the clock on the wall shows. In the hour that a zone leaves out no price holds; in the hour
 * that it has twice, the same prices come twice (DR-F2).
 */
export function priceAt(tariff: Tariff, epochMs: EpochMs): PriceSegment | undefined {
  checkInstant(epochMs);
  const { validFromMs, validUntilMs } = tariff;
  if (epochMs < validFromMs || epochMs >= validUntilMs) return undefined;
  const { untilMs, ...price } = runFrom(tariff, epochMs, validUntilMs);
  let { fromMs } = price;
  let stretch = stretchAt(tariff.timezone, fromMs);
  while (!tariff.isFlat && fromMs > validFromMs) {
    stretch = stretchWith(tariff, stretch, fromMs - 1);
    const before = pieceAt(tariff, stretch, fromMs - 1);
    if (!isSamePrice(before, price)) break;
    ({ fromMs } = before);
  }
  return { ...price, fromMs: tariff.isFlat ? validFromMs : Math.max(fromMs, validFromMs), untilMs };
}

/**
 * The prices of [`fromMs`, `toMs`), as far as the tariff is valid: at most `maxPeriods` segments (1 to
 * `MAX_PRICE_SEGMENTS`), the first and the last cut to what was asked for.
 */
export function pricesBetween(tariff: Tariff, fromMs: EpochMs, toMs: EpochMs, maxPeriods: number): PriceSeries {
  checkInstant(fromMs);
  checkInstant(toMs);
  const isCount = Number.isSafeInteger(maxPeriods) && maxPeriods >= 1 && maxPeriods <= MAX_PRICE_SEGMENTS;
  invariant(isCount, `${maxPeriods} is not from 1 to ${MAX_PRICE_SEGMENTS}`);
  const endMs = Math.min(toMs, tariff.validUntilMs);
  const segments: PriceSegment[] = [];
  let atMs = Math.max(fromMs, tariff.validFromMs);
  while (atMs < endMs && segments.length < maxPeriods) {
    const run = runFrom(tariff, atMs, endMs);
    segments.push({ ...run, fromMs: atMs });
    atMs = run.untilMs;
  }
  return { segments, isComplete: atMs >= endMs };
}

/** The next instant after `epochMs` at which price or period change, begin or end; absent where nothing ever does. */
export function nextChange(tariff: Tariff, epochMs: EpochMs): PriceChange | undefined {
  checkInstant(epochMs);
  const { validFromMs, validUntilMs } = tariff;
  if (epochMs >= validUntilMs) return undefined;
  const atMs = epochMs < validFromMs ? validFromMs : runFrom(tariff, epochMs, validUntilMs).untilMs;
  const price = priceAt(tariff, atMs);
  if (price !== undefined) return { atMs, price };
  return validUntilMs < LATEST_MS ? { atMs } : undefined;
}

const checkInstant = (ms: EpochMs): void => invariant(Number.isSafeInteger(ms), `${ms} is no instant`);

const isSamePrice = (a: EnergyPeriod, b: EnergyPeriod): boolean =>
  a.microPerKwh === b.microPerKwh && a.periodName === b.periodName;

/** From the piece at `ms` on as long as the price stays; cut at `endMs`. It walks at most the years of `LAST_YEAR`. */
function runFrom(tariff: Tariff, ms: EpochMs, endMs: EpochMs): PriceSegment {
  let stretch = stretchAt(tariff.timezone, ms);
  const first = pieceAt(tariff, stretch, ms);
  if (tariff.isFlat) return { ...first, untilMs: endMs };
  let { untilMs } = first;
  while (untilMs < endMs) {
    stretch = stretchWith(tariff, stretch, untilMs);
    const next = pieceAt(tariff, stretch, untilMs);
    if (!isSamePrice(next, first)) break;
    ({ untilMs } = next);
  }
  return { ...first, untilMs: Math.min(untilMs, endMs) };
}

/** The stretch with `ms` in it: most often the one at hand, so that a walk over years asks seldom. */
const stretchWith = ({ timezone }: Tariff, atHand: Stretch, ms: EpochMs): Stretch =>
  atHand.fromMs <= ms && ms < atHand.untilMs ? atHand : stretchAt(timezone, ms);

/** The part of a range of one day in which the clocks of the zone are not changed. */
function pieceAt(tariff: Tariff, stretch: Stretch, ms: EpochMs): PriceSegment {
  const localMs = ms + stretch.offsetMs;
  const day = Math.floor(localMs / DAY_MS);
  const minute = (localMs - day * DAY_MS) / MINUTE_MS;
  const range = rangesOf(tariff, day).find(({ untilMinute }) => minute < untilMinute);
  invariant(range !== undefined, `no price on day ${day} at minute ${minute}`);
  const midnightMs = day * DAY_MS - stretch.offsetMs;
  return {
    periodName: range.periodName,
    microPerKwh: range.microPerKwh,
    fromMs: Math.max(stretch.fromMs, midnightMs + range.fromMinute * MINUTE_MS),
    untilMs: Math.min(stretch.untilMs, midnightMs + range.untilMinute * MINUTE_MS),
  };
}

/** A holiday counts as one on whatever day of the week it falls. */
function rangesOf({ seasons, seasonOfMonthDay, holidays }: Tariff, day: number): readonly DayRange[] {
  const date = civilDate(day);
  const season = seasons[seasonOfMonthDay[monthDayIndex(date.month, date.day)] ?? -1];
  invariant(season !== undefined, `no season on day ${day}`);
  return season.days[holidays.has(day) ? 'holiday' : isWeekend(day) ? 'weekend' : 'weekday'];
}
