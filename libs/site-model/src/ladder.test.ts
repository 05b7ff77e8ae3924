import { expect, test } from '@jest/globals';
import { LADDER_ENDS, type LadderEnd, type LadderStep, stepAfter } from './ladder.ts';

function stepsOf(end: LadderEnd): readonly LadderStep[] {
  const steps: LadderStep[] = ['resend'];
  for (let next = stepAfter('resend', end); next !== undefined; next = stepAfter(next, end)) steps.push(next);
  return steps;
}

test('SI23: a ladder that ends early ends with the alarm all the same, and leaves out nothing before its end', () => {
  expect(LADDER_ENDS.map(stepsOf)).toEqual([
    ['resend', 'ask', 'forbid', 'alarm'],
    ['resend', 'ask', 'forbid', 'stop', 'alarm'],
    ['resend', 'ask', 'forbid', 'stop', 'inoperative', 'alarm'],
  ]);
});

test('a step beyond an end that was set meanwhile is followed by the alarm', () => {
  expect(stepAfter('stop', 'forbid')).toBe('alarm');
  expect(stepAfter('inoperative', 'forbid')).toBe('alarm');
});
