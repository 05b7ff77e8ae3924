import { describe, expect, test } from '@jest/globals';
import { COMPOSITE_MAX_PERIODS, compositeSchedule } from './composite-schedule.ts';
import { DAY_MS, type Profile } from './profile.ts';
import { createProfileStore, type ProfileStore } from './store.ts';

const T0 = Date.UTC(2026, 0, 12, 9);
const S = 1_000;
const TX = { key: 'tx-1', startedAtMs: T0 };
const LIMITS = {
  evses: 2,
  hardwareMaxA: 32,
  wiredPhases: 3,
  nominalVoltageV: 230,
  maxStackLevel: 8,
  maxPeriods: 24,
  maxProfiles: 5,
};

interface Sketch extends Partial<Omit<Profile, 'schedule'>> {
  readonly limits?: readonly (readonly [startS: number, limit: number])[];
  readonly startMs?: number;
  readonly durationS?: number;
  readonly unit?: 'A' | 'W';
}

let ids = 0;
function profile({ limits = [[0, 10]], startMs, durationS, unit = 'A', ...rest }: Sketch): Profile {
  ids += 1;
  return {
    id: ids,
    purpose: 'tx-default',
    stackLevel: 0,
    kind: 'absolute',
    ...rest,
    schedule: {
      unit,
      ...(startMs === undefined ? {} : { startMs }),
      ...(durationS === undefined ? {} : { durationS }),
      periods: limits.map(([startS, limit]) => ({ startS, limit })),
    },
  };
}

const put = (store: ProfileStore, evse: number, sketch: Sketch) =>
  store.set({ evse, profile: profile(sketch), tx: TX, namesThisTransaction: true });
const at = (store: ProfileStore, seconds: number, tx: typeof TX | undefined = TX) =>
  store.limitAt({ evse: 1, atMs: T0 + seconds * S, ...(tx === undefined ? {} : { tx }) }).limitA;

