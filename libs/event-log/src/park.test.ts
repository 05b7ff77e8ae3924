import { expect, test } from '@jest/globals';
import { collect, eventually } from './contract.ts';
import { createMemoryEventLog } from './memory.ts';
import { park, parkedSpecs, parkedTopicOf } from './park.ts';
import { MAX_RECORD_BYTES } from './port.ts';

const FACTS = { name: 'facts', partitions: 3, cleanup: 'compact', replicationFactor: 1 } as const;

test('a record is parked as it came, with where it stood and why', async () => {
  const log = createMemoryEventLog();
  await log.ensureTopics([FACTS, ...parkedSpecs([FACTS], 'meter-ingestion')]);
  const value = new Uint8Array([255, 0, 1]);
  const record = { topic: 'facts', key: 'site-1', value, headers: { 'event-id': 'e1' }, partition: 2, offset: 41n };
  await park(log, { record, group: 'meter-ingestion', reason: 'does not decode' });
  const seen = await collect(log, { group: 'people', topics: ['facts.meter-ingestion.parked'] });
  await eventually({ waitMs: 5_000 }, 'it is there', () => seen.records.length === 1);
  expect(seen.records[0]).toMatchObject({
    topic: parkedTopicOf('facts', 'meter-ingestion'),
    key: 'site-1',
    value,
    headers: {
      'event-id': 'e1',
      'parked-reason': 'does not decode',
      'parked-topic': 'facts',
      'parked-partition': '2',
      'parked-offset': '41',
    },
  });
  await log.close();
});

test('the largest record can be parked, with the longest reason', async () => {
  const log = createMemoryEventLog();
  await log.ensureTopics([FACTS, ...parkedSpecs([FACTS], 'g')]);
  const record = { topic: 'facts', key: 'k', value: new Uint8Array(MAX_RECORD_BYTES - 71), headers: {} };
  await log.append([record]);
  await park(log, { record: { ...record, partition: 0, offset: 0n }, group: 'g', reason: '€'.repeat(9_999) });
  await log.close();
});
