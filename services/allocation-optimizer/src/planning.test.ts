import { afterEach, expect, test } from '@jest/globals';
import { gridV1, planV1, TOPICS } from '@headroom/contracts';
import { createMemoryEpochs } from '@headroom/turn-store';
import { settle } from '@headroom/testing';
import { openInlinePlanner } from './adapters/planner/inline-planner.ts';
import { MISSED_TOLD, PLAN_COALESCE_MS, PLAN_RETRY_MS } from './app/plan-site.ts';
import { PLAN_MAX_AGE_MS } from './domain/planning/usable-plan.ts';
import { move, start, stopAll } from './ownership.fixture.ts';
import { fakePlatform } from './platform.fixture.ts';
import type { PlanOutcome } from './ports.ts';
import { GROUP } from './service.ts';
import { charging, configure, decisions, last, limitsOf, meter, siteDocument, SITE } from './service.fixture.ts';
import { busy, LAXITY, pass, planEveryMs, plannersOf, plans, SOON_MS, TICK_MS, wants } from './planning.fixture.ts';

afterEach(stopAll);

const inline = await openInlinePlanner();
const { noting, failing } = plannersOf(inline);

test('a plan stands in the log, and the decisions after it are made along it and say so', async () => {
  const { planner, questions } = noting();
  const fake = await busy(planner);
  expect((await last(fake)).decision.plan).toMatchObject({ ignored: 'none' });
  await pass(fake, SOON_MS);
  expect(questions.map(({ sessions }) => sessions.length)).toEqual([2]);
  const [made, ...others] = await plans(fake);
  expect(others).toEqual([]);
  expect(made).toMatchObject({ epoch: 1n, plan: { seq: 1n, siteConfigVersion: 1n, mode: 1 } });
  expect(made?.plan.sessions.map(({ sessionId }) => sessionId).toSorted()).toEqual(['session-ST-1', 'session-ST-2']);
  expect(made?.plan.snapshotHash).toMatch(/^[0-9a-f]{64}$/u);
  const along = (await last(fake)).decision;
  expect(along).toMatchObject({ trigger: 'plan', plan: { ownerEpoch: 1n, seq: 1n, ignored: '' } });
  // What was decided along it had read it.
  const read = along.inputs.find(({ topic }) => topic === TOPICS.allocationFacts.name)?.offset ?? -1n;
  expect(read).toBeGreaterThanOrEqual(made?.offset ?? 0n);
});

test('section 5: it is planned every five minutes, and soon after something that bears on it; what comes together is one question', async () => {
  const { planner, questions } = noting();
  const fake = await busy(planner);
  await pass(fake, SOON_MS);
  expect(questions).toHaveLength(1);
  await pass(fake, planEveryMs - 2_000);
  expect(questions).toHaveLength(1);
  await pass(fake, 2_500);
  expect(questions).toHaveLength(2);
  await wants(fake, 9_000);
  await wants(fake, 8_000);
  await fake.time.pass(PLAN_COALESCE_MS - 2 * TICK_MS);
  expect(questions).toHaveLength(2);
  await fake.time.pass(4 * TICK_MS);
  expect(questions).toHaveLength(3);
  expect(questions[2]?.sessions.map(({ needKwh }) => needKwh).toSorted((a, b) => a - b)).toEqual([8, 20]);
  // Another limit, by more than a tenth.
  await fake.say(TOPICS.siteConfig, SITE, siteDocument(SITE, { ...LAXITY, version: 2n }));
  await pass(fake, SOON_MS);
  expect(questions).toHaveLength(4);
});

test('one question of a site is under way at most; what happened meanwhile is in the next one', async () => {
  const held = Promise.withResolvers<PlanOutcome>();
  const { planner, questions } = noting(() => (questions.length === 1 ? held.promise : undefined));
  const fake = await busy(planner);
  await pass(fake, SOON_MS);
  await wants(fake, 7_000);
  await pass(fake, planEveryMs + SOON_MS);
  expect(questions).toHaveLength(1);
  held.resolve({ kind: 'no-plan', reason: 'late', why: 'a test' });
  await pass(fake, SOON_MS);
  expect(questions).toHaveLength(2);
  expect(questions[1]?.sessions.some(({ needKwh }) => needKwh === 7)).toBe(true);
  expect(await plans(fake)).toHaveLength(1);
});

