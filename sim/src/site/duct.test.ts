import { expect, test } from '@jest/globals';
import { silentLog } from '../log.ts';
import { createManualTime } from '../test-support/manual-time.ts';
import { createDuct, type Duct, type WarmReading } from './duct.ts';

const WORD_C = 4;
const WITHIN_S = 60;
const [COLDEST_C, HOTTEST_C] = [22, 40];

function setUp(report: () => Promise<void> = async () => undefined, seed = 3) {
  const time = createManualTime();
  const readings: (WarmReading & { readonly atMs: number })[] = [];
  const duct = createDuct(
    {
      ...{ seed, sensor: 'duct', swingC: [COLDEST_C, HOTTEST_C], reportEveryMs: 10_000 },
      rise: { atMostC: WORD_C, withinMs: WITHIN_S * 1_000 },
    },
    {
      ...{ clock: time.clock, timers: time.timers, log: silentLog },
      report: async (reading) => {
        readings.push({ ...reading, atMs: time.nowMs() });
        await report();
      },
    },
  );
  return { time, readings, duct };
}

/** How hot it was in each second. */
function seconds(
  { time, duct }: { readonly time: ReturnType<typeof createManualTime>; readonly duct: Duct },
  n: number,
) {
  return Array.from({ length: n }, () => {
    time.advance(1_000);
    return duct.celsius();
  });
}
const mostRise = (degrees: readonly number[]): number =>
  Math.max(...degrees.map((now, at) => now - Math.min(...degrees.slice(Math.max(0, at - WITHIN_S), at + 1))));

test('LC2: it swings from nearly its coldest to nearly its hottest, rises by its whole word, and never by more', () => {
  for (const seed of [1, 2, 3, 4]) {
    const degrees = seconds(setUp(undefined, seed), 3_600);
    expect(Math.min(...degrees)).toBeGreaterThanOrEqual(COLDEST_C);
    expect(Math.max(...degrees)).toBeLessThanOrEqual(HOTTEST_C);
    expect(Math.max(...degrees) - Math.min(...degrees)).toBeGreaterThan(10);
    expect(mostRise(degrees)).toBeGreaterThan(WORD_C - 0.1);
    expect(mostRise(degrees)).toBeLessThanOrEqual(WORD_C + 1e-9);
  }
});

test('what heats up comes to its hottest within its word; beyond it only what breaks the word', () => {
  const rig = setUp();
  rig.duct.heatUp(600);
  const degrees = seconds(rig, 400);
  expect(degrees.at(-1)).toBe(HOTTEST_C);
  expect(mostRise(degrees)).toBeLessThanOrEqual(WORD_C + 1e-9);
  rig.duct.breakWord(15, 20);
  expect(rig.duct.celsius()).toBe(HOTTEST_C + 15);
  rig.duct.heatUp(600);
  expect(seconds(rig, 20).slice(-2)).toEqual([HOTTEST_C + 15, HOTTEST_C]);
});

test('a sensor says every few seconds how hot it is; one that fails says nothing, or says it later, or little of it', () => {
  const { time, readings, duct } = setUp(() => Promise.reject(new Error('nobody there')));
  time.advance(30_000);
  expect(readings).toHaveLength(3);
  expect(readings.at(-1)).toMatchObject({ sensor: 'duct', sampledAtMs: time.nowMs(), celsius: duct.celsius() });
  duct.fail({ kind: 'silent', forMs: 30_001 });
  time.advance(30_000);
  expect(readings).toHaveLength(3);
  duct.fail({ kind: 'late', forMs: 20_001, byMs: 7_000 });
  time.advance(20_000);
  expect(readings.map(({ atMs, sampledAtMs }) => atMs - sampledAtMs)).toEqual([0, 0, 0, 7_000]);
  duct.fail({ kind: 'lossy', forMs: 1_000_000 });
  time.advance(1_000_000);
  expect(readings.length).toBeGreaterThan(10);
  expect(readings.length).toBeLessThan(60);
});

test('one that is frozen stays as it is and goes on telling it, and one that is stopped tells nothing', () => {
  const rig = setUp();
  seconds(rig, 100);
  rig.duct.freeze();
  expect(new Set(seconds(rig, 300)).size).toBe(1);
  expect(rig.readings).toHaveLength(40);
  rig.duct.stop();
  seconds(rig, 100);
  expect(rig.readings).toHaveLength(40);
});
