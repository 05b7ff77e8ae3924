import { expect, test } from '@jest/globals';
import type { Stay } from '../history/stays.ts';
import { plainSite } from '../site/plain-site.ts';
import { monthResults, OTHER_MONTHS } from './month-results.ts';
import { type ReplayDay, replayDay } from './replay-day.ts';

const HOUR_MS = 3_600_000;

function dayAt(timezone: string, arrivals: readonly string[]): ReplayDay {
  const site = plainSite(['a'], { limitA: 32, voltageV: 230, phases: 1, maxA: 32 });
  if (typeof site === 'string') throw new Error(site);
  const stays = arrivals.map((at): Stay => {
    const arrivedAtMs = Date.parse(at);
    return { evse: 0, needKwh: 10, arrivedAtMs, departedAtMs: arrivedAtMs + 4 * HOUR_MS };
  });
  return replayDay({ ...site, timezone }, stays);
}
const runOf = (kwh: readonly number[]) => ({
  outcomes: kwh.map((each, n) => ({ deliveredWh: each * 1_000, exportedWh: 0, starts: n + 1 })),
});
const ARRIVALS = ['2026-05-20T10:00:00Z', '2026-06-01T02:00:00Z', '2026-06-03T10:00:00Z', '2026-07-01T10:00:00Z'];
const of = { optimumWh: [10_000, 10_000, 10_000, 5_000], tunedMonth: '2026-06' };

test('a session is of the month in which it begins where the site is', () => {
  const months = (timezone: string) =>
    monthResults(dayAt(timezone, ARRIVALS), runOf([10, 8, 6, 4]), of).map(({ month, sessions }) => [month, sessions]);
  expect(months('UTC')).toEqual([
    ['2026-05', 1],
    ['2026-06', 2],
    ['2026-07', 1],
    [OTHER_MONTHS, 2],
  ]);
  expect(months('America/Los_Angeles').slice(0, 2)).toEqual([
    ['2026-05', 2],
    ['2026-06', 1],
  ]);
});

test('what is told without the tuned month is of all other sessions, and of none of its own', () => {
  const all = monthResults(dayAt('UTC', ARRIVALS), runOf([10, 8, 6, 4]), of);
  const others = all.find(({ month }) => month === OTHER_MONTHS);
  expect(others).toMatchObject({ deliveredKwh: 14, satisfied: 0.5, startsPerSession: 2.5 });
  expect(others?.ofOptimum).toBeCloseTo(14 / 15, 9);
  expect(all.find(({ month }) => month === '2026-06')?.ofOptimum).toBeCloseTo(14 / 20, 9);
});

test('where no month was tuned on there are months alone, and of a single month nothing', () => {
  const untuned = { ...of, tunedMonth: undefined };
  expect(monthResults(dayAt('UTC', ARRIVALS), runOf([1, 1, 1, 1]), untuned).map(({ month }) => month)).toEqual([
    ...['2026-05', '2026-06', '2026-07'],
  ]);
  expect(monthResults(dayAt('UTC', ARRIVALS.slice(0, 1)), runOf([1]), of)).toEqual([]);
});
