import { describe, expect, test } from '@jest/globals';
import { compositeSchedule, type CompositeQuery, limitAt } from './composite.ts';
import type { Imposed } from './combine.ts';
import type { InstalledProfile } from './profile.ts';
import { MAX_COMPOSITE_MS, MAX_COMPOSITE_SEGMENTS } from './segments.ts';
import { AC, all, DC, perPhase, query, S, T0, TX } from './test-support/given.ts';

const DAY_S = 86_400;

type More = Partial<CompositeQuery>;

function at(profiles: readonly InstalledProfile[], second: number, more: More = {}): Imposed {
  const found = limitAt(query(profiles, more), T0 + second * S);
  if (found.kind === 'err') throw new Error(found.error.why);
  return found.value;
}

/** The limits at some seconds. */
const limits = (profiles: readonly InstalledProfile[], seconds: readonly number[], more: More = {}) =>
  seconds.map((second) => at(profiles, second, more).limit);

/** Second and limit of each segment. */
function steps(profiles: readonly InstalledProfile[], more: More = {}) {
  const found = compositeSchedule(query(profiles, more));
  if (found.kind === 'err') throw new Error(found.error.why);
  return found.value.segments.map((one) => [(one.fromMs - T0) / S, one.limit]);
}

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

describe('time', () => {
  test('1.6 5.16.4: periods after the duration are not executed, and the last one goes on until the duration ends', () => {
    const periods = [
      [0, 60],
      [10, 70],
      [50, 80],
    ] as const;
    expect(steps(all({ steps: periods, more: { durationS: 40 } }))).toEqual([
      [0, 60],
      [10, 70],
      [40, undefined],
    ]);
    expect(steps(all({ steps: periods, more: { durationS: 90 } })).at(-2)).toEqual([50, 80]);
  });

  test('a start in the past leaves what is left of the schedule', () => {
    expect(
      steps(
        all({
          startS: -100,
          steps: [
            [0, 60],
            [90, 70],
            [110, 80],
          ],
          more: { durationS: 130 },
        }),
      ),
    ).toEqual([
      [0, 70],
      [10, 80],
      [30, undefined],
    ]);
  });

  test('K01.FR.41: a relative profile counts from the start of the transaction, and from the question while none runs', () => {
    const held = all({
      kind: 'relative',
      steps: [
        [0, 60],
        [30, 120],
      ],
    });
    const started = { transaction: { transactionId: 'tx-1', startedAtMs: T0 - 20 * S } };
    expect(steps(held, started)).toEqual([
      [0, 60],
      [10, 120],
    ]);
    const { transaction: _none, ...idle } = query(held);
    expect(compositeSchedule(idle)).toMatchObject({ value: { segments: [{ limit: 60 }, { fromMs: T0 + 30 * S }] } });
  });

  test('what counts from the start of a transaction holds also while the clock stands behind that start', () => {
    const held = all({
      kind: 'relative',
      steps: [
        [0, 60],
        [30, 120],
      ],
    });
    expect(steps(held, { transaction: { transactionId: 'tx-1', startedAtMs: T0 + 15 * S } })).toEqual([
      [0, 60],
      [45, 120],
    ]);
  });

  test('1.6 7.13: an absolute profile without a start is relative', () => {
    const held = all({
      startS: null,
      steps: [
        [0, 60],
        [30, 120],
      ],
    });
    expect(limits(held, [0, 30])).toEqual([60, 120]);
  });

  test('2.1 K28: a dynamic profile holds from the moment it is there, and its duration counts from its last update', () => {
    const held = all({ kind: 'dynamic', updatedAtMs: T0 - 20 * S, more: { durationS: 60 } });
    expect(steps(held)).toEqual([
      [0, 100],
      [40, undefined],
    ]);
    const fresh = all({ kind: 'dynamic', more: { durationS: 60 } });
    expect(steps(fresh)).toEqual([[0, 100]]);
    expect(steps(fresh.map((one) => ({ ...one, installedAtMs: T0 - 10 * S })))).toEqual([
      [0, 100],
      [50, undefined],
    ]);
  });

  test('a daily profile has a turn each 24 h from its start on, none before, and gaps where its duration is shorter', () => {
    const held = all(
      { steps: [[0, 60]] },
      { kind: 'recurring', recurrence: 'daily', stackLevel: 1, startS: 10, more: { durationS: 20 } },
    );
    expect(limits(held, [9, 10, 29, 30, DAY_S + 9, DAY_S + 10, DAY_S + 30])).toEqual([60, 100, 100, 60, 60, 100, 60]);
    expect(limits(held, [10 - DAY_S])).toEqual([undefined]);
  });

  test('1.6 5.16.4: a duration, and periods, longer than the recurrence are cut by the next turn', () => {
    const held = all({
      kind: 'recurring',
      recurrence: 'daily',
      startS: -3 * DAY_S,
      steps: [
        [0, 60],
        [DAY_S - 10, 70],
        [DAY_S + 10, 80],
      ],
      more: { durationS: 2 * DAY_S },
    });
    expect(limits(held, [0, DAY_S - 10, DAY_S, DAY_S + 20])).toEqual([60, 70, 60, 60]);
  });

  test('a weekly profile has a turn each 7 days', () => {
    const held = all({ kind: 'recurring', recurrence: 'weekly', startS: -14 * DAY_S, more: { durationS: DAY_S } });
    expect(limits(held, [-1, 0, DAY_S - 1, DAY_S, 7 * DAY_S])).toEqual([undefined, 100, 100, undefined, 100]);
  });

  test('SI15, 2.1 maxOfflineDuration: silent after so long without a CSMS, at once with 0, and again when it is back', () => {
    const held = (maxOfflineS: number) => all({ steps: [[0, 60]] }, { stackLevel: 1, steps: [[0, 200]], maxOfflineS });
    expect(steps(held(30))).toEqual([[0, 200]]);
    expect(steps(held(30), { offlineSinceMs: T0 - 10 * S })).toEqual([
      [0, 200],
      [20, 60],
    ]);
    expect(steps(held(0), { offlineSinceMs: T0 })).toEqual([[0, 60]]);
  });

  test('a wish longer than what is reckoned ahead is cut to it, and the first segment too many cuts a composite', () => {
    const long = compositeSchedule(query([], { durationMs: MAX_COMPOSITE_MS + 1 }));
    expect(long).toMatchObject({ value: { fromMs: T0, untilMs: T0 + MAX_COMPOSITE_MS } });
    const many = Array.from({ length: MAX_COMPOSITE_SEGMENTS + 1 }, (_, i) => [i, 60 + (i % 2)] as const);
    const cut = compositeSchedule(query(all({ steps: many }), { durationMs: DAY_S * S }));
    expect(cut).toMatchObject({ value: { untilMs: T0 + MAX_COMPOSITE_SEGMENTS * S } });
    expect(cut.kind === 'ok' && cut.value.segments.length).toBe(MAX_COMPOSITE_SEGMENTS);
  });

  test('no schedule is made of one that cannot be placed in time', () => {
    const local = all({ more: { start: { kind: 'local', wallMs: T0 } } });
    expect(limitAt(query(local), T0)).toEqual({ kind: 'err', error: { why: 'time-zone-unknown', profileId: 1 } });
    const unordered = all(
      {},
      {
        stackLevel: 2,
        steps: [
          [0, 60],
          [9, 70],
          [5, 80],
        ],
      },
    );
    expect(limitAt(query(unordered), T0)).toEqual({
      kind: 'err',
      error: { why: 'periods-out-of-order', profileId: 2 },
    });
  });
});

