import { expect, test } from '@jest/globals';
import { siteStateV1 } from '@headroom/contracts';
import { siteId } from '@headroom/kernel';
import { LEASES_S, type SiteModel, type SiteModelInput } from '@headroom/site-model';
import fc from 'fast-check';
import { ownerMemoryToWire } from '../adapters/log/owner-memory-to-wire.ts';
import { restoredSiteOf } from '../adapters/log/owner-memory-of-wire.ts';
import { decide } from '../domain/decide.ts';
import { differs } from '../domain/decision.ts';
import { building, DEPOT, siteOf } from '../domain/given.fixture.ts';
import type { RestoredSite } from '../ports.ts';
import { Owner } from './decide-again.fixture.ts';
import { onMeteringFact } from './on-metering-fact.ts';
import { onSiteConfig } from './on-site-config.ts';
import { ShardTenure } from './shard-tenure.ts';
import type { SiteLane } from './site-lane.ts';

const MINUTE = 60_000;
/** Readings come so far apart, and count for as long: weeks go by faster. */
const EVERY_MS = 5 * MINUTE;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SITE = siteId(DEPOT.siteId);
const document = (change: Partial<SiteModelInput> = {}): SiteModel =>
  siteOf({
    ...DEPOT,
    ...{ leaseS: 600, leaseAtLeastS: 20 },
    // 6.4 A a phase are worth it on this connection.
    otherLoads: DEPOT.otherLoads.map(({ risesAtMost: _, ...load }) => ({ ...load, staleAfterMs: EVERY_MS })),
    ...change,
  });

class OwnerOfAWeek {
  readonly tenure: ShardTenure;
  /** Each length that was chosen, in order, without repeats. */
  readonly lengths: number[] = [];
  looks = 0;

  constructor(restored: readonly RestoredSite[] = [], model = document()) {
    this.tenure = new ShardTenure({
      ...{ shard: 0, epoch: 1n, grip: { owns: () => true, acquireAgain: () => {} }, topics: [], beganAtMonoMs: 0 },
      restored: { sites: restored, models: [model], siteConfig: { topic: 'sites', next: 0n }, unreadable: [] },
      mayHold: () => true,
    });
    if (restored.length === 0) this.tenure.caughtUp();
  }

  get lane(): SiteLane {
    const lane = this.tenure.laneOf(SITE);
    if (lane === undefined) throw new Error('no site');
    return lane;
  }

  /** Readings from `fromMs` on, before `toMs`. */
  read(fromMs: number, toMs: number, deciAAt: (minute: number) => number): this {
    for (let atMs = fromMs; atMs < toMs; atMs += EVERY_MS) {
      const content = building(deciAAt(atMs / MINUTE), atMs);
      if (content.kind !== 'site-meter-read') throw new Error('the fixture makes another fact');
      const before = this.lane.memory.lease;
      onMeteringFact(this.tenure, { siteId: SITE, content });
      const { lease } = this.lane.memory;
      if (lease !== before) this.looks += 1;
      if (lease !== undefined && lease.leaseS !== this.lengths.at(-1)) this.lengths.push(lease.leaseS);
    }
    return this;
  }

  configure(content: SiteModel): void {
    onSiteConfig(this.tenure, { siteId: SITE, content });
  }

  /** As the next owner reads it. */
  snapshot(): RestoredSite {
    const { state, memory, rises } = this.lane;
    const wire = siteStateV1.SiteState.fromPartial({ siteId: SITE, ownerEpoch: 1n });
    const of = { state, memory, rises, snapshotSeq: 1n, dispatcherEpoch: 1n };
    const bytes = siteStateV1.SiteState.encode({ ...wire, memory: ownerMemoryToWire(of) }).finish();
    const restored = restoredSiteOf(siteStateV1.SiteState.decode(bytes));
    if (restored.kind === 'err') throw new Error(restored.error);
    return restored.value;
  }

  decided = () => decide(this.lane.model ?? document(), this.lane.state, this.lane.memory, 8 * DAY).decision.lease;
}

test('SI26 a steady building is watched for a week; then its leases are as long as the document allows, and the decision says why', () => {
  const owner = new OwnerOfAWeek().read(0, 6.9 * DAY, () => 300);
  expect(owner.lengths).toEqual([120]);
  expect(owner.decided().reason).toBe('120 s, until Building has been watched for 7 days: it is 6.9 so far.');
  owner.read(6.9 * DAY, 7.5 * DAY, () => 300);
  expect(owner.lengths).toEqual([120, 600]);
  expect(owner.decided()).toMatchObject({
    leaseS: 600,
    reason:
      '600 s, the longest up to 600 s: within it the metered loads rise by hardly more than within 20 s. ' +
      'In 7 days Building rose by up to 0 A within it; the site document says nothing of it.',
  });
  // Looked at once an hour, not with each reading.
  expect(owner.looks).toBe(7.5 * 24);
});

