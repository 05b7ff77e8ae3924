import { afterEach, expect, test } from '@jest/globals';
import { allocationServiceV1, TOPICS } from '@headroom/contracts';
import { openInlinePlanner } from './adapters/planner/inline-planner.ts';
import { EXPORT_STARTS_WITHIN_MS } from './domain/evolve-draw.ts';
import { counts, lastOf, measures, memories, OFFER, offers, read, thread } from './discharge-thread.fixture.ts';
import { start, stopAll } from './ownership.fixture.ts';
import { plannersOf, plans, SOON_MS } from './planning.fixture.ts';
import { decisions, last, meter, SITE } from './service.fixture.ts';

afterEach(stopAll);

const inline = await openInlinePlanner();
const { noting } = plannersOf(inline);
const DEADLINE = { deadlineMs: 1_000 };
const WHY = { code: 'V2X_DISCHARGE', circuitId: '', row: '' };

test('MD17: what a document, a driver and a plan let a car give back stands in the record of the decision, as far as the site draws it', async () => {
  const { fake } = await thread(noting().planner);
  await read(fake, SOON_MS);
  const planned = (await plans(fake)).at(-1)?.plan.sessions.find(({ sessionId }) => sessionId === 'session-ST-1');
  // 10 A of the building on three phases are 6.9 kW, 575 Wh in five minutes.
  expect(planned?.dischargeEnergyWh.length).toBeGreaterThan(0);
  expect(Math.max(...(planned?.dischargeEnergyWh ?? []))).toBeGreaterThan(500);
  const given = await lastOf(fake, 'ST-1');
  expect(given.dischargeDeciA).toBeGreaterThanOrEqual(60);
  expect(given.dischargeDeciA).toBeLessThanOrEqual(100);
  expect(given.dischargeReason).toMatchObject(WHY);
  expect(given.dischargeReason?.sentence).toMatch(/^\d\.\d kW back, as planned\./u);
  // What it may take stands beside it and counts.
  expect(given.limitDeciA).toBeGreaterThanOrEqual(0);
  expect((await lastOf(fake, 'ST-2')).dischargeDeciA).toBeUndefined();
  // The building draws less than a car can give: it ends with the next decision, and comes back with the load.
  await fake.time.pass(500);
  await meter(fake, 30);
  await fake.time.pass(1_500);
  expect((await lastOf(fake, 'ST-1')).dischargeDeciA).toBeUndefined();
  await read(fake, 4_000);
  expect((await lastOf(fake, 'ST-1')).dischargeDeciA).toBe(given.dischargeDeciA);
});

test.each([
  ['its document says nothing', { gives: false }],
  ['its driver offers nothing', { offered: null }],
  ['its driver offers what cannot be', { offered: { ...OFFER, efficiencyPercent: 0 } }],
  ['nothing is left that need not stay in it', { offered: { ...OFFER, keepWh: 30_000n } }],
])('MD17: a car gives nothing back where %s', async (_, of) => {
  const { fake } = await thread(noting().planner, of);
  await read(fake, SOON_MS + 4_000);
  expect((await plans(fake)).length).toBeGreaterThan(0);
  for (const { plan } of await plans(fake))
    for (const { dischargeEnergyWh } of plan.sessions) expect(dischargeEnergyWh).toEqual([]);
  for (const { decision } of await decisions(fake))
    for (const { dischargeDeciA, dischargeReason } of decision.allocations)
      expect([dischargeDeciA, dischargeReason]).toEqual([undefined, undefined]);
});

test('a driver who takes his offer back stops it at once, before any plan knows', async () => {
  const { planner, questions } = noting();
  const { fake } = await thread(planner);
  await read(fake, SOON_MS);
  expect((await lastOf(fake, 'ST-1')).dischargeDeciA).toBeGreaterThan(0);
  const asked = questions.length;
  await offers(fake, 'ST-1', null);
  await fake.time.pass(100);
  expect(questions).toHaveLength(asked);
  expect((await lastOf(fake, 'ST-1')).dischargeDeciA).toBeUndefined();
});

test('MD18: what the dispatcher counts as given back takes the room of others; one that is no current counts as all that its EVSE can give', async () => {
  const { fake } = await thread(noting().planner);
  await read(fake, SOON_MS);
  expect((await lastOf(fake, 'ST-1')).dischargeDeciA).toBeGreaterThan(0);
  for (const [told, expected] of [
    [100, undefined],
    [undefined, expect.any(Number)],
    [-1, undefined],
    [0, expect.any(Number)],
  ] as const) {
    await counts(fake, 'ST-2', told);
    await read(fake, 2_000);
    expect((await lastOf(fake, 'ST-1')).dischargeDeciA).toEqual(expected);
  }
});

