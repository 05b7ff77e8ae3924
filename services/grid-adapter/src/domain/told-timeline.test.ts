import { expect, test } from '@jest/globals';
import { asSeenFrom, isSameTimeline, bounded } from './told-timeline.ts';
import type { Segment } from './timeline.ts';

const by = { kind: 'event', source: 'dso', programId: 'p1' } as const;
const segment = (startMs: number, endMs: number | undefined, limitW: number): Segment => ({
  ...{ startMs, limitW, cause: { ...by, eventId: `e${limitW}` } },
  ...(endMs === undefined ? {} : { endMs }),
});
const SEGMENTS = [segment(0, 10, 5), segment(10, 20, 6), segment(20, 30, 4), segment(30, undefined, 9)];

test('as many segments as the bound stay as they are; from the first one over it the lowest limit stands for the rest', () => {
  expect(bounded(SEGMENTS, 4)).toBe(SEGMENTS);
  expect(bounded(SEGMENTS, 3)).toEqual([...SEGMENTS.slice(0, 2), segment(20, undefined, 4)]);
  expect(bounded(SEGMENTS, 2)).toEqual([
    segment(0, 10, 5),
    { startMs: 10, limitW: 4, cause: { ...by, eventId: 'e4' } },
  ]);
});

test('no price is told for what stands for several segments', () => {
  const price = { currency: 'EUR', microPerKwh: 1, source: 'dso', eventId: 'e' };
  const priced = SEGMENTS.map((each) => ({ ...each, price }));
  expect(bounded(priced, 3).map((each) => each.price)).toEqual([price, price, undefined]);
});

test('a timeline as it is seen later has lost what is over, and begins then', () => {
  expect(asSeenFrom(SEGMENTS, 10)).toEqual(SEGMENTS.slice(1));
  expect(asSeenFrom(SEGMENTS, 25)).toEqual([segment(25, 30, 4), segment(30, undefined, 9)]);
});

test('timelines are the same if nothing that anybody acts on differs', () => {
  expect(isSameTimeline(SEGMENTS, [...SEGMENTS])).toBe(true);
  const price = { currency: 'EUR', microPerKwh: 1, source: 'dso', eventId: 'e' };
  const change = (over: Partial<Segment>) => SEGMENTS.map((each, n) => (n === 1 ? { ...each, ...over } : each));
  const others = [
    change({ limitW: 2 }),
    change({ startMs: 11 }),
    change({ endMs: 19 }),
    change({ cause: { ...by, eventId: 'e6', priority: 1 } }),
    change({ cause: { ...by, kind: 'restore', eventId: 'e6' } }),
    change({ price }),
    SEGMENTS.slice(1),
    SEGMENTS.slice(0, 3),
  ];
  expect(others.filter((other) => isSameTimeline(SEGMENTS, other))).toEqual([]);
});
