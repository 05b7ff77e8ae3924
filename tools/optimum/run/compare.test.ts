import { expect, test } from '@jest/globals';
import { openHighs } from '@headroom/linear-program/highs';
import { limitedDay } from '../bounds/limited-day.ts';
import { day } from '../generate/day.ts';
import { REFERENCE_POLICIES } from '../policies/reference.ts';
import { bareSite } from '../site/topology.ts';
import { CAUSAL, compareOn, summarise } from './compare.ts';
import { rowOf } from './table.ts';

const solver = await openHighs();
const days = [1, 2].map((seed) =>
  compareOn(solver, limitedDay(bareSite(day('depot', seed, 6), 'one'), 30), {
    knows: 'truth',
    cars: 'ideal',
    policies: REFERENCE_POLICIES,
  }),
);

test('a summary has the mean of each figure and the worst day', () => {
  const [first, second] = days.map(({ figures }) => figures.get('FCFS')?.ofBound ?? 0);
  const summary = summarise(days).find(({ policy }) => policy === 'FCFS');
  expect(summary?.days).toBe(2);
  expect(summary?.mean.ofBound).toBeCloseTo(((first ?? 0) + (second ?? 0)) / 2, 12);
  expect(summary?.worstOfBound).toBe(Math.min(first ?? 0, second ?? 0));
});

test('ME1, YS5: between the policies and the clairvoyant bound lies the causal one', () => {
  for (const { figures } of days) {
    const causal = figures.get(CAUSAL)?.ofBound ?? 0;
    expect(causal).toBeLessThanOrEqual(1 + 1e-6);
    for (const name of ['equal share', 'FCFS', 'EDF', 'LLF'])
      expect(figures.get(name)?.ofBound).toBeLessThanOrEqual(causal + 0.02);
  }
});

test('a row says each figure with its unit, and no starts of a bound', () => {
  const [causal, none] = summarise(days).map(rowOf);
  expect(causal).toMatchObject({ policy: CAUSAL, starts: '', 'over min': '0' });
  expect(none).toMatchObject({ policy: 'uncontrolled', 'p5 session %': '100.0' });
});
