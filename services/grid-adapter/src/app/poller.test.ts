import { expect, test } from '@jest/globals';
import { err, ok, type Result } from '@headroom/kernel';
import { manualTime } from '../testing/manual-time.ts';
import { createPoller, WAKE_GAP_MS } from './poller.ts';
import type { Reading } from './read-vtn.ts';

const READING: Reading = { events: [], unsure: [], refused: [], refusedCount: 0, programNames: new Map() };
const PACE = { pollEveryMs: 30_000, lostAfterMs: 600_000 };

function rig() {
  const time = manualTime(0);
  const polls: number[] = [];
  const it = { outcome: ok(READING) as Result<Reading, string>, gate: Promise.resolve() };
  const poller = createPoller({
    ...{ clock: time, timers: time, rng: { next: () => 0.5 }, pace: PACE },
    poll: async () => {
      polls.push(time.nowMs());
      await it.gate;
      return it.outcome;
    },
    onOutcome: () => {},
    onBug: (cause) => {
      throw cause;
    },
  });
  return Object.assign(it, { time, polls, poller });
}

test('who is woken polls at once, and takes up its pace from there', async () => {
  const { time, polls, poller } = rig();
  poller.start();
  await time.pass(12_000);
  poller.wake();
  await time.pass(30_000);
  expect(polls).toEqual([0, 12_000, 42_000]);
});

test('however often somebody calls, two polls begin a second apart', async () => {
  const { time, polls, poller } = rig();
  poller.start();
  for (let n = 0; n < 1_000; n += 1) {
    await time.pass(5);
    poller.wake();
  }
  expect(polls).toEqual([0, 1, 2, 3, 4, 5].map((n) => n * WAKE_GAP_MS));
});

test('what is called during a poll is polled for once more, behind it', async () => {
  const it = rig();
  const { time, polls, poller } = it;
  let open = (): void => {};
  it.gate = new Promise((resolve) => {
    open = resolve;
  });
  poller.start();
  await time.pass(5_000);
  poller.wake();
  poller.wake();
  await time.pass(5_000);
  expect(polls).toEqual([0]);
  open();
  await time.pass(1_000);
  expect(polls).toEqual([0, 10_000]);
});

test('a call is a sign of life: it is polled for although the VTN has failed for long', async () => {
  const it = rig();
  const { time, polls, poller } = it;
  it.outcome = err('The answer has status 500.');
  poller.start();
  await time.pass(400_000);
  const count = polls.length;
  poller.wake();
  await time.pass(0);
  expect([polls.length, polls.at(-1)]).toEqual([count + 1, 400_000]);
});

test('after the end nobody is woken', async () => {
  const { time, polls, poller } = rig();
  poller.start();
  await time.pass(5_000);
  poller.stop();
  poller.wake();
  await time.pass(60_000);
  expect(polls).toEqual([0]);
});
