import { expect, test } from '@jest/globals';
import { TOPICS } from '@headroom/contracts';
import type { StoredRecord } from '@headroom/event-log';
import { ok, siteId, stationId } from '@headroom/kernel';
import { manualTime, settle } from '@headroom/testing';
import { NOTHING, type Outcome } from './app/input.ts';
import { ShardTenure } from './app/shard-tenure.ts';
import { Tenures } from './app/tenures.ts';
import { EMPTY_MEMORY } from './domain/control-memory.ts';
import { NO_RISES } from './domain/lease-memory.ts';
import { EMPTY_SITE_STATE } from './domain/site-state.ts';
import type { RestoredSite } from './ports.ts';
import { type BatchDeps, handlers, onBatch } from './service.ts';

const TOPIC = TOPICS.stationFacts.name;
const SHARD = 0;
const SITE = siteId('a');

const record = (offset: bigint): StoredRecord => ({
  ...{ topic: TOPIC, partition: SHARD, offset, key: 'a', value: Buffer.alloc(0), headers: {}, timestampMs: 0 },
});

/** One shard in its owner's hands, caught up; `park` is what the test makes of it. */
function scene(park: () => Promise<void> = () => Promise.resolve(), sites: readonly RestoredSite[] = []) {
  const time = manualTime(0);
  const tenures = new Tenures();
  const tenure = new ShardTenure({
    ...{ shard: SHARD, epoch: 1n, grip: { owns: () => true, acquireAgain: () => {} }, beganAtMonoMs: 0 },
    restored: { sites, models: [], siteConfig: { topic: 'sites', next: 0n }, unreadable: [] },
    ...{ topics: [], mayHold: () => true },
  });
  tenure.caughtUp();
  tenures.begin(tenure);
  const never = () => {
    throw new Error('not in this test');
  };
  const silent = (): void => {};
  const parked: bigint[] = [];
  const deps: BatchDeps = {
    tenures,
    park: async ({ offset }) => {
      parked.push(offset);
      await park();
    },
    events: {
      ...{ shardTaken: silent, shardCaughtUp: silent, shardsLost: silent, recordParked: silent },
      ...{ decisionWithheld: silent, decisionNotWritten: silent, snapshotNotWritten: silent },
      decided: () => {},
      decisionDurable: () => {},
    },
    ...{ clock: time, timers: time, hasher: { sha256Hex: never }, fatal: never },
    ...{ coalesceMs: 20, snapshotEveryMs: 250, copyEveryMs: 5_000 },
    log: { openEpoch: never, append: never, appendSnapshot: never },
  };
  return { deps, tenure, tenures, parked };
}

const refused: Outcome = { kind: 'refused', reason: 'not understood' };
const batchOf = (...offsets: readonly bigint[]) => ({
  ...{ topic: TOPIC, partition: SHARD, records: offsets.map(record), highWatermark: 99n },
});

test('OW-14: a shard that is lost while one of its records is put aside: no further one is handled', async () => {
  const parking = Promise.withResolvers<void>();
  const { deps, tenures, parked } = scene(() => parking.promise);
  const handled: bigint[] = [];
  const handle = (_: ShardTenure, { offset }: StoredRecord): Outcome => {
    handled.push(offset);
    return offset === 1n ? refused : NOTHING;
  };
  const batch = onBatch(deps, new Map([[TOPIC, handle]]), batchOf(0n, 1n, 2n));
  await settle();
  tenures.end(SHARD);
  parking.resolve();
  await batch;
  expect([handled, parked]).toEqual([[0n, 1n], [1n]]);
});

test('a batch that comes again because a record could not be put aside: what was handled is not handled twice', async () => {
  let isAway = true;
  const { deps } = scene(() => (isAway ? Promise.reject(new Error('no acknowledgement')) : Promise.resolve()));
  const handled: bigint[] = [];
  const handle = (_: ShardTenure, { offset }: StoredRecord): Outcome => {
    handled.push(offset);
    return offset === 1n ? refused : NOTHING;
  };
  const table = new Map([[TOPIC, handle]]);
  await expect(onBatch(deps, table, batchOf(0n, 1n, 2n))).rejects.toThrow('no acknowledgement');
  isAway = false;
  await onBatch(deps, table, batchOf(0n, 1n, 2n));
  expect(handled).toEqual([0n, 1n, 1n, 2n]);
});

test('what the snapshot of a site contains is not handled, the record behind it is, and all of another site', () => {
  const inputs = new Map([[TOPIC, 10n]]);
  const restored: RestoredSite = {
    ...{ siteId: SITE, ownerEpoch: 1n, decisionSeq: 1n, snapshotSeq: 1n, dispatcherEpoch: 1n, inputs },
    ...{ state: EMPTY_SITE_STATE, memory: EMPTY_MEMORY, rises: NO_RISES },
  };
  const { tenure } = scene(undefined, [restored]);
  const never = () => ok(undefined);
  let site = 'a';
  const stationFact = () =>
    ok({
      siteId: site,
      content: { kind: 'station-connected' as const, stationId: stationId('ST'), generation, atMs: 0 },
    });
  let generation = 0n;
  const decode = {
    ...{
      siteConfig: never,
      sessionFact: never,
      meteringFact: never,
      gridFact: never,
      dispatchFact: never,
      allocationFact: never,
    },
    stationFact,
  };
  const handle = handlers({ decode }).get(TOPIC);
  const take = (offset: bigint) => {
    generation += 1n;
    return handle?.(tenure, record(offset)).kind;
  };
  expect([9n, 10n, 11n].map(take)).toEqual(['nothing', 'nothing', 'decide']);
  site = 'b';
  expect(take(9n)).toBe('decide');
});
