import { expect, test } from '@jest/globals';
import { deciAmps, epochMs, perPhase } from '@headroom/kernel';
import { forecastMemoryOf, forecastMemoryToWire } from '../../adapters/log/forecast-memory.ts';
import { siteStateV1 } from '@headroom/contracts';
import { siteOf, panelOf } from '../given.fixture.ts';
import { forecastErrorOf } from './forecast-error.ts';
import { DAYS_REMEMBERED, DAYS_SCORED, QUARTER_MS, QUARTERS_OF_DAY, usualIn } from './forecast-memory.ts';
import type { Forecaster } from './forecaster.ts';
import { supplyNow } from './learn-supply.ts';
import { MeasuredSite, METERED, WATTS_PER_DECI_A } from './test-support/measured-site.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnight of a Monday in Paris, which is an hour ahead of UTC. */
const MONDAY_MS = Date.UTC(2026, 0, 5) - HOUR_MS;
const at = (day: number, hour: number): number => MONDAY_MS + day * DAY_MS + hour * HOUR_MS;

test('the mean of each quarter of an hour is kept for its kind of day, on the clock of the site', () => {
  const site = new MeasuredSite();
  // Friday 23:00 to Saturday 01:00: 10 A before midnight; after it 20 A and 40 A by turns.
  site.during(at(4, 23), at(5, 1) + MINUTE_MS, (ms) => (ms < at(5, 0) ? 100 : (ms / MINUTE_MS) % 2 === 0 ? 200 : 400));
  const { weekday, weekend } = site.learned;
  expect(usualIn(weekday, 95)).toBe(100 * WATTS_PER_DECI_A);
  expect(usualIn(weekend, 3)).toBeCloseTo(300 * WATTS_PER_DECI_A, -3);
  expect([usualIn(weekday, 0), usualIn(weekend, 95)]).toEqual([undefined, undefined]);
});

test('what is usual follows the last days: one odd day does not make it, and many do', () => {
  const site = new MeasuredSite();
  const days = DAYS_REMEMBERED + 4;
  const noonOf = (n: number): number | undefined => {
    // Weekdays only: the fifth is followed by a Monday.
    const day = Math.floor(n / 5) * 7 + (n % 5);
    site.during(at(day, 12), at(day, 12) + QUARTER_MS + MINUTE_MS, () => (n < DAYS_REMEMBERED ? 100 : 200));
    return (usualIn(site.learned.weekday, 48) ?? Number.NaN) / WATTS_PER_DECI_A;
  };
  const seen = Array.from({ length: days }, (_, n) => noonOf(n));
  expect(seen.slice(0, DAYS_REMEMBERED)).toEqual(Array.from({ length: DAYS_REMEMBERED }, () => 100));
  expect(seen[DAYS_REMEMBERED]).toBeCloseTo(100 + 100 / DAYS_REMEMBERED, 1);
  expect(seen.at(-1)).toBeCloseTo(200 - 100 * (1 - 1 / DAYS_REMEMBERED) ** 4, 1);
});

test('what flows out is a source: by its own meter, and hidden behind that of a load; a battery and a car are none', () => {
  const read = (readings: Readonly<Record<string, number>>, site = METERED) =>
    supplyNow(
      site,
      {
        readings: new Map(
          Object.entries(readings).map(([meterId, deciA]) => [
            meterId,
            { meterId, sampledAtMs: epochMs(0), receivedAtMs: epochMs(0), current: perPhase(() => deciAmps(deciA)) },
          ]),
        ),
      },
      epochMs(30_000),
    );
  const watts = (deciA: number): number => deciA * WATTS_PER_DECI_A;
  expect(read({ building: 100, roof: -40 })).toEqual({ loadW: watts(100), pvW: watts(40) });
  expect(read({ building: -30, roof: -40 })).toEqual({ loadW: 0, pvW: watts(70) });
  // A source that draws is no load of the building.
  expect(read({ building: 100, roof: 5 })).toEqual({ loadW: watts(100), pvW: 0 });
  const [load, [source]] = [METERED.otherLoads, METERED.sources ?? []];
  if (source === undefined) throw new Error('a roof');
  const battery = { ...METERED, sources: [{ ...source, meterId: 'building' }], otherLoads: load };
  expect(read({ building: -30 }, battery)).toEqual({ loadW: 0, pvW: 0 });
  // Silent: nothing is guessed. Nor is anything learned of a site without meters.
  expect(read({ building: 100 })).toBeUndefined();
  expect(supplyNow(siteOf(panelOf(1)), { readings: new Map() }, epochMs(0))).toBeUndefined();
});

