import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LOOP_PERIODS_MAX } from './bounds.ts';
import { addMonths } from './calendar.ts';
import { periodsAtMost } from './check-times.ts';
import { expandIntervals } from './expand-intervals.ts';
import type { GridEvent } from './grid-event.ts';
import { endOf, type Period } from './period.ts';
import {
  accepted,
  event,
  HOUR_MS,
  interval,
  type Json,
  level,
  limit,
  OPTIONS,
  payload,
  price,
  refused,
  utc,
} from './test-support/events.ts';

const NOW = '2026-03-01T10:00:00Z';
const MIDDLE = 500_000;

const expand = (read: GridEvent, nowText = NOW, startDrawPpm = MIDDLE): readonly Period[] =>
  expandIntervals(read, { nowMs: utc(nowText), firstSeenMs: utc(nowText), startDrawPpm });

const short = (ms: number): string =>
  new Date(ms)
    .toISOString()
    .replace(/^2026-03-/, '')
    .replace(/:00\.000Z$|Z$/, '');
function value(period: Period): number {
  switch (period.kind) {
    case 'limit':
      return period.limitW / 1e3;
    case 'price':
      return period.microPerKwh / 1e6;
    case 'carbon':
      return period.mgPerKwh / 1e3;
    case 'level':
      return period.level;
  }
}
/** `day T hour:minute` of March 2026, such as `01T12:00..01T13:00 50`. */
const lines = (periods: readonly Period[]): string[] =>
  periods.map((each) => `${short(each.startMs)}..${each.endMs === undefined ? '' : short(each.endMs)} ${value(each)}`);
const golden = (json: Json, nowText?: string, draw?: number): string[] => lines(expand(accepted(json), nowText, draw));

test('DR-T1: an interval overrides the period of the event in part: its duration alone', () => {
  const json = event({
    intervalPeriod: { start: '2026-03-10T00:00:00Z', duration: 'PT1H' },
    intervals: [price(0, [0.17]), price(1, [0.22], { duration: 'PT2H' })],
  });
  expect(golden(json)).toEqual(['10T00:00..10T01:00 0.17', '10T01:00..10T03:00 0.22']);
});

test('DR-T2: without a start of its own an interval follows the one before; an absolute start makes a gap', () => {
  const json = event({
    intervals: [limit(0, 10), limit(1, 20, { start: '2026-03-01T15:00:00Z' }), limit(2, 30)],
  });
  expect(golden(json)).toEqual(['01T12:00..01T13:00 10', '01T15:00..01T16:00 20', '01T16:00..01T17:00 30']);
});

test('DR-T3: without a period of the event every interval must say its own, else the event is refused', () => {
  const own = { start: '2026-03-01T12:00:00Z', duration: 'PT1H' };
  expect(golden(event({ intervalPeriod: null, intervals: [limit(0, 10, own)] }))).toEqual(['01T12:00..01T13:00 10']);
  expect(refused(event({ intervalPeriod: null, intervals: [limit(0, 10, own), limit(1, 20)] })).path).toBe(
    'intervals[1]',
  );
});

test.each([
  '0001-01-01',
  '0001-01-01T00:00:00',
  '0001-01-01T00:00:00Z',
  '0000-00-00',
  '0000-01-01',
  '0000-01-01T00:00:00Z',
])(
  'DR-T4: %s means now for the event, the start of the event for its first interval, and right behind for a later one',
  (now) => {
    const atEvent = event({
      intervalPeriod: { start: now, duration: 'PT1H' },
      intervals: [limit(0, 10), limit(1, 20)],
    });
    expect(golden(atEvent)).toEqual(['01T10:00..01T11:00 10', '01T11:00..01T12:00 20']);
    const firstAlone = event({ intervalPeriod: null, intervals: [limit(0, 10, { start: now, duration: 'PT1H' })] });
    expect(golden(firstAlone)).toEqual(['01T10:00..01T11:00 10']);
    const firstUnderEvent = event({ intervals: [limit(0, 10, { start: now })] });
    expect(golden(firstUnderEvent)).toEqual(['01T12:00..01T13:00 10']);
    const later = event({ intervals: [limit(0, 10), limit(1, 20, { start: now })] });
    expect(golden(later)).toEqual(['01T12:00..01T13:00 10', '01T13:00..01T14:00 20']);
  },
);