/** Once an hour it climbs for so many minutes, by so much a minute, and falls again. */
const climbing =
  (deciAPerMinute: number, minutes: number) =>
  (minute: number): number =>
    50 + deciAPerMinute * Math.min(minute % 60, minutes) * Number(minute % 60 <= minutes) + (minute % 3);

// Any instant will do; these are none of an hour or a window.
const CUTS = [977, 1_411, 2_111].map((reading) => reading * EVERY_MS);

test.each([
  [600, 0, 0],
  [300, 5, 55],
  [120, 10, 55],
])(
  'HO-11, SI26 %d s where it climbs by %d dA a minute for %d minutes, whoever of four owners has seen what, from snapshots',
  (leaseS, deciAPerMinute, minutes) => {
    const at = climbing(deciAPerMinute, minutes);
    const whole = new OwnerOfAWeek().read(0, 9 * DAY, at);
    let heir = new OwnerOfAWeek();
    let fromMs = 0;
    for (const cutMs of CUTS) {
      heir = new OwnerOfAWeek([heir.read(fromMs, cutMs, at).snapshot()]);
      fromMs = cutMs;
    }
    heir.read(fromMs, 9 * DAY, at);
    expect(whole.decided().leaseS).toBe(leaseS);
    expect(heir.lane.rises).toEqual(whole.lane.rises);
    expect(heir.lane.memory.lease).toEqual(whole.lane.memory.lease);
    expect(heir.decided()).toEqual(whole.decided());
  },
  30_000,
);

test('SI26 however a building moves from day to day, its length changes a few times in three weeks, and never within the hour', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 21, maxLength: 21 }), (ofDays) => {
      const owner = new OwnerOfAWeek();
      owner.read(0, 21 * DAY, (minute) => climbing(ofDays[Math.floor(minute / 1_440)] ?? 0, 25)(minute));
      expect(owner.lengths.length).toBeLessThanOrEqual(LEASES_S.length);
      expect(owner.looks).toBeLessThanOrEqual(21 * 24);
    }),
    { numRuns: 3, seed: 5 },
  );
}, 60_000);

test('SI26 a document that pins the length is obeyed at once, and what was seen is kept for one that does not', () => {
  const owner = new OwnerOfAWeek().read(0, 7.5 * DAY, () => 300);
  const { leaseAtLeastS: _, ...pinned } = document({ version: 2, leaseS: 90 });
  owner.configure(pinned);
  expect(owner.decided()).toEqual({ leaseS: 90, reason: '90 s: the site document says so.' });
  owner.read(7.5 * DAY, 8 * DAY, () => 300);
  expect(owner.decided()).toMatchObject({
    leaseS: 90,
    reason:
      '90 s: the site document says so. In 7 days Building rose by up to 0 A within it; the site document says nothing of it.',
  });
  owner.configure(document({ version: 3, leaseS: 300 }));
  // Nothing is chosen before the next reading or decision: until then the longest allowed holds, as for an older optimizer.
  owner.read(8 * DAY, 8 * DAY + EVERY_MS, () => 300);
  expect(owner.decided().leaseS).toBe(300);
  expect(owner.decided().reason).toContain('hardly more');
});

test('SI26 a choice by other bounds never leaves these, and a meter that the document no longer names is forgotten', () => {
  const owner = new OwnerOfAWeek().read(0, 7.5 * DAY, () => 300);
  owner.configure(document({ version: 2, leaseS: 60 }));
  expect(owner.decided()).toMatchObject({
    leaseS: 60,
    reason: '60 s: nothing was chosen yet by this site document.',
  });
  expect([...owner.lane.rises.keys()]).toEqual(['building']);
  owner.configure(document({ version: 3, otherLoads: [] }));
  expect([...owner.lane.rises.keys()]).toEqual([]);
});

test('SI26 another length is decided on and written, though nothing else has changed', () => {
  const owner = new OwnerOfAWeek().read(0, 6.9 * DAY, () => 300);
  const { lane } = owner;
  const decision = () => decide(document(), lane.state, lane.memory, 8 * DAY).decision;
  const before = decision();
  lane.quietUntilMs = Infinity;
  owner.read(6.9 * DAY, 6.95 * DAY, () => 300);
  expect(lane.quietUntilMs).toBe(Infinity);
  expect(differs(decision(), before)).toBe(false);
  owner.read(6.95 * DAY, 7.5 * DAY, () => 300);
  expect(lane.quietUntilMs).toBe(Number.NEGATIVE_INFINITY);
  expect(differs(decision(), before)).toBe(true);
});

test('SI26 a site that has lost its meters has its length with the next decision: no reading comes to ask for it', async () => {
  const owner = new Owner(document({ version: 2, otherLoads: [] }), { always: false });
  const { memory } = owner.lane;
  owner.lane.memory = { ...memory, lease: { leaseS: 60, reason: '60 s: it moves.', lookedAtMs: 0, siteVersion: 1 } };
  await owner.look();
  expect(owner.lane.decision?.lease).toMatchObject({
    leaseS: 600,
    reason: '600 s: no load of this site has a meter, so each counts with its worst case, however long.',
  });
});
