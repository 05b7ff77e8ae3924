import { expect, test } from '@jest/globals';
import { createManualTime } from '../test-support/manual-time.ts';
import { BACKOFF_FIRST_MS, BACKOFF_MAX_MS, createConnection } from './connection.ts';
import type { SocketEvents } from './socket.ts';

function setUp(draw = 1) {
  const time = createManualTime();
  const dialled: { readonly atMs: number; readonly events: SocketEvents; dropped: boolean }[] = [];
  const heard: string[] = [];
  const connection = createConnection({
    connect(_target, events) {
      const one = { atMs: time.nowMs(), events, dropped: false };
      dialled.push(one);
      return { send: () => {}, drop: () => void (one.dropped = true) };
    },
    target: () => ({ url: 'ws://x', subprotocol: 'ocpp1.6', user: 'a', password: 'b' }),
    timers: time.timers,
    rng: { next: () => draw },
    opened: () => heard.push('opened'),
    text: (data) => heard.push(data),
    closed: (why) => heard.push(why),
  });
  return { time, dialled, heard, connection, last: () => dialled.at(-1)?.events };
}

test('H60 comes back after a delay that doubles up to its bound', () => {
  const { time, dialled, connection, last } = setUp();
  connection.start();
  for (let i = 0; i < 9; i += 1) {
    last()?.closed('refused');
    time.advance(BACKOFF_MAX_MS);
  }
  const waits = dialled.slice(1).map((one, i) => one.atMs - (dialled[i]?.atMs ?? 0));
  // Each was dialled at its own instant; the rest of the minute passed on the line.
  expect(waits.slice(0, 3)).toEqual([BACKOFF_FIRST_MS, BACKOFF_MAX_MS + 1_000, BACKOFF_MAX_MS + 2_000]);
  expect(waits.at(-1)).toBe(BACKOFF_MAX_MS);
});

test('the jitter takes up to half of the delay away', () => {
  const { time, dialled, connection, last } = setUp(0);
  connection.start();
  last()?.closed('refused');
  time.advance(BACKOFF_FIRST_MS / 2 - 1);
  expect(dialled.length).toBe(1);
  time.advance(1);
  expect(dialled.length).toBe(2);
});

test('a link that proved good starts again from the first delay', () => {
  const { time, dialled, connection, last } = setUp();
  connection.start();
  for (let i = 0; i < 5; i += 1) {
    last()?.closed('refused');
    time.advance(BACKOFF_MAX_MS);
  }
  last()?.opened();
  connection.proved();
  last()?.closed('lost');
  time.advance(BACKOFF_FIRST_MS);
  expect(dialled.length).toBe(7);
});

test('H48 a socket that was replaced says nothing any more', () => {
  const { time, dialled, heard, connection } = setUp();
  connection.start();
  const old = dialled[0]?.events;
  old?.opened();
  old?.closed('lost');
  time.advance(BACKOFF_FIRST_MS);
  dialled[1]?.events.opened();
  old?.text('late');
  old?.closed('late');
  expect(heard).toEqual(['opened', 'lost', 'opened']);
  expect(connection.isOpen()).toBe(true);
});

test('stays away once it is stopped', () => {
  const { time, dialled, connection, last } = setUp();
  connection.start();
  last()?.closed('refused');
  connection.stop();
  time.advance(10 * BACKOFF_MAX_MS);
  expect(dialled.length).toBe(1);
});
