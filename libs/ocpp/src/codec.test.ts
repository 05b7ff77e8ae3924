import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OCPP_VERSIONS, type ChargingProfile, type StationAnswer, type StationCommand } from './canonical.ts';
import { codecOf, commandOutcome } from './codec.ts';
import { compositeSaid, MAX_COMPOSITE_STEPS, wordsOfComposite } from './composite-answer.ts';
import { MAX_SCHEDULE_PERIODS } from './from-canonical.ts';
import { encodeFrame } from './frames.ts';
import { schemaViolation } from './validate.ts';

const AT = Date.UTC(2026, 10, 21, 8);
const NOW = AT + 5000;
const v16 = codecOf('ocpp1.6');
const v201 = codecOf('ocpp2.0.1');

const lease: ChargingProfile = {
  evse: 1,
  profileId: 11,
  stackLevel: 1,
  purpose: 'tx',
  transactionId: '42',
  startScheduleMs: AT,
  durationS: 120,
  periods: [{ startS: 0, limitDeciA: 163, numberPhases: 3 }],
};

test('a lease in 1.6: Absolute TxProfile in amperes, with an integer transaction', () => {
  expect(v16.commandCalls({ kind: 'set-charging-profile', profile: lease })).toEqual({
    kind: 'calls',
    calls: [
      {
        action: 'SetChargingProfile',
        payload: {
          connectorId: 1,
          csChargingProfiles: {
            chargingProfileId: 11,
            transactionId: 42,
            stackLevel: 1,
            chargingProfilePurpose: 'TxProfile',
            chargingProfileKind: 'Absolute',
            chargingSchedule: {
              duration: 120,
              startSchedule: '2026-11-21T08:00:00.000Z',
              chargingRateUnit: 'A',
              chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.3, numberPhases: 3 }],
            },
          },
        },
      },
    ],
  });
});

test('K01.FR.40, K01.FR.41: without a start the profile is Relative and permanent', () => {
  const fallback: ChargingProfile = {
    evse: 1,
    profileId: 1,
    stackLevel: 0,
    purpose: 'tx-default',
    periods: [{ startS: 0, limitDeciA: 60 }],
  };
  expect(v201.commandCalls({ kind: 'set-charging-profile', profile: fallback })).toEqual({
    kind: 'calls',
    calls: [
      {
        action: 'SetChargingProfile',
        payload: {
          evseId: 1,
          chargingProfile: {
            id: 1,
            stackLevel: 0,
            chargingProfilePurpose: 'TxDefaultProfile',
            chargingProfileKind: 'Relative',
            chargingSchedule: [
              { id: 1, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6 }] },
            ],
          },
        },
      },
    ],
  });
});

const profiles: fc.Arbitrary<ChargingProfile> = fc
  .record({
    evse: fc.integer({ min: 1, max: 9 }),
    limits: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: MAX_SCHEDULE_PERIODS }),
    tx: fc.boolean(),
    startScheduleMs: fc.option(fc.integer({ min: AT, max: AT + 1e9 }), { nil: undefined }),
  })
  .map(({ evse, limits, tx, startScheduleMs }) => ({
    evse,
    profileId: 5,
    stackLevel: tx ? 1 : 0,
    purpose: tx ? ('tx' as const) : ('tx-default' as const),
    ...(tx ? { transactionId: '77' } : {}),
    ...(startScheduleMs === undefined ? {} : { startScheduleMs, durationS: 60 }),
    periods: limits.map((limitDeciA, i) => ({ startS: i * 60, limitDeciA })),
  }));

test('SI27: a lease with a second period is worded in every version, and fits their schemas', () => {
  const falling: ChargingProfile = {
    ...{ evse: 2, profileId: 22, stackLevel: 1, purpose: 'tx', transactionId: '77' },
    ...{ startScheduleMs: AT, durationS: 120 },
    periods: [
      { startS: 0, limitDeciA: 200, numberPhases: 3 },
      { startS: 41, limitDeciA: 0, numberPhases: 3 },
    ],
  };
  const wordings = OCPP_VERSIONS.map((version) => {
    const wording = codecOf(version).commandCalls({ kind: 'set-charging-profile', profile: falling });
    if (wording.kind !== 'calls') throw new Error('it cannot be said');
    const written = JSON.parse(JSON.stringify(wording.calls[0]?.payload)) as unknown;
    expect(schemaViolation(version, 'SetChargingProfile', 'req', written)).toBeUndefined();
    return JSON.stringify(written);
  });
  const periods =
    '"chargingSchedulePeriod":[{"startPeriod":0,"limit":20,"numberPhases":3},{"startPeriod":41,"limit":0,"numberPhases":3}]';
  expect(wordings).toEqual(OCPP_VERSIONS.map(() => expect.stringContaining(periods)));
});

