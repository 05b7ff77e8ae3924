import { expect, test } from '@jest/globals';
import type { ChargingProfile, StationCommand } from '../canonical.ts';
import { capabilitiesOf } from '../capabilities/capabilities-of.ts';
import { reportedSettings } from '../capabilities/settings.ts';
import { codecOf } from '../codec.ts';
import type { JsonObject } from '../json.ts';
import type { SetVariablesRequest } from '../v201/messages.ts';
import { schemaViolation } from '../validate.ts';

const NOW = Date.UTC(2026, 10, 26, 8);
const v21 = codecOf('ocpp2.1');
const LEASE: ChargingProfile = {
  ...{ evse: 1, profileId: 12, stackLevel: 1, purpose: 'tx', transactionId: 'tx-1' },
  ...{ startScheduleMs: NOW, durationS: 600, maxOfflineS: 600, periods: [{ startS: 0, limitDeciA: 163 }] },
};

test('SI15: a lease of 2.1 says how long it holds without us, and that it is void for good then', () => {
  const wording = v21.commandCalls({ kind: 'set-charging-profile', profile: LEASE });
  if (wording.kind !== 'calls') throw new Error(wording.why);
  expect(wording.calls[0]?.payload).toMatchObject({
    chargingProfile: { id: 12, maxOfflineDuration: 600, invalidAfterOfflineDuration: true },
  });
  expect(schemaViolation('ocpp2.1', 'SetChargingProfile', 'req', wording.calls[0]?.payload)).toBeUndefined();
});

test.each(['ocpp1.6', 'ocpp2.0.1'] as const)('SI15: %s cannot say it, and is not sent half of it', (version) => {
  const profile = { ...LEASE, transactionId: '1' };
  expect(codecOf(version).commandCalls({ kind: 'set-charging-profile', profile })).toMatchObject({ kind: 'refused' });
});

test('whatever we ask of a station of 2.1 fits its schemas', () => {
  const { maxOfflineS: _, ...plain } = LEASE;
  const commands: readonly StationCommand[] = [
    { kind: 'set-charging-profile', profile: plain },
    { kind: 'configure-sampling', intervalS: 10 },
    { kind: 'read-capabilities' },
    { kind: 'trigger-sample', evse: 1 },
    { kind: 'read-composite', evse: 1, unit: 'W' },
    { kind: 'read-profiles', requestId: 4 },
    { kind: 'stop-transaction', transactionId: 'tx-1' },
    { kind: 'set-availability', evse: 1, operative: false },
    { kind: 'trigger-boot' },
  ];
  for (const command of commands) {
    const wording = v21.commandCalls(command);
    if (wording.kind !== 'calls') throw new Error(wording.why);
    for (const { action, payload } of wording.calls) {
      expect(schemaViolation('ocpp2.1', action, 'req', payload)).toBeUndefined();
    }
  }
});

test('a station of 2.1 is asked for what flows back where its cars may give back; older ones are not', () => {
  const asked = (version: 'ocpp2.0.1' | 'ocpp2.1', withExport?: boolean): readonly string[] => {
    const more = withExport === undefined ? {} : { withExport };
    const wording = codecOf(version).commandCalls({ kind: 'configure-sampling', intervalS: 10, ...more });
    if (wording.kind !== 'calls') throw new Error(wording.why);
    expect(wording.calls).toHaveLength(1);
    const payload = wording.calls[0]?.payload;
    expect(schemaViolation(version, 'SetVariables', 'req', payload)).toBeUndefined();
    return (payload as SetVariablesRequest).setVariableData.flatMap((each) =>
      each.variable.name === 'TxUpdatedMeasurands' ? each.attributeValue.split(',') : [],
    );
  };
  expect(asked('ocpp2.1')).not.toContain('Current.Export');
  expect(asked('ocpp2.1', true)).toEqual([...asked('ocpp2.1'), 'Current.Export', 'Energy.Active.Export.Register']);
  expect(asked('ocpp2.0.1', true)).toEqual(asked('ocpp2.0.1'));
});

test('K28: a station may pull what holds in a profile, and is told a limit or that there is none', () => {
  expect(v21.toCanonical('PullDynamicScheduleUpdate', { chargingProfileId: 12 }, NOW)).toEqual({
    kind: 'request',
    request: { kind: 'schedule-pulled', profileId: 12 },
  });
  expect(v21.toCanonical('PullDynamicScheduleUpdate', {}, NOW).kind).toBe('missing');
  expect(codecOf('ocpp2.0.1').toCanonical('PullDynamicScheduleUpdate', { chargingProfileId: 12 }, NOW).kind).toBe(
    'unsupported-action',
  );
  for (const limit of [16.3, undefined]) {
    const told = { kind: 'schedule-told' as const, ...(limit === undefined ? {} : { limit }) };
    const payload = v21.answerPayload('PullDynamicScheduleUpdate', told);
    expect(payload).toMatchObject(
      limit === undefined ? { status: 'Rejected' } : { status: 'Accepted', scheduleUpdate: { limit: 16.3 } },
    );
    expect(schemaViolation('ocpp2.1', 'PullDynamicScheduleUpdate', 'res', payload)).toBeUndefined();
  }
});

