import { describe, expect, test } from '@jest/globals';
import type { Placement } from './placement.ts';
import { type ProblemCode, PROBLEMS, wordingOf } from './problem.ts';
import type { InstalledProfile, Period, Profile, Schedule } from './profile.ts';
import { ABLE, AC, DC, installed, perPhase, S, type Sketch, T0, TX } from './test-support/given.ts';
import { validate } from './validate.ts';

const { since21, ...BARE } = ABLE;
if (since21 === undefined) throw new Error('it can everything');

const place = (version: Placement['version'], more: Partial<Placement> = {}): Placement => ({
  version,
  evse: 1,
  supply: AC,
  station: version === 'ocpp2.1' ? ABLE : BARE,
  installed: [],
  transaction: TX,
  ...more,
});

const codes = (profile: Profile, placement: Placement): readonly ProblemCode[] =>
  validate(profile, placement).map((problem) => problem.code);

const made = (sketch: Sketch): Profile => installed({ id: 11, ...sketch }).profile;
const leased = (sketch: Sketch): Profile => made({ purpose: 'tx', transactionId: 'tx-1', ...sketch });
const withPeriod = (period: Partial<Period>, sketch: Sketch = {}): Profile =>
  made({ steps: [{ startS: 0, limit: { all: 100 }, ...period }], ...sketch });
const withSchedule = (more: Partial<Schedule>, sketch: Sketch = {}): Profile => made({ more, ...sketch });
const tx = (period: Partial<Period>): Profile => leased({ steps: [{ startS: 0, limit: { all: 100 }, ...period }] });
const bare = (period: Omit<Period, 'startS'>): Profile => leased({ steps: [{ startS: 0, ...period }] });
const held = (sketch: Sketch): readonly InstalledProfile[] => [installed({ id: 99, ...sketch })];
const station = (more: Partial<NonNullable<typeof since21>>): Partial<Placement> => ({
  station: { ...ABLE, since21: { ...since21, ...more } },
});
const twoSchedules = (profile: Profile): Profile => ({
  ...profile,
  schedules: [...profile.schedules, ...profile.schedules],
});