test('DR-T4: "now" stays the instant at which the event was first seen, however often it is read', () => {
  const read = accepted(event({ intervalPeriod: { start: '0001-01-01', duration: 'PT1H' } }));
  const periods = expandIntervals(read, {
    nowMs: utc(NOW) + 10 * HOUR_MS,
    firstSeenMs: utc(NOW),
    startDrawPpm: MIDDLE,
  });
  expect(lines(periods)).toEqual(['01T10:00..01T11:00 50']);
});

test('DR-T5: of 25 hourly prices from midnight, at 06:00 the one holds that starts at 06:00', () => {
  const json = event({
    intervalPeriod: { start: '2026-03-01T00:00:00Z', duration: 'PT1H' },
    intervals: Array.from({ length: 25 }, (_, id) => price(id, [id])),
  });
  const nowMs = utc('2026-03-01T06:00:00Z');
  const holding = expand(accepted(json), '2026-03-01T06:00:00Z').filter(
    (each) => each.startMs <= nowMs && nowMs < endOf(each),
  );
  expect(lines(holding)).toEqual(['01T06:00..01T07:00 6']);
});

test('DR-T6: P9999Y never ends, in an interval and in the event; an interval behind it is never reached', () => {
  const json = event({
    intervalPeriod: { start: '0001-01-01', duration: 'P9999Y' },
    intervals: [level(0, 3), level(1, 0)],
  });
  expect(golden(json)).toEqual(['01T10:00.. 3']);
  expect(golden(event({ intervals: [level(0, 3, { duration: 'P9999Y' })], duration: 'P9999Y' }))).toEqual([
    '01T12:00.. 3',
  ]);
  expect(JSON.parse(JSON.stringify(expand(accepted(json))))).toEqual(expand(accepted(json)));
});

test('DR-T7: several prices share their interval evenly', () => {
  const json = event({ intervals: [price(0, [0.17, 0.03, 0.11], { duration: 'PT3H' })] });
  expect(golden(json)).toEqual(['01T12:00..01T13:00 0.17', '01T13:00..01T14:00 0.03', '01T14:00..01T15:00 0.11']);
});

const day = event({
  intervalPeriod: { start: '2026-03-01T00:00:00Z', duration: 'PT1H' },
  intervals: Array.from({ length: 24 }, (_, id) => limit(id, id)),
});

test('DR-T8: a duration of the event that is shorter cuts the intervals off', () => {
  expect(golden({ ...day, duration: 'PT12H' })).toHaveLength(12);
  const half = golden({ ...day, duration: 'PT90M' });
  expect(half).toEqual(['01T00:00..01T01:00 0', '01T01:00..01T01:30 1']);
});

test('DR-T8: a longer one repeats them, and P9999Y for ever: around now, as many as are bounded', () => {
  const week = golden({ ...day, duration: 'P7D' });
  expect(week).toHaveLength(7 * 24);
  expect(week.at(-1)).toBe('07T23:00..08T00:00 23');
  const forEver = expand(accepted({ ...day, duration: 'P9999Y' }), '2027-08-09T10:30:00Z');
  const nowMs = utc('2027-08-09T10:30:00Z');
  expect(forEver.filter((each) => each.startMs <= nowMs && nowMs < endOf(each)).map(value)).toEqual([10]);
  expect(forEver.length).toBeLessThanOrEqual(11 * 24);
});

test('DR-T9: one offset of plus or minus randomizeStart moves all intervals along, absolute starts as well', () => {
  const json = event({
    intervalPeriod: { start: '2026-03-01T12:00:00Z', duration: 'PT1H', randomizeStart: 'PT10M' },
    intervals: [limit(0, 10), limit(1, 20), limit(2, 30, { start: '2026-03-01T18:00:00Z' })],
  });
  expect(golden(json, NOW, 0)).toEqual(['01T11:50..01T12:50 10', '01T12:50..01T13:50 20', '01T17:50..01T18:50 30']);
  expect(golden(json, NOW, MIDDLE)[0]).toBe('01T12:00..01T13:00 10');
  expect(golden(json, NOW, 750_000)[0]).toBe('01T12:05..01T13:05 10');
});

