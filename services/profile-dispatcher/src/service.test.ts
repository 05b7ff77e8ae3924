import { expect, test } from '@jest/globals';
import { commonV1, gatewayV1, stationV1, TOPICS } from '@headroom/contracts';
import { parkedTopicOf } from '@headroom/event-log';
import { createRig, RIG_SITE, settled } from './testing/rig.ts';

type Rig = Awaited<ReturnType<typeof createRig>>;

/** Two stations, booted and proven, a car at each. */
async function charging(): Promise<Rig> {
  const rig = await createRig();
  await rig.configure(2);
  await rig.assemble().start();
  await settled();
  for (const stationId of ['ST-1', 'ST-2']) await rig.boot(stationId);
  for (const command of rig.commands()) await rig.answer(command);
  for (const stationId of ['ST-1', 'ST-2']) await rig.start(stationId);
  return rig;
}

const limitOf = ({ action }: gatewayV1.StationCommand): string =>
  `${action?.value.purpose === gatewayV1.ProfilePurpose.TX ? 'lease' : 'fallback'} ${(action?.value.periods[0]?.limitDeciA ?? 0) / 10}`;
const sentTo = (rig: Rig): readonly string[] =>
  rig.commands().map((command) => `${command.stationId} ${limitOf(command)}`);
const resolutions = (rig: Rig): readonly string[] =>
  rig.journal.flatMap(({ fact }) =>
    fact?.$case === 'limitResolved' ? [`${fact.value.stationId} ${fact.value.outcome}`] : [],
  );

test('a decision becomes a lease over a permanent limit, one batch for the gateway, and what counts is told', async () => {
  const rig = await charging();
  await rig.decide({ 'ST-1': 200, 'ST-2': 160 });
  expect(sentTo(rig)).toEqual(['ST-1 fallback 6', 'ST-2 fallback 6', 'ST-1 lease 20', 'ST-2 lease 16']);
  expect(rig.requests.at(-1)?.commands).toHaveLength(2);
  for (const command of rig.commands().slice(2)) await rig.answer(command);
  expect(rig.committed()).toEqual(['ST-1 20 [fallback 6, acknowledged 20]', 'ST-2 16 [fallback 6, acknowledged 16]']);
  expect(rig.fatal).toEqual([]);
  await rig.close();
});

test('HO-2: the intent of every command is durable before the gateway has it', async () => {
  const rig = await charging();
  await rig.decide({ 'ST-1': 200, 'ST-2': 160 });
  const sent = rig.order.filter((entry) => entry.startsWith('sent'));
  expect(sent).toHaveLength(4);
  for (const entry of sent) {
    const intended = rig.order.indexOf(entry.replace('sent', 'intended'));
    expect(intended).toBeGreaterThanOrEqual(0);
    expect(intended).toBeLessThan(rig.order.indexOf(entry));
  }
  await rig.close();
});

test('HO-2: while the log takes no intent, no command leaves, and the newest target leaves once it does', async () => {
  const rig = await charging();
  rig.setLogDown(true);
  await rig.decide({ 'ST-1': 200 });
  await rig.decide({ 'ST-1': 120 });
  expect(rig.commands()).toHaveLength(2);
  rig.setLogDown(false);
  rig.time.advance(250);
  await settled();
  expect(sentTo(rig).slice(2)).toEqual(['ST-1 lease 12']);
  expect(rig.told).toContain('dispatch-journal-unavailable');
  await rig.close();
});

test('SI3: a call that fails says nothing: its commands count on, and are repeated', async () => {
  const rig = await charging();
  rig.answerWith(() => 'fails');
  await rig.decide({ 'ST-1': 200 });
  expect(rig.committed()[0]).toBe('ST-1 20 [fallback 6, unresolved 20]');
  expect(resolutions(rig).at(-1)).toBe('ST-1 3');
  rig.answerWith(() => gatewayV1.Verdict.WRITTEN);
  rig.time.advance(500);
  await settled();
  expect(sentTo(rig).slice(2)).toEqual(['ST-1 lease 20', 'ST-1 lease 20']);
  const [, , first, second] = rig.commands();
  expect(second?.seq).not.toBe(first?.seq);
  await rig.close();
});

test.each([
  ['NOT_CONNECTED', gatewayV1.Verdict.NOT_CONNECTED],
  ['GENERATION', gatewayV1.Verdict.GENERATION],
  ['STALE_SEQ', gatewayV1.Verdict.STALE_SEQ],
  ['TOO_LATE', gatewayV1.Verdict.TOO_LATE],
  ['REFUSED', gatewayV1.Verdict.REFUSED],
])('SI3: the verdict %s proves that this attempt was never written', async (_, verdict) => {
  const rig = await charging();
  rig.answerWith(() => verdict);
  await rig.decide({ 'ST-1': 200 });
  expect(rig.committed()[0]).toBe('ST-1 6 [fallback 6]');
  expect(resolutions(rig).at(-1)).toBe('ST-1 4');
  await rig.close();
});

