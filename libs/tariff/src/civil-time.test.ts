import { expect, test } from '@jest/globals';
import { epochMs } from '@headroom/kernel';
import { civilTimeAt } from './civil-time.ts';

const DAY_MS = 86_400_000;
const at = (zone: string, text: string) => {
  const { day, isWeekend, minute } = civilTimeAt(zone, epochMs(Date.parse(text)));
  return [new Date(day * DAY_MS).toISOString().slice(0, 10), isWeekend, minute];
};

test('the clock on the wall of a zone: its date, its kind of day, and the minutes since its midnight', () => {
  expect(at('UTC', '2026-03-28T23:30:00Z')).toEqual(['2026-03-28', true, 1_410]);
  // It is Sunday already, and Monday in Auckland at noon.
  expect(at('Europe/Paris', '2026-03-28T23:30:00Z')).toEqual(['2026-03-29', true, 30]);
  expect(at('Pacific/Auckland', '2026-03-29T12:00:00Z')).toEqual(['2026-03-30', false, 60]);
  expect(at('Asia/Kathmandu', '2026-01-02T18:15:00Z')).toEqual(['2026-01-03', true, 0]);
});

test('clocks that go forward leave an hour out, and those that go back have one twice', () => {
  expect(at('Europe/Paris', '2026-03-29T00:59:00Z')).toEqual(['2026-03-29', true, 119]);
  expect(at('Europe/Paris', '2026-03-29T01:00:00Z')).toEqual(['2026-03-29', true, 180]);
  const twice = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'].map((text) => at('Europe/Paris', text)[2]);
  expect(twice).toEqual([150, 150]);
});

test('a name that is no zone has the clock of UTC, and throws nothing', () => {
  for (const zone of ['', 'Mars/Olympus', '+02:00', 'x'.repeat(200)])
    expect(at(zone, '2026-03-28T12:00:00Z')).toEqual(['2026-03-28', true, 720]);
});