test('PT24, PR7, PR8: without an answer the fast loop goes on, along the old plan while it is young, then alone; two missed plans are told', async () => {
  const { planner, questions } = noting(() =>
    questions.length === 1 ? undefined : Promise.resolve({ kind: 'no-plan', reason: 'unsolved', why: 'a test' }),
  );
  const fake = await busy(planner);
  await pass(fake, SOON_MS);
  await pass(fake, planEveryMs + 10_000);
  expect((await last(fake)).decision.plan).toMatchObject({ seq: 1n, ignored: '' });
  const told = () => fake.logged.filter(({ event }) => event === 'allocation.no-plan');
  expect(told()).toEqual([]);
  await pass(fake, PLAN_MAX_AGE_MS - planEveryMs);
  expect(told()).toEqual([
    { event: 'allocation.no-plan', fields: { siteId: SITE, reason: 'unsolved', why: 'a test', inARow: MISSED_TOLD } },
  ]);
  const { decision } = await last(fake);
  expect(decision.plan).toMatchObject({ ignored: 'expired' });
  expect(limitsOf(await last(fake)).every((limit) => limit > 60)).toBe(true);
  expect(fake.deaths).toEqual([]);
});

test('a question that found no place is asked again after ten seconds, not at once', async () => {
  const { planner, questions } = failing('busy');
  const fake = await busy(planner);
  await pass(fake, SOON_MS);
  expect(questions).toHaveLength(1);
  await pass(fake, PLAN_RETRY_MS - 2_000);
  expect(questions).toHaveLength(1);
  await pass(fake, 4_000);
  expect(questions).toHaveLength(2);
});

test('the next owner follows the plan of the one before, from its snapshot, and a planner that says nothing', async () => {
  const fake = await fakePlatform();
  const epochs = createMemoryEpochs();
  await configure(fake, LAXITY);
  await meter(fake, 100);
  const first = await start(fake, { epochs, planner: noting().planner });
  await charging(fake, 'ST-1');
  await charging(fake, 'ST-2');
  await pass(fake, SOON_MS + 6_000);
  const before = await last(fake);
  await first.stop(0);
  const began = (await decisions(fake)).length;
  const silent = noting(() => new Promise(() => {}));
  await start(fake, { epochs, planner: silent.planner });
  await pass(fake, 2_000);
  const made = (await decisions(fake))[began];
  expect(made?.epoch).toBe(2n);
  expect(made?.decision.plan).toEqual(before.decision.plan);
  expect(made?.decision.plan).toMatchObject({ ownerEpoch: 1n, seq: 1n, ignored: '' });
});

test('OW-30: a plan that comes when its shard is lost is not written', async () => {
  const fake = await fakePlatform();
  const epochs = createMemoryEpochs();
  const held = Promise.withResolvers<PlanOutcome>();
  await configure(fake, LAXITY);
  await meter(fake, 100);
  const { planner, questions } = noting(() => held.promise);
  await start(fake, { epochs, planner });
  await charging(fake, 'ST-1');
  await pass(fake, SOON_MS);
  const question = questions[0];
  if (question === undefined) throw new Error('nothing was asked');
  await start(fake, { epochs, planner: failing('unsolved').planner });
  await move(fake, fake.log.membersOf(GROUP)[1] ?? '');
  held.resolve(await inline.plan(question, { planId: 'late', snapshotHash: '' }));
  await pass(fake, 4_000);
  const made = await plans(fake);
  expect((await last(fake)).epoch).toBeGreaterThan(1n);
  expect(made).toEqual([]);
});

test('where plans are off nobody is asked, and every decision says that there is none', async () => {
  const { planner, questions } = noting();
  const fake = await busy(planner, { plans: false });
  await pass(fake, planEveryMs + SOON_MS);
  expect(questions).toEqual([]);
  expect((await last(fake)).decision.plan).toMatchObject({ ignored: 'none' });
});

test('a site that shares equally is not planned, nor is one without a car', async () => {
  const { planner, questions } = noting();
  const fake = await busy(planner, {}, {});
  await pass(fake, planEveryMs + SOON_MS);
  expect(questions).toEqual([]);
  expect((await last(fake)).decision.plan).toBeUndefined();
  const empty = await fakePlatform();
  await configure(empty, LAXITY);
  await meter(empty, 100);
  await start(empty, { planner });
  await pass(empty, planEveryMs + SOON_MS);
  expect(questions).toEqual([]);
});

test('A28: a plan that makes no sense is parked, and nothing follows it', async () => {
  const { planner } = noting();
  const fake = await busy(planner);
  await pass(fake, SOON_MS);
  const good = (await plans(fake))[0];
  if (good === undefined) throw new Error('no plan');
  const bad = { ...good.plan, seq: 9n, boundsMs: [...good.plan.boundsMs].toReversed() };
  await fake.say(TOPICS.allocationFacts, SITE, {
    siteId: SITE,
    ownerEpoch: 1n,
    fact: { $case: 'planMade', value: bad },
  });
  await pass(fake, 4_000);
  expect((await last(fake)).decision.plan).toMatchObject({ seq: 1n, ignored: '' });
  expect(fake.logged.some(({ event }) => event === 'allocation.record-parked')).toBe(true);
});