/** What is wrong with each, and nothing else. By version where the texts differ. */
const WRONG: readonly (readonly [code: ProblemCode, profile: Profile, placement: Placement])[] = [
  ['external-constraints-from-csms', made({ purpose: 'external-constraints' }), place('ocpp2.0.1')],
  ['external-constraints-from-csms', made({ purpose: 'external-constraints' }), place('ocpp2.1')],
  [
    'id-of-an-external-constraint',
    made({ id: 99 }),
    place('ocpp2.0.1', { installed: held({ purpose: 'external-constraints' }) }),
  ],
  ['id-kept-for-external-constraints', made({}), place('ocpp2.1', station({ maxExternalConstraintsId: 11 }))],
  ['unknown-evse', made({}), place('ocpp1.6', { evse: 3 })],
  ['unknown-evse', made({}), place('ocpp2.0.1', { evse: -1 })],
  ['station-max-on-an-evse', made({ purpose: 'station-max' }), place('ocpp1.6')],
  ['station-max-on-an-evse', made({ purpose: 'station-max' }), place('ocpp2.0.1')],
  ['tx-profile-on-the-station', leased({}), place('ocpp2.0.1', { evse: 0 })],
  ['purpose-unsupported', made({ purpose: 'local-generation' }), place('ocpp2.1', station({ purposes: ['priority'] }))],
  [
    'store-full',
    made({}),
    place('ocpp2.0.1', { station: { ...BARE, maxProfiles: 1 }, installed: held({ stackLevel: 1 }) }),
  ],
  ['transaction-id-missing', made({ purpose: 'tx' }), place('ocpp2.0.1')],
  ['transaction-id-missing', made({ purpose: 'tx' }), place('ocpp1.6')],
  ['transaction-id-extraneous', made({ transactionId: 'tx-1' }), place('ocpp2.0.1')],
  ['no-transaction', leased({}), withoutTransaction(place('ocpp2.0.1'))],
  ['other-transaction', leased({ transactionId: 'tx-2' }), place('ocpp2.0.1')],
  [
    'transaction-id-malformed',
    leased({ transactionId: 'a' }),
    place('ocpp1.6', { transaction: { ...TX, transactionId: 'a' } }),
  ],
  ['stack-level-negative', made({ stackLevel: -1 }), place('ocpp1.6')],
  ['stack-level-too-high', made({ stackLevel: 9 }), place('ocpp1.6')],
  ['stack-level-taken', made({}), place('ocpp2.0.1', { installed: held({}) })],
  [
    'stack-level-taken-in-transaction',
    leased({}),
    place('ocpp2.1', { installed: held({ purpose: 'tx', transactionId: 'tx-1' }) }),
  ],
  ['tx-default-on-station-and-evse', made({}), place('ocpp2.0.1', { installed: held({ evse: 0 }) })],
  ['kind-unsupported', made({ kind: 'dynamic' }), place('ocpp2.1', station({ dynamic: false }))],
  ['relative-station-max', made({ purpose: 'station-max', kind: 'relative' }), place('ocpp2.0.1', { evse: 0 })],
  ['relative-station-max', made({ purpose: 'station-max', kind: 'relative' }), place('ocpp1.6', { evse: 0 })],
  ['recurrence-missing', made({ kind: 'recurring' }), place('ocpp2.0.1')],
  ['start-missing', made({ startS: null }), place('ocpp2.0.1')],
  ['start-missing', made({ kind: 'recurring', recurrence: 'daily', startS: null }), place('ocpp1.6')],
  ['start-extraneous', made({ kind: 'relative', startS: 0 }), place('ocpp2.0.1')],
  ['never-valid', made({ validFromMs: T0, validToMs: T0 }), place('ocpp1.6')],
  ['duration-not-positive', withSchedule({ durationS: 0 }), place('ocpp1.6')],
  ['dynamic-fields-extraneous', made({ updateIntervalS: 5 }), place('ocpp2.1')],
  [
    'dynamic-not-one-period',
    made({
      kind: 'dynamic',
      steps: [
        [0, 60],
        [5, 70],
      ],
    }),
    place('ocpp2.1'),
  ],
  ['local-time-unsupported', withSchedule({ useLocalTime: true }), place('ocpp2.1', station({ localTime: false }))],
  [
    'randomized-delay-unsupported',
    withSchedule({ randomizedDelayS: 5 }),
    place('ocpp2.1', station({ randomizedDelay: false })),
  ],
  [
    'randomized-delay-for-purpose',
    withSchedule({ randomizedDelayS: 5 }, { purpose: 'station-max' }),
    place('ocpp2.1', { evse: 0 }),
  ],
  [
    'limit-at-soc-unsupported',
    withSchedule({ limitAtSoc: { socPercent: 80, limit: 60 } }),
    place('ocpp2.1', station({ limitAtSoc: false })),
  ],
  ['offline-duration-unsupported', made({ maxOfflineS: 60 }), place('ocpp2.1', station({ maxOfflineDuration: false }))],
  ['priority-with-duration', withSchedule({ durationS: 60 }, { purpose: 'priority' }), place('ocpp2.1')],
  ['no-schedule', { ...made({}), schedules: [] }, place('ocpp2.0.1')],
  ['too-many-schedules', twoSchedules(made({})), place('ocpp2.0.1')],
  ['too-many-schedules', twoSchedules(twoSchedules(leased({}))), place('ocpp2.0.1')],
  ['no-periods', made({ steps: [] }), place('ocpp1.6')],
  ['too-many-periods', made({ steps: Array.from({ length: 25 }, (_, i) => [i, 60] as const) }), place('ocpp1.6')],
  ['first-period-not-at-zero', made({ steps: [[5, 60]] }), place('ocpp1.6')],
  [
    'periods-out-of-order',
    made({
      steps: [
        [0, 60],
        [9, 70],
        [9, 80],
      ],
    }),
    place('ocpp2.0.1'),
  ],
  ['unit-unsupported', made({}), place('ocpp2.0.1', { station: { ...BARE, units: ['W'] } })],
  ['limit-missing', made({ steps: [{ startS: 0 }] }), place('ocpp2.1')],
  ['limit-negative', made({ steps: [[0, -10]] }), place('ocpp2.1')],
  ['limit-negative', tx({ limit: { all: 10, l2: -1 } }), place('ocpp2.1', { evKnowsPhases: true })],
  [
    'discharge-limit-positive',
    bare({ operationMode: 'CentralSetpoint', setpoint: { all: 0 }, dischargeLimit: { all: 1 } }),
    place('ocpp2.1'),
  ],
  ['phase-out-of-range', withPeriod({ numberPhases: 0 }), place('ocpp2.0.1')],
  ['phase-out-of-range', withPeriod({ numberPhases: 1, phaseToUse: 4 }), place('ocpp2.0.1')],
  ['phase-to-use-without-single-phase', withPeriod({ phaseToUse: 1 }), place('ocpp2.0.1')],
  ['phase-to-use-without-single-phase', withPeriod({ numberPhases: 2, phaseToUse: 1 }), place('ocpp2.0.1')],
  [
    'phase-switching-unsupported',
    withPeriod({ numberPhases: 1, phaseToUse: 1 }),
    place('ocpp2.0.1', { station: { ...BARE, phaseSwitching: false } }),
  ],
  ['phases-on-dc', withPeriod({ numberPhases: 3 }), place('ocpp2.0.1', { supply: DC })],
  ['more-phases-than-supplied', withPeriod({ numberPhases: 3 }), place('ocpp1.6', { supply: { ...AC, phases: 1 } })],
  [
    'phase-conflict',
    tx({ numberPhases: 1, phaseToUse: 3 }),
    place('ocpp2.1', {
      installed: held({
        purpose: 'station-max',
        steps: [{ startS: 0, limit: { all: 60 }, numberPhases: 1, phaseToUse: 1 }],
      }),
    }),
  ],
  [
    'limits-per-phase-for-purpose',
    withPeriod({ limit: perPhase(60, 60, 60) }),
    place('ocpp2.1', { evKnowsPhases: true }),
  ],
  ['limits-per-phase-unknown-to-ev', tx({ limit: perPhase(60, 60, 60) }), place('ocpp2.1')],
  ['limit-of-l1-missing', tx({ limit: { l2: 60 } }), place('ocpp2.1', { evKnowsPhases: true })],
  [
    'operation-mode-for-purpose',
    made({ purpose: 'station-max', steps: [{ startS: 0, operationMode: 'Idle' }] }),
    place('ocpp2.1', { evse: 0 }),
  ],
  [
    'operation-mode-for-purpose',
    made({ purpose: 'priority', kind: 'relative', steps: [{ startS: 0, operationMode: 'Idle' }] }),
    place('ocpp2.1'),
  ],
  [
    'operation-mode-for-purpose',
    made({ purpose: 'local-generation', steps: [{ startS: 0, operationMode: 'Idle' }] }),
    place('ocpp2.1'),
  ],
  ['operation-mode-unsupported', bare({ operationMode: 'CentralFrequency', setpoint: { all: 10 } }), place('ocpp2.1')],
  ['amount-for-operation-mode', tx({ operationMode: 'Idle' }), place('ocpp2.1')],
  ['amount-for-operation-mode', tx({ setpoint: { all: 10 } }), place('ocpp2.1')],
  ['setpoint-missing', tx({ operationMode: 'CentralSetpoint' }), place('ocpp2.1')],
  [
    'frequency-curve-missing',
    leased({ more: { unit: 'W' }, steps: [{ startS: 0, operationMode: 'LocalFrequency', baselineW: 1 }] }),
    place('ocpp2.1'),
  ],
  [
    'local-frequency-in-amperes',
    bare({
      operationMode: 'LocalFrequency',
      baselineW: 1,
      freqWattCurve: [
        { frequencyMilliHz: 49_900, powerW: 0 },
        { frequencyMilliHz: 50_100, powerW: 9 },
      ],
    }),
    place('ocpp2.1'),
  ],
  [
    'evse-sleep-unsupported',
    bare({ operationMode: 'Idle', evseSleep: true }),
    place('ocpp2.1', station({ evseSleep: false })),
  ],
  ['unknown-purpose', made({ purpose: 'external-constraints' }), place('ocpp1.6')],
  ['unknown-kind', made({ kind: 'dynamic' }), place('ocpp2.0.1')],
  ['field-of-a-later-version', withPeriod({ numberPhases: 1, phaseToUse: 1 }), place('ocpp1.6')],
];

