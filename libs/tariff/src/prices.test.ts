import { expect, test } from '@jest/globals';
import { MAX_PRICE_SEGMENTS, nextChange, priceAt, pricesBetween, renderSchedule, type Tariff } from './index.ts';
import { accepted, exampleDocument, simpleDocument } from './test-support/documents.ts';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number | undefined): string => new Date(ms ?? Number.NaN).toISOString().slice(0, 16);
const HOUR_MS = 3_600_000;

/** `period hours`, in order. */
const hours = (tariff: Tariff, from: string, to: string): readonly string[] =>
  pricesBetween(tariff, at(from), at(to), 100).segments.map(
    ({ periodName, fromMs, untilMs }) => `${periodName} ${(untilMs - fromMs) / HOUR_MS}`,
  );

/** One season whose weekday has these ranges; each period costs 1. */
const ofRanges = (
  timezone: string,
  weekday: readonly (readonly [string, string, string])[],
  more: object = {},
): Tariff => {
  const periods = [...new Set(weekday.map(([, , period]) => period))].map((name) => ({ name, perKwh: 1 }));
  const days = { weekday: weekday.map(([from, to, period]) => ({ from, to, period })) };
  const seasons = [{ name: 'year', firstDay: '01-01', lastDay: '12-31', periods, days }];
  return accepted(simpleDocument(timezone, { seasons, ...more }));
};

test('DR-F2: the day on which clocks go forward has 23 hours, the day on which they go back has 25', () => {
  const tariff = accepted(simpleDocument('Europe/Paris'));
  expect(hours(tariff, '2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00')).toEqual(['night 5', 'day 16', 'night 2']);
  expect(hours(tariff, '2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00')).toEqual(['night 7', 'day 16', 'night 2']);
  expect(hours(tariff, '2026-10-26T00:00+01:00', '2026-10-27T00:00+01:00')).toEqual(['night 6', 'day 16', 'night 2']);
});

test('DR-F2: an hour that is left out has no price and leaves no gap; an hour that comes twice has its prices twice', () => {
  const whole = ofRanges('Europe/Paris', [
    ['00:00', '02:00', 'a'],
    ['02:00', '03:00', 'odd'],
    ['03:00', '24:00', 'b'],
  ]);
  expect(hours(whole, '2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00')).toEqual(['a 2', 'b 21']);
  expect(hours(whole, '2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00')).toEqual(['a 2', 'odd 2', 'b 21']);
  const half = ofRanges('Europe/Paris', [
    ['00:00', '02:30', 'a'],
    ['02:30', '24:00', 'b'],
  ]);
  expect(hours(half, '2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00')).toEqual([
    'a 2.5',
    'b 0.5',
    'a 0.5',
    'b 21.5',
  ]);
});

test('DR-F2: clocks that change by half an hour, and at midnight', () => {
  const ranges = [
    ['00:00', '02:00', 'a'],
    ['02:00', '24:00', 'b'],
  ] as const;
  const island = ofRanges('Australia/Lord_Howe', ranges);
  expect(hours(island, '2026-04-05T00:00+11:00', '2026-04-06T00:00+10:30')).toEqual(['a 2.5', 'b 22']);
  expect(hours(island, '2026-10-04T00:00+10:30', '2026-10-05T00:00+11:00')).toEqual(['a 2', 'b 21.5']);
  const beirut = ofRanges('Asia/Beirut', ranges);
  expect(hours(beirut, '2022-03-26T00:00+02:00', '2022-03-28T00:00+03:00')).toEqual(['a 2', 'b 22', 'a 1', 'b 22']);
});

test('a price lasts over midnight, over a weekend of one price and over a season, until it really changes', () => {
  const tariff = accepted(exampleDocument());
  expect(priceAt(tariff, at('2026-05-13T23:30+02:00'))).toEqual({
    periodName: 'off-peak',
    microPerKwh: 131_800,
    fromMs: at('2026-05-13T22:00+02:00'),
    // Ascension Day: as on a weekend.
    untilMs: at('2026-05-14T11:30+02:00'),
  });
  expect(nextChange(tariff, at('2026-03-31T23:00+02:00'))).toEqual({
    atMs: at('2026-04-01T00:00+02:00'),
    price: {
      periodName: 'off-peak',
      microPerKwh: 131_800,
      fromMs: at('2026-04-01T00:00+02:00'),
      untilMs: at('2026-04-01T06:00+02:00'),
    },
  });
});

test('a holiday that falls on a Sunday is a holiday', () => {
  const tariff = accepted(exampleDocument());
  expect(priceAt(tariff, at('2026-11-01T12:00+01:00'))?.periodName).toBe('off-peak');
  expect(priceAt(tariff, at('2026-11-08T12:00+01:00'))?.periodName).toBe('shoulder');
});

test('outside its validity a tariff has no price, which is not a price of 0 (DR-F9); both ends are changes', () => {
  const tariff = accepted(exampleDocument());
  const startMs = at('2026-01-01T00:00+01:00');
  const endMs = at('2028-01-01T00:00+01:00');
  expect([priceAt(tariff, startMs - 1), priceAt(tariff, endMs)]).toEqual([undefined, undefined]);
  expect(priceAt(tariff, startMs)?.fromMs).toBe(startMs);
  expect(priceAt(tariff, endMs - 1)?.untilMs).toBe(endMs);
  expect(nextChange(tariff, startMs - 10 * HOUR_MS)).toEqual({ atMs: startMs, price: priceAt(tariff, startMs) });
  expect(nextChange(tariff, endMs - 1)).toEqual({ atMs: endMs });
  expect(nextChange(tariff, endMs)).toBeUndefined();
  const { segments, isComplete } = pricesBetween(tariff, startMs - HOUR_MS, startMs + HOUR_MS, 5);
  expect([segments.length, segments[0]?.fromMs, isComplete]).toEqual([1, startMs, true]);
  expect(pricesBetween(tariff, endMs, endMs + HOUR_MS, 5)).toEqual({ segments: [], isComplete: true });
});

