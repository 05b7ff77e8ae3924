import { expect, test } from '@jest/globals';
import { siteId } from '@headroom/kernel';
import { manualTime } from '@headroom/testing';
import { T0 } from '../domain/given.fixture.ts';
import { onTimer, SLICE_MS, type TickDeps } from './on-timer.ts';
import { openLane } from './site-lane.ts';
import { Tenures } from './tenures.ts';

/** A service whose sites take their time: each look at one costs `costMs`. */
function rig(sites: number, costMs: number) {
  const time = manualTime(T0);
  const looked: string[] = [];
  let spentMs = 0;
  const lanes = Array.from({ length: sites }, (_, n) => {
    const lane = openLane(siteId(`site-${n}`), {
      ...{ shard: 0, epoch: 1n },
      decidingEpoch: () => {
        looked.push(`site-${n}`);
        spentMs += costMs;
        return undefined;
      },
      ...{ fence: () => true, isOver: () => false, dispatcherEpoch: () => 0n, positions: () => [], track: () => {} },
    });
    return lane;
  });
  const tenures = Object.assign(new Tenures(), { lanes: () => lanes });
  const never = () => {
    throw new Error('not in this test');
  };
  const deps: TickDeps = {
    clock: { nowMs: time.nowMs, monoMs: () => time.monoMs() + spentMs },
    timers: time,
    tenures,
    round: { isRunning: false },
    log: { openEpoch: never, append: never, appendSnapshot: never },
    live: { put: never },
    hasher: { sha256Hex: never },
    events: {
      ...{ shardTaken: never, shardCaughtUp: never, shardsLost: never, recordParked: never },
      ...{ decisionWithheld: never, decisionNotWritten: never, snapshotNotWritten: never },
      decided: () => {},
      decisionDurable: () => {},
    },
    ...{ coalesceMs: 20, snapshotEveryMs: 250, copyEveryMs: 5_000 },
    fatal: never,
  };
  return { deps, looked, time };
}

test('a round over more sites than fit into one slice goes on by itself, in order; ticks meanwhile begin no other', async () => {
  const { deps, looked, time } = rig(20, SLICE_MS / 5);
  onTimer(deps);
  expect(looked.length).toBeLessThan(10);
  const before = looked.length;
  onTimer(deps);
  expect(looked).toHaveLength(before);
  await time.pass(0);
  expect(looked).toEqual(Array.from({ length: 20 }, (_, n) => `site-${n}`));
  onTimer(deps);
  expect(looked.length).toBeGreaterThan(20);
});

test('a site that alone takes longer than a slice does not stop the round', async () => {
  const { deps, looked, time } = rig(3, 2 * SLICE_MS);
  onTimer(deps);
  await time.pass(0);
  expect(looked).toEqual(['site-0', 'site-1', 'site-2']);
});
