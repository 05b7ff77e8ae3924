import { expect, test } from '@jest/globals';
import { type commonV1, gatewayV1, TOPICS } from '@headroom/contracts';
import { createMemoryEventLog, type EventLog } from '@headroom/event-log';
import { manualTime } from '@headroom/testing';
import { createRig, profileIn, RIG_SITE, settled, START_MS } from '../testing/rig.ts';

const GROUP = 'profile-dispatcher';

/** Two dispatchers over one log, whose group the test commands; two stations that charge. */
async function twoOwners() {
  const logTime = manualTime(START_MS);
  const log = createMemoryEventLog({ timers: logTime });
  const rig = await createRig(log);
  const shard = log.partitionOf(TOPICS.dispatchFacts.name, RIG_SITE);
  await rig.configure(2);
  const [first, second] = [rig.assemble(), rig.assemble()];
  await first.start();
  await settled();
  await second.start();
  await settled();
  const [one = '', two = ''] = log.membersOf(GROUP);
  await log.moveShard(GROUP, shard, one);
  await settled();
  /** Time in steps of the tick, for the log too. */
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 250) {
      rig.time.advance(250);
      logTime.advance(250);
      await settled();
    }
  };
  await pass(1_250);
  for (const stationId of ['ST-1', 'ST-2']) await rig.boot(stationId);
  for (const command of rig.commands()) await rig.answer(command);
  for (const stationId of ['ST-1', 'ST-2']) await rig.start(stationId);
  await pass(500);
  rig.requests.length = 0;
  return {
    rig,
    log,
    shard,
    pass,
    services: [first, second],
    moveTo: (to: 1 | 2) => log.moveShard(GROUP, shard, to === 1 ? one : two),
  };
}

const limitsOf = (requests: readonly gatewayV1.SendBatchRequest[]): readonly string[] =>
  requests.flatMap(({ dispatcherEpoch, commands }) =>
    commands.map(
      ({ stationId, action }) =>
        `${dispatcherEpoch}: ${stationId} ${(profileIn(action)?.periods[0]?.limitDeciA ?? 0) / 10}`,
    ),
  );

test('two dispatchers hand a shard to and fro while decisions flow: no command of a lower epoch follows a higher one, each EVSE is renewed by one', async () => {
  const { rig, pass, moveTo } = await twoOwners();
  let answered = 0;
  for (let round = 0; round < 8; round += 1) {
    await moveTo(round % 2 === 0 ? 2 : 1);
    await settled();
    await rig.decide({ 'ST-1': 100 + 10 * round, 'ST-2': 200 - 10 * round });
    await pass(1_500);
    for (const command of rig.commands().slice(answered)) await rig.answer(command);
    answered = rig.commands().length;
    await pass(1_500);
  }
  // An epoch for each acquisition, one after the other: nobody sends within the time of another owner.
  const epochs = rig.requests.map(({ dispatcherEpoch }) => dispatcherEpoch);
  expect(epochs).toEqual(epochs.toSorted((a, b) => Number(a - b)));
  expect(new Set(epochs).size).toBe(8);
  expect(rig.lower).toEqual([]);
  expect(rig.fatal).toEqual([]);
  await rig.close();
});

test('HO-2c: a shard goes on only once the calls of its owner are back; what the owner had planned meanwhile does not leave', async () => {
  const { rig, log, shard, pass, moveTo } = await twoOwners();
  const call = Promise.withResolvers<void>();
  rig.hold(call.promise);
  await rig.decide({ 'ST-1': 200 });
  expect(limitsOf(rig.requests)).toHaveLength(1);
  const moved = moveTo(2);
  await settled();
  await rig.decide({ 'ST-1': 120 });
  await pass(500);
  // Neither owner sends: the old one rests, the new one is not yet.
  expect(limitsOf(rig.requests)).toHaveLength(1);
  rig.hold(undefined);
  call.resolve();
  await moved;
  await settled();
  await pass(250);
  const [before, after] = limitsOf(rig.requests);
  expect([before?.split(':')[1], after?.split(':')[1]]).toEqual([' ST-1 20', ' ST-1 12']);
  expect(Number(rig.requests[1]?.dispatcherEpoch)).toBeGreaterThan(Number(rig.requests[0]?.dispatcherEpoch));
  expect(log.membersOf(GROUP)).toHaveLength(2);
  expect(shard).toBeGreaterThanOrEqual(0);
  await rig.close();
});

