import { expect, test } from '@jest/globals';
import { exploreTakeOver, MAX_STATES, SAFE } from './index.ts';
import { isRaised, stepsOf } from './test-support.ts';

test.each([
  ['both raise, no crash', 153],
  ['both raise', 852],
  ['both raise, two crashes', 2_038],
  ['both raise, fallback 0 A', 852],
  ['current on its way from A to B', 2_340],
] as const)(
  'HO-2: epoch, EpochOpened, replay, fence, reading to the end, increase: holds (%s: %i states)',
  (name, states) => {
    expect(exploreTakeOver(SAFE[name])).toMatchObject({ kind: 'holds', states });
    expect(states).toBeLessThan(MAX_STATES);
  },
);

test('HO-2: it does not hold by doing nothing: without a crash D2 always gets to give its increase', () => {
  const result = exploreTakeOver(SAFE['both raise, no crash']);
  const ends = result.kind === 'holds' ? result.ends : [];
  expect(ends.length).toBeGreaterThan(0);
  expect(ends.filter((end) => !isRaised('both raise, no crash', end))).toEqual([]);
});

test('HO-2: with a crash it may have to give it again, for a gateway without an epoch refuses it', () => {
  const result = exploreTakeOver(SAFE['both raise']);
  const ends = result.kind === 'holds' ? result.ends : [];
  expect([ends.length, ends.filter((end) => isRaised('both raise', end)).length]).toEqual([17, 12]);
});

test('HO-2: EpochOpened after the fence needs no second reading: as strong, and it holds', () => {
  expect(exploreTakeOver(SAFE['fence before EpochOpened'])).toMatchObject({ kind: 'holds', states: 341 });
});

test('HO-2: a fence with the last written command as reply is enough only while no gateway dies', () => {
  expect(exploreTakeOver(SAFE['fence and last written, no crash'])).toMatchObject({ kind: 'holds', states: 141 });
});

test.each(['a silent gateway is given up', 'a silent gateway is given up, old decrease'] as const)(
  'HO-2: a gateway may be given up once nothing of D1 can be written any more: holds, and not by doing nothing (%s)',
  (name) => {
    const result = exploreTakeOver(SAFE[name]);
    expect(result.kind).toBe('holds');
    const ends = result.kind === 'holds' ? result.ends : [];
    const raisedWithout = ends.filter((end) => isRaised(name, end) && end.fresh.givenUp.includes('G1'));
    expect(raisedWithout.length).toBeGreaterThan(0);
  },
);

test('HO-2: a gateway that is given up sooner is violated: it was only slow', () => {
  expect(stepsOf('a silent gateway is given up too soon').slice(-6)).toEqual(
    [
      'D2 reads the log to its end: it counts A with 6 A, B with 6 A',
      'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
      'D1 appends its intent A 26 A (1.1)',
      'D1 sends A 26 A (1.1)',
      'G1, which knows epoch 1, writes A 26 A (1.1)',
      'G2, which knows epoch 2, writes B 26 A (2.2)',
      'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
    ].slice(-6),
  );
});

test('HO-2: replaying to its own EpochOpened and no more is violated', () => {
  expect(stepsOf('only the replay')).toEqual([
    'D2 takes epoch 2',
    'D2 appends EpochOpened 2',
    'D2 replays to its own EpochOpened: it counts A with 6 A, B with 6 A',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'D1 appends its intent A 26 A (1.1)',
    'D1 sends A 26 A (1.1)',
    'G1, which knows epoch 1, writes A 26 A (1.1)',
    'G2, which knows epoch 1, writes B 26 A (2.2)',
    'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
  ]);
});

test('HO-2: reading the log to its end without a fence is violated', () => {
  expect(stepsOf('no fence')).toEqual([
    'D2 takes epoch 2',
    'D2 appends EpochOpened 2',
    'D2 replays to its own EpochOpened: it counts A with 6 A, B with 6 A',
    'D2 reads the log to its end: it counts A with 6 A, B with 6 A',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'D1 appends its intent A 26 A (1.1)',
    'D1 sends A 26 A (1.1)',
    'G1, which knows epoch 1, writes A 26 A (1.1)',
    'G2, which knows epoch 1, writes B 26 A (2.2)',
    'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
  ]);
});

