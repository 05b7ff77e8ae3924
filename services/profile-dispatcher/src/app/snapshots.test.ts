import { expect, test } from '@jest/globals';
import { dispatchStateV1, TOPICS } from '@headroom/contracts';
import { createMemoryEventLog } from '@headroom/event-log';
import { snapshotToWire } from '../adapters/log/state-to-wire.ts';
import { Bench, HELD, RULES } from '../testing/bench.ts';
import { JOURNAL, replayInto } from '../testing/bench-log.ts';
import { createRig, RIG_SITE, settled } from '../testing/rig.ts';
import { countedNow } from './counted-now.ts';
import { isContained, restoreShard } from './restore-shard.ts';
import { appendOwn, mayEndUnknown, newShard } from './shard.ts';
import {
  MAX_SNAPSHOTS_OF_APPEND,
  needsSnapshot,
  SNAPSHOT_EVSES_OF_PERIOD,
  snapshotSites,
  takeSnapshot,
} from './snapshot-sites.ts';
import { createEvents } from '../events.ts';
import { newSite } from '../domain/site-state.ts';
import { siteId } from '@headroom/kernel';
import { SITE, siteModel } from '../testing/bench-site.ts';

type Rig = Awaited<ReturnType<typeof createRig>>;
const silent = () => undefined;

async function pass(rig: Rig, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    rig.time.advance(250);
    await settled();
  }
}

async function charging(rig: Rig): Promise<void> {
  for (const stationId of ['ST-1', 'ST-2']) await rig.boot(stationId);
  for (const command of rig.commands()) await rig.answer(command);
  for (const stationId of ['ST-1', 'ST-2']) await rig.start(stationId);
  await pass(rig, 1_000);
  await rig.decide({ 'ST-1': 200, 'ST-2': 160 });
  for (const command of rig.commands().slice(2)) await rig.answer(command);
}

test('a new site is written at once, one that changes every 5 s at most, any every 10 s', async () => {
  const rig = await createRig();
  await rig.configure(2);
  await rig.assemble().start();
  await pass(rig, 250);
  expect(rig.snapshots).toHaveLength(1);
  await charging(rig);
  const startMs = rig.snapshots[0]?.atMs ?? 0;
  for (let second = 0; second < 30; second += 1) {
    await rig.measure('ST-1', 200);
    await pass(rig, 1_000);
  }
  const sinceMs = rig.snapshots.map(({ atMs }) => atMs - startMs);
  expect(sinceMs.slice(0, 6)).toEqual([0, 5_000, 10_000, 15_000, 20_000, 25_000]);
  await pass(rig, 10_000);
  const count = rig.snapshots.length;
  await pass(rig, 10_000);
  expect(rig.snapshots.length - count).toBe(1);
  await rig.close();
});

test('a new owner goes on from the snapshot though the log retains nothing of before: connected, proven, with all that counts', async () => {
  const log = createMemoryEventLog({ maxRecordsPerPartition: 12 });
  const rig = await createRig(log);
  await rig.configure(2);
  const first = rig.assemble();
  await first.start();
  await pass(rig, 250);
  await charging(rig);
  await pass(rig, 10_000);
  const before = rig.committed();
  expect(before).toEqual(['ST-1 20 [fallback 6, acknowledged 20]', 'ST-2 16 [fallback 6, acknowledged 16]']);
  await first.stop(100);
  // What is retained of the stations is none of their connects, boots and answers.
  for (let n = 0; n < 40; n += 1) await rig.put(TOPICS.stationFacts, noise());
  const [sent, journal] = [rig.commands().length, rig.journal.length];
  await rig.assemble().start();
  await pass(rig, 2_000);
  expect(rig.committed()).toEqual(before);
  expect(rig.commands().slice(sent)).toEqual([]);
  expect(rig.journal.slice(journal).every(({ fact }) => fact?.$case === 'epochOpened')).toBe(true);
  // It is heard, and knows what it says: the optimizer's newest decision is restored too, so the lease is renewed.
  await pass(rig, 60_000);
  expect(
    new Set(
      rig
        .commands()
        .slice(sent)
        .map(({ stationId }) => stationId),
    ),
  ).toEqual(new Set(['ST-1', 'ST-2']));
  expect(rig.fatal).toEqual([]);
  await rig.close();
});

