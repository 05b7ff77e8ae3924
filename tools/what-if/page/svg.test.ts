import { expect, test } from '@jest/globals';
import { bars } from './svg.ts';

const drawn = (name: string) => {
  const svg = bars({ title: 'peaks', rows: [{ name, value: 10, words: '10 kW', colour: 'ours' }] });
  const of = (pattern: RegExp): number => Number(pattern.exec(svg)?.[1]);
  return { nameEndsAt: of(/<text x="([\d.]+)"/u), barAt: of(/<rect x="([\d.]+)"/u), width: of(/width="([\d.]+)"/u) };
};

test('a long name takes its room from the bars, which keep some of their own; a short one leaves them as they are', () => {
  const long = 'Headroom with plan, informed';
  const { nameEndsAt, barAt, width } = drawn(long);
  expect(nameEndsAt).toBeGreaterThanOrEqual(long.length * 7.5);
  expect(barAt).toBe(nameEndsAt + 10);
  expect(width).toBeGreaterThan(100);
  expect(drawn('FCFS').barAt).toBe(drawn('static').barAt);
});
