import { describe, expect, test } from '@jest/globals';
import { afterOffline, afterTransaction, install } from './installed.ts';
import { all, installed, S, type Sketch, T0 } from './test-support/given.ts';

const ids = (held: ReturnType<typeof all>) => held.map((one) => one.profile.id);

describe('a station takes a profile', () => {
  const held = all({}, { stackLevel: 1 }, { evse: 2 }, { purpose: 'tx', transactionId: 'tx-1' });
  const newer = (sketch: Sketch) => installed({ id: 9, ...sketch });

  test('K01.FR.05, 1.6 5.16.4: the same id takes the place of the older, wherever that was', () => {
    const moved = installed({ id: 3, evse: 1, stackLevel: 7 });
    expect(ids(install('ocpp2.0.1', held, moved))).toEqual([1, 2, 4, 3]);
    expect(install('ocpp1.6', held, moved).at(-1)).toBe(moved);
  });

  test('1.6 3.13.2: so does the same purpose, level and connector, and for a TxProfile the same transaction', () => {
    expect(ids(install('ocpp1.6', held, newer({})))).toEqual([2, 3, 4, 9]);
    expect(ids(install('ocpp1.6', held, newer({ purpose: 'tx', transactionId: 'tx-1' })))).toEqual([1, 2, 3, 9]);
    expect(ids(install('ocpp1.6', held, newer({ purpose: 'tx', transactionId: 'tx-2' })))).toEqual([1, 2, 3, 4, 9]);
    expect(ids(install('ocpp1.6', held, newer({ stackLevel: 5 })))).toEqual([1, 2, 3, 4, 9]);
  });

  test('K01.FR.06: in 2.x two of one level stay, whose times of validity do not meet', () => {
    expect(ids(install('ocpp2.0.1', held, newer({ validFromMs: T0 })))).toEqual([1, 2, 3, 4, 9]);
  });
});

test('1.6 3.13.1: with its transaction a TxProfile is gone, and everything else stays', () => {
  const held = all(
    { purpose: 'tx', transactionId: 'tx-1' },
    { purpose: 'tx', transactionId: 'tx-2', evse: 2 },
    { purpose: 'tx' },
    { purpose: 'tx', evse: 2 },
    {},
    { purpose: 'station-max' },
    { purpose: 'priority' },
  );
  expect(ids(afterTransaction(held, { evse: 1, transactionId: 'tx-1' }))).toEqual([2, 4, 5, 6, 7]);
});

test('SI15, 2.1 invalidAfterOfflineDuration: after too long without a CSMS it is gone for ever, without that flag it speaks again', () => {
  const held = all(
    { maxOfflineS: 60, invalidAfterOffline: true },
    { maxOfflineS: 60 },
    { maxOfflineS: 61, invalidAfterOffline: true },
    { invalidAfterOffline: true },
  );
  expect(ids(afterOffline(held, { sinceMs: T0, untilMs: T0 + 60 * S }))).toEqual([2, 3, 4]);
  expect(ids(afterOffline(held, { sinceMs: T0, untilMs: T0 + 60 * S - 1 }))).toEqual([1, 2, 3, 4]);
});
