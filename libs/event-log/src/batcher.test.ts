import { expect, test } from '@jest/globals';
import { type BatcherOptions, createBatcher, type Placed, type Send } from './batcher.ts';
import { sendWith } from './kafka-client.ts';

const placed = (text: string, partition = 0, bytes = 10): Placed => ({
  record: { topic: 't', key: 'k', value: new TextEncoder().encode(text), headers: {} },
  partition,
  bytes,
});
const texts = (records: readonly Placed[]) =>
  records.map(({ record }) => new TextDecoder().decode(record.value)).join();

/** Timers that fire when the test says so, in order of their time. */
function manualTime() {
  let nowMs = 0;
  let waiting: { readonly atMs: number; readonly fire: () => void }[] = [];
  return {
    monoMs: () => nowMs,
    timers: {
      after: (delayMs: number, fire: () => void) => {
        const timer = { atMs: nowMs + delayMs, fire };
        waiting.push(timer);
        return () => {
          waiting = waiting.filter((each) => each !== timer);
        };
      },
      every: () => () => {},
    },
    pass: async (ms: number) => {
      nowMs += ms;
      const due = waiting.filter((each) => each.atMs <= nowMs);
      waiting = waiting.filter((each) => each.atMs > nowMs);
      for (const each of due) each.fire();
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    },
  };
}

function setUp(send: Send, change: Partial<BatcherOptions> = {}) {
  const time = manualTime();
  const gone: number[] = [];
  const batcher = createBatcher({
    topic: 't',
    send,
    ...time,
    report: () => {},
    lingerMs: 3,
    maxBatchRecords: 3,
    maxBatchBytes: 100,
    giveUpMs: 1_000,
    retryMs: 50,
    onGone: (bytes) => gone.push(bytes),
    ...change,
  });
  return { batcher, time, gone };
}

test('KF-33: records wait for company, at most the linger and at most a batch', async () => {
  const sent: string[] = [];
  const { batcher, time } = setUp(async (_, records) => {
    sent.push(texts(records));
    return records.map((__, n) => BigInt(n));
  });
  void batcher.add([placed('a')]);
  await time.pass(2);
  void batcher.add([placed('b')]);
  expect(sent).toEqual([]);
  await time.pass(1);
  expect(sent).toEqual(['a,b']);
  void batcher.add([placed('c'), placed('d'), placed('e'), placed('f')]);
  await time.pass(0);
  expect(sent).toEqual(['a,b', 'c,d,e', 'f']);
  void batcher.add([placed('g', 0, 60), placed('h', 0, 60)]);
  await time.pass(3);
  expect(sent.slice(3)).toEqual(['g', 'h']);
  void batcher.add([placed('too large for a batch', 0, 500)]);
  await time.pass(3);
  expect(sent.at(-1)).toBe('too large for a batch');
});

test('KF-32, OW-03: a batch that fails is sent again whole before anything behind it', async () => {
  const sent: string[] = [];
  const { batcher, time } = setUp(async (_, records) => {
    sent.push(texts(records));
    if (sent.length <= 2) throw new Error('leader died');
    return records.map((__, n) => BigInt(10 + n));
  });
  const first = batcher.add([placed('a'), placed('b'), placed('c')]);
  const second = batcher.add([placed('d')]);
  await time.pass(0);
  expect(batcher.trouble()).toEqual({ sinceMs: 0, why: 'leader died' });
  await time.pass(50);
  await time.pass(50);
  expect(sent).toEqual(['a,b,c', 'a,b,c', 'a,b,c', 'd']);
  expect((await first).map((each) => each.offset)).toEqual([10n, 11n, 12n]);
  expect((await second).map((each) => each.offset)).toEqual([10n]);
  expect(batcher.trouble()).toBeUndefined();
});

