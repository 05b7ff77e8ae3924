import { expect, test } from '@jest/globals';
import { epochMs, siteId } from '@headroom/kernel';
import { controlOf } from '../adapters/log/owner-memory-of-wire.ts';
import { ownerMemoryToWire } from '../adapters/log/owner-memory-to-wire.ts';
import { building, DEPOT, siteOf, T0 } from '../domain/given.fixture.ts';
import { NO_RISES } from '../domain/lease-memory.ts';
import { apply, configure, learnDrawn, type LaneTenure, openLane, type SiteLane } from './site-lane.ts';

const NOBODY: LaneTenure = {
  ...{ shard: 0, epoch: 1n, decidingEpoch: () => 1n, fence: () => true, isOver: () => false },
  ...{ dispatcherEpoch: () => 1n, positions: () => [], track: () => undefined },
};

/** Its building draws 100 dA on each conductor, 6.9 kW, and is read every ten seconds. */
function readFor(lane: SiteLane, seconds: number): void {
  for (let s = 0; s <= seconds; s += 10) {
    const atMs = epochMs(T0 + s * 1_000);
    apply(lane, building(100, atMs));
    learnDrawn(lane, atMs);
  }
}

test('PC9: what is measured sets the guard of the window, on which is decided anew only where it is another one', () => {
  const lane = openLane(siteId('depot'), NOBODY);
  configure(lane, siteOf({ ...DEPOT, demandLimitW: 20_000 }));
  readFor(lane, 0);
  const demandGuard = { limitW: 20_000, untilMs: T0 + 900_000 };
  expect(lane.memory.demandGuard).toEqual(demandGuard);
  expect(lane.quietUntilMs).toBe(-Infinity);
  lane.quietUntilMs = Infinity;
  readFor(lane, 890);
  expect(lane.memory.demandGuard).toEqual(demandGuard);
  expect(lane.quietUntilMs).toBe(Infinity);
  readFor(lane, 900);
  expect(lane.memory.demandGuard?.untilMs).toBe(T0 + 1_800_000);
  expect(lane.quietUntilMs).toBe(-Infinity);
});

test('PC9: a document that asks for it no more ends it at once; what stands in a snapshot or in the inputs of a decision is the same', () => {
  const lane = openLane(siteId('depot'), NOBODY);
  configure(lane, siteOf({ ...DEPOT, demandLimitW: 20_000 }));
  readFor(lane, 10);
  const { state, memory, billing } = lane;
  const wire = ownerMemoryToWire({
    ...{ state, memory, billing, rises: NO_RISES, snapshotSeq: 1n, dispatcherEpoch: 1n },
  });
  expect(controlOf(wire)).toEqual(memory);
  expect(controlOf({ ...wire, demandGuard: undefined })).not.toHaveProperty('demandGuard');
  configure(lane, siteOf({ ...DEPOT, version: 2 }));
  expect(lane.memory).not.toHaveProperty('demandGuard');
});
