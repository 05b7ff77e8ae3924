import { describe, expect, test } from '@jest/globals';
import type { Placement } from './placement.ts';
import { type ProblemCode, PROBLEMS } from './problem.ts';
import type { Profile } from './profile.ts';
import { AC, DC, perPhase, T0, TX } from './test-support/given.ts';
import {
  bare,
  BARE,
  codes,
  held,
  leased,
  made,
  place,
  station,
  twoSchedules,
  tx,
  withPeriod,
  withSchedule,
} from './test-support/placed.ts';
import { validate } from './validate.ts';

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
  ['relative-station-max', made({ purpose: 'station-max', startS: null }), place('ocpp1.6', { evse: 0 })],
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
  ['randomized-delay-negative', withSchedule({ randomizedDelayS: -1 }), place('ocpp2.1')],
  ['soc-out-of-range', withSchedule({ limitAtSoc: { socPercent: 101, limit: 60 } }), place('ocpp2.1')],
  ['soc-out-of-range', withSchedule({ limitAtSoc: { socPercent: -1, limit: 60 } }), place('ocpp2.1')],
  ['soc-out-of-range', withSchedule({ limitAtSoc: { socPercent: 79.5, limit: 60 } }), place('ocpp2.1')],
  ['limit-negative', withSchedule({ limitAtSoc: { socPercent: 80, limit: -10 } }), place('ocpp2.1')],
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
