import { expect, test } from '@jest/globals';
import { exploreTakeOver, SAFE } from './index.ts';
import { stepsOf } from './test-support.ts';

test.each([
  ['an old decrease', 1_486],
  ['an old decrease, two crashes', 3_834],
] as const)('HO-4: without an epoch only values up to the fallback pass: holds (%s: %i states)', (name, states) => {
  expect(exploreTakeOver(SAFE[name])).toMatchObject({ kind: 'holds', states });
});

test('HO-4: a gateway without an epoch that passes decreases is violated by the decrease of a zombie', () => {
  expect(stepsOf('without an epoch, decreases pass')).toEqual([
    'D2 takes epoch 2',
    'D2 appends EpochOpened 2',
    'D2 replays to its own EpochOpened: it counts A with 26 A, B with 6 A',
    'G1 confirms to D2 that it knows epoch 2',
    'G2 confirms to D2 that it knows epoch 2',
    'D2 reads the log to its end: it counts A with 26 A, B with 6 A',
    'D2 appends its intent A 6 A (2.1) and sends it',
    'D1 appends its intent A 20 A (1.2)',
    'D1 sends A 20 A (1.2)',
    'G1, which knows epoch 2, writes A 6 A (2.1)',
    'D2 hears that A 6 A (2.1) was taken',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'G2, which knows epoch 2, writes B 26 A (2.2)',
    'G1 dies and comes back with an empty memory',
    'G1, which knows no epoch, writes A 20 A (1.2)',
    'A obeys 20 A, B obeys 26 A: 46 A on a circuit of 32 A',
  ]);
});

test('HO-4: a gateway that takes the epoch of the first command it sees for the highest is violated', () => {
  expect(stepsOf('without an epoch, the first command teaches it')).toEqual([
    'D2 takes epoch 2',
    'D2 appends EpochOpened 2',
    'D2 replays to its own EpochOpened: it counts A with 6 A, B with 6 A',
    'G1 confirms to D2 that it knows epoch 2',
    'G2 confirms to D2 that it knows epoch 2',
    'D2 reads the log to its end: it counts A with 6 A, B with 6 A',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'D1 appends its intent A 26 A (1.1)',
    'D1 sends A 26 A (1.1)',
    'G2, which knows epoch 2, writes B 26 A (2.2)',
    'G1 dies and comes back with an empty memory',
    'G1, which knows no epoch, writes A 26 A (1.1)',
    'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
  ]);
});