test('DR-T9: an interval with a randomizeStart of its own rules from there on', () => {
  const json = event({
    intervals: [limit(0, 10), limit(1, 20, { start: '2026-03-01T15:00:00Z', randomizeStart: 'PT20M' }), limit(2, 30)],
  });
  expect(golden(json, NOW, 0)).toEqual(['01T12:00..01T13:00 10', '01T14:40..01T15:40 20', '01T15:40..01T16:40 30']);
});

test('DR-T9, DR-A6: offsets are uniform over the whole range, both ends within it', () => {
  const json = event({ intervalPeriod: { start: '2026-03-01T12:00:00Z', duration: 'PT1H', randomizeStart: 'PT10M' } });
  const starts = Array.from({ length: 1_000 }, (_, i) => expand(accepted(json), NOW, i * 1_000)[0]?.startMs ?? 0);
  const offsets = starts.map((ms) => ms - utc('2026-03-01T12:00:00Z'));
  expect(Math.min(...offsets)).toBe(-600_000);
  expect(Math.max(...offsets)).toBeLessThan(600_000);
  for (let i = 0; i < 10; i += 1) {
    const [from, until] = [-600_000 + i * 120_000, -600_000 + (i + 1) * 120_000];
    expect(offsets.filter((ms) => ms >= from && ms < until)).toHaveLength(100);
  }
});

test('DR-T11: an event that is over when it is read has no period that holds now or later', () => {
  const periods = expand(accepted(event()), '2026-03-02T00:00:00Z');
  expect(periods.filter((each) => endOf(each) > utc('2026-03-02T00:00:00Z'))).toEqual([]);
});

test('DR-T12: start 0001-01-01 with PT0S cancels, on the event, on its only interval, and as duration of the event', () => {
  const now = { start: '0001-01-01', duration: 'PT0S' };
  for (const over of [
    { intervalPeriod: now },
    { intervalPeriod: { ...now, duration: 'P0S' }, intervals: null },
    { intervalPeriod: null, intervals: [limit(0, 50, now)] },
    { duration: 'PT0S' },
  ]) {
    const read = accepted(event(over));
    expect(read.isCancelled).toBe(true);
    expect(expand(read)).toEqual([]);
  }
});

test('DR-T12: PT0S with an absolute start lasts no time in 3.1; in 3.0 its meaning is open and the event is refused', () => {
  const json = event({ intervals: [limit(0, 10, { duration: 'PT0S' }), limit(1, 20)] });
  expect(golden(json)).toEqual(['01T12:00..01T13:00 20']);
  expect(refused(json, { ...OPTIONS, version: '3.0' }).path).toBe('intervals[0]');
});

test('DR-T13: intervals may overlap by their own starts; both are listed', () => {
  const json = event({ intervals: [limit(0, 10), limit(1, 20, { start: '2026-03-01T12:30:00Z' })] });
  expect(golden(json)).toEqual(['01T12:00..01T13:00 10', '01T12:30..01T13:30 20']);
});

test.each([
  ['PT90S', 90],
  ['PT0.5S', 0.5],
  ['PT1H30M', 5_400],
  ['P1DT1S', 86_401],
  ['P2W', 14 * 86_400],
])('DR-T14: %s is a duration of %d s', (duration, seconds) => {
  const [period] = expand(accepted(event({ intervals: [limit(0, 10, { duration })] })));
  expect(period?.endMs).toBe(utc('2026-03-01T12:00:00Z') + seconds * 1_000);
});

test('DR-T14: months go by the calendar in UTC', () => {
  const json = event({ intervalPeriod: { start: '2026-01-31T12:00:00Z', duration: 'P1M' }, intervals: [limit(0, 10)] });
  expect(expand(accepted(json))[0]?.endMs).toBe(utc('2026-02-28T12:00:00Z'));
});

