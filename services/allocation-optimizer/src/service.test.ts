import { afterEach, expect, test } from '@jest/globals';
import { allocationV1, dispatchV1, HEADERS, siteStateV1, siteV1, TOPICS } from '@headroom/contracts';
import type { EventLog } from '@headroom/event-log';
import type { Service } from '@headroom/service-host';
import { T0 } from './domain/given.fixture.ts';
import { settle, TRACE_ID, TRACEPARENT } from '@headroom/testing';
import { type FakePlatform, fakePlatform } from './platform.fixture.ts';
import {
  charging,
  configure,
  decisions,
  last,
  limitsOf,
  meter,
  phases,
  SITE,
  started as start,
} from './service.fixture.ts';
import { GROUP } from './service.ts';

const running: Service[] = [];

afterEach(async () => {
  for (const service of running.splice(0)) await service.stop(0);
});

async function started(fake: FakePlatform, log: EventLog = fake.log): Promise<Service> {
  const service = await start(fake, { log });
  running.push(service);
  return service;
}

test('HO-11 the past is replayed without output, then an epoch is opened in every shard, then it decides', async () => {
  const fake = await fakePlatform();
  await configure(fake);
  await charging(fake, 'ST-1');
  await meter(fake, 100);
  expect(await fake.read(TOPICS.allocationFacts.name)).toEqual([]);
  await started(fake);
  const records = await fake.read(TOPICS.allocationFacts.name);
  const opened = records.filter(
    (record) => allocationV1.AllocationFact.decode(record.value).fact?.$case === 'epochOpened',
  );
  expect(opened.map(({ partition }) => partition).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
  const made = await decisions(fake);
  expect(made).toHaveLength(1);
  expect(made[0]?.epoch).toBe(1n);
  expect(made[0]?.decision).toMatchObject({
    seq: 1n,
    decidedAtMs: BigInt(T0),
    validUntilMs: BigInt(T0 + 60_000),
    siteConfigVersion: 1n,
    trigger: 'timer',
  });
  expect(made[0]?.decision.stateHash).toMatch(/^[0-9a-f]{64}$/);
  expect(made[0]?.decision.inputs.map(({ topic, offset }) => [topic, offset]).toSorted()).toEqual([
    // Our own EpochOpened.
    [TOPICS.allocationFacts.name, 0n],
    [TOPICS.dispatchFacts.name, 0n],
    [TOPICS.meteringFacts.name, 0n],
    [TOPICS.sessionFacts.name, 0n],
    [TOPICS.siteConfig.name, 0n],
    [TOPICS.stationFacts.name, 0n],
  ]);
  expect(made[0]?.decision.allocations[0]).toMatchObject({
    stationId: 'ST-1',
    evse: 1,
    transactionId: 'tx-ST-1',
    sessionId: 'session-ST-1',
    limitDeciA: 640 - 110 - 320,
  });
});

test('facts that may wait lead to one decision after 20 ms; a meter that rises is decided on at once', async () => {
  const fake = await fakePlatform();
  await configure(fake);
  await meter(fake, 100);
  await started(fake);
  const before = (await decisions(fake)).length;
  await charging(fake, 'ST-1');
  await charging(fake, 'ST-2');
  // The rising committed value is decided on at once; what was opened after it waits.
  const waiting = (await last(fake)).decision.allocations.map(({ transactionId }) => transactionId);
  expect(waiting).toEqual(['tx-ST-1', '']);
  await fake.time.pass(20);
  expect(limitsOf(await last(fake))).toEqual([265, 265]);
  const calm = (await decisions(fake)).length;
  expect(calm - before).toBeLessThanOrEqual(4);
  await meter(fake, 300);
  const made = await last(fake);
  expect(made.decision.trigger).toBe('site-meter');
  expect(limitsOf(made)).toEqual([165, 165]);
});

test('PT12 nothing is written while nothing changes, but a heartbeat every 10 s that carries the validity on', async () => {
  const fake = await fakePlatform();
  await configure(fake);
  await started(fake);
  await charging(fake, 'ST-1');
  await fake.time.pass(30_000);
  const settled = await decisions(fake);
  await fake.time.pass(60_000);
  const made = (await decisions(fake)).slice(settled.length);
  expect(made).toHaveLength(6);
  expect(new Set(made.map(limitsOf).map(String)).size).toBe(1);
  const seqs = made.map(({ decision }) => decision.seq);
  expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0n) + BigInt(i)));
  for (const { decision } of made) expect(decision.validUntilMs - decision.decidedAtMs).toBe(60_000n);
});

