import { afterEach, describe, expect, test } from '@jest/globals';
import validators from 'ocpp-rpc/lib/standard-validators.js';
import type { Json } from '../json.ts';
import { type Bench, HUNGRY, setUp, until } from '../test-support/bench.ts';
import type { OcppVersion } from './dialect.ts';

/** The schemas of the standard, by a package that is not ours. */
const SUBPROTOCOLS: Readonly<Record<OcppVersion, string>> = { '1.6': 'ocpp1.6', '2.0.1': 'ocpp2.0.1' };
function check(version: OcppVersion, name: string, payload: Json): string {
  const validator = validators.find((one) => one.subprotocol === SUBPROTOCOLS[version]);
  try {
    validator?.validate(`urn:${name}`, payload);
    return validator === undefined ? 'no validator' : 'valid';
  } catch (error) {
    return `${name}: ${String(error)} ${JSON.stringify(payload)}`;
  }
}

const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 9.7 }] };
const profile = { stackLevel: 0, chargingProfilePurpose: 'TxDefaultProfile', chargingProfileKind: 'Relative' };
const variable = (component: string, name: string, rest: Json = {}): Json => ({
  component: { name: component },
  variable: { name },
  ...rest,
});

/** Requests, and the part of the answer that matters (its schema is checked as well). */
const CALLS: Readonly<Record<OcppVersion, readonly (readonly [action: string, request: Json, answer: unknown])[]>> = {
  '1.6': [
    ['SetChargingProfile', { connectorId: 1, csChargingProfiles: { chargingProfileId: 1, ...profile, chargingSchedule: schedule } }, { status: 'Accepted' }],
    ['SetChargingProfile', { connectorId: 9, csChargingProfiles: { chargingProfileId: 2, ...profile, chargingSchedule: schedule } }, { status: 'Rejected' }],
    ['GetCompositeSchedule', { connectorId: 1, duration: 60 }, { status: 'Accepted', chargingSchedule: { duration: 60, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 9.7 }] } }],
    ['GetCompositeSchedule', { connectorId: 1, duration: 60, chargingRateUnit: 'W' }, { chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: 6_693 }] } }],
    ['GetCompositeSchedule', { connectorId: 4, duration: 60 }, { status: 'Rejected' }],
    ['ClearChargingProfile', { chargingProfilePurpose: 'TxProfile' }, { status: 'Unknown' }],
    ['ClearChargingProfile', { id: 1 }, { status: 'Accepted' }],
    ['ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '5' }, { status: 'Accepted' }],
    ['ChangeConfiguration', { key: 'MeterValueSampleInterval', value: 'soon' }, { status: 'Rejected' }],
    ['ChangeConfiguration', { key: 'NumberOfConnectors', value: '4' }, { status: 'Rejected' }],
    ['ChangeConfiguration', { key: 'Nonsense', value: '5' }, { status: 'NotSupported' }],
    ['GetConfiguration', { key: ['MeterValueSampleInterval', 'AuthorizationKey', 'Nonsense'] }, { configurationKey: [{ key: 'MeterValueSampleInterval', readonly: false, value: '5' }, { key: 'AuthorizationKey', readonly: false }], unknownKey: ['Nonsense'] }],
    ['GetConfiguration', {}, { unknownKey: [] }],
    ['TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 }, { status: 'Accepted' }],
    ['TriggerMessage', { requestedMessage: 'BootNotification' }, { status: 'Accepted' }],
    ['TriggerMessage', { requestedMessage: 'Heartbeat' }, { status: 'Accepted' }],
    ['TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 7 }, { status: 'Rejected' }],
    ['TriggerMessage', { requestedMessage: 'DiagnosticsStatusNotification' }, { status: 'NotImplemented' }],
    ['RemoteStartTransaction', { idTag: 'CARD-2' }, { status: 'Rejected' }],
    ['RemoteStopTransaction', { transactionId: 1 }, { status: 'Rejected' }],
  ],
  '2.0.1': [
    ['SetChargingProfile', { evseId: 1, chargingProfile: { id: 1, ...profile, chargingSchedule: [{ id: 1, ...schedule }] } }, { status: 'Accepted' }],
    ['SetChargingProfile', { evseId: 9, chargingProfile: { id: 2, ...profile, chargingSchedule: [{ id: 1, ...schedule }] } }, { status: 'Rejected', statusInfo: { reasonCode: 'InvalidProfile', additionalInfo: 'unknown-evse' } }],
    ['GetCompositeSchedule', { evseId: 1, duration: 60 }, { status: 'Accepted', schedule: { evseId: 1, duration: 60, chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 9.7 }] } }],
    ['GetCompositeSchedule', { evseId: 4, duration: 60 }, { status: 'Rejected' }],
    ['ClearChargingProfile', { chargingProfileCriteria: { chargingProfilePurpose: 'ChargingStationExternalConstraints' } }, { status: 'Unknown' }],
    ['ClearChargingProfile', { chargingProfileId: 1 }, { status: 'Accepted' }],
    ['SetVariables', { setVariableData: [variable('SampledDataCtrlr', 'TxUpdatedInterval', { attributeValue: '5' }), variable('SampledDataCtrlr', 'Nonsense', { attributeValue: '5' }), variable('Nonsense', 'X', { attributeValue: '5' }), variable('SmartChargingCtrlr', 'Enabled', { attributeValue: 'false' })] }, { setVariableResult: [{ attributeStatus: 'Accepted' }, { attributeStatus: 'UnknownVariable' }, { attributeStatus: 'UnknownComponent' }, { attributeStatus: 'Rejected' }] }],
    ['GetVariables', { getVariableData: [variable('SampledDataCtrlr', 'TxUpdatedInterval'), variable('SecurityCtrlr', 'BasicAuthPassword'), variable('SampledDataCtrlr', 'TxUpdatedInterval', { attributeType: 'Target' })] }, { getVariableResult: [{ attributeStatus: 'Accepted', attributeValue: '5' }, { attributeStatus: 'Rejected' }, { attributeStatus: 'NotSupportedAttributeType' }] }],
    ['TriggerMessage', { requestedMessage: 'TransactionEvent' }, { status: 'Accepted' }],
    ['TriggerMessage', { requestedMessage: 'MeterValues', evse: { id: 1 } }, { status: 'Accepted' }],
    ['TriggerMessage', { requestedMessage: 'LogStatusNotification' }, { status: 'NotImplemented' }],
    ['RequestStartTransaction', { idToken: { idToken: 'CARD-2', type: 'Central' }, remoteStartId: 5 }, { status: 'Rejected' }],
    ['RequestStopTransaction', { transactionId: 'none' }, { status: 'Rejected' }],
  ],
};

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.end();
  bench = undefined;
});
async function start(version: OcppVersion): Promise<Bench> {
  bench = await setUp(version);
  bench.station.start();
  await bench.online();
  return bench;
}

