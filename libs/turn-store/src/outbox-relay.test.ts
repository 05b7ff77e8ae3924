import { expect, test } from '@jest/globals';
import type { Timers } from '@headroom/kernel';
import { createMemoryTurnStore } from './memory.ts';
import { createOutboxRelay, RELAY_BATCH_RECORDS } from './outbox-relay.ts';
import type { OutboxRecord } from './port.ts';

/** Timers fired by hand. */
function handTimers() {
  let tick: (() => void) | undefined;
  const timers: Timers = {
    after: () => () => undefined,
    every: (_, fire) => {
      tick = fire;
      return () => {
        tick = undefined;
      };
    },
  };
  return { timers, tick: () => tick?.(), running: () => tick !== undefined };
}

const record = (id: number): OutboxRecord => ({
  topic: 't',
  key: 'k',
  value: new Uint8Array(),
  headers: { id: `${id}` },
});
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 100; turn += 1) await Promise.resolve();
};

function world(publishOf?: (records: readonly OutboxRecord[]) => Promise<void>) {
  const store = createMemoryTurnStore();
  const published: string[] = [];
  const troubles: unknown[] = [];
  const hand = handTimers();
  const publish = publishOf ?? (async () => undefined);
  const relay = createOutboxRelay({
    store,
    publish: async (records) => {
      await publish(records);
      published.push(...records.map((each) => each.headers['id'] ?? ''));
    },
    timers: hand.timers,
    periodMs: 200,
    onTrouble: (cause) => troubles.push(cause),
  });
  const emit = (count: number, from = 0) =>
    store.turn(async (turn) => {
      for (let n = from; n < from + count; n += 1) await turn.emit(record(n));
    });
  return { relay, emit, published, troubles, hand };
}

test('a nudge publishes what was committed, and more than one batch at that', async () => {
  const { relay, emit, published } = world();
  await emit(RELAY_BATCH_RECORDS + 1);
  relay.nudge();
  await settle();
  expect(published).toHaveLength(RELAY_BATCH_RECORDS + 1);
});

test('a nudge during a look leads to one more look', async () => {
  let release: () => void = () => undefined;
  const { relay, emit, published } = world(() => new Promise((resolve) => (release = resolve)));
  await emit(1);
  relay.nudge();
  await settle();
  await emit(1, 1);
  relay.nudge();
  release();
  await settle();
  release();
  await settle();
  expect(published).toEqual(['0', '1']);
});

test('a failed look is told, and the next tick tries again', async () => {
  let away = true;
  const { relay, emit, published, troubles, hand } = world(async () => {
    if (away) throw new Error('the log is away');
  });
  await emit(1);
  relay.nudge();
  await settle();
  expect(troubles).toHaveLength(1);
  away = false;
  hand.tick();
  await settle();
  expect(published).toEqual(['0']);
});

test('stop waits for the running look and ends the ticks', async () => {
  let release: () => void = () => undefined;
  const { relay, emit, published, hand } = world(() => new Promise((resolve) => (release = resolve)));
  await emit(1);
  relay.nudge();
  await settle();
  const stopped = relay.stop();
  release();
  await stopped;
  expect(published).toEqual(['0']);
  expect(hand.running()).toBe(false);
  relay.nudge();
});
