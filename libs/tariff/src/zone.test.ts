import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boundedCache } from './bounded-cache.ts';
import { civilDate, DAY_MS, dayNumber, isWeekend } from './civil.ts';
import { zones } from './test-support/random-tariffs.ts';
import { wallOf } from './test-support/oracle.ts';
import { isTimeZone, startOfDay, stretchAt } from './zone.ts';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString();
const shown = (ms: number): string => iso(ms).slice(0, 16).replace('T', ' ');

test('the offset of every zone is that of the clock on the wall, at any instant of the years that are reckoned with', () => {
  const instants = fc.integer({ min: at('2000-01-01T00:00Z'), max: at('2099-12-31T00:00Z') });
  fc.assert(
    fc.property(zones, instants, (zone, ms) => {
      const stretch = stretchAt(zone, ms);
      expect(stretch.fromMs <= ms && ms < stretch.untilMs).toBe(true);
      for (const each of [ms, stretch.fromMs, stretch.untilMs - 1]) {
        const { date, time } = wallOf(zone, each);
        expect(shown(each + stretch.offsetMs)).toBe(`${date} ${time}`);
      }
    }),
    { numRuns: 300 },
  );
});

test('a zone that changed its clocks back after one week has both changes (Brazil, October 2000)', () => {
  const first = stretchAt('America/Recife', at('2000-10-01T00:00Z'));
  const second = stretchAt('America/Recife', first.untilMs);
  const third = stretchAt('America/Recife', second.untilMs);
  expect([first, second, third].map(({ offsetMs }) => offsetMs / 3_600_000)).toEqual([-3, -2, -3]);
  expect([iso(second.fromMs), iso(second.untilMs)]).toEqual(['2000-10-08T03:00:00.000Z', '2000-10-15T02:00:00.000Z']);
});

test('a day begins at midnight, at 01:00 where midnight is left out, and at once where the whole day is', () => {
  const start = (zone: string, date: string): string => {
    const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
    return iso(startOfDay(zone, dayNumber({ year, month, day })));
  };
  expect(start('Europe/Paris', '2026-03-29')).toBe('2026-03-28T23:00:00.000Z');
  expect(start('Europe/Paris', '2026-03-30')).toBe('2026-03-29T22:00:00.000Z');
  expect(start('Asia/Beirut', '2022-03-27')).toBe('2022-03-26T22:00:00.000Z');
  expect(wallOf('Asia/Beirut', at('2022-03-26T22:00Z'))).toEqual({ date: '2022-03-27', time: '01:00' });
  expect(start('Pacific/Apia', '2011-12-30')).toBe('2011-12-30T10:00:00.000Z');
  expect(start('Pacific/Apia', '2011-12-31')).toBe('2011-12-30T10:00:00.000Z');
});

test('days of the calendar are numbered as Date numbers them, and back, far into both directions', () => {
  fc.assert(
    fc.property(fc.integer({ min: -200_000, max: 200_000 }), (number) => {
      const date = new Date(number * DAY_MS);
      const civil = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
      expect(civilDate(number)).toEqual(civil);
      expect(dayNumber(civil)).toBe(number);
      expect(isWeekend(number)).toBe([0, 6].includes(date.getUTCDay()));
    }),
  );
});

test.each(['+02:00', '', 'Mars/Olympus', `Europe/${'x'.repeat(60)}`, '2'])('"%s" is no time zone', (name) => {
  expect(isTimeZone(name)).toBe(false);
});

test('a cache remembers as many as it may, and forgets the one made first for one more', () => {
  const made: number[] = [];
  const get = boundedCache(3, (key: number) => {
    made.push(key);
    return { key };
  });
  for (const key of [1, 2, 3, 1, 2, 3]) expect(get(key)).toEqual({ key });
  expect(made).toEqual([1, 2, 3]);
  for (const key of [4, 2, 3, 4]) get(key);
  expect(made).toEqual([1, 2, 3, 4]);
  get(1);
  expect(made).toEqual([1, 2, 3, 4, 1]);
});
