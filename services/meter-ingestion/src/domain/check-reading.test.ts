import { expect, test } from '@jest/globals';
import { deciAmps, perPhase } from '@headroom/kernel';
import {
  checkReading,
  type KnownMeter,
  LEAST_PLAUSIBLE_DECI_A,
  MAX_READING_AGE_MS,
  MAX_READING_LEAD_MS,
} from './check-reading.ts';

const NOW = 1_780_000_000_000;
const METER: KnownMeter = { meterId: 'building', worstCase: perPhase(() => deciAmps(1_400)) };
const reading = (sampledAtMs = NOW, deciA = 500) => ({
  meterId: 'building',
  sampledAtMs,
  current: perPhase(() => deciAmps(deciA)),
});

test('a good reading passes, also one of the same instant again', () => {
  expect(checkReading(reading(), METER, { nowMs: NOW })).toBeUndefined();
  expect(checkReading(reading(), METER, { nowMs: NOW, lastSampledAtMs: NOW })).toBeUndefined();
});

test.each([
  ['too-old', reading(NOW - MAX_READING_AGE_MS - 1), METER, undefined],
  ['too-old', reading(NOW - 86_400_000), METER, undefined],
  ['from-the-future', reading(NOW + MAX_READING_LEAD_MS + 1), METER, undefined],
  ['unknown-meter', reading(), undefined, undefined],
  ['out-of-order', reading(NOW - 1), METER, NOW],
  ['implausible', reading(NOW, 14_001), METER, undefined],
  ['implausible', reading(NOW, LEAST_PLAUSIBLE_DECI_A - 1), METER, undefined],
] as const)('%s', (code, given, meter, lastSampledAtMs) => {
  const refusal = checkReading(given, meter, { nowMs: NOW, lastSampledAtMs });
  expect(refusal?.code).toBe(code);
  expect(refusal?.detail).toMatch(/\.$/);
});

test('each bound itself still passes', () => {
  expect(checkReading(reading(NOW - MAX_READING_AGE_MS), METER, { nowMs: NOW })).toBeUndefined();
  expect(checkReading(reading(NOW + MAX_READING_LEAD_MS), METER, { nowMs: NOW })).toBeUndefined();
  expect(checkReading(reading(NOW, 14_000), METER, { nowMs: NOW })).toBeUndefined();
  expect(checkReading(reading(NOW, LEAST_PLAUSIBLE_DECI_A), METER, { nowMs: NOW })).toBeUndefined();
});
