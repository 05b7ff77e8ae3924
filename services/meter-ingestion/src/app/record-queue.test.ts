import { expect, test } from '@jest/globals';
import type { StoredRecord } from '@headroom/event-log';
import type { Timers } from '@headroom/kernel';
import { createEvents } from '../events.ts';
import type { RecordedInput, SampleStore } from '../ports.ts';
import { createRecordQueue, MAX_INPUTS_PER_TURN, MAX_PENDING_INPUTS, REST_MS } from './record-queue.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const silent = createEvents({ info: () => {}, warn: () => {}, error: () => {} });

const input = (offset: number): RecordedInput => {
  const source: StoredRecord = {
    topic: 't',
    partition: 0,
    offset: BigInt(offset),
    key: '',
    value: new Uint8Array(),
    headers: {},
  };
  return { source, samples: [], readings: [] };
};
const inputs = (count: number): readonly RecordedInput[] => Array.from({ length: count }, (_, index) => input(index));

class StoreError extends Error {
  readonly retryable: boolean;
  constructor(retryable: boolean) {
    super(retryable ? 'away' : 'refused');
    this.retryable = retryable;
  }
}

function rig(record: (batch: readonly RecordedInput[]) => Promise<void>) {
  const alarms: (() => void)[] = [];
  const delaysMs: number[] = [];
  const parked: bigint[] = [];
  const log = { away: false };
  const timers: Timers = {
    after: (delayMs, fire) => {
      delaysMs.push(delayMs);
      alarms.push(fire);
      return () => {};
    },
    every: () => () => {},
  };
  const store: SampleStore = {
    record,
    samplesOf: async () => [],
    temperaturesOf: async () => [],
    temperatureSpansOf: async () => [],
    temperatureRiseOf: async () => undefined,
    prepareDays: async () => {},
  };
  const queue = createRecordQueue({
    store,
    timers,
    events: silent,
    park: async (one) => {
      if (log.away) throw new Error('the log is away');
      parked.push(one.source.offset);
    },
  });
  return { queue, parked, log, restsMs: () => delaysMs, ring: () => alarms.splice(0).forEach((fire) => fire()) };
}

test('inputs are recorded in order, in bounded turns', async () => {
  const batches: (readonly RecordedInput[])[] = [];
  const { queue, ring } = rig(async (batch) => void batches.push(batch));
  await queue.offer(inputs(2 * MAX_INPUTS_PER_TURN + 1));
  await settle();
  ring();
  await queue.drained();
  expect(batches.map((batch) => batch.length)).toEqual([MAX_INPUTS_PER_TURN, MAX_INPUTS_PER_TURN, 1]);
  expect(batches.flat().map((one) => one.source.offset)).toEqual(
    inputs(2 * MAX_INPUTS_PER_TURN + 1).map((one) => one.source.offset),
  );
});

test('the first input is recorded at once; what comes within the rest behind a turn is recorded together after it', async () => {
  const batches: number[] = [];
  const { queue, ring, restsMs } = rig(async (batch) => void batches.push(batch.length));
  await queue.offer([input(0)]);
  await queue.drained();
  for (let n = 1; n <= 3; n += 1) await queue.offer([input(n)]);
  await settle();
  expect([batches, restsMs()]).toEqual([[1], [REST_MS]]);
  ring();
  await queue.drained();
  expect(batches).toEqual([1, 3]);
  // After a rest in which nothing came the next one is the first again.
  ring();
  await settle();
  await queue.offer([input(4)]);
  await queue.drained();
  expect(batches).toEqual([1, 3, 1]);
});

test('a full turn does not rest: what waits is more than one turn', async () => {
  const batches: number[] = [];
  const { queue } = rig(async (batch) => void batches.push(batch.length));
  await queue.offer(inputs(3 * MAX_INPUTS_PER_TURN));
  await queue.drained();
  expect(batches).toEqual([MAX_INPUTS_PER_TURN, MAX_INPUTS_PER_TURN, MAX_INPUTS_PER_TURN]);
});

test('a database that is away holds up the record, not the caller; then everything is recorded', async () => {
  let away = true;
  const recorded: bigint[] = [];
  const { queue, ring } = rig(async (batch) => {
    if (away) throw new StoreError(true);
    recorded.push(...batch.map((one) => one.source.offset));
  });
  await queue.offer(inputs(2));
  await settle();
  expect(queue.trouble()).toBe('samples are not recorded in PostgreSQL, 2 records wait: away');
  await queue.offer([input(2)]);
  away = false;
  ring();
  await settle();
  expect(recorded).toEqual([0n, 1n, 2n]);
  expect(queue.trouble()).toBeUndefined();
});

test('the first input over the bound waits, and goes on when there is room', async () => {
  let away = true;
  const { queue, ring } = rig(async () => {
    if (away) throw new StoreError(true);
  });
  await queue.offer(inputs(MAX_PENDING_INPUTS));
  await settle();
  let taken = false;
  const over = queue.offer([input(0)]).then(() => {
    taken = true;
  });
  await settle();
  expect(taken).toBe(false);
  away = false;
  ring();
  await over;
  expect(taken).toBe(true);
});

test('a row refused for good is parked alone, and its position still passes', async () => {
  const recorded: (readonly RecordedInput[])[] = [];
  const bad = { ...input(1), samples: [], readings: [], poison: true };
  const { queue, parked } = rig(async (batch) => {
    if (batch.some((one) => 'poison' in one)) throw new StoreError(false);
    recorded.push(batch);
  });
  await queue.offer([input(0), bad, input(2)]);
  await queue.drained();
  expect(parked).toEqual([1n]);
  expect(recorded.flat().map((one) => one.source.offset)).toEqual([0n, 1n, 2n]);
});

test('the position passes a row refused for good only once that is kept elsewhere: who dies before has it still to read', async () => {
  const recorded: bigint[] = [];
  const bad = { ...input(1), poison: true };
  const { queue, parked, log, ring } = rig(async (batch) => {
    if (batch.some((one) => 'poison' in one)) throw new StoreError(false);
    recorded.push(...batch.map((one) => one.source.offset));
  });
  log.away = true;
  await queue.offer([input(0), bad, input(2)]);
  await settle();
  expect([recorded, queue.pending()]).toEqual([[0n], 3]);
  expect(queue.trouble()).toContain('the log is away');
  log.away = false;
  ring();
  await queue.drained();
  await settle();
  expect(parked).toEqual([1n]);
  expect(recorded).toEqual([0n, 0n, 1n, 2n]);
  expect([queue.pending(), queue.trouble()]).toEqual([0, undefined]);
});
