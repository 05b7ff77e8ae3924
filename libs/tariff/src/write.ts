import type { DayRange, DemandCharge, Season, Tariff } from './tariff.ts';
import { amountOf, dayText, monthDayText, timeText } from './written.ts';

/** The document of a tariff with every default filled in; `parseTariff` makes the same tariff of it. */
export const tariffDocument = (tariff: Tariff): TariffDocument => ({
  apiVersion: 'headroom/v1',
  kind: 'Tariff',
  metadata: { name: tariff.name },
  spec: {
    displayName: tariff.displayName,
    currency: tariff.currency,
    timezone: tariff.timezone,
    ...(tariff.validFromDay === undefined ? {} : { validFrom: dayText(tariff.validFromDay) }),
    ...(tariff.validToDay === undefined ? {} : { validTo: dayText(tariff.validToDay) }),
    holidays: [...tariff.holidays].map(dayText),
    seasons: tariff.seasons.map(writtenSeason),
    demandCharges: tariff.demandCharges.map(writtenCharge),
  },
});

export interface TariffDocument {
  readonly apiVersion: 'headroom/v1';
  readonly kind: 'Tariff';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly displayName: string;
    readonly currency: string;
    readonly timezone: string;
    readonly validFrom?: string;
    readonly validTo?: string;
    readonly holidays: readonly string[];
    readonly seasons: readonly ReturnType<typeof writtenSeason>[];
    readonly demandCharges: readonly ReturnType<typeof writtenCharge>[];
  };
}

const writtenSeason = ({ name, firstMonthDay, lastMonthDay, periods, days }: Season) => ({
  name,
  firstDay: monthDayText(firstMonthDay),
  lastDay: monthDayText(lastMonthDay),
  periods: periods.map(({ periodName, microPerKwh }) => ({ name: periodName, perKwh: amountOf(microPerKwh) })),
  days: {
    weekday: days.weekday.map(writtenRange),
    weekend: days.weekend.map(writtenRange),
    holiday: days.holiday.map(writtenRange),
  },
});

const writtenRange = ({ fromMinute, untilMinute, periodName }: DayRange) => ({
  from: timeText(fromMinute),
  to: timeText(untilMinute),
  period: periodName,
});

const writtenCharge = (charge: DemandCharge) => ({
  name: charge.name,
  perKw: amountOf(charge.microPerKw),
  ...(charge.kind === 'period-peak' ? { periods: charge.periods } : {}),
  seasons: charge.seasons,
});
