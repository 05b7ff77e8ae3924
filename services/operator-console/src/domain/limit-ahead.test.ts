import { expect, test } from '@jest/globals';
import { AHEAD_MS, AHEAD_STEPS_MAX, type LimitSources, limitAhead } from './limit-ahead.ts';

const NOW = 1_000_000;
const sources = (part: Partial<LimitSources> = {}): LimitSources => ({
  ...{ ownW: 200, heldW: 200, override: null, timeline: undefined },
  ...part,
});
const timeline = (...steps: readonly (readonly [startMs: number, endMs: number | undefined, limitW?: number])[]) => ({
  version: 1,
  segments: steps.map(([startMs, endMs, limitW]) => ({
    startMs,
    ...(endMs === undefined ? {} : { endMs }),
    ...(limitW === undefined ? {} : { limitW }),
  })),
});
const steps = (of: LimitSources) => limitAhead(of, NOW).map(({ fromMs, powerW }) => [fromMs - NOW, powerW]);

test('without anything known the limit stays', () => {
  expect(steps(sources())).toEqual([[0, 200]]);
});

test('an event is a step down, its return steps up, to the site’s own limit', () => {
  const event = timeline([0, NOW + 10], [NOW + 10, NOW + 20, 120], [NOW + 20, NOW + 30, 160], [NOW + 30, undefined]);
  expect(steps(sources({ timeline: event }))).toEqual([
    [0, 200],
    [10, 120],
    [20, 160],
    [30, 200],
  ]);
});

test('the lowest of all limits holds (DR-E10), and an override ends by itself', () => {
  const event = timeline([0, NOW + 10], [NOW + 10, NOW + 30, 120], [NOW + 30, undefined]);
  const override = { powerLimitW: 150, validUntilMs: NOW + 20 };
  expect(steps(sources({ timeline: event, override, heldW: 150 }))).toEqual([
    [0, 150],
    [10, 120],
    [30, 200],
  ]);
  expect(steps(sources({ override, heldW: 150 }))).toEqual([
    [0, 150],
    [20, 200],
  ]);
});

test('a drop that is held some seconds before it begins is no further step', () => {
  const event = timeline([0, NOW + 10], [NOW + 10, undefined, 120]);
  expect(steps(sources({ timeline: event, heldW: 120 }))).toEqual([[0, 120]]);
});

test('a signal above what the site bears changes nothing', () => {
  expect(steps(sources({ timeline: timeline([0, NOW + 10, 900], [NOW + 10, undefined]) }))).toEqual([[0, 200]]);
  expect(steps(sources({ override: { powerLimitW: 900, validUntilMs: NOW + 10 }, heldW: 900 }))).toEqual([[0, 200]]);
});

test('no further than the hour, and no more steps than the bound', () => {
  const far = timeline([0, NOW + AHEAD_MS + 1], [NOW + AHEAD_MS + 1, undefined, 50]);
  expect(steps(sources({ timeline: far }))).toEqual([[0, 200]]);
  const saw = timeline(
    ...Array.from({ length: AHEAD_STEPS_MAX + 1 }, (_, n) => [NOW + n, NOW + n + 1, n % 2 === 0 ? 50 : 60] as const),
  );
  expect(steps(sources({ timeline: saw }))).toHaveLength(AHEAD_STEPS_MAX);
});