test('a flat tariff never changes, and is one segment however long', () => {
  const flat = ofRanges('Europe/Paris', [['00:00', '24:00', 'always']]);
  expect(nextChange(flat, at('2026-01-01T00:00Z'))).toBeUndefined();
  const { segments } = pricesBetween(flat, at('2000-01-01T00:00Z'), at('2099-01-01T00:00Z'), 5);
  expect(segments).toHaveLength(1);
  expect(iso(priceAt(flat, at('2026-01-01T00:00Z'))?.fromMs)).toBe('2000-01-01T00:00');
  expect(iso(priceAt(flat, at('2026-01-01T00:00Z'))?.untilMs)).toBe('2100-01-01T00:00');
  expect(priceAt(flat, at('2100-01-01T00:00Z'))).toBeUndefined();
});

test('one holiday decades away is the next change: a walk over years ends', () => {
  const days = {
    weekday: [{ from: '00:00', to: '24:00', period: 'a' }],
    holiday: [{ from: '00:00', to: '24:00', period: 'b' }],
  };
  const periods = ['a', 'b'].map((name) => ({ name, perKwh: 1 }));
  const seasons = [{ name: 'year', firstDay: '07-01', lastDay: '06-30', periods, days }];
  const tariff = accepted(simpleDocument('Europe/Paris', { seasons, holidays: ['2090-07-14'] }));
  expect(iso(nextChange(tariff, at('2026-01-01T00:00Z'))?.atMs)).toBe('2090-07-13T22:00');
  expect(iso(priceAt(tariff, at('2090-07-14T12:00Z'))?.untilMs)).toBe('2090-07-14T22:00');
  expect(nextChange(tariff, at('2091-01-01T00:00Z'))).toBeUndefined();
});

test('a season that ends on 02-29 ends with February in every year', () => {
  const [season] = simpleDocument('UTC').spec.seasons;
  const half = (name: string, firstDay: string, lastDay: string, perKwh: number) => ({
    ...season,
    name,
    firstDay,
    lastDay,
    periods: [{ name: 'all', perKwh }],
    days: { weekday: [{ from: '00:00', to: '24:00', period: 'all' }] },
  });
  const seasons = [half('winter', '09-01', '02-29', 2), half('summer', '03-01', '08-31', 1)];
  const tariff = accepted(simpleDocument('UTC', { seasons }));
  expect(iso(nextChange(tariff, at('2027-02-01T00:00Z'))?.atMs)).toBe('2027-03-01T00:00');
  expect(iso(nextChange(tariff, at('2028-02-01T00:00Z'))?.atMs)).toBe('2028-03-01T00:00');
  expect(priceAt(tariff, at('2028-02-29T12:00Z'))?.microPerKwh).toBe(2_000_000);
});

test('more segments than may be asked for, none, and what is no instant are mistakes of the caller', () => {
  const tariff = accepted(simpleDocument('UTC'));
  for (const most of [0, -1, 1.5, MAX_PRICE_SEGMENTS + 1, Number.NaN]) {
    expect(() => pricesBetween(tariff, 0, 1, most)).toThrow('is not from 1 to 10000');
  }
  for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, 0.5]) {
    expect(() => priceAt(tariff, ms)).toThrow('is no instant');
    expect(() => nextChange(tariff, ms)).toThrow('is no instant');
    expect(() => pricesBetween(tariff, 0, ms, 1)).toThrow('is no instant');
  }
  const all = pricesBetween(tariff, at('2026-01-01T00:00Z'), at('2046-01-01T00:00Z'), MAX_PRICE_SEGMENTS);
  expect([all.segments.length, all.isComplete]).toEqual([MAX_PRICE_SEGMENTS, false]);
});

test('a picture begins with the day of the zone, which need not be that of UTC', () => {
  const [east] = renderSchedule(accepted(simpleDocument('Asia/Tokyo')), at('2026-05-31T23:30Z'));
  const [west] = renderSchedule(accepted(simpleDocument('America/Los_Angeles')), at('2026-06-01T01:00Z'));
  expect([east?.date, west?.date]).toEqual(['2026-06-01', '2026-05-31']);
});

test('a picture shows seven days of the zone, each with its own length, cut at midnight', () => {
  const week = renderSchedule(accepted(simpleDocument('Europe/Paris')), at('2026-10-22T12:00Z'));
  expect(week.map(({ date, fromMs, untilMs }) => `${date} ${(untilMs - fromMs) / HOUR_MS}`)).toEqual([
    '2026-10-22 24',
    '2026-10-23 24',
    '2026-10-24 24',
    '2026-10-25 25',
    '2026-10-26 24',
    '2026-10-27 24',
    '2026-10-28 24',
  ]);
  for (const { fromMs, untilMs, segments } of week) {
    expect([segments[0]?.fromMs, segments.at(-1)?.untilMs]).toEqual([fromMs, untilMs]);
    expect(segments.map(({ periodName }) => periodName)).toEqual(['night', 'day', 'night']);
  }
});
