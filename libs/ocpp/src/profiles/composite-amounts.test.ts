import { describe, expect, test } from '@jest/globals';
import { at, limits, steps } from './test-support/composed.ts';
import { AC, all, DC, perPhase, TX } from './test-support/given.ts';

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

  test('K01.FR.44: DC has one conductor, whatever a period says', () => {
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
