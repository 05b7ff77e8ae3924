import { afterEach, expect, test } from '@jest/globals';
import { gridV1, TOPICS } from '@headroom/contracts';
import type { Service } from '@headroom/service-host';
import { createMemoryEpochs } from '@headroom/turn-store';
import { AHEAD_MS, PERIOD_AHEAD_MS } from './domain/announce.ts';
import { TARGETS_MAX } from './domain/grid-timeline.ts';
import { T0 } from './domain/given.fixture.ts';
import { type FakePlatform, fakePlatform } from './platform.fixture.ts';
import { charging, configure, decisions, last, limitsOf, meter, SITE, started as start } from './service.fixture.ts';
import { GROUP } from './service.ts';

const running: Service[] = [];

afterEach(async () => {
  for (const service of running.splice(0)) await service.stop(0);
});

async function started(fake: FakePlatform, epochs = createMemoryEpochs()): Promise<Service> {
  const service = await start(fake, { epochs });
  running.push(service);
  return service;
}

const START = T0 + 100_000;
const END = START + 60_000;
/** Of the contract of 44 kW; the building counts 11 A a phase. 1,000 dA over the phases, less 330, over six phases: 11.1 A. */
const EVENT_W = 23_000;

type Told = Partial<gridV1.TimelineSet>;
const timeline = (change: Told = {}): gridV1.GridFact => ({
  siteId: SITE,
  fact: {
    $case: 'timelineSet',
    value: gridV1.TimelineSet.fromPartial({
      version: 1n,
      publishedAtMs: BigInt(T0),
      segments: [
        { startMs: BigInt(T0), endMs: BigInt(START) },
        {
          ...{ startMs: BigInt(START), endMs: BigInt(END), limitW: BigInt(EVENT_W) },
          cause: { kind: gridV1.GridCauseKind.EVENT, source: 'dso', programId: 'p', eventId: 'e-1' },
        },
        { startMs: BigInt(END) },
      ],
      ...change,
    }),
  },
});
const say = (fake: FakePlatform, fact: gridV1.GridFact, site = SITE) => fake.say(TOPICS.gridFacts, site, fact);
const parked = (fake: FakePlatform) => fake.read(`${TOPICS.gridFacts.name}.${GROUP}.parked`);

/** Two cars, a building that is read every second. */
async function busy(): Promise<FakePlatform> {
  const fake = await fakePlatform();
  await configure(fake);
  await meter(fake, 100);
  await started(fake);
  await charging(fake, 'ST-1');
  await charging(fake, 'ST-2');
  await until(fake, T0 + 30_000);
  return fake;
}

async function until(fake: FakePlatform, atMs: number): Promise<void> {
  while (fake.time.nowMs() < atMs) {
    await fake.time.pass(Math.min(1_000, atMs - fake.time.nowMs()));
    await meter(fake, 100);
  }
}

test('grid.facts: an event is announced at once, obeyed before it begins, and over at its end', async () => {
  const fake = await busy();
  const before = (await decisions(fake)).length;
  const free = limitsOf(await last(fake));
  await say(fake, timeline());
  const announced = await last(fake);
  expect(await decisions(fake)).toHaveLength(before + 1);
  expect(announced.decision.trigger).toBe('grid');
  expect(limitsOf(announced)).toEqual(free);
  expect(announced.decision.allocations.map(({ later }) => later)).toEqual([
    { fromMs: BigInt(START - PERIOD_AHEAD_MS), limitDeciA: 112 },
    { fromMs: BigInt(START - PERIOD_AHEAD_MS), limitDeciA: 111 },
  ]);
  // The dispatcher looks at that instant too: what it sends meanwhile must fit then.
  expect(announced.decision.drop).toEqual({
    atMs: BigInt(START),
    limits: [{ circuitId: 'grid', powerLimitW: BigInt(EVENT_W) }],
  });
  await until(fake, START - AHEAD_MS + 1_000);
  const obeyed = await last(fake);
  expect(Number(obeyed.decision.decidedAtMs)).toBeLessThan(START);
  expect(limitsOf(obeyed)).toEqual([112, 111]);
  expect(obeyed.decision.allocations.map(({ later }) => later)).toEqual([undefined, undefined]);
  expect(obeyed.decision.drop).toBeUndefined();
  expect(obeyed.decision.circuits[0]).toMatchObject({ powerLimitW: BigInt(EVENT_W), limitSource: 'grid' });
  await until(fake, END - 1);
  expect(limitsOf(await last(fake))).toEqual([112, 111]);
  await until(fake, END + 15_000);
  expect(limitsOf(await last(fake))).toEqual(free);
});

