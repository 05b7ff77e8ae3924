import { expect, test } from '@jest/globals';
import { SAFE, UNSAFE } from './cases.ts';
import { explore } from './explore.ts';
import { exploreTakeOver } from './index.ts';
import { takeOverModel } from './take-over.ts';
import { isRaised, stepsOf } from './test-support.ts';

test.each([
  'A moves, every gateway is fenced',
  'A moves, every gateway is fenced, old decrease',
  'A moves, D1 is over in time',
  'A moves, D1 is over in time, old decrease',
  'A moves, its gateway is given up',
  'A moves before the increase, D2 reads it at once',
] as const)(
  'HO-2: a station that dials a gateway which D2 had not read of: holds, and not by doing nothing (%s)',
  (name) => {
    const result = exploreTakeOver(SAFE[name]);
    expect(result.kind).toBe('holds');
    const ends = result.kind === 'holds' ? result.ends : [];
    expect(ends.some((end) => isRaised(name, end) && end.hangsAt.A === 'G3')).toBe(true);
  },
);

test('HO-2: D2 fences the gateways that it knows; only time keeps D1 from raising through another one after the increase', () => {
  expect(stepsOf('A moves to a gateway that nobody fenced').slice(-7)).toEqual([
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'G2, which knows epoch 2, writes B 26 A (2.2)',
    'A dials G3',
    'D1 appends its intent A 26 A (1.1)',
    'D1 sends A 26 A (1.1)',
    'G3, which knows epoch 1, writes A 26 A (1.1)',
    'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
  ]);
});

test('HO-2: a later gateway that is fenced without reading on is violated: its intent stands behind what D2 read', () => {
  expect(stepsOf('a later gateway is fenced, nothing read again').slice(-8)).toEqual([
    'A dials G3, and D2 reads it at once',
    'D1 appends its intent A 26 A (1.1)',
    'D1 sends A 26 A (1.1)',
    'G3, which knows epoch 1, writes A 26 A (1.1)',
    'G3 confirms to D2 that it knows epoch 2',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'G2, which knows epoch 2, writes B 26 A (2.2)',
    'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
  ]);
});

test('HO-2: without a bound of time, an answer that clears what is meant for a later connection is violated', () => {
  expect(stepsOf('A moves, an answer clears all that is older').slice(-13)).toEqual([
    'G2 confirms to D2 that it knows epoch 2',
    'D2 appends its intent A 6 A (2.1) and sends it',
    'G1, which knows epoch 2, writes A 6 A (2.1)',
    'D2 hears that A 6 A (2.1) was taken',
    'A dials G3',
    'D1 appends its intent A 20 A (1.2)',
    'D1 sends A 20 A (1.2)',
    'G3, which knows epoch 1, writes A 20 A (1.2)',
    'G3 confirms to D2 that it knows epoch 2',
    'D2 reads the log to its end: it counts A with 6 A, B with 6 A',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'G2, which knows epoch 2, writes B 26 A (2.2)',
    'A obeys 20 A, B obeys 26 A: 46 A on a circuit of 32 A',
  ]);
});

test('HO-2: with D1 over in time, and only then, it clears nothing that matters', () => {
  const { rules, scenario } = SAFE['A moves, D1 is over in time, old decrease'];
  const weaker = { ...rules, answerClears: 'all-older' } as const;
  expect(exploreTakeOver({ rules: weaker, scenario }).kind).toBe('holds');
});

test('HO-2: it is violated: a later gateway is let be', () => {
  expect(exploreTakeOver(UNSAFE['a later gateway is let be']).kind).toBe('violated');
});

test('HO-2: with D1 over in time an intent that is recorded after the send is violated still', () => {
  expect(stepsOf('A moves, D1 is over in time, intent after the send')).toContain('D1 sends A 26 A (1.1)');
  expect(exploreTakeOver(UNSAFE['A moves, D1 is over in time, intent after the send']).kind).toBe('violated');
});

/** More states than a page should speak of; the search ends with the first fault. */
const MANY_STATES = 12_000;

test.each([
  'only the replay',
  'no fence',
  'fence alone',
  'fence after the reading',
  'fence before the epoch is taken',
  'fence and last written',
] as const)('HO-2: the weaker order is violated where a station may move as well: %s', (name) => {
  const { rules, scenario } = UNSAFE[name];
  const model = takeOverModel(rules, { ...scenario, dials: 'at-any-time' });
  expect(explore(model, MANY_STATES).kind).toBe('violated');
});

test.each(['A moves, D1 is over in time', 'A moves before the increase, D2 reads it at once'] as const)(
  'HO-2: it holds where one of the three gateways dies as well: %s',
  (name) => {
    const { rules, scenario } = SAFE[name];
    expect(explore(takeOverModel(rules, { ...scenario, crashes: 1 }), MANY_STATES).kind).toBe('holds');
  },
);