function withoutTransaction({ transaction: _, ...rest }: Placement): Placement {
  return rest;
}

/** Problems that come with another: what a version cannot say, the station cannot do either. */
const COMPANIONS: Readonly<Partial<Record<ProblemCode, readonly ProblemCode[]>>> = {
  'unknown-purpose': ['external-constraints-from-csms'],
  'unknown-kind': ['kind-unsupported'],
};

describe('why a profile is not sent, or not taken', () => {
  test.each(WRONG.map((row) => [PROBLEMS[row[0]].rule, row[0], row[2].version, row] as const))(
    '%s: %s (%s), and nothing else',
    (_rule, code, _version, [, profile, placement]) => {
      expect(codes(profile, placement)).toEqual([code, ...(COMPANIONS[code] ?? [])]);
    },
  );

  /** Said by `parseProfile` alone. */
  const READING: readonly ProblemCode[] = [
    'no-object',
    'field-missing',
    'field-malformed',
    'unknown-recurrence',
    'unknown-unit',
    'unknown-operation-mode',
  ];

  test('every problem has a row here, or belongs to reading', () => {
    const shown = new Set([...READING, ...WRONG.map(([code]) => code)]);
    expect(Object.keys(PROBLEMS).filter((code) => !shown.has(code as ProblemCode))).toEqual([]);
  });

  test('several things wrong are all named, each with its place', () => {
    const profile = leased({
      stackLevel: 9,
      steps: [
        [0, 60],
        [5, -10],
      ],
      transactionId: 'tx-2',
    });
    expect(validate(profile, place('ocpp2.0.1'))).toEqual([
      { code: 'other-transaction', at: '' },
      { code: 'stack-level-too-high', at: '' },
      { code: 'limit-negative', at: 'chargingSchedule[0].chargingSchedulePeriod[1]' },
    ]);
    expect(validate(made({ steps: [] }), place('ocpp1.6'))).toEqual([{ code: 'no-periods', at: 'chargingSchedule' }]);
  });
});

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