test('H71: whatever we ask of a station fits its schema, in every version', () => {
  const command: fc.Arbitrary<StationCommand> = fc.oneof(
    profiles.map((profile) => ({ kind: 'set-charging-profile' as const, profile })),
    fc.constant({ kind: 'configure-sampling' as const, intervalS: 10 }),
    fc.constant({ kind: 'trigger-boot' as const }),
  );
  fc.assert(
    fc.property(command, fc.constantFrom(...OCPP_VERSIONS), (one, version) => {
      const wording = codecOf(version).commandCalls(one);
      expect(wording.kind).toBe('calls');
      if (wording.kind !== 'calls') return;
      for (const { action, payload } of wording.calls) {
        const written = JSON.parse(JSON.stringify(payload)) as unknown;
        expect(schemaViolation(version, action, 'req', written)).toBeUndefined();
      }
    }),
  );
});

test('H21, H71: whatever we answer fits its schema, in every version', () => {
  const answers: readonly (readonly [readonly string[], StationAnswer])[] = [
    [['BootNotification'], { kind: 'boot-accepted', nowMs: NOW, heartbeatIntervalS: 300 }],
    [['Heartbeat'], { kind: 'heartbeat', nowMs: NOW }],
    [['StatusNotification', 'MeterValues'], { kind: 'acknowledged' }],
    [['Authorize'], { kind: 'authorized', status: 'blocked' }],
    [['DataTransfer'], { kind: 'unknown-vendor' }],
    [
      ['StartTransaction', 'StopTransaction', 'TransactionEvent'],
      { kind: 'transaction-acknowledged', transactionId: '7', authorization: 'invalid' },
    ],
    [['StopTransaction', 'TransactionEvent'], { kind: 'transaction-acknowledged', transactionId: '7' }],
  ];
  let checked = 0;
  for (const [actions, answer] of answers) {
    for (const action of actions) {
      for (const version of OCPP_VERSIONS) {
        const known = version === 'ocpp1.6' ? action !== 'TransactionEvent' : !/^St(art|op)Transaction$/.test(action);
        if (!known) continue;
        expect(schemaViolation(version, action, 'res', codecOf(version).answerPayload(action, answer))).toBeUndefined();
        checked += 1;
      }
    }
  }
  expect(checked).toBe(25);
});

test.each<[string, Partial<ChargingProfile>]>([
  ['no period', { periods: [] }],
  [
    'one period too many',
    { periods: Array.from({ length: MAX_SCHEDULE_PERIODS + 1 }, (_, i) => ({ startS: i, limitDeciA: 60 })) },
  ],
  ['a first period that starts late', { periods: [{ startS: 5, limitDeciA: 60 }] }],
  ['a negative limit', { periods: [{ startS: 0, limitDeciA: -10 }] }],
  ['a negative power', { unit: 'W', periods: [{ startS: 0, limitDeciA: 0, limitW: -10 }] }],
  ['periods out of order', { periods: [0, 7, 7].map((startS) => ({ startS, limitDeciA: 60 })) }],
  ['no time at all', { durationS: 0 }],
  ['four phases', { periods: [{ startS: 0, limitDeciA: 60, numberPhases: 4 }] }],
  ['TxProfile for the whole station', { evse: 0 }],
  ['TxDefaultProfile with a transaction', { purpose: 'tx-default' }],
])('a profile no station could take is refused here: %s', (_, change) => {
  for (const codec of [v16, v201]) {
    expect(codec.commandCalls({ kind: 'set-charging-profile', profile: { ...lease, ...change } }).kind).toBe('refused');
  }
});

test('K01.FR.03, 1.6 5.16.2: a TxProfile that names no transaction is refused here', () => {
  const { transactionId: _, ...nameless } = lease;
  for (const codec of [v16, v201]) {
    const wording = codec.commandCalls({ kind: 'set-charging-profile', profile: nameless });
    expect(wording).toEqual({ kind: 'refused', why: 'transaction-id-missing' });
  }
});

test('1.6 cannot name a transaction that is no integer', () => {
  const profile = { ...lease, transactionId: 'tx-1' };
  expect(v16.commandCalls({ kind: 'set-charging-profile', profile }).kind).toBe('refused');
  expect(v201.commandCalls({ kind: 'set-charging-profile', profile }).kind).toBe('calls');
});

test('each refusal has the word of its version', () => {
  const words = (codec: typeof v16) => [
    codec.errorFor({ kind: 'unknown-action' }).code,
    codec.errorFor({ kind: 'before-boot' }).code,
    codec.errorFor({ kind: 'malformed-frame' }).code,
    codec.errorFor({ kind: 'schema', keyword: 'required' }).code,
    codec.errorFor({ kind: 'schema', keyword: 'type' }).code,
  ];
  expect(words(v16)).toEqual([
    'NotImplemented',
    'SecurityError',
    'FormationViolation',
    'OccurenceConstraintViolation',
    'TypeConstraintViolation',
  ]);
  expect(words(v201)).toEqual([
    'NotImplemented',
    'SecurityError',
    'RpcFrameworkError',
    'OccurrenceConstraintViolation',
    'TypeConstraintViolation',
  ]);
});

