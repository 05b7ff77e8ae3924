import { expect, test } from '@jest/globals';
import { createOwnerReader } from './owner-reader.ts';
import type { Acquisition } from './ownership.ts';
import type { StoredRecord } from './port.ts';
import { REAL_TIMERS } from './real-timers.ts';
import { LANE_RECORDS } from './shard-reader.ts';

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
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
};

function setUp(onBatch: () => Promise<void> = async () => {}) {
  const calls: string[] = [];
  const seen: string[] = [];
  const acquisitions: Acquisition[] = [];
  const dead = new AbortController();
  const reader = createOwnerReader({
    consume: {
      group: 'g',
      topics: ['a', 'b'],
      start: { kind: 'earliest' },
      onFatal: () => {},
      onBatch: async (batch) => {
        await onBatch();
        seen.push(...batch.records.map(({ topic, partition, offset }) => `${topic}/${partition}@${offset}`));
      },
    },
    ownership: {
      onAcquired: async (_, acquisition) => void acquisitions.push(acquisition),
      onLost: async () => {},
      onShardCaughtUp: (shard) => calls.push(`caught up ${shard}`),
    },
    isFresh: () => true,
    control: {
      pause: (topic, partition) => calls.push(`pause ${topic}/${partition}`),
      resume: (topic, partition) => calls.push(`resume ${topic}/${partition}`),
      seek: (topic, partition, offset) => calls.push(`seek ${topic}/${partition} ${offset}`),
    },
    ranges: async (topic) =>
      new Map([0, 1].map((partition) => [partition, { start: 5n, end: topic === 'a' ? 8n : 5n }])),
    timers: REAL_TIMERS,
    report: () => {},
    stop: dead.signal,
    onFatal: (cause) => calls.push(`fatal ${String(cause)}`),
  });
  const taken = (): readonly string[] => [...new Set(calls.splice(0))];
  return { reader, taken, seen, acquisitions, dead };
}

test('a shard is paused within the join and read once it is acquired; it has caught up with all its topics', async () => {
  const { reader, taken, seen } = setUp();
  reader.assigned('m1', { a: [0], b: [0] });
  expect(taken()).toEqual(['pause a/0', 'pause b/0']);
  expect(reader.fetched('a', 0, records('a', 0, 5, 8), 8n)).toBe(false);
  await turns();
  expect(taken()).toEqual(['seek a/0 5', 'resume a/0', 'seek b/0 5', 'resume b/0']);
  reader.fetched('a', 0, records('a', 0, 5, 7), 7n);
  await turns();
  expect(taken()).toEqual([]);
  reader.fetched('a', 0, records('a', 0, 6, 8), 8n);
  await turns();
  expect(taken()).toEqual(['caught up 0']);
  expect(seen).toEqual(['a/0@5', 'a/0@6', 'a/0@7']);
});

test('a shard that stays goes on where it was fetched; one that comes back under another member id begins at its start', async () => {
  const { reader, taken, seen } = setUp();
  reader.assigned('m1', { a: [0], b: [0] });
  await turns();
  reader.fetched('a', 0, records('a', 0, 5, 7), 7n);
  await turns();
  taken();
  reader.suspend();
  await turns();
  expect(reader.mayJoin()).toBe('yes');
  reader.assigned('m1', { a: [0], b: [0] });
  expect(taken()).toEqual(['pause a/0', 'pause b/0', 'seek a/0 7', 'resume a/0', 'seek b/0 5', 'resume b/0']);
  reader.assigned('m2', { a: [0], b: [0] });
  await turns();
  expect(taken()).toEqual(['pause a/0', 'pause b/0', 'seek a/0 5', 'resume a/0', 'seek b/0 5', 'resume b/0']);
  reader.fetched('a', 0, records('a', 0, 5, 6), 6n);
  await turns();
  expect(seen).toEqual(['a/0@5', 'a/0@6', 'a/0@5']);
});

test('what is handled late for an earlier acquisition counts for nothing in the next one', async () => {
  let held = Promise.withResolvers<void>();
  const { reader, taken, acquisitions, seen } = setUp(() => held.promise);
  reader.assigned('m1', { a: [0], b: [0] });
  await turns();
  reader.fetched('a', 0, records('a', 0, 5, 8), 8n);
  await turns();
  acquisitions[0]?.acquireAgain(0);
  const first = held;
  held = Promise.withResolvers<void>();
  await turns();
  expect(acquisitions).toHaveLength(1);
  first.resolve();
  await turns();
  expect(acquisitions).toHaveLength(2);
  expect(taken()).not.toContain('caught up 0');
  reader.fetched('a', 0, records('a', 0, 5, 8), 8n);
  held.resolve();
  await turns();
  expect(taken()).toEqual(['caught up 0']);
  expect(seen).toHaveLength(6);
});

test('OW-40: the first record over the bound of a lane pauses all topics of its shard', async () => {
  const held = Promise.withResolvers<void>();
  const { reader, taken } = setUp(() => held.promise);
  reader.assigned('m1', { a: [0, 1], b: [0, 1] });
  await turns();
  reader.fetched('a', 1, records('a', 1, 5, 4 + LANE_RECORDS), BigInt(4 + LANE_RECORDS));
  taken();
  reader.fetched('b', 1, records('b', 1, 5, 6), 6n);
  expect(taken()).toEqual(['pause a/1', 'pause b/1']);
  held.resolve();
  await turns();
  expect(taken()).toEqual(['caught up 1', 'resume a/1', 'resume b/1']);
});

test('what a dead consumer, or a lost shard, has fetched is not taken', async () => {
  const { reader, seen, dead } = setUp();
  reader.assigned('m1', { a: [0, 1], b: [0, 1] });
  await turns();
  reader.assigned('m1', { a: [0], b: [0] });
  expect(reader.fetched('a', 1, records('a', 1, 5, 6), 6n)).toBe(false);
  expect(reader.fetched('a', 0, records('a', 0, 5, 6), 6n)).toBe(true);
  await turns();
  dead.abort();
  expect(reader.fetched('a', 0, records('a', 0, 6, 7), 7n)).toBe(false);
  await turns();
  expect(seen).toEqual(['a/0@5']);
});
