/**
 * Prices found the naive way, for tests: from the document as it is written, by comparing texts, one minute at a time.
 * It shares no code with what it judges.
 */
export interface WrittenTariff {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly currency: string;
    readonly timezone: string;
    readonly validFrom?: string;
    readonly validTo?: string;
    readonly holidays?: readonly string[];
    readonly seasons: readonly WrittenSeason[];
    readonly demandCharges?: readonly unknown[];
  };
}

export interface WrittenSeason {
  readonly name: string;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly periods: readonly { readonly name: string; readonly perKwh: number }[];
  readonly days: Readonly<Partial<Record<'weekday' | 'weekend' | 'holiday', readonly WrittenRange[]>>>;
}

export interface WrittenRange {
  readonly from: string;
  readonly to: string;
  readonly period: string;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** What calendar and clock on the wall show: `2026-03-29`, `03:00`. */
export function wallOf(zone: string, ms: number): { readonly date: string; readonly time: string } {
  const clock =
    clocks.get(zone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  clocks.set(zone, clock);
  const [date = '', time = ''] = clock.format(ms).split(' ');
  return { date, time };
}

const isIn = (from: string, to: string, value: string): boolean =>
  from < to ? from <= value && value < to : from <= value || value < to;

/** `off-peak 0.1425`, or `none`. */
export function naivePrice({ spec }: WrittenTariff, ms: number): string {
  const { date, time } = wallOf(spec.timezone, ms);
  if ((spec.validFrom ?? '0') > date || date > (spec.validTo ?? '9')) return 'none';
  const monthDay = date.slice(5);
  const season = spec.seasons.find(({ firstDay, lastDay }) =>
    firstDay <= lastDay ? firstDay <= monthDay && monthDay <= lastDay : firstDay <= monthDay || monthDay <= lastDay,
  );
  const isWeekend = [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());
  const { weekday, weekend, holiday } = season?.days ?? {};
  const ranges = spec.holidays?.includes(date)
    ? (holiday ?? weekend ?? weekday)
    : isWeekend
      ? (weekend ?? weekday)
      : weekday;
  const period = ranges?.find(({ from, to }) => isIn(from, to, time))?.period;
  const price = season?.periods.find(({ name }) => name === period);
  return `${price?.name} ${price?.perKwh}`;
}