test('OW-14: a verdict that comes after its shard was lost, also to the same member again, changes nothing', async () => {
  const { rig, pass, moveTo } = await twoOwners();
  const call = Promise.withResolvers<void>();
  rig.hold(call.promise);
  rig.answerWith(() => gatewayV1.Verdict.NOT_CONNECTED);
  await rig.decide({ 'ST-1': 200 });
  const moved = moveTo(2);
  // Longer than the group waits for anybody.
  await pass(3_500);
  rig.hold(undefined);
  rig.answerWith(() => gatewayV1.Verdict.WRITTEN);
  await moved;
  await settled();
  await moveTo(1);
  await pass(1_500);
  expect(rig.committed()[0]).toMatch(/^ST-1 20 \[fallback 6, unresolved 20/);
  const journal = rig.journal.length;
  call.resolve();
  await settled();
  // Had it been taken in, ST-1 would not count with the first of its two commands any more.
  expect(rig.journal.slice(journal).filter(({ fact }) => fact?.$case === 'limitResolved')).toEqual([]);
  expect(rig.committed()[0]).toMatch(/unresolved 20/);
  await rig.close();
});

test('HO-11: nothing is said of a shard before all of it is read, then decreases leave, and increases once the gateways are fenced', async () => {
  const { rig, pass, moveTo } = await twoOwners();
  await rig.decide({ 'ST-1': 200, 'ST-2': 160 });
  for (const command of rig.commands()) await rig.answer(command);
  await pass(500);
  rig.setFenceDown(true);
  rig.requests.length = 0;
  await moveTo(2);
  await settled();
  await rig.decide({ 'ST-1': 100, 'ST-2': 240 });
  expect(limitsOf(rig.requests).map((each) => each.split(': ')[1])).toEqual(['ST-1 10']);
  rig.setFenceDown(false);
  await pass(1_250);
  expect(limitsOf(rig.requests).map((each) => each.split(': ')[1])).toEqual(['ST-1 10', 'ST-2 24']);
  await rig.close();
});

test('HO-10: an epoch that somebody else opened means lost: the owner acquires again, above it, and what it sends is heard', async () => {
  const { rig, shard, pass } = await twoOwners();
  await rig.epochs.acquire('dispatcher', [shard], 'another');
  const current = (await rig.epochs.current('dispatcher')).get(shard) ?? 0n;
  const value: commonV1.EpochOpened = { shard, epoch: current, owner: 'another', openedAtMs: 0n };
  await rig.put(TOPICS.dispatchFacts, { siteId: '', dispatcherEpoch: current, fact: { $case: 'epochOpened', value } });
  await rig.decide({ 'ST-1': 200 });
  await pass(1_500);
  expect(limitsOf(rig.requests)).toEqual([`${current + 1n}: ST-1 20`]);
  expect(rig.told).toContain('dispatch-shard-lost');
  await rig.close();
});

/** A log whose member falls asleep at an intent: right after it stands there, or before the log has taken it. */
function sleepsAtIntent(log: EventLog) {
  const state = { sleeps: 'never' as 'never' | 'once-taken' | 'before', isAwake: true };
  const consume: EventLog['consume'] = (options) => {
    const { ownership } = options;
    if (ownership === undefined) return log.consume(options);
    const onAcquired: typeof ownership.onAcquired = (shards, acquisition) =>
      ownership.onAcquired(shards, {
        ...acquisition,
        ownsNow: (shard) => state.isAwake && acquisition.ownsNow(shard),
      });
    return log.consume({ ...options, ownership: { ...ownership, onAcquired } });
  };
  const append: EventLog['append'] = async (records, options) => {
    const isIntent = records.some(({ headers }) => headers['event-type'] === 'limitIntended');
    if (isIntent && state.sleeps !== 'never') state.isAwake = state.sleeps === 'once-taken';
    const positions = await log.append(records, options);
    if (isIntent && state.sleeps !== 'never') state.isAwake = false;
    return positions;
  };
  return { log: { ...log, consume, append }, state };
}

test.each(['once-taken', 'before'] as const)(
  'OW-30: an owner that slept when its intent was about to be durable (%s) sends nothing, and says that it kept back',
  async (sleeps) => {
    const asleep = sleepsAtIntent(createMemoryEventLog());
    const rig = await createRig(asleep.log);
    await rig.configure(1);
    await rig.assemble().start();
    await settled();
    rig.time.advance(1_250);
    await rig.boot('ST-1');
    for (const command of rig.commands()) await rig.answer(command);
    await rig.start('ST-1');
    rig.time.advance(1_250);
    await settled();
    rig.requests.length = 0;
    const intents = rig.order.filter((what) => what.startsWith('intended')).length;
    expect(rig.told).not.toContain('dispatch-commands-withheld');
    asleep.state.sleeps = sleeps;
    await rig.decide({ 'ST-1': 200 });
    const since = rig.order.filter((what) => what.startsWith('intended')).length - intents;
    expect(since).toBe(sleeps === 'once-taken' ? 1 : 0);
    expect(rig.requests).toEqual([]);
    expect(rig.told.filter((event) => event === 'dispatch-commands-withheld')).toHaveLength(1);
    await rig.close();
  },
);