const noise = () => ({
  ...{ stationId: 'ST-9', siteId: '', connectionGeneration: 1n, receivedAtMs: 0n },
  ...{ rawFrame: Buffer.alloc(0), fact: undefined },
});

test('a snapshot that does not decode counts as none: an event, and the shard is read from its start', async () => {
  const rig = await createRig();
  await rig.configure(2);
  const first = rig.assemble();
  await first.start();
  await pass(rig, 250);
  await charging(rig);
  const before = rig.committed();
  await first.stop(100);
  await rig.log.append([
    { topic: TOPICS.dispatchState.name, key: RIG_SITE, value: Buffer.from([0xff, 0xff]), headers: {} },
  ]);
  await rig.assemble().start();
  await pass(rig, 1_000);
  expect(rig.told).toContain('dispatch-snapshot-unreadable');
  expect(rig.committed()).toEqual(before);
  expect(rig.fatal).toEqual([]);
  await rig.close();
});

test('no snapshot is taken in the middle of a pass, nor for a shard that is not ours just now', async () => {
  const bench = Bench.charging();
  expect(needsSnapshot(bench.shard, 0, EVERY_MS)).toBe(true);
  bench.shard.passing = true;
  expect(needsSnapshot(bench.shard, 0, EVERY_MS)).toBe(false);
  const asked: boolean[] = [];
  const shard = newShard({ shard: 0, epoch: 2, hold: { ...HELD, ownsNow: () => false }, acquiredMonoMs: 0 });
  shard.sites.set(SITE, { ...newSite(SITE), model: siteModel() });
  const write = async (_: number, __: readonly unknown[], { mayWrite }: { readonly mayWrite: () => boolean }) =>
    void asked.push(mayWrite());
  await snapshotSites({ ...writing, snapshots: { write, load: none } }, shard);
  expect(asked).toEqual([false]);
});

test('HO-2: what an heir would make of a snapshot beside a record that nobody confirmed, and what ends that', async () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 20 });
  const commands = bench.pass();
  const { shard } = bench;
  // What counts is told anew; it stands in the log, but the confirmation is lost. Then the limit is answered.
  shard.journaled.clear();
  const time = { nowMs: bench.nowMs, leaseNowMs: bench.nowMs };
  for (const record of countedNow(shard, [bench.site], { time, rules: RULES })) bench.log.append(record);
  const lost = appendOwn(shard, async () => {
    throw new Error('no acknowledgement');
  });
  await expect(lost).rejects.toThrow('no acknowledgement');
  for (const command of commands) bench.answer(command);
  const heirOf = (snapshot: ReturnType<typeof takeSnapshot>): readonly string[] => {
    const heir = newShard({ shard: 0, epoch: 2, hold: HELD, acquiredMonoMs: 0 });
    const found = { configured: new Set([SITE]), snapshots: [snapshot] };
    bench.shard = replayInto(heir, { found, read: bench.log.all, nowMs: bench.nowMs, rules: RULES });
    const kinds = bench.kinds(1);
    bench.shard = shard;
    return kinds;
  };
  expect(mayEndUnknown(shard)).toBe(true);
  expect(needsSnapshot(shard, 0, EVERY_MS)).toBe(false);
  // So none is written: this one forgets a lease that is obeyed.
  expect(heirOf(takeSnapshot(shard, bench.site, bench.nowMs))).toEqual(['fallback 6']);
  shard.journaled.clear();
  await appendOwn(shard, async () => {
    bench.pass();
    return bench.log.ends().get(JOURNAL);
  });
  expect(needsSnapshot(shard, 0, EVERY_MS)).toBe(true);
  expect(heirOf(takeSnapshot(shard, bench.site, bench.nowMs))).toEqual(['fallback 6', 'acknowledged 20']);
});

