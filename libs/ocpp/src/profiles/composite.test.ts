import { describe, expect, test } from '@jest/globals';
import { at, limits, steps } from './test-support/composed.ts';
import { all, S, T0, TX } from './test-support/given.ts';

const DAY_S = 86_400;

describe('purposes', () => {
  test('1.6 3.13.1, 2.x block K 3.6: a TxProfile overrules the TxDefaultProfile, upwards and downwards, whatever their levels', () => {
    const held = (amps: number) => all({ stackLevel: 5 }, { purpose: 'tx', steps: [[0, amps]] });
    expect([at(held(200), 0).limit, at(held(60), 0).limit]).toEqual([200, 60]);
  });

  test('1.6 3.13.3, K08.FR.04: of the station maximum, external constraints and the session the lowest holds', () => {
    const session = { purpose: 'tx', steps: [[0, 320]] } as const;
    const maximum = { purpose: 'station-max', stackLevel: 0, steps: [[0, 200]] } as const;
    const ext = (amps: number, evse: number) =>
      ({ purpose: 'external-constraints', evse, steps: [[0, amps]] }) as const;
    expect(at(all(session, maximum), 0)).toEqual({
      limit: 200,
      limitedBy: { purpose: 'station-max', profileId: 2 },
      numberPhases: 3,
    });
    expect(at(all(session, maximum, ext(160, 0)), 0).limitedBy).toEqual({
      purpose: 'external-constraints',
      profileId: 3,
    });
    expect(limits(all(session, maximum, ext(160, 0), ext(130, 1)), [0])).toEqual([130]);
    expect(limits(all(session, maximum, ext(160, 2)), [0])).toEqual([200]);
  });

  test('a station maximum limits also where no session profile is, and never raises', () => {
    expect(limits(all({ purpose: 'station-max', steps: [[0, 200]] }), [0])).toEqual([200]);
    expect(limits(all({ steps: [[0, 60]] }, { purpose: 'station-max', steps: [[0, 200]] }), [0])).toEqual([60]);
  });

  test('K01.FR.14, K01.FR.15, 1.6 3.13.1: a default of EVSE 0 is that of every EVSE which has none of its level', () => {
    const held = all({ evse: 0, steps: [[0, 70]] }, { evse: 2, steps: [[0, 90]] });
    expect([at(held, 0, { evse: 1 }).limit, at(held, 0, { evse: 2 }).limit]).toEqual([70, 90]);
    const stacked = all({ evse: 0, stackLevel: 1, steps: [[0, 70]] }, { evse: 2, steps: [[0, 90]] });
    expect(at(stacked, 0, { evse: 2 }).limit).toBe(70);
  });

  test('a TxProfile speaks for its transaction alone; one that names none for whichever runs (K05, 1.6 5.16)', () => {
    const named = all({ purpose: 'tx', transactionId: 'tx-1' });
    const other = { transactionId: 'tx-2', startedAtMs: T0 };
    expect(limits(named, [0])).toEqual([100]);
    expect(limits(named, [0], { transaction: other })).toEqual([undefined]);
    expect(limits(all({ purpose: 'tx' }), [0], { transaction: other })).toEqual([100]);
    expect(at(named, 0, { evse: 2 }).limit).toBeUndefined();
  });

  test('2.1 K21: priority charging overrules both once it is switched on, never the station maximum', () => {
    const held = all(
      { purpose: 'tx', steps: [[0, 60]] },
      { purpose: 'priority', kind: 'relative', steps: [[0, 320]] },
      { purpose: 'station-max', steps: [[0, 250]] },
    );
    expect(limits(held, [0])).toEqual([60]);
    expect(limits(held, [0], { transaction: { ...TX, priority: true } })).toEqual([250]);
  });

  test('2.1 block K 3.6: local generation is added to what the others allow, and makes no limit where there is none', () => {
    const made = { purpose: 'local-generation', steps: [[0, 2_000]], more: { unit: 'W' } } as const;
    const held = all({ steps: [[0, 5_000]], more: { unit: 'W' } }, made);
    expect(at(held, 0, { unit: 'W' })).toEqual({
      limit: 7_000,
      limitedBy: { purpose: 'tx-default', profileId: 1 },
      numberPhases: 3,
    });
    expect(at(held, 0, { unit: 'W', localLimit: 6_500 }).limitedBy).toEqual({ purpose: 'local' });
    expect(at(all(made), 0, { unit: 'W' }).limit).toBeUndefined();
    expect(at(all({ steps: [[0, 320]] }, { purpose: 'station-max', steps: [[0, 100]] }, made), 0).limit).toBe(128);
  });
});

describe('stacks', () => {
  test('1.6 3.13.2, 2.x block K 3.5: the highest level with a period leads, and gives way when its duration is over', () => {
    const held = all({ steps: [[0, 80]] }, { stackLevel: 3, steps: [[0, 160]], more: { durationS: 30 } });
    expect(steps(held)).toEqual([
      [0, 160],
      [30, 80],
    ]);
  });

  test('a level whose start lies ahead leaves the lower one leading until then', () => {
    expect(steps(all({ steps: [[0, 80]] }, { stackLevel: 3, startS: 20, steps: [[0, 160]] }))).toEqual([
      [0, 80],
      [20, 160],
    ]);
  });

  test('1.6 3.13.2: without a duration the highest level never gives way', () => {
    expect(steps(all({ steps: [[0, 80]] }, { stackLevel: 3, steps: [[0, 160]] }), { durationMs: DAY_S * S })).toEqual([
      [0, 160],
    ]);
  });

  test('of two of one level, which should not be, the later in the list leads', () => {
    expect(limits(all({ steps: [[0, 80]] }, { steps: [[0, 60]] }), [0])).toEqual([60]);
    expect(limits(all({ steps: [[0, 60]] }, { steps: [[0, 80]] }), [0])).toEqual([80]);
  });

  test('validFrom is inside, validTo is not; both are instants of the profile, not of its schedule', () => {
    const held = all(
      { steps: [[0, 80]] },
      { stackLevel: 1, validFromMs: T0 + 5_500, validToMs: T0 + 9_000, startS: -60 },
    );
    expect(steps(held)).toEqual([
      [0, 80],
      [5.5, 100],
      [9, 80],
    ]);
  });

  test('LB2: stack levels of different purposes do not compare', () => {
    expect(
      limits(
        all({ stackLevel: 8, steps: [[0, 320]] }, { purpose: 'station-max', stackLevel: 0, steps: [[0, 60]] }),
        [0],
      ),
    ).toEqual([60]);
  });

  test('K15.FR.22: the second schedule of a profile is combined with the second ones, and with those that have only one', () => {
    const [first, maximum] = all({ purpose: 'tx' }, { purpose: 'station-max', steps: [[0, 250]] });
    if (first === undefined || maximum === undefined) throw new Error('two profiles');
    const [schedule] = first.profile.schedules;
    if (schedule === undefined) throw new Error('a schedule');
    const second = { ...schedule, periods: [{ startS: 0, limit: { all: 300 } }] };
    const held = [{ ...first, profile: { ...first.profile, schedules: [schedule, second] } }, maximum];
    expect([0, 1, 2].map((i) => at(held, 0, { scheduleIndex: i as 0 | 1 | 2 }).limit)).toEqual([100, 250, 250]);
  });
});
