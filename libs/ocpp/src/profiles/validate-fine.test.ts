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

  /** Every code by the words of 2.0.1 (appendix 5) and 2.1: what a station answers is read by programs of others. */
  const ALL: readonly (readonly [v201: string, v21: string, codes: readonly ProblemCode[]])[] = [
    [
      'DuplicateProfile',
      'DuplicateProfile',
      [
        'id-of-an-external-constraint',
        'stack-level-taken',
        'stack-level-taken-in-transaction',
        'tx-default-on-station-and-evse',
      ],
    ],
    [
      'InvalidProfile',
      'InvalidProfile',
      [
        'no-object',
        'unknown-recurrence',
        'transaction-id-extraneous',
        'relative-station-max',
        'recurrence-missing',
        'never-valid',
        'dynamic-fields-extraneous',
        'no-schedule',
      ],
    ],
    ['InvalidProfile', 'InvalidProfileId', ['id-kept-for-external-constraints']],
    ['InvalidProfile', 'UnsupportedKind', ['unknown-kind', 'kind-unsupported']],
    [
      'InvalidProfile',
      'UnsupportedPurpose',
      ['unknown-purpose', 'external-constraints-from-csms', 'purpose-unsupported'],
    ],
    [
      'InvalidSchedule',
      'InvalidOperationMode',
      ['unknown-operation-mode', 'operation-mode-for-purpose', 'operation-mode-unsupported'],
    ],
    [
      'InvalidSchedule',
      'InvalidSchedule',
      [
        'start-missing',
        'start-extraneous',
        'duration-not-positive',
        'dynamic-not-one-period',
        'local-time-unsupported',
        'randomized-delay-unsupported',
        'randomized-delay-for-purpose',
        'randomized-delay-negative',
        'soc-out-of-range',
        'limit-at-soc-unsupported',
        'priority-with-duration',
        'no-periods',
        'first-period-not-at-zero',
        'periods-out-of-order',
        'limit-missing',
        'limit-negative',
        'discharge-limit-positive',
        'phase-out-of-range',
        'phase-to-use-without-single-phase',
        'phase-switching-unsupported',
        'more-phases-than-supplied',
        'amount-for-operation-mode',
        'setpoint-missing',
        'evse-sleep-unsupported',
      ],
    ],
    ['InvalidSchedule', 'NoFreqWattCurve', ['frequency-curve-missing']],
    ['InvalidSchedule', 'NoPhaseForDC', ['phases-on-dc']],
    [
      'InvalidSchedule',
      'PhaseConflict',
      ['phase-conflict', 'limits-per-phase-unknown-to-ev', 'limits-per-phase-for-purpose', 'limit-of-l1-missing'],
    ],
    ['InvalidStackLevel', 'InvalidStackLevel', ['stack-level-negative', 'stack-level-too-high']],
    [
      'InvalidValue',
      'InvalidValue',
      ['field-malformed', 'station-max-on-an-evse', 'tx-profile-on-the-station', 'transaction-id-malformed'],
    ],
    ['MissingParam', 'MissingParam', ['field-missing', 'transaction-id-missing']],
    ['OutOfStorage', 'OutOfStorage', ['store-full']],
    ['TooManyElements', 'TooManyElements', ['too-many-schedules', 'too-many-periods']],
    ['TxNotFound', 'TxNotFound', ['no-transaction', 'other-transaction']],
    ['UnknownEvse', 'UnknownEvse', ['unknown-evse']],
    ['UnsupportedParam', 'UnsupportedParam', ['field-of-a-later-version', 'offline-duration-unsupported']],
    ['UnsupportedRateUnit', 'UnsupportedRateUnit', ['unknown-unit', 'unit-unsupported', 'local-frequency-in-amperes']],
  ];
  test.each(ALL)('2.x appendix 5: %s, in 2.1 %s', (v201, v21, all) => {
    for (const code of all) {
      const words = [wordingOf('ocpp2.0.1', code).reasonCode, wordingOf('ocpp2.1', code).reasonCode];
      expect([code, ...words]).toEqual([code, v201, v21]);
    }
  });

  test('1.6 5.16: a purpose or a kind that a station cannot do is not supported; all else is rejected', () => {
    const codes = Object.keys(PROBLEMS) as readonly ProblemCode[];
    expect(codes.filter((code) => wordingOf('ocpp1.6', code).status === 'NotSupported')).toEqual([
      'unknown-purpose',
      'unknown-kind',
      'purpose-unsupported',
      'kind-unsupported',
    ]);
    expect(ALL.flatMap(([, , all]) => all).toSorted()).toEqual(codes.toSorted());
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
