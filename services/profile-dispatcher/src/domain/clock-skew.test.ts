import { expect, test } from '@jest/globals';
import {
  advanceLeaseTime,
  leaseMarginMs,
  observeClock,
  onStationClock,
  REMEMBERED_DISTANCES,
  UNKNOWN_CLOCK,
} from './clock-skew.ts';

test('SI31: an instant of ours is said on the clock of the station', () => {
  const ahead = observeClock(UNKNOWN_CLOCK, 1_000_090_000, 1_000_000_000);
  expect(onStationClock(ahead, 2_000_000_000)).toBe(2_000_090_000);
  expect(onStationClock(UNKNOWN_CLOCK, 2_000_000_000)).toBe(2_000_000_000);
});

test('HO-13: a clock that was just set back is remembered as it was, over a bounded number of messages', () => {
  let clock = observeClock(UNKNOWN_CLOCK, 1_025_000, 1_000_000);
  for (let message = 1; message < REMEMBERED_DISTANCES; message += 1) {
    clock = observeClock(clock, 1_000_000, 1_000_000);
    expect(leaseMarginMs(clock, 5_000)).toBe(30_000);
  }
  expect(onStationClock(clock, 5)).toBe(5);
  expect(leaseMarginMs(observeClock(clock, 1_000_000, 1_000_000), 5_000)).toBe(5_000);
});

test('SI31: a clock of which nothing is known ends no lease', () => {
  expect(leaseMarginMs(UNKNOWN_CLOCK, 5_000)).toBeUndefined();
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
