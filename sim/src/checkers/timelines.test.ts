import { expect, test } from '@jest/globals';
import { createTimelines } from './timelines.ts';

const END = Number.POSITIVE_INFINITY;
const free = (startMs: number, endMs: number) => ({ startMs, endMs, limitKw: undefined });
const event = {
  circuit: 'grid',
  segments: [free(0, 60_000), { startMs: 60_000, endMs: 90_000, limitKw: 100 }, free(90_000, END)],
};
const none = { circuit: 'grid', segments: [free(0, END)] };

function at(timelines: ReturnType<typeof createTimelines>, ...moments: readonly number[]): readonly number[] {
  return moments.map((nowMs) => timelines.ofKw('grid', nowMs));
}

test('SI22 timelines: a limit that was told in time holds from its start to the second, and ends by itself', () => {
  const timelines = createTimelines();
  timelines.told(10_000, event, 30_000);
  expect(at(timelines, 59_999, 60_000, 89_999, 90_000)).toEqual([END, 100, 100, END]);
  expect(timelines.ofKw('panel-a', 60_000)).toBe(END);
  expect(timelines.count()).toBe(1);
});

test('SI22 timelines: one that was told too late holds when all had their time to hear of it; told again it is no news', () => {
  const timelines = createTimelines();
  timelines.told(50_000, event, 30_000);
  timelines.told(70_000, event, 30_000);
  expect(at(timelines, 60_000, 79_999, 80_000)).toEqual([END, END, 100]);
  expect(timelines.count()).toBe(1);
});

test('timelines: one that is cancelled need not be kept any more as soon as it was said, and does not come back', () => {
  const timelines = createTimelines();
  timelines.told(10_000, event, 30_000);
  timelines.told(65_000, none, 5_000);
  expect(at(timelines, 65_000, 70_000, 89_000)).toEqual([END, END, END]);
});
