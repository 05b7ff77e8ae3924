import { expect, test } from '@jest/globals';
import { LATE_AFTER_MS, timeOfSample } from './station-time.ts';

const NOW = 1_780_000_000_000;

test('H31 a fresh sample was taken when it arrived, whatever the skew', () => {
  for (const skewMs of [-600_000, -1_000, 0, 30_000, LATE_AFTER_MS]) {
    const time = timeOfSample(NOW - skewMs, NOW, false);
    expect(time).toEqual({ stationTimeMs: NOW - skewMs, sampledAtMs: NOW, late: false });
  }
});

test('a sample dated more than a minute back is late and keeps its own time', () => {
  const stationTimeMs = NOW - LATE_AFTER_MS - 1;
  expect(timeOfSample(stationTimeMs, NOW, false)).toEqual({ stationTimeMs, sampledAtMs: stationTimeMs, late: true });
});

test('H28 H40 a clock that was never set, or no time at all: receipt time', () => {
  for (const stationTimeMs of [0, -5, 86_400_000]) {
    expect(timeOfSample(stationTimeMs, NOW, false)).toEqual({ stationTimeMs: NOW, sampledAtMs: NOW, late: false });
  }
});

test('what a station says it queued is late, however young', () => {
  expect(timeOfSample(NOW - 1_000, NOW, true)).toMatchObject({ late: true, sampledAtMs: NOW - 1_000 });
  expect(timeOfSample(0, NOW, true).late).toBe(true);
});