describe('the limit an EVSE obeys', () => {
  test('is the hardware maximum without any profile', () => {
    const store = createProfileStore(LIMITS);
    expect(store.limitAt({ evse: 1, atMs: T0, tx: TX })).toEqual({ limitA: 32, source: 'hardware' });
    expect(store.nextChangeAt({ evse: 1, atMs: T0, tx: TX })).toBeUndefined();
  });

  test('is that of the permanent default also while the clock stands behind the start of the transaction', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, { kind: 'relative', limits: [[0, 6]] });
    // Found by seed 1000: a boot set the clock back by 15 s under a running transaction.
    expect(at(store, -15)).toBe(6);
    expect(at(store, 15)).toBe(6);
  });

  test('never exceeds the hardware maximum, whatever a profile allows', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, { limits: [[0, 63]] });
    expect(at(store, 0)).toBe(32);
  });

  test('a TxProfile overrules the TxDefaultProfile upwards, and its end (duration) gives it back', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, { kind: 'relative', limits: [[0, 6]] });
    put(store, 1, { purpose: 'tx', stackLevel: 1, startMs: T0, durationS: 60, limits: [[0, 20]] });
    expect([at(store, 0), at(store, 59.999), at(store, 60)]).toEqual([20, 20, 6]);
    expect(store.nextChangeAt({ evse: 1, atMs: T0, tx: TX })).toBe(T0 + 60 * S);
  });

  test('a TxProfile whose start lies ahead says nothing yet', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, { kind: 'relative', limits: [[0, 6]] });
    put(store, 1, { purpose: 'tx', startMs: T0 + 10 * S, durationS: 60, limits: [[0, 20]] });
    expect([at(store, 9.999), at(store, 10), at(store, 70)]).toEqual([6, 20, 6]);
  });

  test('a TxProfile speaks for its own transaction only, and goes with it', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, { purpose: 'tx', startMs: T0, limits: [[0, 20]] });
    expect(at(store, 1, { key: 'tx-2', startedAtMs: T0 })).toBe(32);
    store.transactionEnded('tx-1');
    expect(store.all()).toEqual([]);
  });

  test('the highest stack level with a period leads; below it the next one does', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, { stackLevel: 0, startMs: T0, limits: [[0, 8]] });
    put(store, 1, { stackLevel: 3, startMs: T0, durationS: 30, limits: [[0, 16]] });
    expect([at(store, 0), at(store, 30)]).toEqual([16, 8]);
  });

  test('a station maximum cuts what the others allow, and never raises it', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, { startMs: T0, limits: [[0, 16]] });
    put(store, 0, {
      purpose: 'station-max',
      startMs: T0,
      limits: [
        [0, 10],
        [60, 25],
      ],
    });
    expect([at(store, 0), at(store, 60)]).toEqual([10, 16]);
    expect(store.limitAt({ evse: 1, atMs: T0, tx: TX, sharers: 2 }).limitA).toBe(5);
  });

  test('a TxDefaultProfile of EVSE 0 holds for every EVSE that has none of that level', () => {
    const store = createProfileStore(LIMITS);
    put(store, 0, { startMs: T0, limits: [[0, 7]] });
    put(store, 2, { startMs: T0, limits: [[0, 9]] });
    expect(store.limitAt({ evse: 1, atMs: T0, tx: TX }).limitA).toBe(7);
    expect(store.limitAt({ evse: 2, atMs: T0, tx: TX }).limitA).toBe(9);
  });

  test('validFrom and validTo bound a profile; validTo is no longer inside', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, { startMs: T0, validFromMs: T0 + 5 * S, validToMs: T0 + 9 * S });
    expect([at(store, 4.999), at(store, 5), at(store, 8.999), at(store, 9)]).toEqual([32, 10, 10, 32]);
  });

  test('a relative profile counts from the start of the transaction', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, {
      kind: 'relative',
      limits: [
        [0, 6],
        [30, 12],
      ],
    });
    const later = { key: 'tx-1', startedAtMs: T0 + 100 * S };
    expect([at(store, 129, later), at(store, 130, later)]).toEqual([6, 12]);
  });

  test('a daily profile repeats every 24 hours, and says nothing before its first day', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, { kind: 'daily', startMs: T0 + 10 * S, durationS: 20, limits: [[0, 11]] });
    const day = DAY_MS / S;
    expect([at(store, 9), at(store, 10), at(store, 30), at(store, day + 9), at(store, day + 29)]).toEqual([
      32, 11, 32, 32, 11,
    ]);
    expect(store.nextChangeAt({ evse: 1, atMs: T0 + 30 * S, tx: TX })).toBe(T0 + 10 * S + DAY_MS);
  });

  test('a limit in W is spread over the phases', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, { startMs: T0, unit: 'W', limits: [[0, 6_900]] });
    expect(at(store, 0)).toBe(10);
    const single = createProfileStore({ ...LIMITS, wiredPhases: 1 });
    put(single, 1, { startMs: T0, unit: 'W', limits: [[0, 2_300]] });
    expect(at(single, 0)).toBe(10);
  });

  test('0 A is a limit, not the absence of one', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, { startMs: T0, limits: [[0, 0]] });
    expect(at(store, 0)).toBe(0);
  });
});