test('a record that does not decode, and a site that is none, are parked with their reason; the rest goes on', async () => {
  const fake = await fakePlatform();
  await configure(fake);
  await started(fake);
  const headers = { [HEADERS.traceparent]: TRACEPARENT };
  await fake.log.append([{ topic: TOPICS.meteringFacts.name, key: SITE, value: Uint8Array.of(255, 255), headers }]);
  await configure(fake, { version: 2n, circuits: [] });
  await charging(fake, 'ST-1');
  await fake.time.pass(1_000);
  const parked = [
    ...(await fake.read(`${TOPICS.meteringFacts.name}.${GROUP}.parked`)),
    ...(await fake.read(`${TOPICS.siteConfig.name}.${GROUP}.parked`)),
  ];
  expect(parked.map(({ headers }) => headers['parked-reason'])).toEqual([
    expect.stringContaining('does not decode as headroom.metering.v1.MeteringFact'),
    expect.stringContaining('no site: no-root'),
  ]);
  const lines = fake.logged.flatMap(({ event, fields }) => (event === 'allocation.record-parked' ? [fields] : []));
  expect(lines).toMatchObject([
    { topic: TOPICS.meteringFacts.name, traceId: TRACE_ID },
    { topic: TOPICS.siteConfig.name, traceId: undefined },
  ]);
  expect((await last(fake)).decision.siteConfigVersion).toBe(1n);
  expect((await last(fake)).decision.allocations[0]?.transactionId).toBe('tx-ST-1');
  expect(fake.deaths).toEqual([]);
});

test('what was parked before a snapshot is not parked again by the next owner; what came after it surely is', async () => {
  const fake = await fakePlatform();
  await configure(fake);
  const broken = { topic: TOPICS.meteringFacts.name, key: SITE, value: Uint8Array.of(255, 255), headers: {} };
  const parked = async () =>
    (await fake.read(`${TOPICS.meteringFacts.name}.${GROUP}.parked`)).map(({ headers }) => headers['parked-offset']);
  const first = await started(fake);
  await fake.log.append([broken]);
  await fake.time.pass(10_000);
  expect(await parked()).toEqual(['0']);
  await first.stop(0);
  await fake.log.append([broken]);
  await started(fake);
  expect(await parked()).toEqual(['0', '1']);
  await fake.log.append([broken]);
  await settle();
  expect(await parked()).toEqual(['0', '1', '2']);
  expect(fake.deaths).toEqual([]);
});

