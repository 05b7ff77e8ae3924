import { expect, test } from '@jest/globals';
import { deciAmps, perPhase } from '@headroom/kernel';
import {
  checkReading,
  type KnownMeter,
  LEAST_PLAUSIBLE_DECI_A,
  MAX_READING_AGE_MS,
  MAX_READING_LEAD_MS,
  SENSOR,
} from './check-reading.ts';

const NOW = 1_780_000_000_000;
const METER: KnownMeter = { meterId: 'building', worstCase: perPhase(() => deciAmps(1_400)) };
const reading = (sampledAtMs = NOW, deciA = 500) => ({
  meterId: 'building',
  sampledAtMs,
  current: perPhase(() => deciAmps(deciA)),
});

const warm = (temperatureDeciC: number, sampledAtMs = NOW) => ({ meterId: 'duct', sampledAtMs, temperatureDeciC });

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
  ['too-old', warm(200, NOW - MAX_READING_AGE_MS - 1), SENSOR, undefined],
  ['out-of-order', warm(200, NOW - 1), SENSOR, NOW],
  ['implausible', warm(-601), SENSOR, undefined],
  ['implausible', warm(1_501), SENSOR, undefined],
  ['implausible', warm(Number.NaN), SENSOR, undefined],
  // A temperature that counted as a current, or the other way round, would count low.
  ['unknown-meter', warm(200), METER, undefined],
  ['unknown-meter', reading(), SENSOR, undefined],
] as const)('%s', (code, given, meter, lastSampledAtMs) => {
  const refusal = checkReading(given, meter, { nowMs: NOW, lastSampledAtMs });
  expect(refusal?.code).toBe(code);
  expect(refusal?.detail).toMatch(/\.$/);
});

test('each bound itself still passes', () => {
  for (const deciC of [-600, 0, 1_500]) expect(checkReading(warm(deciC), SENSOR, { nowMs: NOW })).toBeUndefined();
  expect(checkReading(reading(NOW - MAX_READING_AGE_MS), METER, { nowMs: NOW })).toBeUndefined();
  expect(checkReading(reading(NOW + MAX_READING_LEAD_MS), METER, { nowMs: NOW })).toBeUndefined();
  expect(checkReading(reading(NOW, 14_000), METER, { nowMs: NOW })).toBeUndefined();
  expect(checkReading(reading(NOW, LEAST_PLAUSIBLE_DECI_A), METER, { nowMs: NOW })).toBeUndefined();
});