describe('the set of profiles', () => {
  test('the same purpose, level and EVSE takes the place of the older one; so does the same id', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, { startMs: T0, limits: [[0, 8]] });
    put(store, 1, { startMs: T0, limits: [[0, 9]] });
    expect(store.all().map((p) => p.schedule.periods[0]?.limit)).toEqual([9]);
    put(store, 1, { id: 77, stackLevel: 2, startMs: T0 });
    put(store, 2, { id: 77, stackLevel: 5, startMs: T0 });
    expect(store.all().map((p) => [p.evse, p.stackLevel])).toEqual([
      [1, 0],
      [2, 5],
    ]);
  });

  test.each([
    ['an unknown EVSE', 3, {}, 'unknown-evse'],
    ['too high a level', 1, { stackLevel: 9 }, 'stack-level-too-high'],
    ['a station maximum on an EVSE', 1, { purpose: 'station-max' }, 'station-max-on-an-evse'],
    ['a relative station maximum', 0, { purpose: 'station-max', kind: 'relative' }, 'relative-station-max'],
    ['a TxProfile on the station', 0, { purpose: 'tx' }, 'tx-profile-on-the-station'],
    ['a recurring profile without a start', 1, { kind: 'daily' }, 'recurring-without-start'],
    ['no periods', 1, { limits: [] }, 'no-periods'],
    ['a first period that is not at 0', 1, { limits: [[1, 6]] }, 'first-period-not-at-zero'],
    ['a negative limit', 1, { limits: [[0, -1]] }, 'negative-limit'],
    ['a limit that is no number', 1, { limits: [[0, Number.NaN]] }, 'negative-limit'],
    [
      'periods out of order',
      1,
      {
        limits: [
          [0, 6],
          [5, 7],
          [5, 8],
        ],
      },
      'periods-out-of-order',
    ],
  ] as const)('refuses %s', (_what, evse, sketch, reason) => {
    const store = createProfileStore(LIMITS);
    expect(
      put(store, evse, {
        startMs: T0,
        ...sketch,
        ...(reason.startsWith('recurring') ? { startMs: undefined } : {}),
      } as Sketch),
    ).toEqual({
      kind: 'rejected',
      reason,
    });
    expect(store.all()).toEqual([]);
  });

  test('refuses a TxProfile without a transaction, or for another one', () => {
    const store = createProfileStore(LIMITS);
    const lease = profile({ purpose: 'tx', startMs: T0 });
    expect(store.set({ evse: 1, profile: lease, namesThisTransaction: true })).toMatchObject({
      reason: 'no-transaction',
    });
    expect(store.set({ evse: 1, profile: lease, tx: TX, namesThisTransaction: false })).toMatchObject({
      reason: 'other-transaction',
    });
  });

  test('refuses the first profile, and the first period, over its bound', () => {
    const store = createProfileStore(LIMITS);
    for (let stackLevel = 0; stackLevel < LIMITS.maxProfiles; stackLevel += 1) {
      expect(put(store, 1, { stackLevel, startMs: T0 }).kind).toBe('accepted');
    }
    expect(put(store, 1, { stackLevel: 8, startMs: T0 })).toMatchObject({ reason: 'store-full' });
    const limits = Array.from({ length: LIMITS.maxPeriods + 1 }, (_, i) => [i, 6] as const);
    expect(put(store, 1, { startMs: T0, limits })).toMatchObject({ reason: 'too-many-periods' });
  });

  test('clears by id, or by whatever else is named', () => {
    const store = createProfileStore(LIMITS);
    put(store, 1, { id: 901, startMs: T0 });
    put(store, 2, { id: 902, startMs: T0 });
    put(store, 0, { id: 903, purpose: 'station-max', startMs: T0 });
    expect(store.clear({ id: 999 })).toBe(0);
    expect(store.clear({ evse: 2, purpose: 'tx-default' })).toBe(1);
    expect(store.clear({ id: 901 })).toBe(1);
    expect(store.clear({})).toBe(1);
  });
});

test('GetCompositeSchedule tells the limits to come, joined where they are equal', () => {
  const store = createProfileStore(LIMITS);
  put(store, 1, { kind: 'relative', limits: [[0, 6]] });
  put(store, 1, {
    purpose: 'tx',
    stackLevel: 1,
    startMs: T0,
    durationS: 60,
    limits: [
      [0, 20],
      [20, 20],
      [40, 12],
    ],
  });
  expect(compositeSchedule(store, { evse: 1, atMs: T0 + 10 * S, tx: TX }, 100)).toEqual({
    startMs: T0 + 10 * S,
    durationS: 100,
    periods: [
      { startS: 0, limit: 20 },
      { startS: 30, limit: 12 },
      { startS: 50, limit: 6 },
    ],
  });
});

test('GetCompositeSchedule is cut, with its duration, before the first period over its bound', () => {
  const store = createProfileStore({ ...LIMITS, maxPeriods: COMPOSITE_MAX_PERIODS + 1 });
  const limits = Array.from({ length: COMPOSITE_MAX_PERIODS + 1 }, (_, i) => [i * 10, 6 + (i % 2)] as const);
  put(store, 1, { startMs: T0, limits });
  const { durationS, periods } = compositeSchedule(store, { evse: 1, atMs: T0, tx: TX }, 86_400);
  expect([periods.length, durationS]).toEqual([COMPOSITE_MAX_PERIODS, COMPOSITE_MAX_PERIODS * 10]);
});