test('the live state of a site is written at most every 250 ms, its compacted copy at most every 5 s', async () => {
  const fake = await fakePlatform();
  await configure(fake);
  const writes: number[] = [];
  const live = fake.platform.live;
  const put: typeof live.put = (...args) => {
    writes.push(fake.time.monoMs());
    return live.put(...args);
  };
  await started({ ...fake, platform: { ...fake.platform, live: { ...live, put } } });
  for (let i = 0; i < 100; i += 1) {
    await meter(fake, 100 + i);
    await fake.time.pass(100);
  }
  const gaps = writes.slice(1).map((at, i) => at - (writes[i] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(250);
  expect(writes.length).toBeGreaterThan(30);
  const copies = await fake.read(TOPICS.siteState.name);
  const states = copies.map(({ value }) => siteStateV1.SiteState.decode(value));
  // 0 s, 5 s, 10 s; the memory twin keeps what a compacted topic would drop.
  expect(states.at(-1)?.atMs).toBeGreaterThanOrEqual(BigInt(T0 + 5_000));
  const value = await live.get('site', SITE);
  const state = siteStateV1.SiteState.decode(value?.value ?? new Uint8Array());
  expect(value?.version.epoch).toBe(1n);
  expect(state).toMatchObject({ siteId: SITE, name: 'Demo', timezone: 'Europe/Paris', nominalVoltageV: 230 });
  expect(state.circuits[0]).toMatchObject({ name: 'Grid connection', measuredOtherLoad: phases(199) });
  expect(state.evses[0]).toMatchObject({
    stationId: 'ST-1',
    connected: false,
    committedDeciA: 320,
    targetDeciA: 60,
    reason: { code: 'STATION_OFFLINE_FALLBACK' },
    lastDispatch: '',
  });
  expect(state.evses[0]?.drawn).toBeUndefined();
  expect(state.evses[0]?.commandedDeciA).toBeUndefined();
});

test('where the live state is written seldom, sites are decided as often as ever, and copied at a pace of their own', async () => {
  const fake = await fakePlatform();
  await configure(fake);
  running.push(await start(fake, { config: { snapshotEveryMs: 30_000, copyEveryMs: 12_000 } }));
  for (let i = 0; i < 50; i += 1) {
    await meter(fake, 100 + i);
    await fake.time.pass(1_000);
  }
  const copies = (await fake.read(TOPICS.siteState.name)).map(({ value }) => siteStateV1.SiteState.decode(value).atMs);
  expect(copies.map((atMs) => Math.round(Number(atMs - BigInt(T0)) / 12_000))).toEqual([0, 1, 2, 3, 4]);
  // Nobody says anything: the heartbeat comes in its time.
  const before = (await decisions(fake)).length;
  await fake.time.pass(11_000);
  expect((await decisions(fake)).length).toBeGreaterThan(before);
});

test('a decision that could not be written is written anew, under a new number', async () => {
  const fake = await fakePlatform();
  await configure(fake);
  let failures = 0;
  const append: EventLog['append'] = (records) => {
    const isDecision = records.some(({ headers }) => headers['event-type'] === 'decisionMade');
    if (!isDecision || failures >= 3) return fake.log.append(records);
    failures += 1;
    return Promise.reject(new Error('the broker does not answer'));
  };
  await started(fake, { ...fake.log, append });
  expect(await decisions(fake)).toEqual([]);
  await fake.time.pass(5_000);
  expect(failures).toBe(3);
  expect((await decisions(fake)).map(({ decision }) => decision.seq)).toEqual([4n]);
  expect(fake.deaths).toEqual([]);
});

test('conclusions of a dispatcher that lost the shard are dropped', async () => {
  const fake = await fakePlatform();
  await configure(fake);
  await started(fake);
  await charging(fake, 'ST-1');
  const shard = fake.log.partitionOf(TOPICS.dispatchFacts.name, SITE);
  await fake.say(
    TOPICS.dispatchFacts,
    SITE,
    dispatchV1.DispatchFact.fromPartial({
      dispatcherEpoch: 2n,
      fact: { $case: 'epochOpened', value: { shard, epoch: 2n, owner: 'b', openedAtMs: BigInt(T0) } },
    }),
  );
  const stale = (epoch: bigint) =>
    dispatchV1.DispatchFact.fromPartial({
      siteId: SITE,
      dispatcherEpoch: epoch,
      fact: {
        $case: 'committedChanged',
        value: { stationId: 'ST-1', evse: 1, committedDeciA: 300, members: [], atMs: BigInt(T0 + 1) },
      },
    });
  const counted = async (): Promise<number | undefined> => {
    await fake.time.pass(11_000);
    return (await last(fake)).decision.circuits[0]?.committed?.l1DeciA;
  };
  await fake.say(TOPICS.dispatchFacts, SITE, stale(1n));
  expect(await counted()).toBe(60 + 320);
  await fake.say(TOPICS.dispatchFacts, SITE, stale(2n));
  expect(await counted()).toBe(300 + 320);
});

test('stopping is silent: nothing is decided afterwards', async () => {
  const fake = await fakePlatform();
  await configure(fake);
  const service = await started(fake);
  await service.stop(100);
  const made = (await decisions(fake)).length;
  await fake.time.pass(30_000);
  expect(await decisions(fake)).toHaveLength(made);
  expect(service.readiness()).toEqual({ kind: 'not-ready', why: 'stopping' });
});

test('SI26 the log and the live state say how long leases are and why, of a document that leaves it open and of one that does not', async () => {
  const fake = await fakePlatform();
  await configure(fake, { policy: { kind: siteV1.PolicyKind.EQUAL_SHARE, leaseS: 600, leaseAtLeastS: 60 } });
  await started(fake);
  await meter(fake, 100);
  await fake.time.pass(1_000);
  const young = '120 s, until Building has been watched for 7 days: it is 0.0 so far.';
  expect((await last(fake)).decision.lease).toMatchObject({ leaseS: 120, reason: young, lookedAtMs: BigInt(T0) });
  const shown = async () => {
    const live = await fake.platform.live.get('site', SITE);
    return siteStateV1.SiteState.decode(live?.value ?? new Uint8Array()).lease;
  };
  expect(await shown()).toMatchObject({ leaseS: 120, reason: young });
  await configure(fake, { version: 2n });
  await fake.time.pass(1_000);
  const pinned = { leaseS: 120, reason: '120 s: the site document says so.' };
  expect((await last(fake)).decision.lease).toMatchObject(pinned);
  expect(await shown()).toMatchObject(pinned);
});