test('SV10: the thread of the service itself makes a plan', async () => {
  const fake = await busy(undefined);
  await pass(fake, SOON_MS);
  // The thread is real, and so is the time that it takes.
  for (let turns = 0; turns < 600 && (await plans(fake)).length === 0; turns += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await settle();
  }
  await pass(fake, 2_000);
  expect((await last(fake)).decision.plan).toMatchObject({ ownerEpoch: 1n, seq: 1n, ignored: '' });
}, 60_000);

test('the plan of a site can be asked for: what is expected of each EVSE and of the site, and who will go short', async () => {
  const { planner } = noting();
  const bare = await fakePlatform();
  const fake = { ...bare, platform: { ...bare.platform, addresses: { 'allocation-optimizer': 'optimizer' } } };
  await configure(fake, LAXITY);
  await meter(fake, 100);
  await start(fake, { planner });
  const client = fake.platform.rpc.client(planV1.PlanServiceService, 'optimizer');
  const ask = (site: string) => client.getPlan({ siteId: site }, { deadlineMs: 1_000 });
  await expect(ask('another')).rejects.toMatchObject({ code: 'failed-precondition' });
  await expect(ask('')).rejects.toMatchObject({ code: 'invalid-argument' });
  await charging(fake, 'ST-1');
  await charging(fake, 'ST-2');
  await pass(fake, SOON_MS);
  // One of them is to have more than its stay can bring.
  await wants(fake, 900_000);
  await pass(fake, SOON_MS);
  const shown = await ask(SITE);
  expect(shown.use).toMatchObject({ ignored: '' });
  expect(shown.mode).toBe(planV1.PlanMode.ENERGY);
  expect(shown.costMicro).toBeUndefined();
  const [first, second] = shown.evses.toSorted((a, b) => (a.stationId < b.stationId ? -1 : 1));
  expect([first?.stationId, first?.risk, second?.stationId, second?.risk]).toEqual([
    ...['ST-1', planV1.ReadyRisk.MISSES],
    ...['ST-2', planV1.ReadyRisk.NONE],
  ]);
  expect(first?.missingEnergyWh).toBeGreaterThan(500_000n);
  const energyWh = shown.intervals.reduce(
    (sum, { startMs, endMs }, t) => sum + (Number(second?.powerW[t] ?? 0n) * Number(endMs - startMs)) / 3_600_000,
    0,
  );
  expect(energyWh).toBeCloseTo(Number(second?.needEnergyWh), -2);
  // What it was told to expect, by whom, and nothing of errors that nobody knows yet.
  expect(shown.forecast).toEqual({ by: 'same quarter of the last days', building: undefined, pv: undefined });
  expect(new Set(shown.intervals.map(({ buildingPowerW }) => buildingPowerW))).toEqual(new Set([7_590n]));
  expect([shown.carbonG, first?.carbonG, first?.costMicro]).toEqual([undefined, undefined, undefined]);
  // The building counts too, with 11 A on three phases.
  const importW = shown.intervals.map(({ importPowerW }) => Number(importPowerW));
  expect(importW.at(-1)).toBe(7_590);
  expect(importW[0]).toBeGreaterThan(7_590);
});

test('what the grid says of emissions comes into the plan of the site, and what that comes to is told for each EVSE', async () => {
  const bare = await fakePlatform();
  const fake = { ...bare, platform: { ...bare.platform, addresses: { 'allocation-optimizer': 'optimizer' } } };
  await configure(fake, LAXITY);
  await meter(fake, 100);
  await start(fake, { planner: noting().planner });
  await charging(fake, 'ST-1');
  const atMs = BigInt(fake.time.nowMs());
  const segment = (startMs: bigint, mgPerKwh: bigint, endMs?: bigint) => ({ startMs, endMs, carbon: { mgPerKwh } });
  const timeline = {
    ...{ version: 1n, publishedAtMs: atMs },
    segments: [segment(atMs, 400_000n, atMs + 7_200_000n), segment(atMs + 7_200_000n, 0n)],
  };
  const fact = { $case: 'timelineSet' as const, value: gridV1.TimelineSet.fromPartial(timeline) };
  await fake.say(TOPICS.gridFacts, SITE, gridV1.GridFact.fromPartial({ siteId: SITE, fact }));
  await pass(fake, SOON_MS);
  const client = fake.platform.rpc.client(planV1.PlanServiceService, 'optimizer');
  const shown = await client.getPlan({ siteId: SITE }, { deadlineMs: 1_000 });
  // The building emits for two hours; the car has time, and waits.
  expect(Number(shown.carbonG)).toBeGreaterThan(400 * 7.59 * 1.9);
  expect(Number(shown.carbonG)).toBeLessThan(400 * 7.59 * 2.1);
  expect(shown.evses.map(({ carbonG, costMicro }) => [carbonG, costMicro])).toEqual([[0n, undefined]]);
  const [made] = await plans(fake);
  expect(made?.plan).toMatchObject({ carbonG: shown.carbonG, forecastBy: 'same quarter of the last days' });
  expect(made?.plan.levels.map(({ name }) => name)).toContain('carbon');
});