test('HO-2: of two appends only one that began behind the other says that it ends behind it', async () => {
  const { shard } = Bench.charging();
  const [first, second] = [Promise.withResolvers<bigint>(), Promise.withResolvers<bigint>()];
  const under = [appendOwn(shard, () => first.promise), appendOwn(shard, () => second.promise)];
  second.reject(new Error('no acknowledgement'));
  await expect(under[1]).rejects.toThrow('no acknowledgement');
  first.resolve(7n);
  await under[0];
  expect(mayEndUnknown(shard)).toBe(true);
  await appendOwn(shard, async () => 9n);
  expect([mayEndUnknown(shard), shard.ownOffset]).toEqual([false, 9n]);
});

const EVERY_MS = 7_000;
const none = async () => ({ configured: new Set<never>(), snapshots: [] });
const writing = {
  events: createEvents({ info: silent, warn: silent, error: silent }),
  monoMs: () => 0,
  time: () => ({ nowMs: 0, leaseNowMs: 0 }),
  rules: { snapshotEveryMs: EVERY_MS },
};

test('a site is written at once, then once a period while it changes, and every second period while it does not', async () => {
  const bench = Bench.charging();
  const { shard } = bench;
  const writtenAtMs: number[] = [];
  const look = async (monoMs: number): Promise<void> => {
    if (!needsSnapshot(shard, monoMs, EVERY_MS)) return;
    const write = async (): Promise<void> => void writtenAtMs.push(monoMs);
    await snapshotSites({ ...writing, monoMs: () => monoMs, snapshots: { write, load: none } }, shard);
  };
  await look(0);
  shard.changed.add(SITE);
  for (const monoMs of [EVERY_MS - 1, EVERY_MS, 2 * EVERY_MS, 3 * EVERY_MS - 1, 3 * EVERY_MS]) await look(monoMs);
  expect(writtenAtMs).toEqual([0, EVERY_MS, 3 * EVERY_MS]);
});

test('a site of so many EVSEs that it takes long to write is written in as many periods as it has parts of a usual site', async () => {
  const written: string[] = [];
  const shard = newShard({ shard: 0, epoch: 2, hold: HELD, acquiredMonoMs: 0 });
  shard.phase = 'acting';
  for (const stations of [SNAPSHOT_EVSES_OF_PERIOD, SNAPSHOT_EVSES_OF_PERIOD + 1]) {
    const id = siteId(`of-${stations}`);
    shard.sites.set(id, { ...newSite(id), model: siteModel({ stations, ratingA: 100_000 }) });
  }
  for (let period = 0; period <= 4; period += 1) {
    for (const id of shard.sites.keys()) shard.changed.add(id);
    const monoMs = period * EVERY_MS;
    const write = async (_: number, sites: readonly { readonly siteId: string }[]) =>
      void written.push(`${period}: ${sites.map((each) => each.siteId).join(' ')}`);
    await snapshotSites({ ...writing, monoMs: () => monoMs, snapshots: { write, load: none } }, shard);
  }
  expect(written).toEqual(['0: of-200 of-201', '1: of-200', '2: of-200 of-201', '3: of-200', '4: of-200 of-201']);
});

test('the first site over the bound of one append is written in the next; one that the log does not take is due again', async () => {
  const shard = newShard({ shard: 0, epoch: 2, hold: HELD, acquiredMonoMs: 0 });
  shard.phase = 'acting';
  for (let n = 0; n <= MAX_SNAPSHOTS_OF_APPEND; n += 1) {
    const id = siteId(`site-${n}`);
    shard.sites.set(id, { ...newSite(id), model: siteModel() });
  }
  const written: number[] = [];
  const failing = async () => {
    throw new Error('the log is away');
  };
  await snapshotSites({ ...writing, snapshots: { write: failing, load: none } }, shard);
  const write = async (_: number, snapshots: readonly unknown[]) => void written.push(snapshots.length);
  while (needsSnapshot(shard, 0, EVERY_MS))
    await snapshotSites({ ...writing, snapshots: { write, load: none } }, shard);
  expect(written).toEqual([MAX_SNAPSHOTS_OF_APPEND, 1]);
});