describe.each(['1.6', '2.0.1'] as const)('the wire of OCPP %s', (version) => {
  test('every request a station makes in a full life is valid by the schemas of the standard', async () => {
    const b = await start(version);
    b.station.plug(1, HUNGRY);
    await b.station.tap(1, 'CARD-1');
    await b.run(25);
    await b.station.tap(1, 'CARD-1');
    b.station.unplug(1);
    await b.run(301);
    await until('a heartbeat', () => b.central.of('Heartbeat').length > 0);
    const names = new Set(b.central.received.map((one) => one.action));
    expect([...names].sort()).toEqual(
      version === '1.6'
        ? ['Authorize', 'BootNotification', 'Heartbeat', 'MeterValues', 'StartTransaction', 'StatusNotification', 'StopTransaction']
        : ['Authorize', 'BootNotification', 'Heartbeat', 'StatusNotification', 'TransactionEvent'],
    );
    const verdicts = new Set(b.central.received.map((one) => check(version, `${one.action}.req`, one.payload)));
    expect([...verdicts]).toEqual(['valid']);
    if (version === '2.0.1') {
      const numbers = b.central.of('TransactionEvent').map((one) => one.payload['seqNo']);
      expect(numbers).toEqual(numbers.map((_, i) => i));
    }
  });

  test.each(CALLS[version].map(([action, request, answer], i) => [`${i + 1} ${action}`, action, request, answer] as const))(
    'answers %s validly and to the point',
    async (_title, action, request, answer) => {
      const b = await start(version);
      expect(check(version, `${action}.req`, request)).toBe('valid');
      // What an earlier row of the table set up is set up again: each row stands alone.
      for (const [before, payload] of CALLS[version]) {
        if (payload === request) break;
        await b.central.call(before, payload);
      }
      const [kind, , payload] = await b.central.call(action, request);
      expect(kind).toBe(3);
      expect(payload).toMatchObject(answer as Record<string, unknown>);
      expect(check(version, `${action}.conf`, payload as Json)).toBe('valid');
    },
  );

  test('a remote start begins on the plugged car after the answer, and a remote stop ends it', async () => {
    const b = await start(version);
    b.station.plug(1, HUNGRY);
    const old = version === '1.6';
    const [, , first] = await b.central.call(
      old ? 'RemoteStartTransaction' : 'RequestStartTransaction',
      old ? { connectorId: 1, idTag: 'CARD-9' } : { evseId: 1, remoteStartId: 5, idToken: { idToken: 'CARD-9', type: 'Central' } },
    );
    expect(first).toEqual({ status: 'Accepted' });
    await b.run(3);
    const transaction = b.station.bay(1)?.transaction;
    expect(transaction).toMatchObject({ idToken: 'CARD-9' });
    const [, , second] = await b.central.call(
      old ? 'RemoteStopTransaction' : 'RequestStopTransaction',
      old ? { transactionId: Number(transaction?.id) } : { transactionId: transaction?.id },
    );
    expect(second).toEqual({ status: 'Accepted' });
    await b.run(1);
    expect(b.station.bay(1)).toMatchObject({ status: 'finishing', currentA: 0 });
    const last = b.central.received.findLast((one) => one.action !== 'StatusNotification')?.payload;
    expect(JSON.stringify(last)).toContain('Remote');
  });

  test('samples at the interval it was given', async () => {
    const b = await start(version);
    await (version === '1.6'
      ? b.central.call('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '3' })
      : b.central.call('SetVariables', { setVariableData: [variable('SampledDataCtrlr', 'TxUpdatedInterval', { attributeValue: '3' })] }));
    b.station.plug(1, HUNGRY);
    await b.station.tap(1, 'CARD-1');
    await b.run(20);
    const action = version === '1.6' ? 'MeterValues' : 'TransactionEvent';
    const before = b.central.of(action).length;
    await b.run(30);
    expect(b.central.of(action).length - before).toBe(10);
  });

  test('the books agree with the wire: what was acknowledged is what arrived, and the register is what flowed', async () => {
    const b = await start(version);
    b.station.plug(1, HUNGRY);
    await b.station.tap(1, 'CARD-1');
    await b.run(120);
    b.station.unplug(1);
    await b.run(1);
    const { messages, currents } = b.station.ledger();
    const actions = new Set(messages.map((message) => message.action));
    const arrived = b.central.received.filter((one) => actions.has(one.action));
    expect(messages.map((message) => [message.messageId, message.payload])).toEqual(
      arrived.map((one) => [one.messageId, one.payload]),
    );
    expect(messages.every((message) => message.acknowledgedAtMs !== undefined)).toBe(true);
    const flowedWh = currents.reduce((sum, c) => sum + ((c.l1A + c.l2A + c.l3A) * 230) / 3_600, 0);
    expect(JSON.stringify(messages.at(-1)?.payload)).toContain('Transaction.End');
    // 32 A x 3 x 230 V for two minutes less lag and ramp; sums of one-second samples are near, the integral itself is tested in ev.test.ts.
    expect(flowedWh).toBeGreaterThan(700);
    expect(Math.abs(registerGrowth(version, messages.map((m) => m.payload as Json)) - flowedWh)).toBeLessThan(10);
  });
});

function registerGrowth(version: OcppVersion, payloads: readonly Json[]): number {
  if (version === '1.6') return Number(payloads.at(-1)?.['meterStop']) - Number(payloads[0]?.['meterStart']);
  const registers = payloads.map((payload) =>
    Number(/"value":(\d+)/.exec(JSON.stringify(payload).split('Energy.Active.Import.Register')[1] ?? '')?.[1]),
  );
  return (registers.at(-1) ?? 0) - (registers[0] ?? 0);
}