test.each([
  ['goes on with it from its snapshot', [], expect.any(Number)],
  // Of a log each topic is read by itself: what flowed back until then was told before anybody knew of a transaction.
  ['lets nothing be given back where no snapshot can be read', [Uint8Array.of(255)], undefined],
])('HO-11: the next owner %s', async (_, broken, expected) => {
  const { fake, epochs, stop } = await thread(noting().planner);
  await read(fake, EXPORT_STARTS_WITHIN_MS + 6_000);
  expect((await lastOf(fake, 'ST-1')).dischargeDeciA).toBe(100);
  const kept = (await memories(fake)).at(-1)?.evses.find(({ stationId }) => stationId === 'ST-1');
  expect(kept?.session?.discharge).toEqual(OFFER);
  expect(kept?.transaction).toMatchObject({ exportStartWh: 0n, exportSeenWh: 0n });
  await stop();
  await fake.log.append(
    broken.map((value) => ({
      ...{ topic: TOPICS.siteState.name, key: SITE, value },
      headers: { 'event-id': `${SITE}:99:1` },
    })),
  );
  const began = (await decisions(fake)).length;
  const silent = noting(() => new Promise(() => {}));
  await start(fake, { epochs, planner: silent.planner });
  await read(fake, 6_000);
  const later = (await decisions(fake)).slice(began);
  expect(later.map(({ epoch }) => epoch)).toContain(2n);
  for (const { decision } of later)
    expect(decision.allocations.find(({ stationId }) => stationId === 'ST-1')?.dischargeDeciA).toEqual(expected);
});

test('TB3: a decision to give back is replayed to the last byte, explained with its reason, and missing in a preview of a circuit that bears less of it', async () => {
  const { fake } = await thread(noting().planner);
  await read(fake, SOON_MS + 4_000);
  const { epoch, decision } = await last(fake);
  const client = fake.platform.rpc.client(allocationServiceV1.AllocationServiceService, 'optimizer');
  const which = { $case: 'decision', value: { ownerEpoch: epoch, seq: decision.seq } } as const;
  const answered = async <T>(asking: Promise<T>): Promise<T> => {
    for (let turns = 0; turns < 20; turns += 1) await fake.time.pass(10);
    return asking;
  };
  const { outcome } = await answered(client.replay({ siteId: SITE, which }, DEADLINE));
  expect(outcome).toMatchObject({ $case: 'replayed', value: { isSame: true, differences: [] } });
  const replayed = outcome?.$case === 'replayed' ? outcome.value.recorded?.allocations : undefined;
  expect(replayed?.find(({ stationId }) => stationId === 'ST-1')?.dischargeDeciA).toBeGreaterThan(0);
  const explained = await answered(client.explainEvse({ siteId: SITE, stationId: 'ST-1', evse: 1 }, DEADLINE));
  expect(explained.outcome).toMatchObject({
    $case: 'explanation',
    value: { evses: [{ dischargeDeciA: expect.any(Number), dischargeReason: WHY }] },
  });
  const rating = { $case: 'circuitRating', value: { circuitId: 'grid', ratingDeciA: 50 } } as const;
  const previewed = await answered(client.preview({ siteId: SITE, changes: [{ change: rating }] }, DEADLINE));
  const differences = previewed.outcome?.$case === 'preview' ? previewed.outcome.value.differences : [];
  const one = differences.find(({ stationId }) => stationId === 'ST-1');
  expect([one?.beforeDischargeDeciA, one?.afterDischargeDeciA]).toEqual([expect.any(Number), undefined]);
});

test('A28: a plan that has more given back than any car can is parked whole, and the one before holds', async () => {
  const { fake } = await thread(noting().planner);
  await read(fake, SOON_MS);
  const good = (await plans(fake)).at(-1);
  if (good === undefined) throw new Error('no plan');
  const sessions = good.plan.sessions.map((one) => ({ ...one, dischargeEnergyWh: [4_000_000_000] }));
  const value = { ...good.plan, sessions, seq: 99n };
  await fake.say(TOPICS.allocationFacts, SITE, { siteId: SITE, ownerEpoch: 1n, fact: { $case: 'planMade', value } });
  await read(fake, 2_000);
  expect((await last(fake)).decision.plan?.seq).toBe(good.plan.seq);
  expect(fake.logged.some(({ event }) => event === 'allocation.record-parked')).toBe(true);
});

test('of a site whose document says nothing of it no record has a word of it, whatever its meters and drivers say', async () => {
  const { fake } = await thread(noting().planner, { gives: false, offered: null });
  await read(fake, 20_000);
  const words = JSON.stringify([await decisions(fake), await plans(fake), await memories(fake)], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  const said = /"(discharge[A-Za-z]*)":(?!\[\])/u.exec(words);
  expect(said).toBeNull();
});

test('a sample that does not tell what flows back ends it, for nobody knows what is left', async () => {
  const { fake } = await thread(noting().planner);
  await read(fake, SOON_MS);
  expect((await lastOf(fake, 'ST-1')).dischargeDeciA).toBeGreaterThan(0);
  await fake.time.pass(500);
  await measures(fake, 'ST-1', null);
  await fake.time.pass(100);
  await meter(fake, 100);
  await fake.time.pass(1_500);
  expect((await lastOf(fake, 'ST-1')).dischargeDeciA).toBeUndefined();
});