test('DR-T14: months agree with the calendar of the language wherever the day exists in both', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10_957, max: 80_000 }), fc.nat(120), fc.nat(86_399_999), (day, months, restMs) => {
      const date = new Date(day * 86_400_000 + restMs);
      fc.pre(date.getUTCDate() <= 28);
      const expected = new Date(date);
      expected.setUTCMonth(expected.getUTCMonth() + months);
      expect(addMonths(date.getTime(), months)).toBe(expected.getTime());
    }),
  );
});

test('instants are those that the language reads, with offsets and parts of a second', () => {
  const offsets = fc.constantFrom('Z', '+00:00', '+05:30', '-08:00');
  fc.assert(
    fc.property(fc.integer({ min: 946_800_000_000, max: 7_258_000_000_000 }), offsets, (ms, offset) => {
      const text = new Date(ms).toISOString().replace('Z', offset);
      const read = accepted(event({ modificationDateTime: text }));
      expect(read.modifiedAtMs).toBe(Date.parse(text));
    }),
  );
});

test('one interval may carry a limit and a price at once', () => {
  const json = event({ intervals: [interval(0, [payload('PRICE', 0.2, 0.3), payload('IMPORT_CAPACITY_LIMIT', 7)])] });
  expect(golden(json)).toEqual(['01T12:00..01T12:30 0.2', '01T12:00..01T13:00 7', '01T12:30..01T13:00 0.3']);
});

test('whatever the intervals are, periods are half-open, none empty, and sorted', () => {
  const durations = fc.constantFrom('PT0S', 'PT7M', 'PT1H', 'P1D', 'P1M', 'P9999Y');
  const starts = fc.constantFrom('0001-01-01', '2026-03-01T09:00:00Z', '2026-03-01T12:00:00Z', '2026-03-04T00:00:00Z');
  const period = fc.record(
    { start: starts, duration: durations, randomizeStart: fc.constantFrom('PT0S', 'PT5M') },
    { requiredKeys: [] },
  );
  const json = fc.record({
    intervalPeriod: fc.record({ start: starts, duration: durations }),
    duration: fc.option(fc.constantFrom('PT3H', 'P2D', 'P9999Y'), { nil: undefined }),
    intervals: fc
      .array(fc.tuple(period, fc.nat(100)), { maxLength: 6 })
      .map((list) => list.map(([own, kW], id) => limit(id, kW, own))),
  });
  fc.assert(
    fc.property(json, fc.nat(999_999), (over, draw) => {
      const periods = expand(accepted(event(over)), NOW, draw);
      for (const [index, each] of periods.entries()) {
        expect(each.startMs).toBeLessThan(endOf(each));
        expect(Number.isSafeInteger(each.startMs)).toBe(true);
        expect(each.startMs).toBeGreaterThanOrEqual(periods[index - 1]?.startMs ?? 0);
      }
    }),
  );
});

test('DR-T8: of an event that repeats never more periods are listed than it is counted with, wherever now is', () => {
  const duration = fc.constantFrom('PT20M', 'PT7H', 'P1D', 'P3D', 'P40D');
  const cases = fc.record({
    durations: fc.array(duration, { minLength: 1, maxLength: 4 }),
    whole: fc.constantFrom('P5D', 'P9DT1S', 'P30D', 'P9999Y'),
    nowMs: fc.integer({ min: utc('2026-02-20T00:00:00Z'), max: utc('2026-05-01T00:00:00Z') }),
  });
  fc.assert(
    fc.property(cases, ({ durations, whole, nowMs }) => {
      const intervals = durations.map((each, id) => limit(id, id, { duration: each }));
      const read = accepted(event({ intervals, duration: whole }));
      const periods = expandIntervals(read, { nowMs, firstSeenMs: nowMs, startDrawPpm: MIDDLE });
      expect(periods.length).toBeLessThanOrEqual(periodsAtMost(read));
      expect(periodsAtMost(read)).toBeLessThanOrEqual(LOOP_PERIODS_MAX);
      // And what holds now is among them, with the next days.
      const beginMs = utc('2026-03-01T12:00:00Z');
      const overMs = whole === 'P9999Y' ? Number.POSITIVE_INFINITY : Math.max(...periods.map(endOf));
      if (nowMs >= beginMs && nowMs < overMs)
        expect(periods.some((each) => each.startMs <= nowMs && nowMs < endOf(each))).toBe(true);
    }),
  );
});
