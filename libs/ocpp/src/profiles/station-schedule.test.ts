import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compositeSchedule } from './composite.ts';
import type { InstalledProfile, Period } from './profile.ts';
import { type StationEvse, stationSchedule, type StationQuery } from './station-schedule.ts';
import { AC, all, perPhase, S, T0, TX } from './test-support/given.ts';
import { oracleAt } from './test-support/oracle.ts';
import { queries, SECONDS } from './test-support/random-profiles.ts';

const evse = (number: number, more: Partial<StationEvse> = {}): StationEvse => ({ evse: number, supply: AC, ...more });

const asked = (profiles: readonly InstalledProfile[], more: Partial<StationQuery> = {}): StationQuery => ({
  profiles,
  evses: [evse(1, { transaction: TX }), evse(2)],
  supply: AC,
  unit: 'A',
  fromMs: T0,
  durationMs: 3_600 * S,
  ...more,
});

function steps(profiles: readonly InstalledProfile[], more: Partial<StationQuery> = {}) {
  const found = stationSchedule(asked(profiles, more));
  if (found.kind === 'err') throw new Error(found.error.why);
  return found.value.segments.map((one) => [(one.fromMs - T0) / S, one.limit, one.limitedBy?.purpose]);
}

describe('K08.FR.03, 1.6 5.7 with connector 0: the station as a whole', () => {
  test('is the sum of its EVSEs', () => {
    const held = all(
      {
        steps: [
          [0, 100],
          [10, 60],
        ],
      },
      { evse: 2, steps: [[0, 160]] },
    );
    expect(steps(held)).toEqual([
      [0, 260, 'evses'],
      [10, 220, 'evses'],
    ]);
    expect(steps(held, { unit: 'W' })).toEqual([
      [0, 17_940, 'evses'],
      [10, 15_180, 'evses'],
    ]);
  });

  test('is bounded by its maximum and by external constraints on EVSE 0, which are not shared out first', () => {
    const held = all(
      { evse: 0, steps: [[0, 160]] },
      {
        purpose: 'station-max',
        steps: [
          [0, 200],
          [20, 400],
        ],
      },
    );
    expect(steps(held)).toEqual([
      [0, 200, 'station-max'],
      [20, 320, 'evses'],
    ]);
    expect(steps([...held, ...all({ purpose: 'external-constraints', evse: 0, steps: [[0, 50]] })])).toEqual([
      [0, 50, 'external-constraints'],
    ]);
  });

  test('K01.FR.140: what holds for EVSE 0 bounds the phases of each EVSE too, so that the sum is that of what they obey', () => {
    const held = all(
      { evse: 0, steps: [[0, 320]] },
      { purpose: 'station-max', steps: [{ startS: 0, limit: { all: 1_000 }, numberPhases: 1 }] },
    );
    const ofOne = compositeSchedule({ ...asked(held, { unit: 'W' }), evse: 1, transaction: TX });
    expect(ofOne.kind === 'ok' && ofOne.value.segments.map(({ limit }) => limit)).toEqual([7_360]);
    expect(steps(held, { unit: 'W' })).toEqual([[0, 2 * 7_360, 'evses']]);
    expect(steps(held)).toEqual([[0, 640, 'evses']]);
    // And the phases of an EVSE bound what it can have of the maximum of the station.
    const onOnePhase = all(
      { evse: 1, steps: [{ startS: 0, limit: { all: 320 }, numberPhases: 1 }] },
      { purpose: 'station-max', steps: [[0, 200]] },
    );
    expect(steps(onOnePhase, { unit: 'W', evses: [evse(1)] })).toEqual([[0, 4_600, 'evses']]);
    // What is made on the site too.
    const made = all(
      { evse: 0, steps: [[0, 100]] },
      { purpose: 'local-generation', evse: 0, steps: [{ startS: 0, limit: { all: 50 }, numberPhases: 1 }] },
    );
    expect(steps(made, { unit: 'W' })).toEqual([[0, 2 * 2_300 + 1_150, 'evses']]);
  });

  test('has no limit while one of its EVSEs has none, unless its hardware or its maximum has', () => {
    const held = all({ steps: [[0, 100]] });
    expect(steps(held)).toEqual([[0, undefined, undefined]]);
    expect(steps(held, { localLimit: 630 })).toEqual([[0, 630, 'local']]);
    expect(steps(held, { evses: [evse(1), evse(2, { localLimit: 320 })] })).toEqual([[0, 420, 'evses']]);
    expect(steps([...held, ...all({ purpose: 'station-max', steps: [[0, 500]] })])).toEqual([[0, 500, 'station-max']]);
  });

  test('has what is made on EVSE 0 added once, and what is made on an EVSE to that one', () => {
    const held = all(
      { evse: 0, steps: [[0, 100]] },
      { purpose: 'local-generation', evse: 0, steps: [[0, 50]] },
      { purpose: 'local-generation', evse: 2, steps: [[0, 30]] },
    );
    expect(steps(held)).toEqual([[0, 280, 'evses']]);
  });

  test('counts the profiles of each transaction with its own EVSE', () => {
    const held = all({ evse: 0, steps: [[0, 60]] }, { purpose: 'tx', transactionId: 'tx-1', steps: [[0, 320]] });
    expect(steps(held)).toEqual([[0, 380, 'evses']]);
    expect(steps(held, { evses: [evse(1), evse(2)] })).toEqual([[0, 120, 'evses']]);
  });

  test('counts an EVSE with limits per phase with its highest in A, and with all of them in W', () => {
    const held = all(
      { purpose: 'tx', steps: [{ startS: 0, limit: perPhase(100, 160, 60) }] },
      { evse: 2, steps: [[0, 0]] },
    );
    expect(steps(held)).toEqual([[0, 160, 'evses']]);
    expect(steps(held, { unit: 'W' })).toEqual([[0, 2_300 + 3_680 + 1_380, 'evses']]);
  });

  test('counts of limits per phase only those of phases that may be used', () => {
    const held = (period: Partial<Period>) =>
      all({ purpose: 'tx', steps: [{ startS: 0, limit: perPhase(100, 160, 60), ...period }] });
    const inBoth = (period: Partial<Period>, supply: StationEvse['supply']) =>
      (['A', 'W'] as const).map(
        (unit) => steps(held(period), { unit, evses: [evse(1, { supply, transaction: TX })] })[0]?.[1],
      );
    expect(inBoth({}, AC)).toEqual([160, 2_300 + 3_680 + 1_380]);
    expect(inBoth({}, { ...AC, phases: 2 })).toEqual([160, 2_300 + 3_680]);
    expect(inBoth({}, { ...AC, phases: 1 })).toEqual([100, 2_300]);
    expect(inBoth({ numberPhases: 1 }, AC)).toEqual([100, 2_300]);
    expect(inBoth({ numberPhases: 1, phaseToUse: 3 }, AC)).toEqual([60, 1_380]);
  });

  test('K08.FR.09: a bound with limits per phase counts with its lowest in A, and with all of them in W', () => {
    const held = all(
      { evse: 0, steps: [[0, 320]] },
      { purpose: 'external-constraints', evse: 0, steps: [{ startS: 0, limit: perPhase(100, 160, 60) }] },
    );
    expect(steps(held)).toEqual([[0, 60, 'external-constraints']]);
    expect(steps(held, { unit: 'W' })).toEqual([[0, 2_300 + 3_680 + 1_380, 'external-constraints']]);
    const made = all({ purpose: 'local-generation', evse: 0, steps: [{ startS: 0, limit: perPhase(20, 30, 10) }] });
    expect(steps([...held, ...made])).toEqual([[0, 70, 'external-constraints']]);
    expect(steps([...held, ...made], { unit: 'W' })).toEqual([[0, 7_360 + 460 + 690 + 230, 'external-constraints']]);
  });

  test('is refused where a profile cannot be placed in time', () => {
    const local = all({ more: { start: { kind: 'local', wallMs: T0 } } });
    expect(stationSchedule(asked(local))).toEqual({ kind: 'err', error: { why: 'time-zone-unknown', profileId: 1 } });
  });

  test('a station of one EVSE has what that EVSE has, in both units and on as many phases', () => {
    fc.assert(
      fc.property(queries, (query) => {
        const { transaction, localLimit: _, evse: number, ...rest } = query;
        const profiles = query.profiles
          .filter(({ profile }) => profile.purpose !== 'local-generation')
          .map(withoutLimitsOfPhases);
        const whole = stationSchedule({
          ...rest,
          profiles,
          evses: [evse(number, { supply: query.supply, ...started(transaction) })],
        });
        const one = compositeSchedule({ ...rest, profiles, evse: number, ...started(transaction) });
        if (whole.kind === 'err' || one.kind === 'err') throw new Error('no schedule');
        for (let s = 0; s < SECONDS; s += 1) {
          const [got, expected] = [whole, one].map(
            ({ value }) =>
              value.segments.find(({ fromMs, untilMs }) => fromMs <= T0 + s * S && T0 + s * S < untilMs)?.limit,
          );
          if (got !== expected) expect([s, got]).toEqual([s, expected]);
        }
      }),
      { numRuns: 600, seed: 1_128 },
    );
  });

  test('is what the naive reader sums up, in every second', () => {
    fc.assert(
      fc.property(queries, (query) => {
        // One number for each EVSE, and no station-wide generation: the reader knows one EVSE at a time.
        const profiles = query.profiles
          .filter(({ evse: place, profile }) => profile.purpose !== 'local-generation' || place !== 0)
          .map(withoutPhases);
        const stationWide = profiles.filter(
          ({ evse: place, profile }) => place === 0 && OF_STATION.includes(profile.purpose),
        );
        const own = profiles.filter((one) => !stationWide.includes(one));
        const evses = [
          evse(1, { supply: query.supply, ...started(query.transaction) }),
          evse(2, { supply: query.supply }),
        ];
        const { transaction: _one, localLimit: _bears, evse: _number, ...rest } = query;
        const found = stationSchedule({ ...rest, profiles, evses });
        if (found.kind === 'err') throw new Error(found.error.why);
        for (let s = 0; s < SECONDS; s += 1) {
          const atMs = T0 + s * S;
          const each = evses.map((one) => {
            const { transaction } = one;
            const { transaction: _t, localLimit: _l, ...plain } = query;
            return oracleAt({ ...plain, profiles: own, evse: one.evse, ...started(transaction) }, atMs).limit;
          });
          const { transaction: _t, localLimit: _l, ...plain } = query;
          const wide = oracleAt({ ...plain, profiles: stationWide, evse: 9 }, atMs).limit;
          const sum = each.reduce<number | undefined>(
            (all, one) => (all === undefined || one === undefined ? undefined : all + one),
            0,
          );
          const expected = sum === undefined ? wide : Math.min(sum, wide ?? sum);
          const got = found.value.segments.find((one) => one.fromMs <= atMs && atMs < one.untilMs)?.limit;
          if (got !== expected) expect([s, got]).toEqual([s, expected]);
        }
      }),
      { numRuns: 200, seed: 1_126 },
    );
  });
});

const OF_STATION = ['station-max', 'external-constraints'];

const started = (transaction: StationEvse['transaction']) => (transaction === undefined ? {} : { transaction });

function withoutPhases(one: InstalledProfile): InstalledProfile {
  const schedules = one.profile.schedules.map((schedule) => ({
    ...schedule,
    periods: schedule.periods.map(({ startS, limit }) => ({ startS, limit: { all: limit?.all ?? 0 } })),
  }));
  return { ...one, profile: { ...one.profile, schedules } };
}

function withoutLimitsOfPhases(one: InstalledProfile): InstalledProfile {
  const schedules = one.profile.schedules.map((schedule) => ({
    ...schedule,
    periods: schedule.periods.map((period) => ({ ...period, limit: { all: period.limit?.all ?? 0 } })),
  }));
  return { ...one, profile: { ...one.profile, schedules } };
}