describe('amounts', () => {
  test('K01.FR.50: W are spread over the phases of their period, rounded down', () => {
    const held = all({
      more: { unit: 'W' },
      steps: [
        { startS: 0, limit: { all: 6_950 } },
        { startS: 10, limit: { all: 6_950 }, numberPhases: 1 },
      ],
    });
    expect(limits(held, [0, 10])).toEqual([100, 302]);
    expect(limits(held, [0, 10], { supply: { ...AC, phases: 1 } })).toEqual([302, 302]);
    expect(limits(held, [0, 10], { unit: 'W' })).toEqual([6_950, 6_950]);
  });

  test('K01.FR.49: without a number of phases an AC period counts with 3, or as many as are supplied (K01.FR.45)', () => {
    expect(at(all({}), 0)).toMatchObject({ limit: 100, numberPhases: 3 });
    expect(limits(all({}), [0], { unit: 'W' })).toEqual([6_900]);
    expect(at(all({}), 0, { unit: 'W', supply: { ...AC, phases: 1 } })).toMatchObject({
      limit: 2_300,
      numberPhases: 1,
    });
  });

  test('DC has one conductor, whatever a period says', () => {
    const held = all({ steps: [{ startS: 0, limit: { all: 1_255 }, numberPhases: 3 }] });
    expect(at(held, 0, { supply: DC, unit: 'W' })).toEqual({
      limit: 50_200,
      limitedBy: { purpose: 'tx-default', profileId: 1 },
    });
  });

  test('K01.FR.140: the lowest number of phases of all that lead is that of the composite, and both units tell of the same current', () => {
    const held = all(
      { more: { unit: 'W' }, steps: [[0, 6_900]] },
      { purpose: 'station-max', steps: [{ startS: 0, limit: { all: 200 }, numberPhases: 1, phaseToUse: 2 }] },
    );
    expect(at(held, 0)).toMatchObject({ limit: 100, numberPhases: 1, phaseToUse: 2 });
    expect(at(held, 0, { unit: 'W' })).toMatchObject({ limit: 2_300, numberPhases: 1 });
  });

  test('which phase to use is said only where one is used', () => {
    const one = { startS: 0, limit: { all: 200 }, numberPhases: 1, phaseToUse: 2 };
    expect(at(all({ steps: [one] }), 0).phaseToUse).toBe(2);
    expect(at(all({ steps: [{ ...one, numberPhases: 2 }] }), 0).phaseToUse).toBeUndefined();
  });

  test('K08.FR.09: with limits per phase in one profile, each conductor has the lowest of all', () => {
    const held = all(
      { purpose: 'tx', steps: [{ startS: 0, limit: perPhase(320, 100, 160) }] },
      { purpose: 'station-max', steps: [[0, 200]] },
    );
    expect(at(held, 0)).toMatchObject({
      limit: 200,
      limitL2: 100,
      limitL3: 160,
      limitedBy: { purpose: 'station-max' },
    });
    expect(at(held, 0, { unit: 'W' })).toMatchObject({ limit: 4_600, limitL2: 2_300, limitL3: 3_680 });
  });

  test('W per phase are not spread; W of all phases are, before they are compared with them', () => {
    const held = all(
      { purpose: 'tx', more: { unit: 'W' }, steps: [{ startS: 0, limit: perPhase(4_000, 1_000, 1_000) }] },
      { purpose: 'station-max', more: { unit: 'W' }, steps: [[0, 6_000]] },
    );
    expect(at(held, 0, { unit: 'W' })).toMatchObject({ limit: 2_000, limitL2: 1_000, limitL3: 1_000 });
    expect(at(held, 0)).toMatchObject({ limit: 86, limitL2: 43, limitL3: 43 });
  });

  test('a phase without a limit of its own has that of L1', () => {
    const held = all({ purpose: 'tx', steps: [{ startS: 0, limit: { all: 160, l2: 100 } }] });
    expect(at(held, 0)).toMatchObject({ limit: 160, limitL2: 100, limitL3: 160 });
  });

  test('0 A is a limit, and a gap is none; the hardware fills it', () => {
    const held = all({ steps: [[0, 0]], more: { durationS: 10 } });
    expect(steps(held)).toEqual([
      [0, 0],
      [10, undefined],
    ]);
    expect(at(held, 10)).toEqual({});
    expect(at(held, 10, { localLimit: 320 })).toEqual({ limit: 320, limitedBy: { purpose: 'local' } });
  });

  test('the highest minChargingRate is told, rounded up, and limits nothing', () => {
    const held = all(
      { steps: [[0, 40]], more: { minChargingRate: 61 } },
      { purpose: 'station-max', more: { unit: 'W', minChargingRate: 1_401 }, steps: [[0, 9_000]] },
    );
    expect(at(held, 0)).toMatchObject({ limit: 40, minChargingRate: 61 });
    expect(at(held, 0, { unit: 'W' })).toMatchObject({ minChargingRate: 4_209 });
    expect(at(held.slice(1), 0)).toMatchObject({ minChargingRate: 21 });
    const odd = at(held.slice(0, 1), 0, { unit: 'W', supply: { ...AC, voltageV: 127, phases: 1 } });
    expect(odd.minChargingRate).toBe(775);
  });

  test('2.1 limitAtSoC: beyond that charge of the car, the lower of both limits', () => {
    const held = all({ steps: [[0, 320]], more: { limitAtSoc: { socPercent: 80, limit: 100 } } });
    const full = (socPercent: number) => at(held, 0, { transaction: { ...TX, socPercent } }).limit;
    expect([at(held, 0).limit, full(80), full(81)]).toEqual([320, 320, 100]);
    expect(
      at(all({ steps: [[0, 60]], more: { limitAtSoc: { socPercent: 80, limit: 100 } } }), 0, {
        transaction: { ...TX, socPercent: 90 },
      }).limit,
    ).toBe(60);
  });
});

