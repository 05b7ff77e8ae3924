import { expect, test } from '@jest/globals';
import { foundBy } from './try-mutant.ts';

const seen = (seed: number, checker?: string) => ({ seed, cpuS: seed, ...(checker === undefined ? {} : { checker }) });

test('of all seeds those count in which a checker that is named sees it, and the first of them says when', () => {
  const all = [seen(1), seen(2, 'platform'), seen(3, 'flow'), seen(4, 'circuit'), seen(5), seen(6, 'circuit')];
  expect(foundBy({ checkers: ['circuit'] }, all)).toEqual({ first: seen(4, 'circuit'), foundIn: 2 });
  expect(foundBy({ checkers: ['circuit', 'flow'] }, all)).toEqual({ first: seen(3, 'flow'), foundIn: 3 });
  expect(foundBy({ checkers: ['decided'] }, all)).toEqual({ first: undefined, foundIn: 0 });
});