test('HO-2: a fence without reading on is violated', () => {
  expect(stepsOf('fence alone')).toEqual([
    'D2 takes epoch 2',
    'D2 appends EpochOpened 2',
    'D2 replays to its own EpochOpened: it counts A with 6 A, B with 6 A',
    'G2 confirms to D2 that it knows epoch 2',
    'D1 appends its intent A 26 A (1.1)',
    'D1 sends A 26 A (1.1)',
    'G1, which knows epoch 1, writes A 26 A (1.1)',
    'G1 confirms to D2 that it knows epoch 2',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'G2, which knows epoch 2, writes B 26 A (2.2)',
    'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
  ]);
});

test('HO-2: a fence after the reading is violated', () => {
  expect(stepsOf('fence after the reading')).toEqual([
    'D2 takes epoch 2',
    'D2 appends EpochOpened 2',
    'D2 replays to its own EpochOpened: it counts A with 6 A, B with 6 A',
    'D2 reads the log to its end: it counts A with 6 A, B with 6 A',
    'G2 confirms to D2 that it knows epoch 2',
    'D1 appends its intent A 26 A (1.1)',
    'D1 sends A 26 A (1.1)',
    'G1, which knows epoch 1, writes A 26 A (1.1)',
    'G1 confirms to D2 that it knows epoch 2',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'G2, which knows epoch 2, writes B 26 A (2.2)',
    'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
  ]);
});

test('HO-2: a fence before the epoch stands in the table is violated: a gateway that dies learns the old one', () => {
  expect(stepsOf('fence before the epoch is taken')).toEqual([
    'G1 confirms to D2 that it knows epoch 2',
    'G2 confirms to D2 that it knows epoch 2',
    'G1 dies and comes back with an empty memory',
    'G1 reads epoch 1 from the table',
    'D2 takes epoch 2',
    'D2 appends EpochOpened 2',
    'D2 replays to its own EpochOpened: it counts A with 6 A, B with 6 A',
    'D2 reads the log to its end: it counts A with 6 A, B with 6 A',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'D1 appends its intent A 26 A (1.1)',
    'D1 sends A 26 A (1.1)',
    'G1, which knows epoch 1, writes A 26 A (1.1)',
    'G2, which knows epoch 2, writes B 26 A (2.2)',
    'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
  ]);
});

test('HO-2: a fence with the last written command as reply is violated when a gateway dies', () => {
  expect(stepsOf('fence and last written')).toEqual([
    'D2 takes epoch 2',
    'D2 appends EpochOpened 2',
    'D2 replays to its own EpochOpened: it counts A with 6 A, B with 6 A',
    'G2 confirms to D2 that it knows epoch 2 and wrote nothing',
    'D1 appends its intent A 26 A (1.1)',
    'D1 sends A 26 A (1.1)',
    'G1, which knows epoch 1, writes A 26 A (1.1)',
    'G1 dies and comes back with an empty memory',
    'G1 confirms to D2 that it knows epoch 2 and wrote nothing',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'G2, which knows epoch 2, writes B 26 A (2.2)',
    'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
  ]);
});

test('HO-2: dropping the intents of lower epochs is violated', () => {
  expect(stepsOf('intents of lower epochs dropped')).toEqual([
    'D2 takes epoch 2',
    'D2 appends EpochOpened 2',
    'D2 replays to its own EpochOpened: it counts A with 6 A, B with 6 A',
    'G2 confirms to D2 that it knows epoch 2',
    'D1 appends its intent A 26 A (1.1)',
    'D1 sends A 26 A (1.1)',
    'G1, which knows epoch 1, writes A 26 A (1.1)',
    'G1 confirms to D2 that it knows epoch 2',
    'D2 reads the log to its end: it counts A with 6 A, B with 6 A',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'G2, which knows epoch 2, writes B 26 A (2.2)',
    'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
  ]);
});

test('HO-2: an intent that is recorded after the send is violated', () => {
  expect(stepsOf('intent after the send')).toEqual([
    'D2 takes epoch 2',
    'D2 appends EpochOpened 2',
    'D2 replays to its own EpochOpened: it counts A with 6 A, B with 6 A',
    'G2 confirms to D2 that it knows epoch 2',
    'D1 sends A 26 A (1.1)',
    'G1, which knows epoch 1, writes A 26 A (1.1)',
    'G1 confirms to D2 that it knows epoch 2',
    'D2 reads the log to its end: it counts A with 6 A, B with 6 A',
    'D2 counts A with 6 A, appends its intent B 26 A (2.2) and sends it',
    'G2, which knows epoch 2, writes B 26 A (2.2)',
    'A obeys 26 A, B obeys 26 A: 52 A on a circuit of 32 A',
  ]);
});
