import { expect, test } from '@jest/globals';
import { createChance } from './chance.ts';
import { planOf } from './field.ts';
import { gridEventsOf } from './grid-events.ts';

const TIMES = { troubleFromMs: 180_000, troubleUntilMs: 840_000, measuredFromMs: 1_140_000, endMs: 1_440_000 };
const ofSeed = (seed: number, always: boolean) =>
  gridEventsOf({ chance: createChance(seed), plan: planOf(8, seed), times: TIMES }, always);
const SEEDS = Array.from({ length: 200 }, (_, seed) => seed);

test('a third of the seeds has a utility; all of them where it is asked for', () => {
  const withUtility = SEEDS.filter((seed) => ofSeed(seed, false).length > 0).length;
  expect(withUtility).toBeGreaterThan(50);
  expect(withUtility).toBeLessThan(90);
  expect(SEEDS.filter((seed) => ofSeed(seed, true).length > 0).length).toBeGreaterThan(190);
});

test('events of seeds overlap, are cancelled, are told well ahead and too late; each is over before it is measured what is used', () => {
  const all = SEEDS.map((seed) => ofSeed(seed, true));
  const events = all.flat();
  expect(events.every(({ endMs }) => endMs <= TIMES.measuredFromMs - 60_000)).toBe(true);
  expect(events.every(({ startMs, endMs }) => startMs < endMs)).toBe(true);
  const share = (count: number): number => count / events.length;
  expect(share(events.filter(({ cancelledAtMs }) => cancelledAtMs !== undefined).length)).toBeGreaterThan(0.15);
  expect(share(events.filter(({ announcedAtMs, startMs }) => announcedAtMs >= startMs).length)).toBeGreaterThan(0.05);
  expect(
    share(events.filter(({ announcedAtMs, startMs }) => startMs - announcedAtMs > 200_000).length),
  ).toBeGreaterThan(0.2);
  const overlapping = all.filter(
    ([a, b]) => a !== undefined && b !== undefined && a.circuit === b.circuit && b.startMs < a.endMs,
  );
  expect(overlapping.length).toBeGreaterThan(20);
});