describe('2.1: in both directions', () => {
  const v2x = (period: object) => ({ startS: 0, operationMode: 'CentralSetpoint', ...period }) as const;

  test('of several discharge limits the one nearest to 0 holds', () => {
    const held = all(
      { purpose: 'tx', steps: [v2x({ setpoint: { all: 0 }, limit: { all: 320 }, dischargeLimit: { all: -200 } })] },
      {
        purpose: 'external-constraints',
        more: { unit: 'W' },
        steps: [{ startS: 0, operationMode: 'ExternalLimits', dischargeLimit: { all: -7_000 } }],
      },
    );
    expect(at(held, 0)).toMatchObject({
      limit: 320,
      dischargeLimit: -101,
      setpoint: 0,
      operationMode: 'CentralSetpoint',
    });
  });

  test('a setpoint is cut to limit and discharge limit', () => {
    const held = (setpoint: number) =>
      all({
        purpose: 'tx',
        steps: [v2x({ setpoint: { all: setpoint }, limit: { all: 160 }, dischargeLimit: { all: -60 } })],
      });
    expect([200, 100, -30, -90].map((value) => at(held(value), 0).setpoint)).toEqual([160, 100, -30, -60]);
  });

  test('Q10: idle means 0 in both directions', () => {
    const held = all({ purpose: 'tx', steps: [{ startS: 0, operationMode: 'Idle' }] }, { steps: [[0, 320]] });
    expect(at(held, 0)).toEqual({
      limit: 0,
      limitedBy: { purpose: 'tx', profileId: 1 },
      dischargeLimit: 0,
      numberPhases: 3,
      operationMode: 'Idle',
    });
  });

  test('a period that leads without a limit limits nothing, and lets no lower level speak', () => {
    const held = all(
      { steps: [[0, 60]] },
      { stackLevel: 1, steps: [{ startS: 0, operationMode: 'LocalLoadBalancing' }] },
    );
    expect(at(held, 0)).toEqual({ numberPhases: 3, operationMode: 'LocalLoadBalancing' });
  });

  test('ExternalSetpoint follows the one that an external actor gave the station', () => {
    const held = all(
      { purpose: 'tx', steps: [{ startS: 0, operationMode: 'ExternalSetpoint', limit: { all: 160 } }] },
      {
        purpose: 'external-constraints',
        steps: [{ startS: 0, operationMode: 'ExternalSetpoint', setpoint: { all: 180 } }],
      },
    );
    expect(at(held, 0)).toMatchObject({ setpoint: 160 });
    const own = all({ purpose: 'tx', steps: [v2x({ setpoint: { all: -50 } })] });
    expect(at(own, 0).setpoint).toBe(-50);
  });
});