test('A28: a timeline that nobody should have published is parked with its reason, and the site is unmoved', async () => {
  const fake = await busy();
  const before = limitsOf(await last(fake));
  const segment = (limitW: bigint, endMs: bigint | undefined) =>
    gridV1.GridSegment.fromPartial({ startMs: BigInt(T0), endMs, limitW });
  await say(fake, timeline({ segments: [segment(-1n, undefined)] }));
  await say(fake, timeline({ segments: [segment(5_000n, BigInt(T0 - 1))] }));
  await say(fake, timeline({ segments: Array.from({ length: 401 }, () => segment(5_000n, undefined)) }));
  await until(fake, T0 + 40_000);
  expect((await parked(fake)).map(({ headers }) => headers['parked-reason'])).toEqual([
    'segment 0 has a limit of -1 W',
    `segment 0 ends at ${T0 - 1}`,
    'a timeline of 401 segments, at most 400',
  ]);
  expect(limitsOf(await last(fake))).toEqual(before);
});

test('one target more than are kept is parked, those before it stay', async () => {
  const fake = await busy();
  for (let n = 0; n < TARGETS_MAX; n += 1) await say(fake, timeline({ circuitId: `c-${n}` }));
  await say(fake, timeline({ circuitId: 'c-0', version: 2n }));
  expect(await parked(fake)).toEqual([]);
  await say(fake, timeline());
  expect(await parked(fake)).toHaveLength(1);
});

test('what sources and events are for people, and moves no limit', async () => {
  const fake = await busy();
  const before = (await decisions(fake)).length;
  const note = gridV1.EventNoted.fromPartial({ source: 'dso', eventId: 'e-1', periods: [{ startMs: BigInt(T0) }] });
  await say(fake, { siteId: SITE, fact: { $case: 'eventNoted', value: note } });
  const source = gridV1.SourceChanged.fromPartial({ source: 'dso', state: gridV1.SourceState.LOST });
  await say(fake, { siteId: SITE, fact: { $case: 'sourceChanged', value: source } });
  expect(await decisions(fake)).toHaveLength(before);
  expect(await parked(fake)).toEqual([]);
});

test('HO-11: the next owner obeys what an earlier one has heard, from its snapshot', async () => {
  const fake = await busy();
  const forGood = gridV1.GridSegment.fromPartial({ startMs: BigInt(T0), limitW: BigInt(EVENT_W) });
  await say(fake, timeline({ segments: [forGood] }));
  await until(fake, T0 + 50_000);
  for (const service of running.splice(0)) await service.stop(0);
  const told = (await decisions(fake)).length;
  const offsets: bigint[] = [];
  const { consume } = fake.log;
  const watched = {
    ...fake.log,
    consume: (options: Parameters<typeof consume>[0]) =>
      consume({
        ...options,
        onBatch: async (batch) => {
          if (batch.topic === TOPICS.gridFacts.name) offsets.push(...batch.records.map(({ offset }) => offset));
          await options.onBatch(batch);
        },
      }),
  };
  const epochs = createMemoryEpochs();
  const shards = [0, 1, 2, 3, 4, 5];
  await epochs.acquire('allocation-optimizer', shards, 'earlier');
  running.push(await start(fake, { log: watched, epochs }));
  await until(fake, T0 + 60_000);
  expect((await decisions(fake)).length).toBeGreaterThan(told);
  // The record itself is not read again: what it says stands in the snapshot.
  expect(offsets).toEqual([]);
  expect(limitsOf(await last(fake))).toEqual([112, 111]);
});
