import { expect, test } from '@jest/globals';
import { siteId } from '@headroom/kernel';
import { manualTime } from '@headroom/testing';
import { createEvents } from '../events.ts';
import { T0 } from '../domain/given.fixture.ts';
import { type DecideDeps, decideNow } from './decide-site.ts';
import { type LaneTenure, openLane } from './site-lane.ts';

/** A lane that may not decide, for the reason that `tenure` gives, and what is said of it. */
function forbidden(tenure: Pick<LaneTenure, 'fence' | 'isOver'>) {
  const said: string[] = [];
  const never = () => {
    throw new Error('not in this test');
  };
  const tell = (event: string, fields: object = {}): void =>
    void said.push([event, ...Object.values(fields)].join(' '));
  const time = manualTime(T0);
  const deps: DecideDeps = {
    ...{ clock: time, timers: time, coalesceMs: 20, fatal: never, hasher: { sha256Hex: never } },
    log: { openEpoch: never, append: never, appendSnapshot: never },
    events: createEvents({ info: tell, warn: tell, error: tell }),
  };
  const lane = openLane(siteId('depot'), {
    ...{ shard: 3, epoch: 7n, decidingEpoch: () => undefined },
    ...{ dispatcherEpoch: () => 0n, positions: () => [], track: () => {} },
    ...tenure,
  });
  return { said, decide: () => decideNow(deps, lane, 'timer') };
}

test('OW-30: a decision that is due while the shard is not ours for certain is withheld, and that is said at 1, 2, 4, 8 ...', () => {
  const { said, decide } = forbidden({ fence: () => false, isOver: () => false });
  for (let n = 0; n < 9; n += 1) decide();
  expect(said).toEqual([1, 2, 4, 8].map((times) => `allocation.decision-withheld 3 7 ${times}`));
});

test('a shard that still reads its past, and one that is over, withhold nothing', () => {
  for (const tenure of [
    { fence: () => true, isOver: () => false },
    { fence: () => false, isOver: () => true },
  ]) {
    const { said, decide } = forbidden(tenure);
    decide();
    expect(said).toEqual([]);
  }
});
