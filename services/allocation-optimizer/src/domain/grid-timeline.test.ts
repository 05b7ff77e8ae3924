import { expect, test } from '@jest/globals';
import { after, asked, DEPOT, siteOf, T0 } from './given.fixture.ts';
import {
  gridTimelineOf,
  LIMITS_KEPT_MAX,
  limitedByGrid,
  PRICES_KEPT_MAX,
  SEGMENTS_MAX,
  type ToldSegment,
} from './grid-timeline.ts';

const HOUR = 3_600_000;
const told = (change: Partial<ToldSegment> = {}): ToldSegment => ({
  ...{ startMs: T0, endMs: T0 + HOUR, limitW: 10_000, kind: 'event', source: 'dso', eventId: 'e-1' },
  ...change,
});
const free = (startMs: number): ToldSegment =>
  told({ startMs, endMs: undefined, limitW: undefined, source: '', eventId: '' });
const read = (...segments: readonly ToldSegment[]) => gridTimelineOf(7n, segments);
const limitsOf = (...segments: readonly ToldSegment[]) => {
  const timeline = read(...segments);
  if (timeline.kind === 'err') throw new Error(timeline.error);
  return timeline.value.limits.map(({ startMs, endMs, limitW }) => [startMs - T0, (endMs ?? Infinity) - T0, limitW]);
};

test('what limits nothing is left out, what differs in its price only is one limit', () => {
  const parts = [told({ endMs: T0 + 1 }), told({ startMs: T0 + 1 }), free(T0 + HOUR)];
  expect(limitsOf(...parts)).toEqual([[0, HOUR, 10_000]]);
  const other = [told({ endMs: T0 + 1 }), told({ startMs: T0 + 1, eventId: 'e-2' }), free(T0 + HOUR)];
  expect(limitsOf(...other)).toEqual([
    [0, 1, 10_000],
    [1, HOUR, 10_000],
  ]);
  expect(limitsOf(free(T0))).toEqual([]);
  expect(limitsOf(told({ endMs: undefined }))).toEqual([[0, Infinity, 10_000]]);
});

test.each([
  ['no segment at all', [], 'a timeline without segments'],
  ['a limit that is no number', [told({ limitW: Number.NaN }), free(T0 + HOUR)], 'segment 0 has a limit of NaN W'],
  ['a limit below zero', [told({ limitW: -1 }), free(T0 + HOUR)], 'segment 0 has a limit of -1 W'],
  ['a limit beyond any grid', [told({ limitW: 1e9 + 1 }), free(T0 + HOUR)], 'segment 0 has a limit of 1000000001 W'],
  ['an end before its start', [told({ endMs: T0 - 1 }), free(T0 - 1)], `segment 0 ends at ${T0 - 1}`],
  ['an end at its start', [told({ endMs: T0 }), free(T0)], `segment 0 ends at ${T0}`],
  ['a start that is no instant', [told({ startMs: Number.NaN })], 'segment 0 begins at NaN'],
  ['a gap', [told(), free(T0 + HOUR + 1)], `segment 0 ends at ${T0 + HOUR}, and the next begins at ${T0 + HOUR + 1}`],
  [
    'an overlap',
    [told(), free(T0 + HOUR - 1)],
    `segment 0 ends at ${T0 + HOUR}, and the next begins at ${T0 + HOUR - 1}`,
  ],
  ['an end of it all', [told()], `segment 0 ends at ${T0 + HOUR}, and the next begins at never`],
  ['a name too long', [told({ eventId: 'x'.repeat(129) }), free(T0 + HOUR)], 'segment 0 has a name that is too long'],
])('A28: a timeline with %s is not believed', (_title, segments, why) => {
  expect(read(...segments)).toEqual({ kind: 'err', error: why });
});

const many = (count: number): readonly ToldSegment[] => [
  ...Array.from({ length: count - 1 }, (_, n) =>
    told({ startMs: T0 + n * 10, endMs: T0 + n * 10 + 10, limitW: 9_000 - ((n * 7) % 1_000) }),
  ),
  free(T0 + (count - 1) * 10),
];

test('A28: one segment over the bound is refused', () => {
  expect(read(...many(SEGMENTS_MAX)).kind).toBe('ok');
  expect(read(...many(SEGMENTS_MAX + 1))).toEqual({
    ...{ kind: 'err', error: `a timeline of ${SEGMENTS_MAX + 1} segments, at most ${SEGMENTS_MAX}` },
  });
});

test('of one limit more than are kept the far ones are one, the lowest of them, for good', () => {
  expect(limitsOf(...many(LIMITS_KEPT_MAX + 1))).toHaveLength(LIMITS_KEPT_MAX);
  expect(limitsOf(...many(LIMITS_KEPT_MAX + 1)).at(-1)?.[1]).toBe(LIMITS_KEPT_MAX * 10);
  const bounded = limitsOf(...many(LIMITS_KEPT_MAX + 3));
  expect(bounded).toHaveLength(LIMITS_KEPT_MAX);
  const lowest = 9_000 - (LIMITS_KEPT_MAX + 1) * 7;
  expect(bounded.at(-1)).toEqual([(LIMITS_KEPT_MAX - 1) * 10, Infinity, lowest]);
});

const carbonOf = (...segments: readonly ToldSegment[]) => {
  const timeline = read(...segments);
  if (timeline.kind === 'err') throw new Error(timeline.error);
  return timeline.value.carbon?.map(({ startMs, endMs, mgPerKwh }) => [
    startMs - T0,
    (endMs ?? Infinity) - T0,
    mgPerKwh,
  ]);
};

test('what a kWh emits is kept beside limits and prices, joined where it is the same; what is no emission is unknown', () => {
  const at = (from: number, until: number, carbonMgPerKwh: number | undefined, change: Partial<ToldSegment> = {}) =>
    told({ startMs: T0 + from, endMs: T0 + until, carbonMgPerKwh, ...change });
  const parts = [at(0, 1, 400_000), at(1, 2, 400_000, { limitW: 5_000 }), at(2, 3, 0), at(3, 4, undefined)];
  expect(carbonOf(...parts, free(T0 + 4))).toEqual([
    [0, 2, 400_000],
    [2, 3, 0],
  ]);
  for (const odd of [Number.NaN, -1, 0.5, 10_000_001, Infinity])
    expect(carbonOf(at(0, 1, odd), free(T0 + 1))).toBeUndefined();
  const long = Array.from({ length: SEGMENTS_MAX - 1 }, (_, n) => at(n, n + 1, n));
  expect(carbonOf(...long, free(T0 + SEGMENTS_MAX - 1))).toHaveLength(PRICES_KEPT_MAX);
});

test('the same site and timelines give the same model again, a new document another one', () => {
  const { grid } = after([asked([[10_000, T0]])]);
  const [one, other] = [siteOf(DEPOT), siteOf({ ...DEPOT, version: 2 })];
  expect(limitedByGrid(one, grid)).toBe(limitedByGrid(one, grid));
  expect(limitedByGrid(other, grid).version).toBe(2);
  expect(limitedByGrid(one, new Map())).toBe(one);
});
