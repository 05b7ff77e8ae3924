import { expect, test } from '@jest/globals';
import { createPump } from './pump.ts';
import type { RecordBatch } from './port.ts';

const turns = async () => {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
};

function setUp(onBatch: (topic: string) => Promise<void>) {
  const queue: RecordBatch[] = ['a', 'b'].map((topic) => ({ topic, partition: 0, records: [] }));
  const done: string[] = [];
  let fire = () => {};
  const stop = new AbortController();
  const pump = createPump({
    delivery: {
      onBatch: ({ topic }) => onBatch(topic),
      onFatal: () => {},
      timers: {
        after: (_, act) => {
          fire = act;
          return () => {};
        },
        every: () => () => {},
      },
      report: () => {},
      stop: stop.signal,
    },
    take: () => queue.shift(),
    putBack: (batch) => queue.unshift(batch),
    done: ({ topic }) => done.push(topic),
  });
  return { pump, done, passPause: () => fire(), stop };
}

test('held: the running batch ends, none begins; let go: it goes on', async () => {
  const running = Promise.withResolvers<void>();
  const { pump, done } = setUp((topic) => (topic === 'a' ? running.promise : Promise.resolve()));
  pump.wake();
  await turns();
  let held = false;
  void pump.hold().then(() => {
    held = true;
  });
  await turns();
  expect(held).toBe(false);
  running.resolve();
  await turns();
  expect([held, done]).toEqual([true, ['a']]);
  pump.wake();
  await turns();
  expect(done).toEqual(['a']);
  pump.go();
  await turns();
  expect(done).toEqual(['a', 'b']);
});

test('a batch that fails is not repeated while the pump is held, and comes first when it is let go', async () => {
  const tried: string[] = [];
  let fails = true;
  const { pump, done } = setUp(async (topic) => {
    tried.push(topic);
    if (fails) throw new Error('not yet');
  });
  pump.wake();
  await turns();
  await pump.hold();
  expect(tried).toEqual(['a']);
  fails = false;
  pump.go();
  await turns();
  expect([tried, done]).toEqual([
    ['a', 'a', 'b'],
    ['a', 'b'],
  ]);
});

test('let go again while its batch still runs: nothing overlaps, nothing is forgotten', async () => {
  const running = Promise.withResolvers<void>();
  let most = 0;
  let now = 0;
  let first = true;
  const { pump, done } = setUp(async () => {
    now += 1;
    most = Math.max(most, now);
    if (first) {
      first = false;
      await running.promise.finally(() => {
        now -= 1;
      });
    } else now -= 1;
  });
  pump.wake();
  await turns();
  void pump.hold();
  pump.go();
  running.reject(new Error('it fails'));
  await turns();
  expect([most, done]).toEqual([1, ['a', 'b']]);
});

test('stopped: what waits in a pause is not tried again', async () => {
  const tried: string[] = [];
  const { pump, stop, passPause } = setUp(async (topic) => {
    tried.push(topic);
    throw new Error('never');
  });
  pump.wake();
  await turns();
  stop.abort();
  passPause();
  await turns();
  pump.wake();
  pump.go();
  await pump.idle();
  expect(tried).toEqual(['a']);
});
