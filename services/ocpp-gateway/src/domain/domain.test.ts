import { expect, test } from '@jest/globals';
import { stationId } from '@headroom/kernel';
import { codecOf, type JsonObject, type StationRequest, type TransactionStarted } from '@headroom/ocpp';
import { basicCredentials, MAX_PASSWORD_CHARS, pickVersion, stationOfPath } from './admission.ts';
import { createBoundedMap } from './bounded-map.ts';
import { factContentKey, transactionContentKey } from './content-key.ts';
import { withoutTokens } from './redact.ts';
import { transactionNumber } from './transaction-number.ts';

const ST = stationId('ST-1');
const started: TransactionStarted = {
  kind: 'transaction-started',
  evse: 1,
  connector: 1,
  meterStartWh: 10,
  stationTime: { atMs: 5, text: 't' },
  chargingState: 'unknown',
  offline: false,
  meterValues: [],
};

test('R9: the content key knows a repeat at another time of receipt, and tells everything else apart', () => {
  const key = (change: Partial<TransactionStarted> = {}, hash = 'h', receivedAtMs = 1) =>
    transactionContentKey(ST, { ...started, ...change }, hash, receivedAtMs);
  expect(key({ stationTime: { atMs: 99, text: 't' } }, 'h', 2)).toBe(key());
  const others = [
    key({ evse: 2 }),
    key({ meterStartWh: 11 }),
    key({ seqNo: 1 }),
    key({ transactionId: 'x' }),
    key({ stationTime: { atMs: 5, text: 'u' } }),
    key({}, 'other'),
    transactionContentKey(stationId('ST-2'), started, 'h', 1),
  ];
  expect(new Set([key(), ...others]).size).toBe(others.length + 1);
});

const AT = Date.UTC(2026, 10, 21, 8);
const NEVER_SET = '1970-01-01T00:00:00Z';
/** As it comes from a station. */
function read(action: string, payload: JsonObject, receivedAtMs: number): StationRequest {
  const reading = codecOf('ocpp1.6').toCanonical(action, payload, receivedAtMs);
  if (reading.kind !== 'request') throw new Error(reading.kind);
  return reading.request;
}

test('H40, H42: values without a time of their own are never taken for a repeat', () => {
  const key = (timestamp: string | null, receivedAtMs: number) => {
    const sampledValue = [{ value: '5', measurand: 'Current.Import', unit: 'A' }];
    const message = read('MeterValues', { connectorId: 1, meterValue: [{ timestamp, sampledValue }] }, receivedAtMs);
    if (message.kind !== 'meter-values') throw new Error(message.kind);
    return transactionContentKey(ST, message, '', receivedAtMs);
  };
  const said = new Date(AT).toISOString();
  expect(key(said, AT)).toBe(key(said, AT + 1));
  expect(key(null, AT)).not.toBe(key(null, AT + 1));
  // H28: a clock that was never set, and stands still or begins anew with its station.
  expect(key(NEVER_SET, AT)).not.toBe(key(NEVER_SET, AT + 1));
  expect(key('soon', AT)).not.toBe(key('soon', AT + 1));
});

test.each([
  ['within the second', new Date(AT).toISOString()],
  ['by a clock that stands still (H28)', NEVER_SET],
])('a status that comes back %s is told again: the one between them holds no more', (_, timestamp) => {
  const key = (word: string, receivedAtMs: number) => {
    const payload = { connectorId: 1, status: word, errorCode: 'NoError', timestamp };
    const status = read('StatusNotification', payload, receivedAtMs);
    if (status.kind !== 'status') throw new Error(status.kind);
    return factContentKey(ST, 1, receivedAtMs, { kind: 'status-reported', status });
  };
  const keys = [key('Available', AT + 100), key('Preparing', AT + 300), key('Available', AT + 500)];
  expect(new Set(keys).size).toBe(3);
});

test('a late answer to a command is another fact than its silence', () => {
  const key = (status: 'unanswered' | 'accepted') =>
    factContentKey(ST, 1, 1, { kind: 'command-answered', commandId: 'c', status, detail: '', settings: [] });
  expect(key('unanswered')).not.toBe(key('accepted'));
});

test.each([
  ['{"idTag":"SECRET"}', '{"idTag":"<SECRET>"}'],
  ['{"idToken":{"idToken" : "SE\\u0043RET","type":"x"}}', '{"idToken":{"idToken" : "<SECRET>","type":"x"}}'],
  ['{"idTag":1234}', '{"idTag":"<1234>"}'],
  ["{'idTag':'SECRET',", '{\'idTag\':"<SECRET>",'],
  ['{"idTag":"SECR', '{"idTag":"<SECR>"'],
  ['{"value":"SECRET"}', '{"value":"SECRET"}'],
])('X11: %s leaves as %s', (text, expected) => {
  expect(withoutTokens(text, (token) => `<${token}>`)).toBe(expected);
});

test('H17: a transaction number is positive and fits 31 bits, at both ends', () => {
  expect(transactionNumber('0')).toBe(1);
  expect(transactionNumber((2_147_483_646).toString(16))).toBe(2_147_483_647);
  expect(transactionNumber((2_147_483_647).toString(16))).toBe(1);
});

test('H61: the station is the one segment behind /ocpp/, decoded', () => {
  expect(stationOfPath('/ocpp/ST%2D1/?x=1')).toBe('ST-1');
  expect(stationOfPath(`/ocpp/${'a'.repeat(48)}`)).toBe('a'.repeat(48));
  expect(stationOfPath(`/ocpp/${'a'.repeat(49)}`)).toBeUndefined();
  expect(stationOfPath('/OCPP/ST-1')).toBeUndefined();
});

test('the best common version, whatever the order of the offer', () => {
  expect(pickVersion(['ocpp1.6', 'ocpp2.0.1'])).toBe('ocpp2.0.1');
  expect(pickVersion(['ocpp2.0.1', 'ocpp2.1', 'ocpp1.6'])).toBe('ocpp2.1');
  expect(pickVersion(['ocpp2.0', 'ocpp1.6'])).toBe('ocpp1.6');
  expect(pickVersion([])).toBeUndefined();
});

test('Basic credentials split at the first colon; a password too long is none', () => {
  expect(basicCredentials('a:b:c')).toEqual({ user: 'a', password: 'b:c' });
  expect(basicCredentials('nothing')).toBeUndefined();
  expect(basicCredentials(`a:${'x'.repeat(MAX_PASSWORD_CHARS)}`)).toBeDefined();
  expect(basicCredentials(`a:${'x'.repeat(MAX_PASSWORD_CHARS + 1)}`)).toBeUndefined();
});

test('R13: a bounded map forgets what was touched longest ago', () => {
  const map = createBoundedMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.get('a');
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2]);
});