test('sites of one shard are at different points: each is skipped up to its own, the shard is read from the lowest', () => {
  const bench = Bench.charging();
  const snapshot = takeSnapshot(bench.shard, bench.site, bench.nowMs);
  const [early, late] = [10n, 20n].map((offset, index) => ({
    ...snapshot,
    siteId: siteId(`site-${index}`),
    positions: new Map([['station', offset]]),
    openedEpoch: 5 + index,
    told: [],
  }));
  if (early === undefined || late === undefined) throw new Error('two');
  const configured = new Set([early.siteId, late.siteId]);
  const gone = { ...snapshot, siteId: siteId('gone'), positions: new Map([['station', 1n]]), told: [] };
  const restored = newShard({ shard: 0, epoch: 9, hold: HELD, acquiredMonoMs: 0 });
  restoreShard(restored, { configured, snapshots: [late, early, gone] }, 0);
  expect([restored.positions.get('station'), restored.openedEpoch]).toEqual([10n, 5]);
  expect([...restored.sites.keys()]).toEqual([late.siteId, early.siteId]);
  const fact = (of: typeof early) => ({
    ...{ kind: 'station-disconnected' as const, siteId: of.siteId, stationId: bench.of(1).stationId },
    ...{ generation: 1, atMs: 0 },
  });
  const has = (of: typeof early, offset: bigint) =>
    isContained(restored, { topic: 'station', isOwn: false }, { offset, fact: fact(of) });
  expect([has(early, 10n), has(early, 11n), has(late, 20n), has(late, 21n)]).toEqual([true, false, true, false]);
  const without = newShard({ shard: 0, epoch: 9, hold: HELD, acquiredMonoMs: 0 });
  restoreShard(without, { configured: new Set([...configured, siteId('new')]), snapshots: [late, early] }, 0);
  expect([without.positions.size, without.openedEpoch, without.sites.size]).toEqual([0, 0, 2]);
});

test('a snapshot says where its topics were read to when it was taken, whatever is read while it is on its way', () => {
  const bench = Bench.charging();
  const taken = takeSnapshot(bench.shard, bench.site, bench.nowMs);
  const before = new Map(bench.shard.positions);
  const connected = bench.site.stations.get(bench.of(1).stationId)?.connected;
  bench.disconnect(1);
  expect(bench.shard.positions).not.toEqual(before);
  expect(taken.positions).toEqual(before);
  expect(taken.stations.get(bench.of(1).stationId)?.connected).toBe(connected);
});

/** Of a site of 24 EVSEs, all of them charging. */
const MOST_BYTES = 9_200;

test(`a snapshot of a site of 24 EVSEs in full charge stays below ${MOST_BYTES} bytes`, () => {
  const stations = 24;
  const bench = Bench.charging({ stations, ratingA: 2_000, worstLoadA: 100 });
  const all = (amps: number) => Object.fromEntries(Array.from({ length: stations }, (_, n) => [n + 1, amps]));
  bench.readMeter(80);
  bench.settleAt(all(20));
  for (let n = 1; n <= stations; n += 1) bench.proveSingle(n, 20);
  // A decrease that is not yet seen obeyed, and a command on its way: the most that is usual.
  bench.decide(all(16));
  for (const command of bench.pass()) bench.answer(command);
  bench.decide(all(12));
  bench.pass();
  const wire = snapshotToWire(takeSnapshot(bench.shard, bench.site, bench.nowMs), 0);
  const bytes = dispatchStateV1.DispatchState.encode(wire).finish().length;
  expect(bytes).toBeLessThan(MOST_BYTES);
  expect(bytes).toBeGreaterThan(MOST_BYTES / 2);
});
