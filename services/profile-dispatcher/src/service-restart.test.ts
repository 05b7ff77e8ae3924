import { expect, test } from '@jest/globals';
import { commonV1, TOPICS } from '@headroom/contracts';
import { parkedTopicOf } from '@headroom/event-log';
import { createRig, profileIn, RIG_SITE, settled } from './testing/rig.ts';
import { charging, chargingBy, sentTo } from './testing/charging-rig.ts';

test('a restart rebuilds what counts from the log, intents of which nothing is known included, and repeats only those', async () => {
  const { rig, first } = await chargingBy(3);
  await rig.decide({ 'ST-1': 200, 'ST-2': 140, 'ST-3': 100 });
  const [one, two] = rig.commands().slice(-3);
  if (one === undefined || two === undefined) throw new Error('nothing sent');
  await rig.answer(one);
  await rig.answer(two);
  // ST-1 goes down and is not yet seen to; ST-2 goes down and settles; ST-3 never answers.
  rig.time.advance(6_000);
  await rig.measure('ST-2', 140);
  await rig.decide({ 'ST-1': 80, 'ST-2': 80, 'ST-3': 100 });
  for (const command of rig.commands().slice(-2)) await rig.answer(command);
  rig.time.advance(1_000);
  await rig.measure('ST-2', 80);
  const before = rig.committed();
  expect(before).toEqual([
    'ST-1 20 [fallback 6, acknowledged 8, unsettled 20]',
    'ST-2 8 [fallback 6, acknowledged 8]',
    'ST-3 10 [fallback 6, unresolved 10]',
  ]);
  await first.stop(1_000);

  const third = rig
    .commands()
    .find(({ stationId, action }) => stationId === 'ST-3' && profileIn(action)?.transactionId !== '');
  if (third === undefined) throw new Error('nothing sent to ST-3');
  const sentBefore = rig.commands().length;
  const journalBefore = rig.journal.length;
  await rig.assemble().start();
  await settled();
  // What nobody answered is sent anew, and counts beside the first.
  expect(rig.committed()).toEqual([...before.slice(0, 2), 'ST-3 10 [fallback 6, unresolved 10, unresolved 10]']);
  expect(sentTo(rig).slice(sentBefore)).toEqual(['ST-3 lease 10']);
  // Only ST-3 is told of: what counts of the others is what the journal says already.
  const told = rig.journal
    .slice(journalBefore)
    .flatMap(({ fact }) => (fact?.$case === 'committedChanged' ? [fact.value.stationId] : []));
  expect(told).toEqual(['ST-3']);
  await rig.answer(third);
  expect(rig.committed()[2]).toBe('ST-3 10 [fallback 6, acknowledged 10, unresolved 10]');
  await rig.close();
});

test('what happened while no dispatcher ran is taken in: a late answer, a boot, a sample', async () => {
  const { rig, first } = await chargingBy(3);
  await rig.decide({ 'ST-1': 200, 'ST-2': 140, 'ST-3': 100 });
  for (const command of rig
    .commands()
    .slice(-3)
    .filter(({ stationId }) => stationId !== 'ST-3'))
    await rig.answer(command);
  rig.time.advance(6_000);
  await rig.measure('ST-1', 200);
  await rig.decide({ 'ST-1': 80, 'ST-2': 140, 'ST-3': 100 });
  const lowered = rig.commands().at(-1);
  const unanswered = rig
    .commands()
    .find(({ stationId, action }) => stationId === 'ST-3' && profileIn(action)?.transactionId !== '');
  if (lowered === undefined || unanswered === undefined) throw new Error('nothing sent');
  await rig.answer(lowered);
  await first.stop(1_000);
  rig.time.advance(1_000);
  await rig.answer(unanswered);
  await rig.measure('ST-1', 80);
  await rig.boot('ST-2', 2);
  await rig.assemble().start();
  await settled();
  expect(rig.committed()).toEqual([
    'ST-1 8 [fallback 6, acknowledged 8]',
    'ST-2 32 [fallback 6, acknowledged 14, hardware-maximum 32]',
    'ST-3 10 [fallback 6, acknowledged 10]',
  ]);
  expect(sentTo(rig).at(-1)).toBe('ST-2 fallback 6');
  await rig.close();
});

