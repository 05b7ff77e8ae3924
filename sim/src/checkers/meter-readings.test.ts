import { expect, test } from '@jest/globals';
import { createMeterReadingsChecker, type MeterReading } from './meter-readings.ts';
import type { Violation } from './violation.ts';

const AT_MS = Date.parse('2026-01-12T09:00:00.000Z');
const LATER_MS = AT_MS + 3_600_000;
const READING: MeterReading = { whose: 'building', sampledAtMs: AT_MS, currentA: [20.02, 21, 22] };
const WRITTEN: MeterReading = { ...READING, currentA: [20.1, 21, 22] };
const OTHER: MeterReading = { ...READING, currentA: [20.1, 21, 22.3] };

function rig(inLog: readonly MeterReading[] = [WRITTEN]) {
  const violations: Violation[] = [];
  const checker = createMeterReadingsChecker((violation) => void violations.push(violation));
  inLog.forEach(checker.stored);
  return { checker, told: () => violations.splice(0).map(({ checker: name, detail }) => `${name}: ${detail}`) };
}

test('acknowledged: a reading of a meter that was acknowledged stands in the log by then, with its currents', () => {
  const of = (inLog: readonly MeterReading[]): readonly string[] => {
    const { checker, told } = rig(inLog);
    checker.acknowledged(AT_MS, READING);
    return told();
  };
  const name = 'acknowledged: the reading of building at 2026-01-12T09:00:00.000Z';
  expect(of([WRITTEN])).toEqual([]);
  expect(of([])).toEqual([`${name} is in no log`]);
  expect(of([{ ...WRITTEN, sampledAtMs: AT_MS + 1 }])).toHaveLength(1);
  expect(of([OTHER])).toEqual([`${name} stands in the log with other currents`]);
});

test('books: a reading of a meter that was acknowledged stands there once, a minute later, with its currents', () => {
  const of = (booked: readonly MeterReading[], nowMs = LATER_MS): readonly string[] => {
    const { checker, told } = rig();
    checker.acknowledged(AT_MS, READING);
    checker.compare(nowMs, booked);
    return told();
  };
  const name = 'books: the reading of building at 2026-01-12T09:00:00.000Z was acknowledged and stands';
  expect(of([WRITTEN])).toEqual([]);
  expect(of([])).toEqual([`${name} nowhere`]);
  expect(of([WRITTEN, WRITTEN])).toEqual([`${name} 2 times`]);
  expect(of([OTHER])).toEqual([`${name} with other currents`]);
  expect(of([], AT_MS + 59_999)).toEqual([]);
});
