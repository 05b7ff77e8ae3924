import { afterEach, expect, test } from '@jest/globals';
import { dispatchV1, siteStateV1, TOPICS } from '@headroom/contracts';
import { createMemoryEpochs } from '@headroom/turn-store';
import { T0 } from './domain/given.fixture.ts';
import { fakePlatform } from './platform.fixture.ts';
import { charging, configure, last, SITE } from './service.fixture.ts';
import { shardOf, start, stopAll } from './ownership.fixture.ts';

afterEach(stopAll);

test('a new site has its snapshot within a tick; live state holds none of the memory', async () => {
  const fake = await fakePlatform();
  await start(fake);
  await configure(fake);
  await fake.time.pass(250);
  const [record] = await fake.read(TOPICS.siteState.name);
  const snapshot = siteStateV1.SiteState.decode(record?.value ?? new Uint8Array());
  expect(snapshot).toMatchObject({
    siteId: SITE,
    ownerEpoch: 1n,
    memory: { given: [{ limitDeciA: 60 }, { limitDeciA: 60 }] },
  });
  const live = await fake.platform.live.get('site', SITE);
  expect(siteStateV1.SiteState.decode(live?.value ?? new Uint8Array())).toMatchObject({ siteId: SITE });
  expect(siteStateV1.SiteState.decode(live?.value ?? new Uint8Array()).memory).toBeUndefined();
});

test('a snapshot that does not decode, or of an older release, counts as none: the shard is read from its start', async () => {
  const fake = await fakePlatform();
  const epochs = createMemoryEpochs();
  await configure(fake);
  const first = await start(fake, { epochs });
  await charging(fake, 'ST-1');
  await fake.time.pass(6_000);
  await first.stop(0);
  for (const value of [
    siteStateV1.SiteState.encode(siteStateV1.SiteState.fromPartial({ siteId: SITE })).finish(),
    Uint8Array.of(255),
  ]) {
    await fake.log.append([
      { topic: TOPICS.siteState.name, key: SITE, value, headers: { 'event-id': `${SITE}:99:1` } },
    ]);
    const service = await start(fake, { epochs });
    expect((await last(fake)).decision.allocations[0]).toMatchObject({ transactionId: 'tx-ST-1' });
    await service.stop(0);
  }
  expect(fake.deaths).toEqual([]);
});

test('the next owner goes on with the newest document that is a site', async () => {
  const fake = await fakePlatform();
  const epochs = createMemoryEpochs();
  await configure(fake, { version: 2n });
  await configure(fake, { version: 3n, circuits: [] });
  await configure(fake, { version: 1n });
  for (const epoch of [1n, 2n]) {
    const service = await start(fake, { epochs });
    expect(await last(fake)).toMatchObject({ epoch, decision: { siteConfigVersion: 2n } });
    await service.stop(0);
  }
});

test('a station out of reach counts as offline, unless a newer connection is known; a stale dispatcher says nothing', async () => {
  const fake = await fakePlatform();
  await configure(fake);
  await start(fake);
  await charging(fake, 'ST-1');
  await fake.time.pass(1_000);
  const unreachable = (epoch: bigint, connectionGeneration: bigint) =>
    fake.say(
      TOPICS.dispatchFacts,
      SITE,
      dispatchV1.DispatchFact.fromPartial({
        ...{ siteId: SITE, dispatcherEpoch: epoch },
        fact: {
          $case: 'stationUnreachable',
          value: { stationId: 'ST-1', connectionGeneration, atMs: BigInt(T0), why: '-' },
        },
      }),
    );
  const reason = async () => (await last(fake)).decision.allocations[0]?.reason?.code;
  const shard = shardOf(fake);
  await fake.say(
    TOPICS.dispatchFacts,
    SITE,
    dispatchV1.DispatchFact.fromPartial({
      dispatcherEpoch: 2n,
      fact: { $case: 'epochOpened', value: { shard, epoch: 2n, owner: 'b', openedAtMs: BigInt(T0) } },
    }),
  );
  await unreachable(1n, 1n);
  await unreachable(2n, 0n);
  expect(await reason()).not.toBe('STATION_OFFLINE_FALLBACK');
  await unreachable(2n, 1n);
  expect(await reason()).toBe('STATION_OFFLINE_FALLBACK');
  expect((await last(fake)).decision.trigger).toBe('dispatch');
});

/** Gives the shard of the site to a member, and lets what it waits for come due. */
