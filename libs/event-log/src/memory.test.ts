import { expect, test } from '@jest/globals';
import { collect, eventually, type LogUnderTest, recordOf, textOf } from './contract.ts';
import { APPEND_CHECKS } from './contract-append.ts';
import { CONSUME_CHECKS } from './contract-consume.ts';
import { fill, nothingWrong, openOwner, shared } from './contract-owner.ts';
import { OWNERSHIP_CHECKS } from './contract-ownership.ts';
import { READ_CHECKS } from './contract-read.ts';
import { createMemoryEventLog } from './memory.ts';
import type { StoredRecord } from './port.ts';

const PATIENCE = { waitMs: 10_000 };

const subject = (): LogUnderTest => {
  const maxQueueBytes = 1_000_000;
  return { prefix: 't.', log: createMemoryEventLog({ maxQueueBytes }), maxQueueBytes, ...PATIENCE };
};

for (const check of [...APPEND_CHECKS, ...CONSUME_CHECKS, ...READ_CHECKS, ...OWNERSHIP_CHECKS]) {
  test(`memory: ${check.title}`, async () => {
    const each = subject();
    await check.run(each);
    await each.log.close();
  });
}

const spec = (cleanup: 'delete' | 'compact') =>
  ({ name: 'facts', partitions: 1, cleanup, replicationFactor: 1 }) as const;

test('the first record over the bound of a partition drops the oldest, and a late consumer begins behind it', async () => {
  const log = createMemoryEventLog({ maxRecordsPerPartition: 3 });
  await log.ensureTopics([spec('delete')]);
  await log.append(['1', '2', '3'].map((text) => recordOf('facts', 'k', text)));
  await log.append([recordOf('facts', 'k', '4')]);
  const seen = await collect(log, { group: 'g', topics: ['facts'] });
  await eventually(PATIENCE, 'caught up', () => seen.caughtUp === 1);
  expect(seen.records.map((record) => [record.offset, textOf(record.value)])).toEqual([
    [1n, '2'],
    [2n, '3'],
    [3n, '4'],
  ]);
  await log.close();
});

test('a compacted partition keeps the last record of each key, at its offset, however many came', async () => {
  const log = createMemoryEventLog({ maxRecordsPerPartition: 4 });
  await log.ensureTopics([spec('compact')]);
  for (let n = 0; n < 50; n += 1) await log.append([recordOf('facts', `k${n % 3}`, `${n}`)]);
  const seen = await collect(log, { group: 'g', topics: ['facts'] });
  await eventually(PATIENCE, 'caught up', () => seen.caughtUp === 1);
  const last = new Map(seen.records.map((record) => [record.key, textOf(record.value)]));
  expect(Object.fromEntries(last)).toEqual({ k0: '48', k1: '49', k2: '47' });
  expect(seen.records.length).toBeLessThanOrEqual(6);
  expect(seen.records.at(-1)?.offset).toBe(49n);
  await log.close();
});

test('readToEnd of a compacted partition leaves gaps, and begins at what is kept', async () => {
  const log = createMemoryEventLog({ maxRecordsPerPartition: 2 });
  await log.ensureTopics([spec('compact')]);
  for (const [key, text] of ['a1', 'b2', 'a3', 'a4', 'b5'].entries()) {
    await log.append([recordOf('facts', text.slice(0, 1), `${key}`)]);
  }
  const seen: (readonly [bigint, string])[] = [];
  const onRecords = (records: readonly StoredRecord[]) =>
    void seen.push(...records.map((each) => [each.offset, each.key] as const));
  const range = { topic: 'facts', partition: 0, onRecords };
  await expect(log.readToEnd(range)).resolves.toBe(5n);
  await expect(log.readToEnd({ ...range, from: 0n })).resolves.toBe(5n);
  expect(seen.slice(0, seen.length / 2)).toEqual(seen.slice(seen.length / 2));
  expect(new Map(seen.map(([offset, key]) => [key, offset]))).toEqual(
    new Map([
      ['a', 3n],
      ['b', 4n],
    ]),
  );
  expect(seen[0]?.[0]).toBeGreaterThan(0n);
  await log.close();
});

test('handlers never run within the turn of the append', async () => {
  const log = createMemoryEventLog();
  await log.ensureTopics([spec('delete')]);
  const seen = await collect(log, { group: 'g', topics: ['facts'] });
  const appended = log.append([recordOf('facts', 'k', '1')]);
  expect(seen.batches).toEqual([]);
  await appended;
  await eventually(PATIENCE, 'it comes', () => seen.batches.length === 1);
  await log.close();
});

test('one member a group: a second one is a bug and is told so', async () => {
  const log = createMemoryEventLog();
  await log.ensureTopics([spec('delete')]);
  const first = await collect(log, { group: 'g', topics: ['facts'] });
  await expect(collect(log, { group: 'g', topics: ['facts'] })).rejects.toThrow('consumed already');
  await first.consumption.stop();
  await collect(log, { group: 'g', topics: ['facts'] });
  await log.close();
});

test('moveShard gives a shard to a member in the middle of its batches: one owner at a time, the other shards stay', async () => {
  const each = subject();
  const log = createMemoryEventLog();
  const topics = ['facts'];
  await log.ensureTopics([{ ...spec('delete'), partitions: 3 }]);
  const timeline: string[] = [];
  const open = (name: string) =>
    openOwner({ ...each, log }, { name, timeline, group: 'g', topics, maxBatchRecords: 1 });
  const [a, b] = [await open('a'), await open('b')];
  await shared(each, [a, b]);
  expect([...a.owned.keys()]).toEqual([0, 1]);
  await fill({ ...each, log }, 'facts', ['1', '2', '3']);
  timeline.length = 0;
  const [memberA = '', memberB = ''] = log.membersOf('g');
  await log.moveShard('g', 0, memberB);
  await eventually(PATIENCE, 'the new owner reads all', () => b.textsOf(0).join() === '1,2,3');
  await log.moveShard('g', 2, memberA);
  await log.moveShard('g', 2, memberB);
  await eventually(
    PATIENCE,
    'it came and went',
    () => b.acquisitions.get(2)?.length === 2 && b.textsOf(2).join() === '1,2,3',
  );
  expect(a.textsOf(1)).toEqual(['1', '2', '3']);
  expect(timeline.slice(0, 2).toSorted()).toEqual(['a lost 0', 'b acquired 0']);
  expect(new Set(b.owned.keys())).toEqual(new Set([0, 2]));
  nothingWrong(timeline);
  await expect(log.moveShard('g', 0, 'nobody')).rejects.toThrow('not a member');
  await expect(log.moveShard('h', 0, memberA)).rejects.toThrow('not a group of owners');
  await log.close();
});

test('owners and others do not share a group', async () => {
  const each = subject();
  await each.log.ensureTopics([spec('delete')]);
  const owner = await openOwner(each, { name: 'a', timeline: [], group: 'g', topics: ['facts'] });
  await expect(collect(each.log, { group: 'g', topics: ['facts'] })).rejects.toThrow('all its members are owners');
  await owner.consumption.stop();
  await collect(each.log, { group: 'g', topics: ['facts'] });
  const second = openOwner(each, { name: 'b', timeline: [], group: 'g', topics: ['facts'] });
  await expect(second).rejects.toThrow('all its members are owners');
  await each.log.close();
});
