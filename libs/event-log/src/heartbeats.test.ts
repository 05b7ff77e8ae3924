import { expect, test } from '@jest/globals';
import { FRESH_MS, watchHeartbeats } from './heartbeats.ts';

function setUp() {
  const time = { nowMs: 100_000 };
  return { time, heartbeats: watchHeartbeats(() => time.nowMs) };
}

test('OW-30: fresh until 5 s after the accepted heartbeat was sent, not answered', () => {
  const { time, heartbeats } = setUp();
  expect(heartbeats.isFresh()).toBe(false);
  heartbeats.answered('Heartbeat', 2_000);
  heartbeats.accepted();
  time.nowMs += FRESH_MS - 2_000;
  expect(heartbeats.isFresh()).toBe(true);
  time.nowMs += 1;
  expect(heartbeats.isFresh()).toBe(false);
});

test('a heartbeat that was refused refreshes nothing, nor does a fetch; a join does', () => {
  const { time, heartbeats } = setUp();
  heartbeats.answered('SyncGroup', 10);
  heartbeats.accepted();
  time.nowMs += FRESH_MS;
  expect(heartbeats.isFresh()).toBe(false);
  heartbeats.answered('Heartbeat', 5);
  heartbeats.answered('Fetch', 1);
  expect(heartbeats.isFresh()).toBe(false);
  heartbeats.accepted();
  expect(heartbeats.isFresh()).toBe(true);
});

test('OW-26: only an accepted heartbeat that was sent after the join was begun says that the join was given up', () => {
  const { time, heartbeats } = setUp();
  heartbeats.answered('Heartbeat', 5);
  heartbeats.accepted();
  heartbeats.joining();
  expect(heartbeats.isPastJoin()).toBe(false);
  time.nowMs += 100;
  // On its way when the join began.
  heartbeats.answered('Heartbeat', 100);
  heartbeats.accepted();
  expect(heartbeats.isPastJoin()).toBe(false);
  time.nowMs += 100;
  heartbeats.answered('Heartbeat', 99);
  expect(heartbeats.isPastJoin()).toBe(false);
  heartbeats.accepted();
  expect(heartbeats.isPastJoin()).toBe(true);
});
