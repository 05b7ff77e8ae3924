import { expect, test } from '@jest/globals';
import type { ConsumeOptions } from '@headroom/event-log';
import { BEGIN_AGAIN_MS, createGridReader } from './grid-reader.ts';

const OPTIONS: ConsumeOptions = {
  ...{ group: 'g', topics: ['t'], start: { kind: 'earliest' }, onBatch: async () => {}, onFatal: () => {} },
};
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A log that refuses `refusals` times. */
function rig(refusals: number) {
  let asked = 0;
  const seen = { stopped: 0, cancelled: 0, began: 0, refused: [] as unknown[] };
  const waiting: { readonly ms: number; readonly fire: () => void }[] = [];
  const reader = createGridReader({
    log: {
      consume: async () => {
        asked += 1;
        if (asked <= refusals) throw new Error(`refusal ${asked}`);
        return { pollAgeMs: () => 0, stop: async () => void (seen.stopped += 1) };
      },
    },
    options: OPTIONS,
    ioTimers: {
      after: (ms, fire) => (waiting.push({ ms, fire }), () => void (seen.cancelled += 1)),
      every: () => () => {},
    },
    onBegan: () => void (seen.began += 1),
    onRefused: (cause) => void seen.refused.push(cause),
  });
  return { reader, seen, waiting, asked: () => asked };
}

test('a log that is away is asked again after five seconds, until it answers', async () => {
  const { reader, seen, waiting, asked } = rig(2);
  reader.start();
  for (let round = 1; round <= 2; round += 1) {
    await settle();
    expect([waiting[0]?.ms, seen.began]).toEqual([BEGIN_AGAIN_MS, 0]);
    waiting.shift()?.fire();
  }
  await settle();
  expect([asked(), seen.refused.length, waiting.length, seen.began]).toEqual([3, 2, 0, 1]);
  await reader.stop();
  expect(seen.stopped).toBe(1);
});

test('a stop while it waits ends the waiting, and nothing begins afterwards', async () => {
  const { reader, seen, waiting, asked } = rig(1);
  reader.start();
  await settle();
  await reader.stop();
  waiting.shift()?.fire();
  await settle();
  expect([asked(), seen.cancelled, seen.stopped]).toEqual([1, 1, 0]);
});

test('a stop before anything has begun is harmless', async () => {
  await rig(0).reader.stop();
});