test('a failure is forgotten once the log is known to be well, but not while something waits to show it', async () => {
  let up = false;
  const { batcher, time } = setUp(async (_, records) => {
    if (!up) throw new Error('no broker');
    return records.map(() => 7n);
  });
  const lost = batcher.add([placed('a')]).catch((error: unknown) => error);
  await time.pass(50);
  batcher.absolve();
  expect(batcher.trouble()).toMatchObject({ why: 'no broker' });
  for (let passed = 0; passed < 1_100; passed += 50) await time.pass(50);
  expect(await lost).toMatchObject({ code: 'LOG_UNAVAILABLE' });
  expect(batcher.trouble()).toMatchObject({ why: 'no broker' });
  up = true;
  batcher.absolve();
  expect(batcher.trouble()).toBeUndefined();
  await batcher.drain();
});

test('an outage ends in LOG_UNAVAILABLE, frees the queue, and what comes later is tried again', async () => {
  let up = false;
  const { batcher, time, gone } = setUp(async (_, records) => {
    if (!up) throw new Error('no broker');
    return records.map(() => 7n);
  });
  // Larger than a batch: what was not tried yet fails with the rest, or order would have a hole.
  const lost = batcher.add([placed('a'), placed('b'), placed('c'), placed('d')]);
  const failure = lost.catch((error: unknown) => error);
  for (let passed = 0; passed < 1_100; passed += 50) await time.pass(50);
  expect(await failure).toMatchObject({ code: 'LOG_UNAVAILABLE', retryable: true });
  expect(gone).toEqual([10, 10, 10, 10]);
  up = true;
  const late = batcher.add([placed('e')]);
  await time.pass(3);
  expect(await late).toEqual([{ topic: 't', partition: 0, offset: 7n }]);
  await batcher.drain();
});

test('OW-30: a fence that closes while its records wait, or between two attempts, keeps them from being sent; others go on', async () => {
  const sent: string[] = [];
  const { batcher, time, gone } = setUp(
    async (_, records) => {
      sent.push(texts(records));
      if (sent.length === 1) throw new Error('leader died');
      return records.map((__, n) => BigInt(n));
    },
    { maxBatchRecords: 4 },
  );
  const open = { a: true, b: true };
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'written',
      (error: { readonly code: string }) => error.code,
    );
  const outcomes = [
    codeOf(batcher.add([placed('a')], () => open.a)),
    codeOf(batcher.add([placed('b')], () => open.b)),
    codeOf(batcher.add([placed('c')])),
  ];
  open.a = false;
  await time.pass(3);
  expect(sent).toEqual(['b,c']);
  open.b = false;
  await time.pass(50);
  expect(sent).toEqual(['b,c', 'c']);
  expect(await Promise.all(outcomes)).toEqual(['LOG_FENCED', 'LOG_FENCED', 'written']);
  expect(gone).toEqual([10, 10, 10]);
  const refused = codeOf(batcher.add([placed('d'), placed('e')], () => false));
  await time.pass(3);
  expect([await refused, sent.length]).toEqual(['LOG_FENCED', 2]);
});

test('OW-04: a response that lacks a partition that was sent is a failure; offsets count up from each base', async () => {
  const answer = (partitions: readonly number[]) => ({
    send: async () =>
      partitions.map((partition) => ({ topicName: 't', partition, errorCode: 0, baseOffset: `${100 * partition}` })),
  });
  const records = [placed('a', 1), placed('b', 2), placed('c', 1)];
  await expect(sendWith(answer([1]))('t', records)).rejects.toThrow('lacks partition 2');
  await expect(sendWith(answer([1, 2]))('t', records)).resolves.toEqual([100n, 200n, 101n]);
});

test('OW-02: what is sent waits for all replicas in sync: a record that only its leader had dies with it', async () => {
  const asked: unknown[] = [];
  const producer: Parameters<typeof sendWith>[0] = {
    send: async ({ acks }) => {
      asked.push(acks);
      return [{ topicName: 't', partition: 1, errorCode: 0, baseOffset: '7' }];
    },
  };
  await expect(sendWith(producer)('t', [placed('a', 1)])).resolves.toEqual([7n]);
  expect(asked).toEqual([-1]);
});
