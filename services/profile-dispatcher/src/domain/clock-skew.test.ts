import { expect, test } from '@jest/globals';
import {
  advanceLeaseTime,
  latenessMs,
  observeClock,
  onStationClock,
  perhapsSet,
  REMEMBERED_DISTANCES,
  saidMarginMs,
  UNKNOWN_CLOCK,
} from './clock-skew.ts';

test('SI31: an instant of ours is said on the clock of the station', () => {
  const ahead = observeClock(UNKNOWN_CLOCK, 1_000_090_000, 1_000_000_000);
  expect(onStationClock(ahead, 2_000_000_000)).toBe(2_000_090_000);
  expect(onStationClock(UNKNOWN_CLOCK, 2_000_000_000)).toBe(2_000_000_000);
});

test.each([
  { told: 0, now: 0, lateMs: 0, why: 'it was right, and is' },
  { told: 15_000, now: 15_000, lateMs: 15_000, why: 'any answer may set it back' },
  { told: 15_000, now: 0, lateMs: 15_000, why: 'it was set back' },
  { told: 0, now: -15_000, lateMs: 15_000, why: 'it was set back to a wrong time' },
  { told: 15_000, now: -15_000, lateMs: 30_000, why: 'it was set back by thirty seconds' },
  { told: -15_000, now: -15_000, lateMs: 0, why: 'to set it right shortens the lease' },
  { told: -15_000, now: 0, lateMs: 0, why: 'it was set forward' },
])(
  'HO-13: told at $told ms from ours, now at $now ms: $why, so a lease ends $lateMs ms late',
  ({ told, now, lateMs }) => {
    const before = observeClock(UNKNOWN_CLOCK, 1_000_000 + told, 1_000_000);
    let clock = observeClock(before, 2_000_000 + now, 2_000_000);
    expect(latenessMs(clock, told)).toBe(lateMs);
    // Also when nobody speaks of the time before any more.
    for (let message = 0; message < REMEMBERED_DISTANCES; message += 1)
      clock = observeClock(clock, 3_000_000 + now, 3_000_000);
    expect(latenessMs(clock, told)).toBe(lateMs);
  },
);

test('HO-13: while nobody has seen a clock that may have been set, what was told by one that was ahead may end that much later', () => {
  const ahead = observeClock(UNKNOWN_CLOCK, 1_025_000, 1_000_000);
  expect(latenessMs(perhapsSet(ahead), 25_000)).toBe(25_000);
  expect(latenessMs(perhapsSet(ahead), -25_000)).toBe(0);
});

test('a lease of which nobody noted the clock ends as late as that was away in any of the last messages, of which a bounded number counts', () => {
  let clock = observeClock(UNKNOWN_CLOCK, 1_025_000, 1_000_000);
  for (let message = 1; message < REMEMBERED_DISTANCES; message += 1) {
    clock = observeClock(clock, 1_000_000, 1_000_000);
    expect(latenessMs(clock, undefined)).toBe(25_000);
    expect(saidMarginMs(clock, 5_000)).toBe(30_000);
  }
  expect(onStationClock(clock, 5)).toBe(5);
  expect(latenessMs(observeClock(clock, 1_000_000, 1_000_000), undefined)).toBe(0);
  expect(saidMarginMs(observeClock(clock, 1_000_000, 1_000_000), 5_000)).toBe(5_000);
});

test('SI31: what a clock says of which nothing is known may be of any time', () => {
  expect(saidMarginMs(UNKNOWN_CLOCK, 5_000)).toBeUndefined();
});

test('SI18: a wall clock that jumps forward ends no lease early, one that jumps back is followed', () => {
  let time = advanceLeaseTime(undefined, 1_000_000, 0);
  time = advanceLeaseTime(time, 1_001_000, 1_000);
  expect(time.nowMs).toBe(1_001_000);
  time = advanceLeaseTime(time, 9_000_000, 2_000);
  expect(time.nowMs).toBe(1_002_010);
  time = advanceLeaseTime(time, 500_000, 3_000);
  expect(time.nowMs).toBe(500_000);
});

test('SI18: passes that come faster than the clock ticks do not make the lease time fall behind', () => {
  let time = advanceLeaseTime(undefined, 0, 0);
  for (let step = 1; step <= 10_000; step += 1) time = advanceLeaseTime(time, Math.floor(step / 10), step / 10);
  expect(time.nowMs).toBeGreaterThan(998);
});
