import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import { horizonOf } from '../planning/horizon.ts';
import { type ForecastMemory, NO_PROFILE, QUARTERS_OF_DAY } from './forecast-memory.ts';
import { SEASONAL, UNUSUAL_HALVES_MS } from './seasonal.ts';

const HOUR_MS = 3_600_000;
/** A Friday at noon. */
const NOON_MS = epochMs(Date.UTC(2026, 0, 9, 12));
const intervals = horizonOf(NOON_MS, epochMs(NOON_MS + 24 * HOUR_MS));
const profile = (watts: (hour: number) => number) => ({
  watts: Array.from({ length: QUARTERS_OF_DAY }, (_, quarter) => watts(Math.floor(quarter / 4))),
  days: Array.from({ length: QUARTERS_OF_DAY }, () => 1),
});
const memoryOf = (change: Partial<ForecastMemory>): ForecastMemory => ({
  ...{ asOfMs: NOON_MS, loadW: 0, pvW: 0, quarterStartMs: NOON_MS, seenFromMs: NOON_MS, loadMilliJ: 0, pvMilliJ: 0 },
  ...{ weekday: NO_PROFILE, weekend: NO_PROFILE, pv: NO_PROFILE, told: [], scores: [] },
  ...change,
});
const said = (memory: ForecastMemory, loadW: number, pvW: number) =>
  SEASONAL.forecast({ ...{ memory, timezone: 'UTC', nowMs: NOON_MS, loadW, pvW }, intervals });
/** At so many hours from noon. */
const after = (values: readonly number[], hours: number): number | undefined =>
  values[
    intervals.findIndex(({ fromMs, toMs }) => fromMs <= NOON_MS + hours * HOUR_MS && NOON_MS + hours * HOUR_MS < toMs)
  ];

const OFFICE = profile((hour) => (hour >= 8 && hour < 18 ? 50_000 : 5_000));
const QUIET = profile(() => 4_000);

test('the evening is as on other weekdays, and what comes after midnight as on other weekends', () => {
  const { loadW } = said(memoryOf({ weekday: OFFICE, weekend: QUIET }), 50_000, 0);
  expect([0, 5.5, 6, 11.75, 12, 23].map((hours) => after(loadW, hours))).toEqual([
    50_000, 50_000, 5_000, 5_000, 4_000, 4_000,
  ]);
});

test('where no such day was seen, the other kind says it; where none was, the load stays as it counts', () => {
  expect(after(said(memoryOf({ weekday: OFFICE }), 50_000, 0).loadW, 13)).toBe(5_000);
  expect(new Set(said(memoryOf({}), 31_000, 0).loadW)).toEqual(new Set([31_000]));
});

test('now it is what counts now; what is otherwise than usual fades to a half in an hour', () => {
  const memory = memoryOf({ weekday: OFFICE, weekend: QUIET });
  const { loadW } = said(memory, 60_000, 0);
  expect(loadW[0]).toBe(60_000);
  expect(after(loadW, UNUSUAL_HALVES_MS / HOUR_MS)).toBe(55_000);
  expect(after(loadW, 20)).toBe(4_000);
  // Never below nothing.
  expect(Math.min(...said(memoryOf({ weekday: profile((hour) => (hour === 12 ? 90_000 : 100)) }), 0, 0).loadW)).toBe(0);
});

test('the sun comes at noon: as usual, brighter or darker by the share of now, and never at night', () => {
  const memory = memoryOf({ pv: profile((hour) => (hour >= 8 && hour < 16 ? 20_000 : 0)) });
  const at = (pvW: number) => [0, 1, 3.75, 4, 12, 23].map((hours) => after(said(memory, 0, pvW).pvW, hours));
  expect(at(20_000)).toEqual([20_000, 20_000, 20_000, 0, 0, 20_000]);
  const [now = 0, inAnHour = 0, , , night] = at(10_000);
  expect([now, inAnHour, night]).toEqual([10_000, 15_000, 0]);
  // A meter that shows more than any day is believed up to half as much more.
  expect(at(90_000)[0]).toBe(30_000);
});

test('a source that nobody knows stays for an hour; after that nobody counts on it', () => {
  const { pvW } = said(memoryOf({}), 0, 8_000);
  expect([0, 0.9, 1, 12].map((hours) => after(pvW, hours))).toEqual([8_000, 8_000, 0, 0]);
});
