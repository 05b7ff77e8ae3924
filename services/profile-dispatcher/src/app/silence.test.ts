import { expect, test } from '@jest/globals';
import { DEFAULT_PROFILE_DISPATCHER_CONFIG } from '../config.ts';
import { createEvents } from '../events.ts';
import { Bench } from '../testing/bench.ts';
import { createRig, profileIn, settled } from '../testing/rig.ts';
import { ASK_AGAIN_EVERY_MS } from './recall-stations.ts';
import { fencePatienceMs, LONGEST_GAP_MS, noteAsk } from './gateway-silence.ts';

type Rig = Awaited<ReturnType<typeof createRig>>;
const PATIENCE_MS = fencePatienceMs(DEFAULT_PROFILE_DISPATCHER_CONFIG);
const silent = () => undefined;
const DEPS = {
  rules: DEFAULT_PROFILE_DISPATCHER_CONFIG,
  events: createEvents({ info: silent, warn: silent, error: silent }),
};

const leasesOf = (rig: Rig): readonly string[] =>
  rig
    .commands()
    .filter(({ action }) => profileIn(action)?.durationS !== undefined)
    .map((command) => `${command.stationId} ${(profileIn(command.action)?.periods[0]?.limitDeciA ?? 0) / 10}`);
const unreachable = (rig: Rig): readonly string[] =>
  rig.journal.flatMap(({ fact }) =>
    fact?.$case === 'stationUnreachable' ? [`${fact.value.stationId} ${fact.value.connectionGeneration}`] : [],
  );
async function pass(rig: Rig, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    rig.time.advance(250);
    await settled();
  }
}

/** ST-1 hangs behind a gateway that died without a word, ST-2 behind one that lives; a new owner has just begun. */
async function oneGatewayDead(): Promise<Rig> {
  const rig = await createRig();
  await rig.configure(2);
  const before = rig.assemble();
  await before.start();
  await settled();
  for (const stationId of ['ST-1', 'ST-2']) await rig.boot(stationId);
  for (const command of rig.commands()) await rig.answer(command);
  for (const stationId of ['ST-1', 'ST-2']) await rig.start(stationId);
  await pass(rig, 1_000);
  await rig.decide({ 'ST-1': 200, 'ST-2': 160 });
  for (const command of rig.commands().slice(2)) await rig.answer(command);
  await pass(rig, 250);
  await before.stop(100);
  await rig.boot('ST-1', 2, 'a dead gateway');
  await rig.assemble().start();
  await settled();
  rig.requests.length = 0;
  return rig;
}

test('HO-2: a gateway that died without a word holds up increases for its patience of 15 s and no longer; its stations then count as disconnected', async () => {
  expect(PATIENCE_MS).toBe(15_000);
  const rig = await oneGatewayDead();
  await rig.decide({ 'ST-2': 240 });
  await pass(rig, 14_500);
  expect([leasesOf(rig), unreachable(rig)]).toEqual([[], []]);
  await pass(rig, 3_000);
  expect(unreachable(rig)).toEqual(['ST-1 2']);
  expect(leasesOf(rig)).toEqual(['ST-2 24']);
  expect(rig.told).toContain('dispatch-gateway-given-up');
  // HO-8, SI2: what ST-1 may be obeying counts on, long after its lease.
  await pass(rig, 180_000);
  expect(rig.committed()[0]).toMatch(/^ST-1 32 \[fallback 6, acknowledged 20, hardware-maximum 32\]/);
  await rig.close();
});

test('HO-2: a connection that was given up stays so for the next owner, in whatever order it reads the topics, until a newer one', async () => {
  const rig = await oneGatewayDead();
  await pass(rig, 18_000);
  expect(unreachable(rig)).toEqual(['ST-1 2']);
  await rig.assemble().start();
  await pass(rig, 2_000);
  await rig.decide({ 'ST-2': 240 });
  await pass(rig, 1_250);
  // The new owner asks no dead gateway and waits for none.
  expect(leasesOf(rig).at(-1)).toBe('ST-2 24');
  expect(unreachable(rig)).toEqual(['ST-1 2']);
  await rig.boot('ST-1', 3);
  await pass(rig, 500);
  expect(rig.commands().at(-1)).toMatchObject({ stationId: 'ST-1', connectionGeneration: 3n });
  await rig.close();
});

test('a gateway that dies under a living owner is given up after the same silence, though it was fenced', async () => {
  const rig = await createRig();
  await rig.configure(2);
  await rig.assemble().start();
  await settled();
  for (const stationId of ['ST-1', 'ST-2']) await rig.boot(stationId);
  for (const command of rig.commands()) await rig.answer(command);
  for (const stationId of ['ST-1', 'ST-2']) await rig.start(stationId);
  await pass(rig, 1_000);
  rig.answerWith(() => 'fails');
  rig.setFenceDown(true);
  await rig.decide({ 'ST-1': 200 });
  await pass(rig, 14_000);
  expect(unreachable(rig)).toEqual([]);
  await pass(rig, 4_000);
  expect(unreachable(rig)).toEqual(['ST-1 1', 'ST-2 1']);
  await rig.close();
});

test('ADR 22: a gateway that was given up and answers again is told once which connections to close, by the next owner too', async () => {
  const rig = await createRig();
  await rig.configure(2);
  const first = rig.assemble();
  await first.start();
  await settled();
  for (const stationId of ['ST-1', 'ST-2']) await rig.boot(stationId);
  for (const command of rig.commands()) await rig.answer(command);
  await rig.start('ST-1');
  await pass(rig, 1_000);
  rig.answerWith(() => 'fails');
  rig.setFenceDown(true);
  await rig.decide({ 'ST-1': 200 });
  await pass(rig, 18_000);
  expect(unreachable(rig)).toEqual(['ST-1 1', 'ST-2 1']);
  // One of them is back by itself, through another gateway.
  await rig.boot('ST-2', 2, 'gateway-2');
  await first.stop(100);
  await rig.assemble().start();
  await pass(rig, 2 * ASK_AGAIN_EVERY_MS);
  expect(rig.recalled).toEqual([]);
  rig.setFenceDown(false);
  await pass(rig, 3 * ASK_AGAIN_EVERY_MS);
  expect(rig.recalled).toEqual(['ST-1 1']);
  expect(rig.told).toContain('dispatch-stations-recalled');
  await rig.close();
});

test('one answer ends a silence, and asks with a long gap between them are two: perhaps it was we who slept', () => {
  const bench = Bench.charging({ stations: 1 });
  const ask = (askedMonoMs: number, isAnswered = false) =>
    noteAsk(bench.shard, { gatewayAddress: 'gateway-1', askedMonoMs, isAnswered }, bench.nowMs, DEPS);
  const isConnected = () => [...bench.site.stations.values()].some(({ connected }) => connected);
  for (let at = 0; at < PATIENCE_MS; at += 2_000) ask(at);
  ask(PATIENCE_MS - 500, true);
  expect(bench.shard.silent.size).toBe(0);
  for (let at = PATIENCE_MS; at < 2 * PATIENCE_MS; at += 2_000) ask(at);
  // Asleep; the first ask after it fails as well.
  ask(3 * PATIENCE_MS);
  ask(3 * PATIENCE_MS + LONGEST_GAP_MS);
  expect(isConnected()).toBe(true);
  ask(3 * PATIENCE_MS + 2 * LONGEST_GAP_MS);
  expect(isConnected()).toBe(true);
  ask(3 * PATIENCE_MS + 3 * LONGEST_GAP_MS);
  expect(isConnected()).toBe(false);
});
