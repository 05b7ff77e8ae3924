import { afterEach, expect, test } from '@jest/globals';
import { allocationV1, TOPICS } from '@headroom/contracts';
import type { EventLog } from '@headroom/event-log';
import { createMemoryEpochs } from '@headroom/turn-store';
import { SPARE_AFTER_MS } from './assemble.ts';
import { T0 } from './domain/given.fixture.ts';
import { settle } from '@headroom/testing';
import { fakePlatform } from './platform.fixture.ts';
import { GROUP } from './service.ts';
import { charging, configure, decisions, last, limitsOf, meter, SITE } from './service.fixture.ts';
import { deafGroup, move, ownFacts, pseudoRandom, shardOf, start, stopAll } from './ownership.fixture.ts';

afterEach(stopAll);

test('HO-11: the first decision of a new owner is made with all its inputs, and takes nothing away that still fits', async () => {
  const fake = await fakePlatform();
  const epochs = createMemoryEpochs();
  await configure(fake);
  await meter(fake, 200);
  const first = await start(fake, { epochs });
  await charging(fake, 'ST-1');
  await charging(fake, 'ST-2');
  for (let n = 0; n < 6; n += 1) {
    await meter(fake, 200);
    await fake.time.pass(4_000);
  }
  // The load falls: it is not believed at once (TL3), and not sooner because the owner changes.
  await meter(fake, 50);
  await fake.time.pass(3_000);
  const before = await last(fake);
  await first.stop(0);
  await meter(fake, 50);
  const began = (await decisions(fake)).length;
  await start(fake, { epochs });
  const made = (await decisions(fake))[began];
  expect(made?.epoch).toBe(2n);
  expect(made?.decision.seq).toBe(1n);
  const otherLoad = (of: typeof before | undefined) => of?.decision.circuits[0]?.otherLoad?.l1DeciA ?? 0;
  expect(otherLoad(made)).toBeLessThanOrEqual(otherLoad(before));
  expect(otherLoad(made)).toBeGreaterThan(60);
  for (const [n, limit] of limitsOf(before).entries())
    expect((made && limitsOf(made)[n]) ?? 0).toBeGreaterThanOrEqual(limit);
  const ends = new Map(made?.decision.inputs.map(({ topic, offset }) => [topic, offset]));
  for (const topic of [TOPICS.meteringFacts.name, TOPICS.sessionFacts.name, TOPICS.dispatchFacts.name]) {
    expect([topic, ends.get(topic)]).toEqual([topic, BigInt((await fake.read(topic)).length - 1)]);
  }
});

test('HO-11: a reading keeps its age over the change of owner; what happened meanwhile lowers at once', async () => {
  const fake = await fakePlatform();
  const epochs = createMemoryEpochs();
  await configure(fake);
  await charging(fake, 'ST-1');
  await meter(fake, 100);
  const first = await start(fake, { epochs });
  await fake.time.pass(2_000);
  expect((await last(fake)).decision.circuits[0]?.otherLoad?.l1DeciA).toBe(110);
  await first.stop(0);
  await fake.time.pass(4_000);
  await start(fake, { epochs });
  // 6 s old: stale for the new owner as it would be for the old one. 400 and the offline station's 320 are over 640.
  expect((await last(fake)).decision.circuits[0]?.otherLoad?.l1DeciA).toBe(400);
  expect(limitsOf(await last(fake))).toEqual([0, 60]);
});

