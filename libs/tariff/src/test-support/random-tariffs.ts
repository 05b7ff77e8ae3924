import fc from 'fast-check';
import type { WrittenRange, WrittenSeason, WrittenTariff } from './oracle.ts';

/** Changes at midnight, by half an hour, by two hours, twice within a month, a day that was left out, none at all. */
const ODD_ZONES = [
  'Europe/Paris',
  'America/New_York',
  'America/Santiago',
  'America/Havana',
  'America/St_Johns',
  'America/Asuncion',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Antarctica/Troll',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'UTC',
];
export const zones = fc.oneof(fc.constantFrom(...ODD_ZONES), fc.constantFrom(...Intl.supportedValuesOf('timeZone')));

const two = (value: number): string => String(value).padStart(2, '0');
const DAY_MS = 86_400_000;
export const dateText = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
/** Of a leap year, so that 02-29 is among them. */
const monthDayText = (index: number): string => dateText(Date.UTC(2000, 0, 1 + index)).slice(5);

/** Distinct numbers in order, at least one. */
const cuts = (below: number, most: number): fc.Arbitrary<readonly number[]> =>
  fc
    .uniqueArray(fc.nat(below - 1), { minLength: 1, maxLength: most })
    .map((numbers) => numbers.toSorted((a, b) => a - b));

/** Midnight is written as 00:00 or 24:00 where it ends a range. */
const endText = (minute: number): string =>
  minute === 0 ? '24:00' : `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
const startText = (minute: number): string => `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;

const NAMES = ['peak', 'day', 'night', 'solar'];

const day: fc.Arbitrary<readonly WrittenRange[]> = fc
  .tuple(cuts(1_440, 6), fc.array(fc.constantFrom(...NAMES), { minLength: 6, maxLength: 6 }))
  .map(([starts, names]) =>
    starts.length === 1
      ? [{ from: '00:00', to: '24:00', period: names[0] ?? '' }]
      : starts.map((start, index) => ({
          from: startText(start),
          to: endText(starts[(index + 1) % starts.length] ?? 0),
          period: names[index] ?? '',
        })),
  );

const prices = fc.array(fc.integer({ min: -500_000, max: 2_000_000 }), { minLength: 4, maxLength: 4 });

const season = fc
  .record({
    weekday: day,
    weekend: fc.option(day, { nil: undefined }),
    holiday: fc.option(day, { nil: undefined }),
    prices,
  })
  .map(({ prices, weekday, weekend, holiday }): Omit<WrittenSeason, 'name' | 'firstDay' | 'lastDay'> => {
    const days = { weekday, ...(weekend && { weekend }), ...(holiday && { holiday }) };
    const used = new Set(Object.values(days).flatMap((ranges) => ranges.map(({ period }) => period)));
    const periods = NAMES.map((name, index) => ({ name, perKwh: (prices[index] ?? 0) / 1e6 }));
    return { periods: periods.filter(({ name }) => used.has(name)), days };
  });

/** Tariffs of a zone whose holidays and validity begin and end around an instant. */
export const tariffsAround = (timezone: string, aroundMs: number): fc.Arbitrary<WrittenTariff> =>
  fc
    .record({
      starts: cuts(366, 4),
      seasons: fc.array(season, { minLength: 4, maxLength: 4 }),
      holidays: fc.uniqueArray(fc.integer({ min: -3, max: 3 }), { maxLength: 3 }),
      validFrom: fc.option(fc.integer({ min: -40, max: 1 }), { nil: undefined, freq: 3 }),
      validTo: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined, freq: 3 }),
    })
    .map(({ starts, seasons, holidays, validFrom, validTo }) => {
      const dayFrom = (days: number): string => dateText(aroundMs + days * DAY_MS);
      return {
        apiVersion: 'headroom/v1',
        kind: 'Tariff',
        metadata: { name: 'random' },
        spec: {
          currency: 'EUR',
          timezone,
          ...(validFrom === undefined ? {} : { validFrom: dayFrom(validFrom) }),
          ...(validTo === undefined ? {} : { validTo: dayFrom(validTo) }),
          holidays: holidays.map(dayFrom),
          seasons: starts.map((start, index) => ({
            name: `season ${index}`,
            firstDay: monthDayText(start),
            lastDay: monthDayText(((starts[(index + 1) % starts.length] ?? 0) + 365) % 366),
            periods: seasons[index]?.periods ?? [],
            days: seasons[index]?.days ?? {},
          })),
        },
      };
    });