test('a record that does not decode, and a site that is none, are parked with their reason; the next is taken', async () => {
  const rig = await charging();
  const parked: string[] = [];
  const parkedTopics = [TOPICS.stationFacts, TOPICS.siteConfig].map(({ name }) =>
    parkedTopicOf(name, 'profile-dispatcher'),
  );
  await rig.log.consume({
    group: 'reader',
    topics: parkedTopics,
    start: { kind: 'earliest' },
    onBatch: async ({ records }) => void parked.push(...records.map(({ headers }) => headers['parked-reason'] ?? '')),
    onFatal: () => undefined,
  });
  await rig.log.append([
    { topic: TOPICS.stationFacts.name, key: RIG_SITE, value: Buffer.from([0xff, 0xff, 0xff]), headers: {} },
  ]);
  const broken = { ...(await brokenSite()), siteId: RIG_SITE };
  await rig.put(TOPICS.siteConfig, broken);
  await rig.decide({ 'ST-1': 200 });
  expect(parked).toEqual([expect.stringContaining('does not decode'), expect.stringContaining('no-root')]);
  expect(sentTo(rig).at(-1)).toBe('ST-1 lease 20');
  await rig.close();
});

test('MD5 a car on one phase is told of as such, makes room for others, and is known again after a restart', async () => {
  const { rig, first } = await chargingBy(3);
  await rig.decide({ 'ST-1': 320, 'ST-2': 260, 'ST-3': 60 });
  for (const command of rig.commands().slice(3)) await rig.answer(command);
  const phasesOf = (stationId: string) => {
    const told = rig.journal.flatMap(({ fact }) =>
      fact?.$case === 'committedChanged' && fact.value.stationId === stationId ? [fact.value] : [],
    );
    return [told.at(-1)?.phases, told.at(-1)?.elsewhereDeciA];
  };
  expect(phasesOf('ST-1')).toEqual([[], undefined]);
  for (let sample = 0; sample < 3; sample += 1) {
    rig.time.advance(10_000);
    await rig.measure('ST-1', 320, 0);
  }
  expect(phasesOf('ST-1')).toEqual([[commonV1.GridPhase.L1], 60]);
  await first.stop(1_000);
  const journalBefore = rig.journal.length;
  await rig.assemble().start();
  await settled();
  // Nothing to tell of ST-1: its phases are rebuilt as they were.
  const told = rig.journal.slice(journalBefore).flatMap(({ fact }) => (fact?.$case === 'committedChanged' ? [1] : []));
  expect(told).toEqual([]);
  rig.time.advance(1_000);
  await rig.measure('ST-1', 320, 5);
  expect(phasesOf('ST-1')).toEqual([[], undefined]);
  expect(rig.fatal).toEqual([]);
  await rig.close();
});

test('what was parked once is not parked again at the next start, and what comes after it is', async () => {
  const rig = await createRig();
  await rig.configure(1);
  const offsets: string[] = [];
  await rig.log.consume({
    group: 'reader',
    topics: [parkedTopicOf(TOPICS.stationFacts.name, 'profile-dispatcher')],
    start: { kind: 'earliest' },
    onBatch: async ({ records }) => void offsets.push(...records.map(({ headers }) => headers['parked-offset'] ?? '')),
    onFatal: () => undefined,
  });
  const broken = {
    topic: TOPICS.stationFacts.name,
    key: RIG_SITE,
    value: Buffer.from([0xff, 0xff, 0xff]),
    headers: {},
  };
  const first = rig.assemble();
  await first.start();
  await settled();
  await rig.log.append([broken]);
  await settled();
  expect(offsets).toEqual(['0']);
  await first.stop(1_000);
  await rig.assemble().start();
  await settled();
  expect(offsets).toEqual(['0']);
  expect(rig.told).toContain('dispatch-records-left-out');
  await rig.log.append([broken]);
  await settled();
  expect(offsets).toEqual(['0', '1']);
  await rig.close();
});

const brokenSite = async () => ({
  ...{ version: 9n, configuredAtMs: 0n, name: '', timezone: '', nominalVoltageV: 230 },
  ...{ circuits: [], stations: [], otherLoads: [], sources: [], policy: { kind: 1 as const, leaseS: 120 } },
});