test('OW-14, HO-10: shards go to and fro between two optimizers while facts flow: every site has one owner, no decision is missing', async () => {
  const fake = await fakePlatform();
  const epochs = createMemoryEpochs();
  const sites = Array.from({ length: 8 }, (_, n) => `site-${n}`);
  for (const site of sites) {
    await configure(fake, {}, site);
    for (const station of ['ST-1', 'ST-2']) await charging(fake, station, site);
  }
  await start(fake, { epochs });
  await start(fake, { epochs });
  const members = fake.log.membersOf(GROUP);
  expect(members).toHaveLength(2);
  const chance = pseudoRandom(7);
  for (let round = 0; round < 60; round += 1) {
    const shard = Math.floor(chance() * fake.platform.shards);
    const moving = fake.log.moveShard(GROUP, shard, members[Math.floor(chance() * 2)] ?? '');
    for (const site of sites) await meter(fake, 100 + Math.floor(chance() * 200), site);
    if (chance() < 0.5) await moving;
    await fake.time.pass(Math.floor(chance() * 700));
    await moving;
  }
  for (const site of sites) await meter(fake, 333, site);
  await fake.time.pass(2_000);
  for (let shard = 0; shard < fake.platform.shards; shard += 1) {
    const facts = await ownFacts(fake, shard);
    const seqs = new Map<string, bigint>();
    let opened = 0n;
    for (const { kind, epoch, siteId, seq } of facts) {
      // Nobody need drop anything: not one decision of an epoch stands behind a higher one.
      expect(epoch).toBeGreaterThanOrEqual(opened);
      if (kind === 'opened') {
        opened = epoch;
      } else {
        expect(epoch).toBe(opened);
        const key = `${siteId}:${epoch}`;
        expect(seq).toBe((seqs.get(key) ?? 0n) + 1n);
        seqs.set(key, seq);
      }
    }
    for (const site of sites.filter((each) => shardOf(fake, each) === shard)) {
      expect([site, seqs.has(`${site}:${opened}`)]).toEqual([site, true]);
    }
  }
  const made = await fake.read(TOPICS.allocationFacts.name);
  for (const site of sites) {
    const newest = made.filter(({ key }) => key === site).at(-1);
    const { fact } = allocationV1.AllocationFact.decode(newest?.value ?? new Uint8Array());
    expect(fact?.$case === 'decisionMade' && fact.value.circuits[0]?.otherLoad?.l1DeciA).toBeGreaterThanOrEqual(333);
  }
  expect(fake.deaths).toEqual([]);
}, 60_000);

test('HO-10: a higher epoch in its own topic silences an optimizer until it has taken a higher one still', async () => {
  const fake = await fakePlatform();
  const epochs = createMemoryEpochs();
  await configure(fake);
  await start(fake, { epochs });
  expect((await last(fake)).epoch).toBe(1n);
  const shard = shardOf(fake);
  const taken = await epochs.acquire('allocation-optimizer', [shard], 'a stranger');
  const epoch = taken.get(shard) ?? 0n;
  await fake.say(TOPICS.allocationFacts, SITE, {
    ...{ siteId: '', ownerEpoch: epoch },
    fact: { $case: 'epochOpened', value: { shard, epoch, owner: 'a stranger', openedAtMs: BigInt(T0) } },
  });
  await fake.time.pass(1_000);
  const facts = await ownFacts(fake, shard);
  const behind = facts.slice(facts.findIndex((fact) => fact.kind === 'opened' && fact.epoch === epoch) + 1);
  expect(behind.filter((fact) => fact.epoch <= epoch)).toEqual([]);
  expect(await last(fake)).toMatchObject({ epoch: 3n, decision: { seq: 1n } });
});

test('OW-30: nothing leaves while the group does not answer, not even what was asked for just before; then it goes on', async () => {
  const fake = await fakePlatform();
  const deaf = deafGroup(fake.log);
  let refused = 0;
  // The process sleeps between its own question and the write: the append asks again.
  const append: EventLog['append'] = (records, options) => {
    deaf.state.answers = deaf.state.answers && !records.some(({ headers }) => headers['event-type'] === 'decisionMade');
    if (options?.fence?.() === false) refused += 1;
    return fake.log.append(records, options);
  };
  await configure(fake);
  const service = await start(fake, { log: { ...deaf.log, append } });
  await meter(fake, 300);
  await fake.time.pass(20_000);
  expect(refused).toBe(1);
  expect(await decisions(fake)).toEqual([]);
  expect(await fake.read(TOPICS.siteState.name)).toEqual([]);
  deaf.state.answers = true;
  await service.stop(0);
  await start(fake, { log: fake.log });
  expect((await decisions(fake)).length).toBeGreaterThan(0);
  expect(fake.deaths).toEqual([]);
});

