import { expect, test } from '@jest/globals';
import { stationV1, TOPICS } from '@headroom/contracts';
import { createRig, RIG_SITE, settled } from '../testing/rig.ts';
import type { QuestionBatch } from '../ports.ts';
import { abilitiesTold } from '../testing/abilities-told.ts';
import { Bench, RULES } from '../testing/bench.ts';
import { stationNumber } from '../testing/bench-site.ts';
import { ANSWER_WITHIN_MS, askStations, MAX_QUESTIONS_OF_TURN, PUT_AGAIN_MS } from './ask-stations.ts';

type Rig = Awaited<ReturnType<typeof createRig>>;
const TICK_MS = 250;
const HOUR_MS = 3_600_000;

async function running(stations = 1): Promise<Rig> {
  const rig = await createRig();
  await rig.configure(stations);
  await rig.assemble().start();
  await settled();
  return rig;
}

async function wait(rig: Rig, ms: number, step = TICK_MS): Promise<void> {
  for (let passed = 0; passed < ms; passed += step) {
    rig.time.advance(Math.min(step, ms - passed));
    await settled();
  }
}

const SETTINGS = [
  { name: 'SmartChargingCtrlr.ProfileStackLevel', value: '8' },
  { name: 'SmartChargingCtrlr.RateUnit', value: 'W' },
  { name: 'SmartChargingCtrlr.PeriodsPerSchedule', value: '6' },
  { name: 'SmartChargingCtrlr.Entries' },
];
const { ACCEPTED, FAILED, UNANSWERED } = stationV1.CommandStatus;

async function answer(rig: Rig, status: stationV1.CommandStatus = ACCEPTED): Promise<void> {
  const question = rig.questions.at(-1);
  if (question === undefined) throw new Error('nothing asked');
  await rig.answer(question, status, 1, status === ACCEPTED ? SETTINGS : []);
}
const told = (rig: Rig) => rig.snapshots.at(-1)?.state.stations[0]?.capabilities;

test('after its boot a station is asked once what it can do, behind its fallback', async () => {
  const rig = await running();
  await rig.boot('ST-1');
  expect(rig.questions).toMatchObject([{ stationId: 'ST-1', action: { $case: 'readCapabilities' } }]);
  expect(rig.questions[0]?.seq).toBeGreaterThan(rig.commands()[0]?.seq ?? 0n);
  // No intent: it limits nothing.
  expect(rig.journal.filter(({ fact }) => fact?.$case === 'limitIntended')).toHaveLength(1);
  await wait(rig, ANSWER_WITHIN_MS - 5_000, 5_000);
  expect(rig.questions).toHaveLength(1);
  await answer(rig);
  await wait(rig, HOUR_MS, 60_000);
  expect(rig.questions).toHaveLength(1);
  expect(rig.fatal).toEqual([]);
});

test('what it answered is in the snapshot, and the next owner does not ask again; after a day it is asked anew', async () => {
  const rig = await createRig();
  await rig.configure(1);
  const first = rig.assemble();
  await first.start();
  await settled();
  await rig.boot('ST-1');
  await wait(rig, TICK_MS);
  await answer(rig);
  await wait(rig, 12_000, 1_000);
  const read = { failures: 0, inAmperes: false, inWatts: true, maxStackLevel: 8, maxPeriods: 6 };
  expect(told(rig)).toMatchObject({ ...read, maxProfiles: undefined });
  await first.stop(100);
  await rig.assemble().start();
  await settled();
  await wait(rig, 20_000, 1_000);
  expect(told(rig)).toMatchObject(read);
  expect(rig.questions).toHaveLength(1);
  await wait(rig, 23 * HOUR_MS, HOUR_MS);
  expect(rig.questions).toHaveLength(1);
  await wait(rig, HOUR_MS - 120_000, HOUR_MS);
  await wait(rig, 120_000, 1_000);
  expect(rig.questions).toHaveLength(2);
});

async function bootWith(rig: Rig, firmwareVersion: string): Promise<void> {
  const value = { vendor: 'v', model: 'm', firmwareVersion, serialNumber: '', onRequest: false };
  await rig.put(TOPICS.stationFacts, {
    ...{ stationId: 'ST-1', siteId: RIG_SITE, connectionGeneration: 1n, receivedAtMs: BigInt(rig.time.nowMs()) },
    ...{ rawFrame: Buffer.alloc(0), fact: { $case: 'booted', value } },
  });
  await wait(rig, 1_000);
}

