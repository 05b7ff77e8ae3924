import { expect, test } from '@jest/globals';
import { explore, type Model } from './explore.ts';

/** A counter that may grow by one, or double, up to a roof. */
const counter = (roof: number, bad: number): Model<number> => ({
  initial: 1,
  movesOf: (at) =>
    [
      { says: `${at} and one`, next: at + 1 },
      { says: `twice ${at}`, next: at * 2 },
    ].filter(({ next }) => next <= roof),
  faultOf: (at) => (at === bad ? `${bad} is reached` : undefined),
});

test('the counterexample is a shortest one, its last line the fault', () => {
  expect(explore(counter(100, 10))).toMatchObject({
    kind: 'violated',
    steps: ['1 and one', 'twice 2', '4 and one', 'twice 5', '10 is reached'],
  });
});

test('a fault in the initial world has no steps before it', () => {
  expect(explore(counter(100, 1))).toEqual({ kind: 'violated', states: 1, steps: ['1 is reached'] });
});

test('what holds was looked at whole: each world once (the farthest is 7: 1, 2, 3, 6, 7), each move, and the worlds in which nothing more can happen', () => {
  expect(explore(counter(8, 9))).toEqual({ kind: 'holds', states: 8, moves: 11, depth: 4, ends: [8] });
});

test('one world above the bound proves nothing, and says so', () => {
  expect(explore(counter(8, 9), 8)).toMatchObject({ kind: 'holds', states: 8 });
  expect(explore(counter(8, 9), 7)).toEqual({ kind: 'too-large', states: 7 });
});
