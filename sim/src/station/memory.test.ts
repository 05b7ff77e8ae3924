import { expect, test } from '@jest/globals';
import type { Profile } from '../profiles/profile.ts';
import { createProfileStore } from '../profiles/store.ts';
import { createMemory, type Loss } from './memory.ts';

const LIMITS = {
  evses: 1,
  hardwareMaxA: 32,
  wiredPhases: 3,
  nominalVoltageV: 230,
  maxStackLevel: 8,
  maxPeriods: 24,
  maxProfiles: 20,
};
const TX = { key: 'k', startedAtMs: 0 };

const profile = (purpose: 'tx-default' | 'tx', limit: number): Profile => ({
  id: purpose === 'tx' ? 2 : 1,
  stackLevel: 0,
  purpose,
  kind: 'absolute',
  schedule: { unit: 'A', startMs: 0, periods: [{ startS: 0, limit }] },
});

function rig(keepsLeases = false) {
  let nowMs = 1_000;
  const memory = createMemory(createProfileStore(LIMITS), { nowMs: () => nowMs, keepsLeases });
  const set = (purpose: 'tx-default' | 'tx', limit: number) =>
    memory.set({ evse: 1, profile: profile(purpose, limit), tx: TX, namesThisTransaction: true }).kind;
  set('tx-default', 6);
  set('tx', 20);
  const obeys = (): string => {
    const { limitA, source } = memory.limitAt({ evse: 1, atMs: nowMs, tx: TX });
    return `${limitA} ${source}`;
  };
  const lose = (what: Loss['what'], refusesMs = 0) => memory.lose({ what, refusesMs });
  return { obeys, set, lose, wait: (ms: number) => void (nowMs += ms) };
}

test('a memory that loses the limits of transactions falls to the permanent one, one that loses all to the hardware', () => {
  const { obeys, lose, set } = rig();
  expect(obeys()).toBe('20 tx');
  lose('tx-profiles');
  expect(obeys()).toBe('6 tx-default');
  lose('everything');
  expect(obeys()).toBe('32 hardware');
  expect(set('tx-default', 6)).toBe('accepted');
  expect(obeys()).toBe('6 tx-default');
});

test('one that is made anew refuses for so long whatever it is told', () => {
  const { obeys, lose, set, wait } = rig();
  lose('everything', 10_000);
  wait(9_999);
  expect(set('tx-default', 6)).toBe('rejected');
  expect(obeys()).toBe('32 hardware');
  wait(1);
  expect(set('tx-default', 6)).toBe('accepted');
});