test('what 2.0.1 says, 2.1 reads alike; and power made on the site is told apart from a limit', () => {
  const chargingLimit = { chargingLimitSource: 'PV inverter', isLocalGeneration: true };
  expect(v21.toCanonical('NotifyChargingLimit', { chargingLimit }, NOW)).toMatchObject({
    request: { source: 'PV inverter', isLocalGeneration: true },
  });
});

test('SmartChargingCtrlr of 2.1 says whether a profile may name how long it holds without us', () => {
  const of = (values: Readonly<Record<string, string>>) => {
    const getVariableResult = Object.entries(values).map(([name, attributeValue]) => ({
      ...{ attributeStatus: 'Accepted', attributeValue },
      ...{ component: { name: 'SmartChargingCtrlr' }, variable: { name } },
    }));
    const payload = { getVariableResult } as unknown as JsonObject;
    return capabilitiesOf('ocpp2.1', reportedSettings('ocpp2.1', payload)).capabilities.since21;
  };
  expect(of({ SupportsMaxOfflineDuration: 'true' })).toEqual({ maxOfflineDuration: true, dynamicProfiles: false });
  expect(of({ SupportsDynamicProfiles: 'TRUE' })).toEqual({ maxOfflineDuration: false, dynamicProfiles: true });
  expect(of({})).toEqual({ maxOfflineDuration: false, dynamicProfiles: false });
  expect(capabilitiesOf('ocpp2.0.1', []).capabilities).not.toHaveProperty('since21');
});

const DYNAMIC: ChargingProfile = { ...LEASE, isDynamic: true };

test('K28: a dynamic lease has no start and no duration, which each update would begin anew, but an instant at which it ends', () => {
  const wording = v21.commandCalls({ kind: 'set-charging-profile', profile: DYNAMIC });
  if (wording.kind !== 'calls') throw new Error(wording.why);
  const [call] = wording.calls;
  expect(call).toEqual({
    action: 'SetChargingProfile',
    payload: {
      evseId: 1,
      chargingProfile: {
        ...{ id: 12, stackLevel: 1, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Dynamic' },
        ...{ transactionId: 'tx-1', validTo: '2026-11-26T08:10:00.000Z' },
        ...{ maxOfflineDuration: 600, invalidAfterOfflineDuration: true },
        chargingSchedule: [
          { id: 12, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.3 }] },
        ],
      },
    },
  });
  expect(schemaViolation('ocpp2.1', 'SetChargingProfile', 'req', call?.payload)).toBeUndefined();
});

test('K28: an update tells the limit of a profile alone, in its unit', () => {
  const updates = [
    { ...DYNAMIC, isUpdate: true as const },
    { ...DYNAMIC, isUpdate: true as const, unit: 'W' as const, periods: [{ startS: 0, limitDeciA: 0, limitW: 3_450 }] },
  ];
  for (const [index, limit] of [16.3, 3_450].entries()) {
    const profile = updates[index] ?? DYNAMIC;
    const wording = v21.commandCalls({ kind: 'set-charging-profile', profile });
    if (wording.kind !== 'calls') throw new Error(wording.why);
    const payload = { chargingProfileId: 12, scheduleUpdate: { limit } };
    expect(wording.calls).toEqual([{ action: 'UpdateDynamicSchedule', payload }]);
    expect(schemaViolation('ocpp2.1', 'UpdateDynamicSchedule', 'req', payload)).toBeUndefined();
  }
});

test.each(['ocpp1.6', 'ocpp2.0.1'] as const)(
  'K28: %s knows nothing dynamic, and is sent nothing in its place',
  (version) => {
    const { maxOfflineS: _, ...plain } = DYNAMIC;
    for (const profile of [plain, { ...plain, isUpdate: true as const }]) {
      const command = { kind: 'set-charging-profile', profile: { ...profile, transactionId: '1' } } as const;
      expect(codecOf(version).commandCalls(command)).toMatchObject({ kind: 'refused' });
    }
  },
);

const GIVING: ChargingProfile = {
  ...LEASE,
  periods: [{ startS: 0, limitDeciA: 160, numberPhases: 3, dischargeDeciA: 105 }],
};

