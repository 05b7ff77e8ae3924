import { expect, test } from '@jest/globals';
import type { Profile } from '../profiles/profile.ts';
import { createFirmwareStore } from './old-leases.ts';

const LIMITS = {
  ...{ evses: 1, hardwareMaxA: 32, wiredPhases: 3, nominalVoltageV: 230 },
  ...{ maxStackLevel: 8, maxPeriods: 24, maxProfiles: 20 },
};
const TX = { key: 'k', startedAtMs: 0 };
const S = 1_000;

const profile = (id: number, purpose: Profile['purpose'], fromS: number, schedule: Partial<Profile['schedule']>) => ({
  ...{ id, stackLevel: 0, purpose, kind: 'absolute' as const },
  schedule: { unit: 'A' as const, startMs: fromS * S, periods: [{ startS: 0, limit: 6 }], ...schedule },
});
/** Leases of 60 s, and 6 A below them. */
function rig() {
  const store = createFirmwareStore(LIMITS, { obeysOldLeases: true });
  const set = (evse: number, each: Profile) => store.set({ evse, profile: each, tx: TX, namesThisTransaction: true });
  set(1, profile(1, 'tx-default', 0, {}));
  return {
    store,
    lease: (fromS: number, ...periods: Profile['schedule']['periods']) =>
      set(1, profile(2, 'tx', fromS, { durationS: 60, periods })).kind,
    stationMax: (limit: number) => set(0, profile(3, 'station-max', 0, { periods: [{ startS: 0, limit }] })),
    obeysAt: (second: number) => store.limitAt({ evse: 1, atMs: second * S, tx: TX }).limitA,
    nextS: (second: number) => (store.nextChangeAt({ evse: 1, atMs: second * S, tx: TX }) ?? Number.NaN) / S,
  };
}
const at = (startS: number, limit: number) => ({ startS, limit });

test('H78 a lower limit holds once every higher one that was accepted before it has ended; a higher one at once', () => {
  const { lease, obeysAt, nextS } = rig();
  expect([lease(0, at(0, 20)), lease(10, at(0, 12)), lease(20, at(0, 8))]).toEqual([
    'accepted',
    'accepted',
    'accepted',
  ]);
  expect([20, 59, 60, 69, 70, 79, 80].map(obeysAt)).toEqual([20, 20, 12, 12, 8, 8, 6]);
  expect([20, 60, 70].map(nextS)).toEqual([60, 70, 80]);
  lease(30, at(0, 25));
  expect([30, 89, 90].map(obeysAt)).toEqual([25, 25, 6]);
});

test('H78 a drop that was announced in a later lease is not obeyed while an earlier one goes on; one of 32 A speaks as the hardware', () => {
  const { lease, obeysAt } = rig();
  lease(0, at(0, 32));
  lease(10, at(0, 32), at(10, 6));
  expect([19, 59, 60].map(obeysAt)).toEqual([32, 32, 6]);
});

test('H78 what is over, cleared or lost is over for all of them, and a maximum of the whole station lies above', () => {
  for (const end of ['transaction', 'clear'] as const) {
    const { store, lease, obeysAt, stationMax } = rig();
    lease(0, at(0, 20));
    lease(10, at(0, 12));
    stationMax(10);
    expect(obeysAt(20)).toBe(10);
    store.clear({ id: 3 });
    expect(obeysAt(20)).toBe(20);
    if (end === 'transaction') store.transactionEnded(TX.key);
    else store.clear({ purpose: 'tx' });
    expect(obeysAt(20)).toBe(6);
  }
});
