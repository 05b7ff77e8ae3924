import { expect, test } from '@jest/globals';
import type { ConsumeOptions, StoredRecord } from './port.ts';
import { REAL_TIMERS } from './real-timers.ts';
import { createShardReader, LANE_RECORDS } from './shard-reader.ts';

const records = (topic: string, partition: number, from: number, to: number): readonly StoredRecord[] =>
  Array.from({ length: to - from }, (_, n) => ({
    topic,
    partition,
    offset: BigInt(from + n),
    key: 'k',
    value: new Uint8Array(),
    headers: {},
  }));

const turns = async () => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};

function setUp(change: Partial<ConsumeOptions> = {}) {
  const calls: string[] = [];
  const seen: string[] = [];
  const fatal: unknown[] = [];
  const reported: string[] = [];
  const ending = new AbortController();
  const reader = createShardReader({
    consume: {
      group: 'g',
      topics: ['a', 'b'],
      start: { kind: 'earliest' },
      onFatal: () => {},
      ...change,
      onBatch: async (batch) => {
        await change.onBatch?.(batch);
        seen.push(...batch.records.map(({ topic, partition, offset }) => `${topic}/${partition}@${offset}`));
      },
    },
    control: {
      pause: (topic, partition) => calls.push(`pause ${topic}/${partition}`),
      resume: (topic, partition) => calls.push(`resume ${topic}/${partition}`),
      seek: (topic, partition, offset) => calls.push(`seek ${topic}/${partition} ${offset}`),
    },
    ranges: async () => new Map([0, 1].map((partition) => [partition, { start: 5n, end: 100_000n }])),
    ends: new Map(),
    timers: REAL_TIMERS,
    report: (event) => reported.push(event),
    stop: ending.signal,
    onFatal: (cause) => fatal.push(cause),
  });
  return { reader, calls, seen, fatal, reported };
}

test('nothing is fetched before it has a position: pause at once, then seek and resume', async () => {
  const { reader, calls } = setUp();
  reader.assigned('m1', { a: [0], b: [0] });
  expect(calls).toEqual(['pause a/0', 'pause b/0']);
  expect(reader.fetched('a', 0, records('a', 0, 0, 3), 3n)).toBe(false);
  await turns();
  expect(calls.slice(2)).toEqual(['seek a/0 5', 'resume a/0', 'seek b/0 5', 'resume b/0']);
});

test('a shard that stays ours over a rebalance goes on where it was fetched; nothing is asked or handled twice', async () => {
  const { reader, calls, seen } = setUp();
  reader.assigned('m1', { a: [0] });
  await turns();
  reader.fetched('a', 0, records('a', 0, 5, 8), 8n);
  await turns();
  calls.length = 0;
  reader.assigned('m1', { a: [0, 1] });
  expect(calls).toEqual(['pause a/0', 'pause a/1', 'seek a/0 8', 'resume a/0']);
  await turns();
  expect(calls.slice(4)).toEqual(['seek a/1 5', 'resume a/1']);
  // The client hands out what it had fetched before the join: known records are dropped.
  reader.fetched('a', 0, records('a', 0, 6, 9), 9n);
  await turns();
  expect(seen).toEqual(['a/0@5', 'a/0@6', 'a/0@7', 'a/0@8']);
});

test('OW-14: another member id means that all was lost: the stored offset is asked again', async () => {
  let stored = 7n;
  const asked: string[] = [];
  const nextOffset = async (topic: string, partition: number) => {
    asked.push(`${topic}/${partition}`);
    return stored;
  };
  const { reader, calls } = setUp({ start: { kind: 'stored', nextOffset } });
  reader.assigned('m1', { a: [0] });
  await turns();
  stored = 42n;
  reader.assigned('m1', { a: [0] });
  await turns();
  expect(asked).toEqual(['a/0']);
  reader.assigned('m2', { a: [0] });
  await turns();
  expect(asked).toEqual(['a/0', 'a/0']);
  expect(calls.slice(-2)).toEqual(['seek a/0 42', 'resume a/0']);
});

test('KF-44: what retention took before it was handled is told, and reading goes on at the oldest record', async () => {
  const { reader, calls, reported } = setUp({ start: { kind: 'stored', nextOffset: async () => 2n } });
  reader.assigned('m1', { a: [0] });
  await turns();
  expect(reported).toEqual(['records-lost']);
  expect(calls.at(-2)).toBe('seek a/0 5');
});

test('what waits of a lost shard is dropped, and read again when the shard is back', async () => {
  const held = Promise.withResolvers<void>();
  const { reader, calls, seen } = setUp({ maxBatchRecords: 2, onBatch: () => held.promise });
  reader.assigned('m1', { a: [0] });
  await turns();
  reader.fetched('a', 0, records('a', 0, 5, 11), 11n);
  await turns();
  reader.assigned('m1', {});
  held.resolve();
  await turns();
  expect(seen).toEqual(['a/0@5', 'a/0@6']);
  expect(reader.fetched('a', 0, records('a', 0, 11, 12), 12n)).toBe(false);
  reader.assigned('m1', { a: [0] });
  await turns();
  expect(calls.at(-2)).toBe('seek a/0 7');
  expect(reader.progress()).toEqual([{ topic: 'a', partition: 0, offset: 7n }]);
  expect(reader.progress()).toEqual([]);
});

test('OW-40: the first record over the bound of a lane pauses all topics of its shard, and only those, until it is half empty', async () => {
  let held = Promise.withResolvers<void>();
  const { reader, calls } = setUp({ maxBatchRecords: LANE_RECORDS / 2, onBatch: () => held.promise });
  reader.assigned('m1', { a: [0, 1], b: [0, 1] });
  await turns();
  calls.length = 0;
  reader.fetched('a', 0, records('a', 0, 5, 4 + LANE_RECORDS), BigInt(4 + LANE_RECORDS));
  expect(calls).toEqual([]);
  reader.fetched('b', 0, records('b', 0, 5, 6), 6n);
  expect(calls).toEqual(['pause a/0', 'pause b/0']);
  await turns();
  const first = held;
  held = Promise.withResolvers<void>();
  first.resolve();
  await turns();
  expect(calls.slice(2)).toEqual(['resume a/0', 'resume b/0']);
  held.resolve();
  await reader.end();
});