test('block Q: what a car is to give back is a setpoint below 0 and the discharge limit of it, beside the limit of what it may take', () => {
  const inWatts: ChargingProfile = {
    ...{ ...LEASE, unit: 'W' },
    periods: [
      { startS: 0, limitDeciA: 0, limitW: 11_000, dischargeW: 7_000 },
      { startS: 60, limitDeciA: 0, limitW: 0, dischargeW: 7_000 },
      { startS: 120, limitDeciA: 0, limitW: 0 },
    ],
  };
  const central = { operationMode: 'CentralSetpoint', setpoint: -7_000, dischargeLimit: -7_000 };
  const told = [
    [
      {
        startPeriod: 0,
        limit: 16,
        numberPhases: 3,
        operationMode: 'CentralSetpoint',
        setpoint: -10.5,
        dischargeLimit: -10.5,
      },
    ],
    [
      { startPeriod: 0, limit: 11_000, ...central },
      { startPeriod: 60, limit: 0, ...central },
      { startPeriod: 120, limit: 0 },
    ],
  ];
  for (const [index, profile] of [GIVING, inWatts].entries()) {
    const wording = v21.commandCalls({ kind: 'set-charging-profile', profile });
    if (wording.kind !== 'calls') throw new Error(wording.why);
    const [call] = wording.calls;
    expect(call?.payload).toMatchObject({
      chargingProfile: {
        ...{ chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Absolute' },
        chargingSchedule: [{ duration: 600, chargingSchedulePeriod: told[index] }],
      },
    });
    expect(schemaViolation('ocpp2.1', 'SetChargingProfile', 'req', call?.payload)).toBeUndefined();
  }
});

test.each(['ocpp1.6', 'ocpp2.0.1'] as const)(
  '%s cannot say what flows back, and is sent nothing in its place',
  (version) => {
    const { maxOfflineS: _, ...plain } = GIVING;
    const command = { kind: 'set-charging-profile', profile: { ...plain, transactionId: '1' } } as const;
    expect(codecOf(version).commandCalls(command)).toMatchObject({ kind: 'refused' });
  },
);

test('V2XChargingCtrlr is asked of the EVSEs whose cars may give back, and only its own word makes one follow a setpoint', () => {
  const wording = v21.commandCalls({ kind: 'read-capabilities', setpointEvses: [1, 3] });
  if (wording.kind !== 'calls') throw new Error(wording.why);
  const [{ payload } = { payload: {} }] = wording.calls;
  expect(schemaViolation('ocpp2.1', 'GetVariables', 'req', payload)).toBeUndefined();
  expect(JSON.stringify(payload)).toContain(
    '{"component":{"name":"V2XChargingCtrlr","evse":{"id":3}},"variable":{"name":"SupportedOperationModes"}}',
  );
  const plain = v21.commandCalls({ kind: 'read-capabilities' });
  expect(JSON.stringify(plain)).not.toContain('V2X');

  const said = (evse: number, name: string, attributeValue?: string) => ({
    ...(attributeValue === undefined
      ? { attributeStatus: 'UnknownComponent' }
      : { attributeStatus: 'Accepted', attributeValue }),
    ...{ component: { name: 'v2xChargingCtrlr', evse: { id: evse } }, variable: { name } },
  });
  const evsesOf = (...results: readonly object[]) => {
    const reported = reportedSettings('ocpp2.1', { getVariableResult: results } as unknown as JsonObject);
    return capabilitiesOf('ocpp2.1', reported).capabilities.since21?.setpointEvses;
  };
  const [on, modes] = [said(1, 'Enabled', 'true'), said(1, 'SupportedOperationModes', 'ChargingOnly, CentralSetpoint')];
  expect(evsesOf(on, modes)).toEqual([1]);
  expect(
    evsesOf(on, modes, said(3, 'Enabled', 'TRUE'), said(3, 'SupportedOperationModes', '"centralsetpoint"')),
  ).toEqual([1, 3]);
  // Not what is switched off, unknown, or another mode that is written much the same.
  expect(evsesOf(said(1, 'Enabled', 'false'), modes)).toEqual([]);
  expect(evsesOf(said(1, 'Enabled'), modes)).toEqual([]);
  expect(evsesOf(on, said(1, 'SupportedOperationModes', 'ExternalSetpoint,NotCentralSetpoint'))).toEqual([]);
  expect(evsesOf(on)).toEqual([]);
  expect(evsesOf()).toBeUndefined();
  expect(reportedSettings('ocpp2.0.1', { getVariableResult: [on, modes] })).toHaveLength(6);
});