test('of a quarter that was not seen nothing is learned, nor of one of which only the end was', () => {
  const site = new MeasuredSite();
  site.during(at(0, 8), at(0, 8) + 2 * QUARTER_MS + MINUTE_MS, () => 100);
  // Silent for an hour, and heard again seven minutes before a quarter ends.
  site.during(at(0, 9.75) + 8 * MINUTE_MS, at(0, 10.25) + MINUTE_MS, () => 100);
  const { weekday } = site.learned;
  const seen = Array.from({ length: 12 }, (_, n) => 32 + n).filter(
    (quarter) => usualIn(weekday, quarter) !== undefined,
  );
  expect(seen).toEqual([32, 33, 40]);
  // What was said of quarters that nobody saw is judged by nobody, and is forgotten.
  site.during(at(3, 8), at(3, 8) + QUARTER_MS + MINUTE_MS, () => 100);
  expect(site.learned.told.every(({ startMs }) => startMs >= at(3, 8))).toBe(true);
  expect(forecastErrorOf(site.learned).load).toBeUndefined();
  // And a gap is no energy: the mean is that of what was seen.
  expect(seen.map((quarter) => usualIn(weekday, quarter))).toEqual(seen.map(() => 100 * WATTS_PER_DECI_A));
});

const always = (loadW: number): Forecaster => ({
  name: 'always the same',
  forecast: ({ intervals }) => ({ loadW: intervals.map(() => loadW), pvW: intervals.map(() => 0) }),
});

test('each quarter is judged by what was said a day before; nights do not make a forecast of the sun better', () => {
  const site = new MeasuredSite(always(90 * WATTS_PER_DECI_A));
  const sun = (ms: number): number => (ms >= at(1, 12) && ms < at(1, 13) ? 20 : 0);
  site.during(at(0, 0), at(1, 0) + MINUTE_MS, () => 100);
  expect(forecastErrorOf(site.learned)).toEqual({ load: undefined, pv: undefined });
  site.during(at(1, 0) + MINUTE_MS, at(2, 0) + MINUTE_MS, () => 100, sun);
  const { load, pv } = forecastErrorOf(site.learned);
  expect(load).toEqual({ quarters: QUARTERS_OF_DAY, meanW: 10 * WATTS_PER_DECI_A, share: 0.1 });
  expect(pv).toEqual({ quarters: 4, meanW: 20 * WATTS_PER_DECI_A, share: 1 });
});

test('a week like the one before is forecast without error, and one that is otherwise shows by how much', () => {
  const site = new MeasuredSite();
  const load = (ms: number): number => {
    const hour = Math.floor((ms - MONDAY_MS) / HOUR_MS) % 24;
    const isWeekend = Math.floor((ms - MONDAY_MS) / DAY_MS) % 7 >= 5;
    return !isWeekend && hour >= 8 && hour < 18 ? 300 : 100;
  };
  site.during(at(0, 0), at(7, 0), load);
  site.during(at(7, 0), at(14, 0) + MINUTE_MS, load);
  const usual = forecastErrorOf(site.learned).load;
  expect(usual).toMatchObject({ quarters: DAYS_SCORED * QUARTERS_OF_DAY });
  expect(usual?.share).toBeLessThan(0.001);
  site.during(at(14, 0) + MINUTE_MS, at(15, 0) + MINUTE_MS, (ms) => load(ms) * 1.5);
  // Half as much more on one day of seven that had some of it before.
  expect(forecastErrorOf(site.learned).load?.share).toBeGreaterThan(0.05);
});

test('however long a site is measured, what is kept of it does not grow, and survives the wire without any loss', () => {
  const site = new MeasuredSite();
  site.during(
    at(0, 0),
    at(10, 0),
    (ms) => 100 + ((ms / MINUTE_MS) % 50),
    (ms) => Math.floor(ms / HOUR_MS) % 20,
  );
  const sizeOf = (): number => siteStateV1.ForecastMemory.encode(forecastMemoryToWire(site.learned)).finish().length;
  expect(sizeOf()).toBeLessThan(3_000);
  site.during(
    at(10, 0),
    at(20, 0),
    (ms) => 100 + ((ms / MINUTE_MS) % 50),
    (ms) => Math.floor(ms / HOUR_MS) % 20,
  );
  const { told, scores } = site.learned;
  expect([told.length, scores.length]).toEqual([QUARTERS_OF_DAY, DAYS_SCORED]);
  expect(sizeOf()).toBeLessThan(3_000);
  const bytes = siteStateV1.ForecastMemory.encode(forecastMemoryToWire(site.learned)).finish();
  expect(forecastMemoryOf(siteStateV1.ForecastMemory.decode(bytes))).toEqual(site.learned);
});

test('a memory that is none is learned anew, and does not cost the snapshot', () => {
  const site = new MeasuredSite();
  site.during(at(0, 0), at(0, 2), () => 100);
  const wire = forecastMemoryToWire(site.learned);
  expect(forecastMemoryOf(undefined)).toBeUndefined();
  expect(forecastMemoryOf({ ...wire, loadEnergyMilliJ: -1n })).toBeUndefined();
  expect(forecastMemoryOf({ ...wire, weekday: { meanW: [1n], days: [1] } })).toBeUndefined();
  expect(forecastMemoryOf({ ...wire, pv: { meanW: wire.toldLoadW.slice(0, 96), days: [] } })).toBeUndefined();
  expect(forecastMemoryOf({ ...wire, toldLoadW: [-5n] })).toBeUndefined();
  expect(forecastMemoryOf(wire)).toEqual(site.learned);
});