test('HO-10: the verdict EPOCH means that the shard is lost; it is acquired again, and the command leaves in the new epoch', async () => {
  const rig = await charging();
  rig.answerWith(() => gatewayV1.Verdict.EPOCH);
  await rig.decide({ 'ST-1': 200 });
  rig.answerWith(() => gatewayV1.Verdict.WRITTEN);
  rig.time.advance(250);
  rig.time.advance(2_000);
  await settled();
  rig.time.advance(250);
  await settled();
  expect(rig.requests.map(({ dispatcherEpoch }) => dispatcherEpoch)).toEqual([1n, 1n, 1n, 2n]);
  expect(sentTo(rig).at(-1)).toBe('ST-1 lease 20');
  await rig.close();
});

test('HO-10: a higher epoch in its own topic silences a dispatcher until it has taken a higher one still', async () => {
  const rig = await charging();
  const shard = rig.log.partitionOf(TOPICS.dispatchFacts.name, RIG_SITE);
  await rig.epochs.acquire('dispatcher', [shard], 'another');
  const value = { shard, epoch: 2n, owner: 'another', openedAtMs: 0n };
  await rig.put(TOPICS.dispatchFacts, { siteId: '', dispatcherEpoch: 2n, fact: { $case: 'epochOpened', value } });
  await rig.decide({ 'ST-1': 200 });
  expect(rig.commands()).toHaveLength(2);
  rig.time.advance(250);
  rig.time.advance(2_000);
  await settled();
  expect(rig.requests.at(-1)?.dispatcherEpoch).toBe(3n);
  await rig.close();
});

test('a restart rebuilds what counts from the log, intents of which nothing is known included, and repeats only those', async () => {
  const rig = await createRig();
  await rig.configure(3);
  const first = rig.assemble();
  await first.start();
  await settled();
  for (const stationId of ['ST-1', 'ST-2', 'ST-3']) await rig.boot(stationId);
  for (const command of rig.commands()) await rig.answer(command);
  for (const stationId of ['ST-1', 'ST-2', 'ST-3']) await rig.start(stationId);
  await rig.decide({ 'ST-1': 200, 'ST-2': 140, 'ST-3': 100 });
  const [one, two] = rig.commands().slice(-3);
  if (one === undefined || two === undefined) throw new Error('nothing sent');
  await rig.answer(one);
  await rig.answer(two);
  // ST-1 goes down and is not yet seen to; ST-2 goes down and settles; ST-3 never answers.
  rig.time.advance(6_000);
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
    .find(({ stationId, action }) => stationId === 'ST-3' && action?.value.transactionId !== '');
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
  const rig = await createRig();
  await rig.configure(3);
  const first = rig.assemble();
  await first.start();
  await settled();
  for (const stationId of ['ST-1', 'ST-2', 'ST-3']) await rig.boot(stationId);
  for (const command of rig.commands()) await rig.answer(command);
  for (const stationId of ['ST-1', 'ST-2', 'ST-3']) await rig.start(stationId);
  await rig.decide({ 'ST-1': 200, 'ST-2': 140, 'ST-3': 100 });
  for (const command of rig
    .commands()
    .slice(-3)
    .filter(({ stationId }) => stationId !== 'ST-3'))
    await rig.answer(command);
  rig.time.advance(6_000);
  await rig.decide({ 'ST-1': 80, 'ST-2': 140, 'ST-3': 100 });
  const lowered = rig.commands().at(-1);
  const unanswered = rig.commands().find(({ stationId, seq }) => stationId === 'ST-3' && seq > 3n);
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

test('a dispatcher says nothing before it has read everything and its own mark', async () => {
  const rig = await createRig();
  await rig.configure(1);
  await rig.boot('ST-1');
  const service = rig.assemble();
  expect(service.readiness()).toMatchObject({ kind: 'not-ready' });
  await service.start();
  await settled();
  expect(service.readiness()).toEqual({ kind: 'ready' });
  expect(rig.journal.slice(0, 2).map(({ fact }) => fact?.$case)).toEqual(['epochOpened', 'epochOpened']);
  expect(sentTo(rig)).toEqual(['ST-1 fallback 6']);
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
  const rig = await createRig();
  await rig.configure(3);
  const first = rig.assemble();
  await first.start();
  await settled();
  const stations = ['ST-1', 'ST-2', 'ST-3'];
  for (const stationId of stations) await rig.boot(stationId);
  for (const command of rig.commands()) await rig.answer(command);
  for (const stationId of stations) await rig.start(stationId);
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
  ...{ circuits: [], stations: [], otherLoads: [], policy: { kind: 1 as const, leaseS: 120 } },
});

test('H64: an answer that is an error is no refusal: the limit counts on', async () => {
  const rig = await charging();
  await rig.decide({ 'ST-1': 200 });
  const command = rig.commands().at(-1);
  if (command === undefined) throw new Error('nothing sent');
  await rig.answer(command, stationV1.CommandStatus.FAILED);
  expect(rig.committed()[0]).toBe('ST-1 20 [fallback 6, unresolved 20]');
  await rig.close();
});