test('OW-14: an append that ends after its shard was lost and regained does nothing to the new tenure', async () => {
  const fake = await fakePlatform();
  const epochs = createMemoryEpochs();
  const held: PromiseWithResolvers<void>[] = [];
  let holding = false;
  const append: EventLog['append'] = async (records, options) => {
    if (!holding || !records.some(({ headers }) => headers['event-type'] === 'decisionMade')) {
      return fake.log.append(records, options);
    }
    const hold = Promise.withResolvers<void>();
    held.push(hold);
    await hold.promise;
    return fake.log.append(records, options);
  };
  await configure(fake);
  for (const station of ['ST-1', 'ST-2']) await charging(fake, station);
  await meter(fake, 100);
  await start(fake, { epochs, log: { ...fake.log, append } });
  await start(fake, { epochs });
  const [a = '', b = ''] = fake.log.membersOf(GROUP);
  await move(fake, a);
  await meter(fake, 100);
  await fake.time.pass(1_000);
  holding = true;
  await meter(fake, 450);
  expect(held).toHaveLength(1);
  // It is awaited for 3 s, then the shard goes.
  await move(fake, b);
  holding = false;
  await move(fake, a);
  const before = await decisions(fake);
  held[0]?.resolve();
  await settle();
  expect(await decisions(fake)).toEqual(before);
  await fake.time.pass(10_000);
  const made = (await decisions(fake)).filter(({ epoch }) => epoch === (before.at(-1)?.epoch ?? 0n));
  expect(made.map(({ decision }) => decision.seq)).toEqual(made.map((_, n) => BigInt(n + 1)));
  expect(made.length).toBeGreaterThan(1);
});

test('HO-2c: a shard does not move before the decision on its way stands in the log', async () => {
  const fake = await fakePlatform();
  const epochs = createMemoryEpochs();
  const hold = Promise.withResolvers<void>();
  const append: EventLog['append'] = async (records, options) => {
    if (fake.time.monoMs() > 0 && records.some(({ headers }) => headers['event-type'] === 'decisionMade'))
      await hold.promise;
    return fake.log.append(records, options);
  };
  await configure(fake);
  await charging(fake, 'ST-1');
  await meter(fake, 100);
  const slow = await start(fake, { epochs, log: { ...fake.log, append } });
  await fake.time.pass(1);
  await meter(fake, 250);
  const stopping = slow.stop(0);
  const next = start(fake, { epochs });
  await settle();
  expect((await ownFacts(fake, shardOf(fake))).map(({ epoch }) => epoch)).toEqual([1n, 1n]);
  hold.resolve();
  await stopping;
  await next;
  await settle();
  expect((await ownFacts(fake, shardOf(fake))).map(({ epoch }) => epoch)).toEqual([1n, 1n, 1n, 2n, 2n]);
});

test('a member without a shard is ready once it knows that it is a spare; it takes over when the other goes', async () => {
  const fake = await fakePlatform(1);
  const epochs = createMemoryEpochs();
  await configure(fake);
  const other = await start(fake, { epochs });
  const starting = start(fake, { epochs });
  await settle();
  await settle();
  await fake.time.pass(SPARE_AFTER_MS - 1);
  await fake.time.pass(1);
  const spare = await starting;
  expect(spare.readiness()).toEqual({ kind: 'ready' });
  await other.stop(0);
  await settle();
  expect(spare.readiness()).toEqual({ kind: 'ready' });
  expect((await last(fake)).epoch).toBe(2n);
});
