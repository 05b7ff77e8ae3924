import { expect, test } from '@jest/globals';
import { siteId } from '@headroom/kernel';
import { manualTime } from '@headroom/testing';
import { panelOf, Scene, siteOf, T0 } from '../domain/given.fixture.ts';
import { publishSnapshot, type PublishDeps } from './publish-snapshot.ts';
import { openLane } from './site-lane.ts';

const EVERY_MS = 250;
const SPAN_MS = 10_000;

/** How often the live state of a site of so many EVSEs is written in ten seconds in which something changes all the time. */
async function writesOf(evses: number): Promise<number> {
  const time = manualTime(T0);
  const site = siteOf(panelOf(evses, { fallback: 0 }));
  const lane = openLane(siteId('depot'), {
    ...{ shard: 0, epoch: 1n, decidingEpoch: () => 1n, fence: () => true, isOver: () => false },
    ...{ dispatcherEpoch: () => 0n, positions: () => [], track: () => {} },
  });
  lane.model = site;
  lane.decision = new Scene(site).decideAt(T0);
  let writes = 0;
  const unused = { snapshotNotWritten: () => {} } as unknown as PublishDeps['events'];
  const deps: PublishDeps = {
    ...{ clock: time, snapshotEveryMs: EVERY_MS, copyEveryMs: 60_000, events: unused },
    log: { openEpoch: async () => 1n, append: async () => {}, appendSnapshot: async () => {} } as never,
    live: { put: async () => void (writes += 1) },
  };
  for (let atMs = 0; atMs < SPAN_MS; atMs += EVERY_MS) {
    lane.snapshot.liveDue = true;
    publishSnapshot(deps, lane);
    await time.pass(EVERY_MS);
  }
  return writes;
}

test.each([
  [25, SPAN_MS / EVERY_MS],
  [250, SPAN_MS / EVERY_MS],
  [500, 20],
  [1_000, 10],
  [2_000, 5],
])(
  'the live state of a site of %i EVSEs is written %i times in ten seconds: a thousand EVSEs a second at most',
  async (evses, times) => {
    expect(await writesOf(evses)).toBe(times);
  },
);
