import { expect, test } from '@jest/globals';
import { stationV1 } from '@headroom/contracts';
import { stationEventOf } from './station-fact.ts';

const RECEIVED = 1_800_000_000_000;
const { ConnectorStatus } = stationV1;

const fact = (body: stationV1.StationFact['fact'], patch: Partial<stationV1.StationFact> = {}): Uint8Array =>
  stationV1.StationFact.encode({
    stationId: 'ST-1',
    siteId: 'depot',
    connectionGeneration: 1n,
    receivedAtMs: BigInt(RECEIVED),
    rawFrame: new Uint8Array(),
    fact: body,
    ...patch,
  }).finish();
const eventOf = (bytes: Uint8Array) => {
  const read = stationEventOf(bytes);
  if (read.kind === 'err') throw new Error(read.error);
  return read.value.event;
};
const values = (...wh: readonly string[]): stationV1.MeterValue[] =>
  wh.map((value) => ({
    stationTimeMs: BigInt(RECEIVED - 1_000),
    sampledValues: [
      { value: '16', measurand: 'Current.Import', phase: 'L1', unit: 'A', multiplier: 0, context: '', location: '' },
      {
        value,
        measurand: 'Energy.Active.Import.Register',
        phase: '',
        unit: 'Wh',
        multiplier: 0,
        context: '',
        location: '',
      },
    ],
  }));
const started = (patch: Partial<stationV1.TransactionStarted> = {}): Uint8Array =>
  fact({
    $case: 'transactionStarted',
    value: {
      evse: 1,
      connector: 1,
      transactionId: '77',
      idTokenHash: 'aa',
      authorized: true,
      meterStartWh: 500n,
      stationTimeMs: BigInt(RECEIVED - 5),
      chargingState: 0,
      offline: false,
      meterValues: [],
      ...patch,
    },
  });
const ended = (patch: Partial<stationV1.TransactionEnded> = {}): Uint8Array =>
  fact({
    $case: 'transactionEnded',
    value: {
      evse: 0,
      transactionId: '77',
      meterStopWh: 900n,
      reason: 'Local',
      stationTimeMs: BigInt(RECEIVED - 5),
      offline: false,
      meterValues: [],
      ...patch,
    },
  });

test.each([
  [ConnectorStatus.AVAILABLE, 'unplugged'],
  [ConnectorStatus.OCCUPIED, 'plugged'],
  [ConnectorStatus.PREPARING, 'plugged'],
  [ConnectorStatus.CHARGING, 'plugged'],
  [ConnectorStatus.SUSPENDED_EV, 'plugged'],
  [ConnectorStatus.SUSPENDED_EVSE, 'plugged'],
  [ConnectorStatus.FINISHING, 'plugged'],
  [ConnectorStatus.RESERVED, undefined],
  [ConnectorStatus.UNAVAILABLE, undefined],
  [ConnectorStatus.FAULTED, undefined],
  [ConnectorStatus.UNSPECIFIED, undefined],
])('status %s says of the cable: %s', (status, kind) => {
  const value = { evse: 1, connector: 2, status, errorCode: 'NoError' };
  expect(eventOf(fact({ $case: 'statusReported', value }))?.kind).toBe(kind);
  expect(eventOf(fact({ $case: 'statusReported', value: { ...value, evse: 0 } }))).toBeUndefined();
});

test('a start takes its register from the message, else from its first sample', () => {
  expect(eventOf(started())).toMatchObject({ kind: 'transaction-started', meterStartWh: 500, atMs: RECEIVED });
  expect(eventOf(started({ meterStartWh: undefined, meterValues: values('610', '620') }))).toMatchObject({
    meterStartWh: 610,
  });
  expect(eventOf(started({ meterStartWh: undefined }))).toMatchObject({ meterStartWh: undefined });
  expect(eventOf(started({ meterStartWh: -1n }))).toMatchObject({ meterStartWh: undefined });
  expect(eventOf(started({ meterStartWh: 2n ** 60n }))).toMatchObject({ meterStartWh: undefined });
});

test('H11 a stop takes its register from the message, else from its last sample; -1 stays "unknown"', () => {
  expect(eventOf(ended())).toMatchObject({ kind: 'transaction-ended', evse: 0, meterStopWh: 900 });
  expect(eventOf(ended({ meterStopWh: undefined, meterValues: values('610', '640') }))).toMatchObject({
    meterStopWh: 640,
  });
  expect(eventOf(ended({ meterStopWh: -1n, meterValues: values('650') }))).toMatchObject({ meterStopWh: 650 });
  expect(eventOf(ended({ meterStopWh: -1n }))).toMatchObject({ meterStopWh: -1 });
});

test('meter values of a transaction tell its highest register; outside one, or without a register, nothing', () => {
  const reported = (transactionId: string, meterValues: stationV1.MeterValue[]) =>
    eventOf(fact({ $case: 'meterValuesReported', value: { evse: 1, transactionId, meterValues } }));
  expect(reported('77', values('610', 'rubbish', '605'))).toEqual({
    kind: 'register-read',
    transactionId: '77',
    reading: { energyWh: 610, atMs: RECEIVED },
  });
  expect(reported('', values('610'))).toBeUndefined();
  expect(reported('77', values('rubbish'))).toBeUndefined();
});

test('connections, boots, answers and refused frames say nothing about sessions', () => {
  expect(eventOf(fact({ $case: 'disconnected', value: { closeCode: 1006, reason: '' } }))).toBeUndefined();
  expect(eventOf(fact({ $case: 'frameRefused', value: { reason: 'not-json', detail: '' } }))).toBeUndefined();
  expect(eventOf(fact(undefined))).toBeUndefined();
});

test.each([
  ['bytes that are no message', new Uint8Array([255, 255, 255])],
  ['no station', fact(undefined, { stationId: '' })],
  ['an endless transaction id', ended({ transactionId: 'x'.repeat(256) })],
  ['an empty transaction id', started({ transactionId: '' })],
  ['an absurd EVSE', started({ evse: 1_000_001 })],
])('a record with %s is told, not thrown', (_, bytes) => {
  expect(stationEventOf(bytes)).toMatchObject({ kind: 'err' });
});

test('a station of no site has none', () => {
  const read = stationEventOf(fact(undefined, { siteId: '' }));
  expect(read).toMatchObject({ kind: 'ok', value: { stationId: 'ST-1', siteId: undefined } });
});
