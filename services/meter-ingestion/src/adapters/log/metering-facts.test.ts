import { expect, test } from '@jest/globals';
import { decodeRecord, TOPICS } from '@headroom/contracts';
import type { EventLog, EventRecord, StoredRecord } from '@headroom/event-log';
import { deciAmps, siteId, stationId, transactionId } from '@headroom/kernel';
import type { EvseSample } from '../../domain/samples.ts';
import { createMeteringFacts, takenReadingOf } from './metering-facts.ts';

const told: EventRecord[] = [];
const log: Pick<EventLog, 'append'> = {
  append: async (records) => {
    told.push(...records);
    return [];
  },
};
const stored = (record: EventRecord, headers = record.headers): StoredRecord => ({
  ...record,
  headers,
  partition: 0,
  offset: 0n,
});
const sample: EvseSample = {
  siteId: siteId('s'),
  stationId: stationId('ST-1'),
  evse: 1,
  transactionId: transactionId('t'),
  sampleKey: 'k/0',
  current: { l1: deciAmps(100) },
  stationTimeMs: 1,
  sampledAtMs: 1,
  receivedAtMs: 1,
  quality: 'good',
};
const current = { l1: deciAmps(1), l2: deciAmps(-2), l3: deciAmps(3) };
const reading = { siteId: siteId('s'), meterId: 'building', current, sampledAtMs: 2, receivedAtMs: 3 };

test('of what we told, the readings of site meters are read back, and nothing else', async () => {
  const facts = createMeteringFacts(log);
  await facts.appendSamples([sample]);
  await facts.appendReading(reading);
  expect(told.map((record) => takenReadingOf(stored(record)))).toEqual([
    { kind: 'ok', value: undefined },
    { kind: 'ok', value: reading },
  ]);
  // Whatever the headers say less.
  expect(told.map((record) => takenReadingOf(stored(record, {})))).toEqual([
    { kind: 'ok', value: undefined },
    { kind: 'ok', value: reading },
  ]);
});

test('LC2: a temperature is told without a current, and read back as the temperature that it is', async () => {
  told.length = 0;
  const warm = { siteId: siteId('s'), meterId: 'duct', temperatureDeciC: -5, sampledAtMs: 2, receivedAtMs: 3 };
  await createMeteringFacts(log).appendReading(warm);
  const [record] = told;
  if (record === undefined) throw new Error('nothing told');
  const decoded = decodeRecord(TOPICS.meteringFacts, record.value ?? new Uint8Array());
  expect(decoded.kind === 'ok' && decoded.value.fact).toMatchObject({
    $case: 'siteMeterRead',
    value: { meterId: 'duct', temperatureDeciC: -5, current: undefined, sampledAtMs: 2n, receivedAtMs: 3n },
  });
  expect(takenReadingOf(stored(record))).toEqual({ kind: 'ok', value: warm });
});
