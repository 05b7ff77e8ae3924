import { expect, test } from '@jest/globals';
import { exploreTakeOver, SAFE } from './index.ts';
import { stepsOf } from './test-support.ts';

test('HO-3: a refusal proves only its own attempt: holds (1962 states)', () => {
  expect(exploreTakeOver(SAFE['tried twice'])).toMatchObject({ kind: 'holds', states: 1_962 });
});

test('HO-3: a known command is answered "already written": the copy of an attempt is harmless while no gateway dies', () => {
  expect(exploreTakeOver(SAFE['sent twice, no crash'])).toMatchObject({ kind: 'holds', states: 513 });
});

test('HO-3: a refusal taken as "never written" for earlier attempts of the same limit is violated', () => {
  expect(stepsOf('a refusal clears earlier attempts')).toEqual([
    'D2 takes epoch 2',
    'D2 appends EpochOpened 2',
    'D2 replays to its own EpochOpened: it counts A with 6 A, B with 6 A',
    'G2 confirms to D2 that it knows epoch 2',
    'D1 appends its intent A 26 A (1.1)',
    'D1 sends A 26 A (1.1)',
    'D1 appends its intent A 26 A (1.2)',
    'D1 sends A 26 A (1.2)',
    'G1, which knows epoch 1, writes A 26 A (1.1)',
    'G1 confirms to D2 that it knows epoch 2',
    'G1 refuses A 26 A (1.2): it knows epoch 2',
    'D1 hears of the refusal and appends that A 26 A (1.2) was never written',
    'D2 reads the log to its end: it counts A with 6 A, B with 6 A',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'G2, which knows epoch 2, writes B 26 A (2.2)',
    'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
  ]);
});

test('HO-3: an attempt that is sent twice is violated when a gateway dies: the refusal of the copy proves nothing of the first', () => {
  expect(stepsOf('an attempt sent twice')).toEqual([
    'D2 takes epoch 2',
    'D2 appends EpochOpened 2',
    'D2 replays to its own EpochOpened: it counts A with 6 A, B with 6 A',
    'G2 confirms to D2 that it knows epoch 2',
    'D1 appends its intent A 26 A (1.1)',
    'D1 sends A 26 A (1.1)',
    'D1 sends A 26 A (1.1)',
    'G1, which knows epoch 1, writes A 26 A (1.1)',
    'G1 confirms to D2 that it knows epoch 2',
    'G1 dies and comes back with an empty memory',
    'G1 refuses A 26 A (1.1): it knows no epoch',
    'D1 hears of the refusal and appends that A 26 A (1.1) was never written',
    'D2 reads the log to its end: it counts A with 6 A, B with 6 A',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'G2, which knows epoch 2, writes B 26 A (2.2)',
    'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
  ]);
});
