import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OCPP_VERSIONS } from './canonical.ts';
import { codecOf } from './codec.ts';
import type { JsonObject } from './json.ts';
import { schemaViolation } from './validate.ts';

const AT = Date.UTC(2026, 10, 21, 8);
const NOW = AT + 5000;
const v16 = codecOf('ocpp1.6');
const v201 = codecOf('ocpp2.0.1');

test('1.6 StartTransaction: the connector is the EVSE, the transaction has no id yet', () => {
  const payload = { connectorId: 2, idTag: 'TAG', meterStart: 1200, timestamp: '2026-11-21T08:00:00Z' };
  expect(v16.toCanonical('StartTransaction', payload, NOW)).toEqual({
    kind: 'request',
    request: {
      kind: 'transaction-started',
      evse: 2,
      connector: 1,
      idToken: 'TAG',
      meterStartWh: 1200,
      stationTime: { atMs: AT, text: '2026-11-21T08:00:00Z' },
      chargingState: 'unknown',
      offline: false,
      meterValues: [],
    },
  });
});

test('H1, H16: a StopTransaction for -1, without idTag and with an odd reason, is read', () => {
  const payload = { transactionId: -1, meterStop: 10, timestamp: '2026-11-21T08:00:00Z', reason: 'Weather' };
  expect(v16.toCanonical('StopTransaction', payload, NOW)).toMatchObject({
    request: { kind: 'transaction-ended', evse: 0, transactionId: '-1', meterStopWh: 10, reason: 'Weather' },
  });
});

test('H33, H35, H37, H40: numbers count as text, defaults are filled in, a sample without a value is left out', () => {
  const payload = {
    connectorId: 1,
    transactionId: 7,
    meterValue: [
      { sampledValue: [{ value: 12.5 }, { unit: 'A' }, { value: '6', measurand: 'Current.Import', phase: 'L1' }] },
    ],
  };
  expect(v16.toCanonical('MeterValues', payload, NOW)).toMatchObject({
    request: {
      kind: 'meter-values',
      transactionId: '7',
      meterValues: [
        {
          stationTime: { atMs: NOW, text: '' },
          sampledValues: [
            {
              value: '12.5',
              measurand: 'Energy.Active.Import.Register',
              unit: 'Wh',
              context: 'Sample.Periodic',
              location: 'Outlet',
              phase: '',
              multiplier: 0,
            },
            { value: '6', measurand: 'Current.Import', phase: 'L1', unit: '' },
          ],
        },
      ],
    },
  });
});

test('2.0.1 TransactionEvent carries EVSE, token, charging state, seqNo, offline and meter values', () => {
  const payload = {
    eventType: 'Started',
    timestamp: '2026-11-21T08:00:00Z',
    triggerReason: 'Authorized',
    seqNo: 3,
    offline: true,
    transactionInfo: { transactionId: 'tx-1', chargingState: 'Charging' },
    evse: { id: 1, connectorId: 2 },
    idToken: { idToken: 'TAG', type: 'ISO14443' },
    meterValue: [
      {
        timestamp: '2026-11-21T08:00:00Z',
        sampledValue: [{ value: 1.5, measurand: 'Power.Active.Import', unitOfMeasure: { unit: 'W', multiplier: 3 } }],
      },
    ],
  };
  expect(schemaViolation('ocpp2.0.1', 'TransactionEvent', 'req', payload)).toBeUndefined();
  expect(v201.toCanonical('TransactionEvent', payload, NOW)).toMatchObject({
    request: {
      kind: 'transaction-started',
      evse: 1,
      connector: 2,
      transactionId: 'tx-1',
      idToken: 'TAG',
      chargingState: 'charging',
      seqNo: 3,
      offline: true,
      meterValues: [{ sampledValues: [{ value: '1.5', unit: 'W', multiplier: 3 }] }],
    },
  });
});

test('H28: a time before every clock is the time of receipt, and the text is kept', () => {
  const payload = { connectorId: 1, status: 'Available', errorCode: 'NoError', timestamp: '1970-01-01T00:00:00Z' };
  expect(v16.toCanonical('StatusNotification', payload, NOW)).toMatchObject({
    request: { stationTime: { atMs: NOW, text: '1970-01-01T00:00:00Z' } },
  });
});

test('the readers never throw, whatever the payload', () => {
  const actions = [
    'BootNotification',
    'StatusNotification',
    'StartTransaction',
    'StopTransaction',
    'MeterValues',
    'TransactionEvent',
    'Authorize',
  ];
  const keys = fc.constantFrom(
    'connectorId',
    'evseId',
    'evse',
    'transactionInfo',
    'meterValue',
    'sampledValue',
    'idToken',
    'timestamp',
    'status',
  );
  const payload = fc.dictionary(keys, fc.jsonValue()) as fc.Arbitrary<JsonObject>;
  fc.assert(
    fc.property(fc.constantFrom(...actions), payload, (action, one) => {
      for (const version of OCPP_VERSIONS) codecOf(version).toCanonical(action, one, NOW);
    }),
    { numRuns: 500 },
  );
});
