import { expect, test } from '@jest/globals';
import { createTemperaturesChecker, type TemperatureReading } from './temperatures.ts';
import type { Violation } from './violation.ts';

const AT_MS = Date.parse('2026-01-12T09:00:00.000Z');
const LATER_MS = AT_MS + 3_600_000;
const READING: TemperatureReading = { whose: 'duct', sampledAtMs: AT_MS, celsius: 31.42 };
const WRITTEN: TemperatureReading = { ...READING, celsius: 31.5 };
const COOLER: TemperatureReading = { ...READING, celsius: 31.4 };
const HOTTER: TemperatureReading = { ...READING, celsius: 31.6 };

function rig(inLog: readonly TemperatureReading[] = [WRITTEN]) {
  const violations: Violation[] = [];
  const checker = createTemperaturesChecker((violation) => void violations.push(violation));
  inLog.forEach(checker.stored);
  return { checker, told: () => violations.splice(0).map(({ checker: name, detail }) => `${name}: ${detail}`) };
}

test('acknowledged: a temperature that was taken stands in the log by then, and never cooler than it was', () => {
  const of = (inLog: readonly TemperatureReading[]): readonly string[] => {
    const { checker, told } = rig(inLog);
    checker.acknowledged(AT_MS, READING);
    return told();
  };
  const name = 'acknowledged: the reading of duct at 2026-01-12T09:00:00.000Z';
  expect(of([WRITTEN])).toEqual([]);
  expect(of([])).toEqual([`${name} is in no log`]);
  expect(of([{ ...WRITTEN, whose: 'roof' }])).toHaveLength(1);
  expect(of([COOLER])).toEqual([`${name} stands in the log with another temperature`]);
  expect(of([HOTTER])).toHaveLength(1);
});

test('books: a temperature that was taken stands in its time series once, a minute later', () => {
  const of = (booked: readonly TemperatureReading[], nowMs = LATER_MS): readonly string[] => {
    const { checker, told } = rig();
    checker.acknowledged(AT_MS, READING);
    checker.compare(nowMs, booked);
    return told();
  };
  const name = 'books: the reading of duct at 2026-01-12T09:00:00.000Z was acknowledged and stands';
  expect(of([WRITTEN])).toEqual([]);
  expect(of([])).toEqual([`${name} nowhere`]);
  expect(of([WRITTEN, WRITTEN])).toEqual([`${name} 2 times`]);
  expect(of([COOLER])).toEqual([`${name} with another temperature`]);
  expect(of([], AT_MS + 59_999)).toEqual([]);
});
