import { describe, expect, test } from '@jest/globals';
import type { Placement } from './placement.ts';
import { type ProblemCode, PROBLEMS, wordingOf } from './problem.ts';
import type { Profile } from './profile.ts';
import { DC, perPhase, S, T0, TX } from './test-support/given.ts';
import { bare, BARE, codes, held, leased, made, place, station, tx, withPeriod } from './test-support/placed.ts';
import { validate } from './validate.ts';

describe('what is fine', () => {
  const lease = leased({ transactionId: '4711', more: { durationS: 60 } });
  const charging: Partial<Placement> = { transaction: { ...TX, transactionId: '4711' } };
  const fine: readonly (readonly [what: string, profile: Profile, placement: Placement])[] = [
    ['a lease on 1.6', lease, place('ocpp1.6', charging)],
    ['a lease on 2.0.1', lease, place('ocpp2.0.1', charging)],
    ['a lease on 2.1', lease, place('ocpp2.1', charging)],
    [
      '1.6 3.13.2: the place of another, which it takes',
      made({}),
      place('ocpp1.6', { installed: held({}), station: { ...BARE, maxProfiles: 1 } }),
    ],
    [
      'K01.FR.05: the id of another, which it replaces',
      made({ id: 99, stackLevel: 3 }),
      place('ocpp2.0.1', { installed: held({}) }),
    ],
    [
      'K01.FR.06: the level of another that is over before',
      made({ validFromMs: T0 }),
      place('ocpp2.0.1', { installed: held({ validToMs: T0 }) }),
    ],
    [
      'K01.FR.06: the level of another that begins after',
      made({ validToMs: T0 }),
      place('ocpp2.0.1', { installed: held({ validFromMs: T0 }) }),
    ],
    [
      'K01.FR.39: the level of a profile of another transaction',
      leased({}),
      place('ocpp2.0.1', { installed: held({ purpose: 'tx', transactionId: 'tx-0' }) }),
    ],
    ['K01.FR.06: the level of another EVSE', made({}), place('ocpp2.0.1', { installed: held({ evse: 2 }) })],
    [
      'K01.FR.80: an id above those of external constraints',
      made({}),
      place('ocpp2.1', station({ maxExternalConstraintsId: 10 })),
    ],
    [
      'K01.FR.54: phases of a DC EVSE that lets us choose them',
      withPeriod({ numberPhases: 3 }),
      place('ocpp2.1', { supply: DC, ...station({ dcInputPhases: true }) }),
    ],
    [
      'K01.FR.141: two that overrule each other may want other phases',
      tx({ numberPhases: 1, phaseToUse: 3 }),
      place('ocpp2.1', {
        installed: held({ steps: [{ startS: 0, limit: { all: 60 }, numberPhases: 1, phaseToUse: 1 }] }),
      }),
    ],
    [
      'three schedules of a transaction (ISO 15118)',
      { ...leased({}), schedules: [...leased({}).schedules, ...leased({}).schedules, ...leased({}).schedules] },
      place('ocpp2.0.1'),
    ],
    [
      'limits per phase of a car that told of its own',
      tx({ limit: perPhase(60, 70, 80) }),
      place('ocpp2.1', { evKnowsPhases: true }),
    ],
    ['1.6 7.13: absolute without a start', made({ startS: null }), place('ocpp1.6')],
    [
      'setpoint and limits in both directions',
      bare({
        operationMode: 'CentralSetpoint',
        setpoint: { all: -10 },
        limit: { all: 60 },
        dischargeLimit: { all: -60 },
      }),
      place('ocpp2.1'),
    ],
    [
      'as many levels, periods and seconds as there may be',
      made({ stackLevel: 8, steps: Array.from({ length: 24 }, (_, i) => [i, 60] as const), more: { durationS: 1 } }),
      place('ocpp2.0.1'),
    ],
  ];
  test.each(fine)('%s', (_what, profile, placement) => {
    expect(validate(profile, placement)).toEqual([]);
  });
});

describe('the words of each version', () => {
  test('1.6 has a status only; 2.0.1 has no word that only 2.1 has', () => {
    for (const code of Object.keys(PROBLEMS) as readonly ProblemCode[]) {
      expect(wordingOf('ocpp1.6', code)).toEqual({ status: expect.stringMatching(/^(?:Rejected|NotSupported)$/) });
      expect(wordingOf('ocpp2.0.1', code)).toEqual({ status: 'Rejected', reasonCode: expect.any(String) });
      expect(SINCE_21).not.toContain(wordingOf('ocpp2.0.1', code).reasonCode);
      // 2.x limits the word to 20 characters.
      expect(wordingOf('ocpp2.1', code).reasonCode?.length).toBeLessThanOrEqual(20);
    }
  });
  const SINCE_21 = [
    'InvalidOperationMode',
    'InvalidProfileId',
    'NoFreqWattCurve',
    'NoPhaseForDC',
    'PhaseConflict',
    'RateLimitExceeded',
    'UnsupportedKind',
    'UnsupportedPurpose',
  ];

  test.each([
    ['K01.FR.28', 'unknown-evse', 'UnknownEvse', 'UnknownEvse'],
    ['K01.FR.33', 'other-transaction', 'TxNotFound', 'TxNotFound'],
    ['K01.FR.26', 'unit-unsupported', 'UnsupportedRateUnit', 'UnsupportedRateUnit'],
    ['K01.FR.06', 'stack-level-taken', 'DuplicateProfile', 'DuplicateProfile'],
    ['K01.FR.44', 'phases-on-dc', 'InvalidSchedule', 'NoPhaseForDC'],
    ['K01.FR.81', 'id-kept-for-external-constraints', 'InvalidProfile', 'InvalidProfileId'],
    ['K01.FR.114', 'operation-mode-for-purpose', 'InvalidSchedule', 'InvalidOperationMode'],
    ['K01.FR.120', 'purpose-unsupported', 'InvalidProfile', 'UnsupportedPurpose'],
    ['K01.FR.121', 'kind-unsupported', 'InvalidProfile', 'UnsupportedKind'],
    ['K01.FR.141', 'phase-conflict', 'InvalidSchedule', 'PhaseConflict'],
    ['Q08.FR.02', 'frequency-curve-missing', 'InvalidSchedule', 'NoFreqWattCurve'],
  ] as const)('%s: %s is %s in 2.0.1 and %s in 2.1', (_rule, code, v201, v21) => {
    expect([wordingOf('ocpp2.0.1', code).reasonCode, wordingOf('ocpp2.1', code).reasonCode]).toEqual([v201, v21]);
  });

  test('LB1, K01.FR.22: a CSMS never sends external constraints, whichever version', () => {
    for (const version of ['ocpp1.6', 'ocpp2.0.1', 'ocpp2.1'] as const) {
      for (const evse of [0, 1]) {
        expect(codes(made({ purpose: 'external-constraints' }), place(version, { evse }))).toContain(
          'external-constraints-from-csms',
        );
      }
    }
  });
});

test('a profile valid for a second from T0 meets one that ends a second later', () => {
  const newer = made({ validFromMs: T0 });
  expect(codes(newer, place('ocpp2.0.1', { installed: held({ validToMs: T0 + S }) }))).toEqual(['stack-level-taken']);
});
