/**
 * A time-of-use tariff: its document, and the prices that follow from it at every instant. Pure: it asks no clock, and
 * takes the rules of time zones from Intl. It refuses every document that leaves an hour of the year without a price, or
 * with two; it reckons no bill, and knows nothing of who pays.
 */
export { type CivilTime, civilTimeAt } from './civil-time.ts';
export { billingMonthAt, countedSpans, type TariffSpan } from './demand.ts';
export { parseTariff } from './parse.ts';
export { MAX_PROBLEMS, type TariffProblem, type TariffProblemCode } from './problem.ts';
export {
  MAX_PRICE_SEGMENTS,
  nextChange,
  type PriceChange,
  priceAt,
  type PriceSegment,
  type PriceSeries,
  pricesBetween,
} from './prices.ts';
export { renderSchedule, type ScheduleDay } from './schedule.ts';
export type { DayRange, DayType, DemandCharge, EnergyPeriod, Season, Tariff } from './tariff.ts';
export { type TariffDocument, tariffDocument } from './write.ts';