test('only the word Accepted is an acceptance', () => {
  expect(commandOutcome({ status: 'Accepted' }).kind).toBe('accepted');
  expect(commandOutcome({ status: 'NotSupported' })).toEqual({ kind: 'rejected', detail: 'NotSupported' });
  expect(commandOutcome({}).kind).toBe('failed');
  expect(encodeFrame({ kind: 'call-result', messageId: 'a', payload: {} })).toBe('[3,"a",{}]');
});

test('what is asked of a station that disobeys fits the schema of its version', () => {
  const asked = [
    { kind: 'trigger-sample', evse: 2 },
    { kind: 'read-composite', evse: 2 },
    { kind: 'stop-transaction', transactionId: '42' },
    { kind: 'set-availability', evse: 2, operative: false },
  ] as const;
  const calls = (codec: typeof v16) =>
    asked.map((command) => {
      const wording = codec.commandCalls(command);
      if (wording.kind === 'refused') return wording.why;
      const [{ action, payload } = { action: '', payload: {} }] = wording.calls;
      expect(schemaViolation(codec.version, action, 'req', payload)).toBeUndefined();
      return [action, payload];
    });
  expect(calls(v16)).toEqual([
    ['TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 2 }],
    ['GetCompositeSchedule', { connectorId: 2, duration: 60 }],
    ['RemoteStopTransaction', { transactionId: 42 }],
    ['ChangeAvailability', { connectorId: 2, type: 'Inoperative' }],
  ]);
  expect(calls(v201)).toEqual([
    ['TriggerMessage', { requestedMessage: 'MeterValues', evse: { id: 2 } }],
    ['GetCompositeSchedule', { evseId: 2, duration: 60 }],
    ['RequestStopTransaction', { transactionId: '42' }],
    ['ChangeAvailability', { evse: { id: 2 }, operationalStatus: 'Inoperative' }],
  ]);
  expect(v16.commandCalls({ kind: 'stop-transaction', transactionId: 'tx-1' }).kind).toBe('refused');
});

test('H75: what a station says that it has is read whatever is wrong with the form of it', () => {
  const periods = [
    { startPeriod: '60', limit: 6, numberPhases: 3 },
    { startPeriod: 0, limit: '32.55' },
  ];
  const said = compositeSaid('ocpp1.6', {
    scheduleStart: '2026-01-12T09:00:00Z',
    chargingSchedule: { duration: '600', chargingSchedulePeriod: periods },
  });
  const steps = [
    { fromS: 0, limit: 325 },
    { fromS: 60, limit: 60, phases: 3 },
  ];
  expect(said).toEqual({ unit: 'A', startMs: Date.UTC(2026, 0, 12, 9), durationS: 600, steps });
  expect(said && wordsOfComposite(said)).toBe('32.5 A');
  const schedule = { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 11_000 }] };
  expect(compositeSaid('ocpp2.0.1', { status: 'Accepted', schedule })).toEqual({
    unit: 'W',
    steps: [{ fromS: 0, limit: 11_000 }],
  });
  expect(compositeSaid('ocpp1.6', { status: 'Accepted' })).toBeUndefined();
  expect(compositeSaid('ocpp2.0.1', { schedule: { chargingSchedulePeriod: [{ limit: 'much' }] } })).toBeUndefined();
});

test('H87: a composite schedule says nothing from the first step on that names no limit, or is one too many', () => {
  const saidOf = (limits: readonly (number | undefined)[]) =>
    compositeSaid('ocpp1.6', {
      chargingSchedule: {
        duration: 86_400,
        chargingSchedulePeriod: limits.map((limit, startPeriod) => ({
          startPeriod,
          ...(limit === undefined ? {} : { limit }),
        })),
      },
    });
  expect(saidOf([-1])).toBeUndefined();
  expect(saidOf([])).toBeUndefined();
  expect(saidOf([16, -1, 32])).toEqual({ unit: 'A', durationS: 1, steps: [{ fromS: 0, limit: 160 }] });
  expect(saidOf([undefined, 16])).toEqual({ unit: 'A', durationS: 86_400, steps: [{ fromS: 1, limit: 160 }] });
  const many = saidOf(Array.from({ length: MAX_COMPOSITE_STEPS + 1 }, () => 6));
  expect(many?.steps).toHaveLength(MAX_COMPOSITE_STEPS);
  expect(many?.durationS).toBe(MAX_COMPOSITE_STEPS);
});

test('2.1: of limits of each phase the one counts that may carry most', () => {
  const saidOf = (chargingRateUnit: string) =>
    compositeSaid('ocpp2.1', {
      schedule: {
        chargingRateUnit,
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 6, limit_L2: 16, limit_L3: 10 }],
      },
    })?.steps;
  expect(saidOf('A')).toEqual([{ fromS: 0, limit: 160 }]);
  expect(saidOf('W')).toEqual([{ fromS: 0, limit: 48 }]);
});