test('H58: a boot of the same firmware is no reason to ask, another firmware is', async () => {
  const rig = await running();
  await rig.boot('ST-1');
  await wait(rig, TICK_MS);
  await answer(rig);
  await bootWith(rig, '1');
  expect(rig.questions).toHaveLength(1);
  await bootWith(rig, '2');
  expect(rig.questions).toHaveLength(2);
});

test.each([FAILED, UNANSWERED])(
  'H70: one that answers with %s is asked after 30 s, and after twice as long each time',
  async (status) => {
    const rig = await running();
    await rig.boot('ST-1');
    await wait(rig, TICK_MS);
    const asked: number[] = [];
    for (let second = 0; second < 200; second += 1) {
      if (rig.questions.length > asked.length) {
        asked.push(second);
        await answer(rig, status);
      }
      await wait(rig, 1_000, 1_000);
    }
    expect(asked).toEqual([0, 30, 90]);
    expect(told(rig)).toMatchObject({ failures: 3, inAmperes: true, maxStackLevel: 1, maxPeriods: 2 });
  },
);

test('a question that the gateway did not write is put again soon, and what a station told once stands', async () => {
  const rig = await running();
  rig.answerWith(() => 'fails');
  await rig.boot('ST-1');
  await wait(rig, PUT_AGAIN_MS - TICK_MS);
  expect(rig.questions).toHaveLength(1);
  await wait(rig, TICK_MS);
  expect(rig.questions).toHaveLength(2);
});

test('a site that comes back as a whole is asked so many stations at a time at most', async () => {
  const bench = new Bench({ stations: MAX_QUESTIONS_OF_TURN + 1, ratingA: 1_000 });
  for (let n = 1; n <= bench.stations; n += 1) bench.boot(n);
  const asked: number[] = [];
  const ask = async ({ questions }: QuestionBatch) => {
    asked.push(questions.length);
    return questions.map(() => true);
  };
  const gateways = { ask, send: async () => [], fence: async () => true };
  const deps = { gateways, rules: RULES, nowMs: () => bench.nowMs, monoMs: () => 0 };
  await askStations(deps, bench.shard);
  await askStations(deps, bench.shard);
  await askStations(deps, bench.shard);
  expect(asked).toEqual([MAX_QUESTIONS_OF_TURN, 1]);
});

test('MD18: whether it follows setpoints is asked where the document lets its car give back, once more where that was left out, and of 2.1 alone', async () => {
  const asked: unknown[] = [];
  const ask = async ({ questions }: QuestionBatch) => {
    asked.push(...questions.map(({ act }) => act));
    return questions.map(() => true);
  };
  const gateways = { ask, send: async () => [], fence: async () => true };
  const of = (bench: Bench) => ({
    ...{ gateways, rules: RULES, nowMs: () => bench.nowMs, monoMs: () => bench.nowMs },
  });
  const setpoints = { kind: 'read-capabilities', setpointEvses: [1] };
  const bench = new Bench({ stations: 1, givesA: 16 });
  bench.connect(1);
  bench.after(ANSWER_WITHIN_MS);
  await askStations(of(bench), bench.shard);
  expect(asked.splice(0)).toEqual([setpoints]);
  bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings: SETTINGS });
  for (const [minutes, expected] of [
    [59, []],
    [1, [setpoints]],
  ] as const) {
    bench.after(minutes * 60_000);
    await askStations(of(bench), bench.shard);
    expect(asked.splice(0).filter((act) => JSON.stringify(act).includes('capabilities'))).toEqual(expected);
  }
  bench.take(abilitiesTold(bench.of(1)));
  bench.after(2 * HOUR_MS);
  await askStations(of(bench), bench.shard);
  expect(asked.splice(0)).not.toContainEqual(setpoints);

  // With a restart its gateway tells it anew what to sample, and by its answer what flows back as well; what it said holds meanwhile.
  bench.connect(1);
  bench.after(ANSWER_WITHIN_MS);
  await askStations(of(bench), bench.shard);
  expect(asked.splice(0)).not.toContainEqual(setpoints);
  bench.take({ kind: 'station-booted', ...bench.of(1) });
  expect(bench.site.stations.get(stationNumber(1))?.traits.known?.capabilities.since21?.setpointEvses).toEqual([1]);
  bench.after(ANSWER_WITHIN_MS);
  await askStations(of(bench), bench.shard);
  expect(asked.splice(0)).toEqual([setpoints]);

  for (const older of [new Bench({ stations: 1 }), new Bench({ stations: 1, givesA: 16 })]) {
    older.connect(1, 0, 'ocpp2.0.1');
    older.after(ANSWER_WITHIN_MS);
    await askStations(of(older), older.shard);
    expect(asked.splice(0)).toEqual([{ kind: 'read-capabilities' }]);
  }
});
