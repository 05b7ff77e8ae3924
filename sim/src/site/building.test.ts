import { expect, test } from '@jest/globals';
import type { PhaseAmps } from '../api-client.ts';
import { silentLog } from '../log.ts';
import { createManualTime } from '../test-support/manual-time.ts';
import { type BuildingConfig, createBuilding } from './building.ts';

const CONFIG = { seed: 3, siteId: 'demo', nominalVoltageV: 230, worstCasePerPhaseA: 140 };

function setUp(report?: () => Promise<void>, change: Partial<BuildingConfig> = {}) {
  const time = createManualTime();
  const readings: { readonly sampledAtMs: number; readonly current: PhaseAmps }[] = [];
  const building = createBuilding(
    { ...CONFIG, ...change },
    {
      clock: time.clock,
      timers: time.timers,
      log: silentLog,
      report: async (reading) => {
        readings.push(reading);
        await report?.();
      },
    },
  );
  const second = async (): Promise<void> => {
    time.advance(1_000);
    for (let i = 0; i < 5; i += 1) await Promise.resolve();
  };
  return { time, readings, building, second };
}

const powerKw = ({ l1A, l2A, l3A }: PhaseAmps): number => ((l1A + l2A + l3A) * 230) / 1_000;

test('reports the current of each phase once a second, and moves', async () => {
  const { readings, second, time } = setUp();
  for (let i = 0; i < 60; i += 1) await second();
  expect(readings.length).toBe(60);
  expect(readings.at(-1)?.sampledAtMs).toBe(time.nowMs());
  expect(new Set(readings.map((reading) => reading.current.l1A)).size).toBeGreaterThan(20);
});

test('a jump of 60 kW adds 60 kW for its seconds, and the worst case is never exceeded', async () => {
  const { readings, building, second } = setUp();
  await second();
  building.jumpBy(60, 10);
  await second();
  const [before, during] = readings.map((reading) => powerKw(reading.current));
  expect((during ?? 0) - (before ?? 0)).toBeGreaterThan(57);
  expect((during ?? 0) - (before ?? 0)).toBeLessThan(63);
  for (let i = 0; i < 10; i += 1) await second();
  expect(powerKw(readings.at(-1)?.current ?? { l1A: 0, l2A: 0, l3A: 0 })).toBeLessThan(45);
  building.jumpBy(500, 10);
  await second();
  expect(readings.at(-1)?.current).toEqual({ l1A: 140, l2A: 140, l3A: 140 });
});

test('SI26 a building that keeps its word rises no further than it said above its lowest of the time it spoke of', async () => {
  const { readings, building, second } = setUp(undefined, { rise: { atMostA: 10, withinMs: 20_000 } });
  for (let i = 0; i < 30; i += 1) await second();
  const lowestA = (): number => Math.min(...readings.slice(-20).map(({ current }) => current.l1A));
  const before = lowestA();
  building.jumpBy(100, 60);
  for (let i = 0; i < 25; i += 1) {
    const most = lowestA() + 10;
    await second();
    expect(readings.at(-1)?.current.l1A).toBeLessThanOrEqual(most + 0.1);
  }
  // The time it spoke of has passed: from where it is now it goes on.
  expect(readings.at(-1)?.current.l1A).toBeGreaterThan(before + 15);
});

test('SI21 a building that breaks its word rises by all of it at once, for its seconds, and not beyond its worst case', async () => {
  const { readings, building, second } = setUp(undefined, { rise: { atMostA: 2, withinMs: 20_000 } });
  const lastA = (): number => readings.at(-1)?.current.l1A ?? 0;
  await second();
  const before = lastA();
  building.breakWord(30, 5);
  await second();
  // 30 kW are 43.5 A of each phase.
  expect(lastA() - before).toBeGreaterThan(41);
  for (let i = 0; i < 5; i += 1) await second();
  expect(lastA()).toBeLessThan(before + 2.1);
  building.breakWord(500, 5);
  await second();
  expect(lastA()).toBe(140);
});

test('SI21 what it took beyond its word is no ground for more: of the rest it keeps its word', async () => {
  const { readings, building, second } = setUp(undefined, { rise: { atMostA: 2, withinMs: 5_000 } });
  const lastA = (): readonly number[] => Object.values(readings.at(-1)?.current ?? {});
  building.breakWord(30, 60);
  for (let i = 0; i < 10; i += 1) await second();
  const before = lastA();
  expect(before).toHaveLength(3);
  building.jumpBy(100, 60);
  for (let i = 0; i < 3; i += 1) await second();
  for (const [phase, amps] of lastA().entries()) expect(amps - (before[phase] ?? 0)).toBeLessThan(4);
});

test('the same seed makes the same building', async () => {
  const [a, b] = [setUp(), setUp()];
  for (let i = 0; i < 20; i += 1) {
    await a.second();
    await b.second();
  }
  expect(a.readings).toEqual(b.readings);
});

test('a reading that is refused is counted, and the next one goes out all the same; one is in flight at the most', async () => {
  const refused = setUp(() => Promise.reject(new Error('no')));
  await refused.second();
  await refused.second();
  expect([refused.readings.length, refused.building.lostReadings()]).toEqual([2, 2]);
  const hanging = setUp(() => new Promise(() => {}));
  for (let i = 0; i < 5; i += 1) await hanging.second();
  expect([hanging.readings.length, hanging.building.lostReadings()]).toEqual([1, 4]);
});
