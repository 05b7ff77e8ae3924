import { expect, test } from '@jest/globals';
import { epochMs, siteId } from '@headroom/kernel';
import { NO_RISES } from '../domain/lease-memory.ts';
import { EMPTY_MEMORY } from '../domain/control-memory.ts';
import { T0 } from '../domain/given.fixture.ts';
import { type RecordedPlan, recordedPlanOf } from '../domain/planning/kept-plan.ts';
import { EMPTY_SITE_STATE } from '../domain/site-state.ts';
import type { RestoredSite } from '../ports.ts';
import { onAllocationFact } from './on-allocation-fact.ts';
import { ShardTenure } from './shard-tenure.ts';

const [A, B] = [siteId('a'), siteId('b')];

function planOf(epoch: bigint, seq: bigint): RecordedPlan {
  const read = recordedPlanOf({
    ...{ epoch, seq, siteVersion: 1, snapshotHash: '', objectives: [], mode: 'energy', sessions: [] },
    ...{ createdAtMs: epochMs(T0), validUntilMs: epochMs(T0 + 60_000), costMicro: undefined },
    ...{ boundsMs: [T0, T0 + 300_000], importW: [0], envelopeW: [0] },
  });
  if (read.kind === 'err') throw new Error(read.error);
  return read.value;
}

/** Of two sites, each as an owner of another epoch left it. */
function tenure(): ShardTenure {
  const left = (site: typeof A, ownerEpoch: bigint): RestoredSite => ({
    ...{ siteId: site, ownerEpoch, decisionSeq: 7n, snapshotSeq: 1n, dispatcherEpoch: 1n, inputs: new Map() },
    ...{ state: EMPTY_SITE_STATE, memory: EMPTY_MEMORY, rises: NO_RISES },
  });
  const restored = {
    ...{ sites: [left(A, 5n), left(B, 3n)], models: [], unreadable: [] },
    siteConfig: { topic: 'site.config', next: 0n },
  };
  const grip = { owns: () => true, acquireAgain: () => {} };
  return new ShardTenure({
    ...{ shard: 0, epoch: 9n, grip, restored, topics: [], beganAtMonoMs: 0 },
    mayHold: () => true,
  });
}

test('HO-10: a plan of an owner that had lost the shard, or the site, when it wrote is none', () => {
  const after = (site: typeof A, epoch: bigint) => {
    const one = tenure();
    const outcome = onAllocationFact(one, { siteId: site, content: { kind: 'plan-made', plan: planOf(epoch, 1n) } });
    return [outcome.kind, one.laneOf(site)?.state.plan?.epoch];
  };
  expect(after(B, 2n)).toEqual(['nothing', undefined]);
  expect(after(B, 3n)).toEqual(['decide', 3n]);
  // Whoever wrote the snapshot of this site had epoch 5: one of epoch 4 was no owner any more.
  expect(after(A, 4n)).toEqual(['nothing', undefined]);
  expect(after(A, 5n)).toEqual(['decide', 5n]);
});

test('a plan is shown to the last word, and a repeat of it is no news', () => {
  const one = tenure();
  const tell = () => onAllocationFact(one, { siteId: A, content: { kind: 'plan-made', plan: planOf(5n, 4n) } }).kind;
  expect([tell(), tell()]).toEqual(['decide', 'nothing']);
  expect(one.laneOf(A)?.planning.shown).toEqual(planOf(5n, 4n));
});
