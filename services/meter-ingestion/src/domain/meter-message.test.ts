import { expect, test } from '@jest/globals';
import { evseId, siteId, stationId, transactionId } from '@headroom/kernel';
import { MAX_METER_VALUES, type MeterMessage, understandMessage } from './meter-message.ts';
import { MAX_DECIMAL_LENGTH, parseDecimal } from './parse-decimal.ts';
import type { SampledText } from './samples.ts';

const NOW = 1_780_000_000_000;
const value = (text: string, measurand = 'Current.Import'): SampledText => ({
  value: text,
  measurand,
  phase: 'L1',
  unit: '',
  multiplier: 0,
  location: '',
});
const message = (values: MeterMessage['values'], rest: Partial<MeterMessage> = {}): MeterMessage => ({
  eventId: 'event',
  siteId: siteId('s'),
  stationId: stationId('ST-1'),
  evse: 1,
  transactionId: transactionId('tx'),
  receivedAtMs: NOW,
  offline: false,
  values,
  ...rest,
});
const NO_SOCKETS = new Map();

test('each meter value of a message is a sample under a key of its own, in order; an empty one leaves its place', () => {
  const values = ['1', 'x', '3'].map((text) => ({ stationTimeMs: NOW, sampled: [value(text)] }));
  const { samples, dropped } = understandMessage(message(values), NO_SOCKETS);
  expect(samples.map((sample) => [sample.sampleKey, sample.current.l1])).toEqual([
    ['event/0', 10],
    ['event/2', 30],
  ]);
  expect(dropped).toBe(1);
});

test('the same message gives the same samples, so that a repeat is recognised', () => {
  const given = message([{ stationTimeMs: NOW - 500, sampled: [value('16')] }]);
  expect(understandMessage(given, NO_SOCKETS)).toEqual(understandMessage(structuredClone(given), NO_SOCKETS));
});

test('the socket of the document decides over how many conductors power is spread', () => {
  const power = [{ stationTimeMs: NOW, sampled: [{ ...value('3680', 'Power.Active.Import'), phase: '' }] }];
  const single = new Map([[evseId(stationId('ST-1'), 1), { phases: 1, nominalVoltageV: 230 }]]);
  expect(understandMessage(message(power), single).samples[0]?.current).toEqual({ l1: 160 });
  expect(understandMessage(message(power), NO_SOCKETS).samples[0]?.current).toEqual({ l1: 54, l2: 54, l3: 54 });
});

test('late is told before derived, and the measurement stands all the same', () => {
  const power = [{ stationTimeMs: NOW - 3_600_000, sampled: [{ ...value('3680', 'Power.Active.Import'), phase: '' }] }];
  expect(understandMessage(message(power), NO_SOCKETS).samples[0]).toMatchObject({ quality: 'late', powerW: 3_680 });
  expect(understandMessage(message(power, { offline: true }), NO_SOCKETS).samples[0]?.quality).toBe('late');
});

test('the first meter value over the bound is not read', () => {
  const values = Array.from({ length: MAX_METER_VALUES + 1 }, () => ({ stationTimeMs: NOW, sampled: [value('1')] }));
  expect(understandMessage(message(values), NO_SOCKETS).samples).toHaveLength(MAX_METER_VALUES);
});

test('the first character over the bound makes a text no number', () => {
  expect(parseDecimal('1'.padStart(MAX_DECIMAL_LENGTH, '0'))).toBe(1);
  expect(parseDecimal('1'.padStart(MAX_DECIMAL_LENGTH + 1, '0'))).toBeUndefined();
});
