import { expect, test } from '@jest/globals';
import type { Acquisition, EventLog } from '@headroom/event-log';
import { NOTHING_AWAY } from './away.ts';
import { createChance } from './chance.ts';
import { createFaults, type FaultClass } from './faults.ts';
import { createLife, type Life } from './life.ts';
import { createSimLog } from './log.ts';
import type { SimGroup } from './log-group.ts';
import { createLogStore } from './log-store.ts';
import { createVirtualTime } from './virtual-time.ts';

const SHARDS = [0, 1, 2, 3];
const INPUT = 'input';

function rig(classes: readonly FaultClass[] = []) {
  const time = createVirtualTime(0, ({ cause }) => {
    throw cause;
  });
  const chance = createChance(1);
  const store = createLogStore();
  store.ensure([{ name: INPUT, partitions: SHARDS.length, cleanup: 'delete', replicationFactor: 1 }]);
  const owners = new Map<string, SimGroup>();
  const away = { ...NOTHING_AWAY };
  const world = {
    ...{ time, store, owners, away, groups: new Map() },
    rng: chance.stream('groups'),
    faults: createFaults({ chance, classes, isOn: () => true, rateOf: () => 1 }),
    isAway: () => time.monoMs() < away.logUntilMs,
    onLostAck: () => undefined,
    onStuck: () => undefined,
  };
  const timeline: string[] = [];
  const say = (text: string): void => void timeline.push(`${Math.round(time.monoMs())} ${text}`);
  const born = (name: string): Member => {
    const life = createLife(name, name, { time, onSurvivor: () => undefined });
    return startMember({ name, life, log: createSimLog(world, life, chance.stream(name)), say });
  };
  const keyOf = (shard: number): string => {
    for (let n = 0; n < 1_000; n += 1) if (store.partitionOf(INPUT, `key-${n}`) === shard) return `key-${n}`;
    throw new Error(`no key of shard ${shard}`);
  };
  const put = (shard: number) =>
    store.append([{ topic: INPUT, key: keyOf(shard), value: new Uint8Array(1), headers: {} }]);
  const until = (ms: number) => time.runUntil(ms);
  return { ...{ time, store, born, put, until, timeline, away, keyOf }, group: () => owners.get('g') };
}

interface Member {
  readonly life: Life;
  readonly log: EventLog;
  readonly owned: Map<number, Acquisition>;
  /** Every acquisition ever of a shard. */
  readonly all: Acquisition[];
  readonly read: Map<number, number>;
  readonly stop: () => Promise<void>;
}

interface Start {
  readonly name: string;
  readonly life: Life;
  readonly log: EventLog;
  readonly say: (text: string) => void;
}

function startMember({ name, life, log, say }: Start): Member {
  const owned = new Map<number, Acquisition>();
  const all: Acquisition[] = [];
  const read = new Map<number, number>();
  const consuming = log.consume({
    ...{ group: 'g', topics: [INPUT], start: { kind: 'earliest' } },
    onFatal: (cause) => say(`${name} dies: ${String(cause)}`),
    onBatch: async ({ partition, records }) => {
      if (!owned.has(partition)) say(`WRONG: ${name} reads ${partition}`);
      read.set(partition, (read.get(partition) ?? 0) + records.length);
    },
    ownership: {
      onPause: async () => say(`${name} pauses`),
      onLost: async (shards) => {
        say(`${name} lost ${shards.join()}`);
        for (const shard of shards) owned.delete(shard);
      },
      onAcquired: async (shards, acquisition) => {
        say(`${name} acquired ${shards.join()}`);
        all.push(acquisition);
        for (const shard of shards) {
          owned.set(shard, acquisition);
          read.set(shard, 0);
        }
      },
      onShardCaughtUp: (shard) => say(`${name} caught up ${shard}`),
    },
  });
  return { life, log, owned, all, read, stop: async () => (await consuming).stop() };
}

const held = (...members: readonly Member[]): readonly number[][] =>
  members.map(({ owned }) => [...owned.keys()].toSorted((a, b) => a - b));
const acting = (...members: readonly Member[]): readonly number[][] =>
  members.map(({ all }) => SHARDS.filter((shard) => all.some((acquisition) => acquisition.ownsNow(shard))));

test('OW-10 a second member takes half of the shards, and nobody else moves; OW-15 the first is paused before', async () => {
  const { born, until, timeline } = rig();
  const a = born('a');
  await until(1_000);
  expect(held(a)).toEqual([SHARDS]);
  timeline.length = 0;
  const b = born('b');
  await until(4_000);
  const [ofA = [], ofB = []] = held(a, b);
  expect([ofA.length, [...ofA, ...ofB].toSorted((x, y) => x - y)]).toEqual([2, SHARDS]);
  // The next owner may acquire before the one before it has forgotten: the pause came before both.
  const of = (name: string) =>
    timeline.map((line) => line.replace(/^\d+ /, '')).filter((line) => line.startsWith(name));
  expect(timeline[0]).toMatch(/ a pauses$/);
  expect(of('a')).toEqual(['a pauses', `a lost ${ofB.join()}`]);
  expect(of('b')).toEqual([`b acquired ${ofB.join()}`, ...ofB.map((shard) => `b caught up ${shard}`)]);
});

test('DS-12 a member that died is given up 6 s after its last sign of life, and its shards are read from their start', async () => {
  const { born, until, put, time } = rig();
  const [a, b] = [born('a'), born('b')];
  await until(4_000);
  const [ofA = []] = held(a);
  for (const shard of SHARDS) put(shard);
  await until(10_000);
  a.life.kill();
  await until(14_900);
  expect(held(b)[0]).toHaveLength(2);
  await until(18_000);
  expect(held(b)).toEqual([SHARDS]);
  expect(ofA.map((shard) => b.read.get(shard))).toEqual(ofA.map(() => 1));
  expect(time.eventNumber()).toBeLessThan(200);
});

test('OW-30 one that stands still owns nothing when it wakes after 5 s, though nobody has told it yet; OW-14 it acquires anew', async () => {
  const { born, until, timeline } = rig();
  const [a, b] = [born('a'), born('b')];
  await until(4_000);
  const [ofA = []] = held(a);
  expect(acting(a)).toEqual([ofA]);
  a.life.pause();
  await until(20_000);
  expect(held(b)).toEqual([SHARDS]);
  // It believes still, but its signs of life are old.
  expect(held(a)).toEqual([ofA]);
  timeline.length = 0;
  a.life.resume();
  expect(acting(a)).toEqual([[]]);
  await until(26_000);
  expect(timeline.filter((line) => / a /.test(line)).map((line) => line.replace(/^\d+ /, ''))[0]).toBe('a pauses');
  expect(held(a, b).map(({ length }) => length)).toEqual([2, 2]);
  expect(acting(a, b)).toEqual(held(a, b));
});

test('OW-24 one that stood still for less than its session is a member still', async () => {
  const { born, until } = rig();
  const a = born('a');
  await until(4_000);
  a.life.pause();
  await until(8_000);
  a.life.resume();
  await until(10_000);
  expect([a.all.length, acting(a)]).toEqual([1, [SHARDS]]);
});

test('a fence that closes while a record waits refuses it: LOG_FENCED, and nothing is written', async () => {
  const { born, until, store, keyOf } = rig();
  const a = born('a');
  await until(4_000);
  const codes: unknown[] = [];
  const append = (isOpen: () => boolean) =>
    a.log
      .append([{ topic: INPUT, key: keyOf(1), value: new Uint8Array(1), headers: {} }], { fence: isOpen })
      .then(() => codes.push('written'))
      .catch((cause: { code: unknown }) => codes.push(cause.code));
  const [acquisition] = a.all;
  void append(() => acquisition?.ownsNow(1) === true);
  // It falls asleep between its own question and the write.
  a.life.pause();
  await until(12_000);
  a.life.resume();
  await until(12_100);
  expect([codes, store.partition(INPUT, 1).records.length]).toEqual([['LOG_FENCED'], 0]);
  await until(20_000);
  void append(() => a.all.at(-1)?.ownsNow(1) === true);
  await until(21_000);
  expect(codes).toEqual(['LOG_FENCED', 'written']);
});

test('OW-30 while the brokers are away nobody owns for longer than 5 s, and everybody again once they are back', async () => {
  const { born, until, away } = rig();
  const a = born('a');
  await until(4_000);
  Object.assign(away, { logFromMs: 4_000, logUntilMs: 14_000 });
  await until(8_000);
  expect(acting(a)).toEqual([SHARDS]);
  await until(9_500);
  expect(acting(a)).toEqual([[]]);
  await until(15_100);
  expect([acting(a), a.all.length]).toEqual([[SHARDS], 1]);
});

test('HO-10 acquireAgain loses the shard and gains it with another acquisition', async () => {
  const { born, until, timeline } = rig();
  const a = born('a');
  await until(4_000);
  timeline.length = 0;
  const before = a.owned.get(2);
  before?.acquireAgain(2);
  await until(5_000);
  expect(timeline.map((line) => line.replace(/^\d+ /, ''))).toEqual(['a lost 2', 'a acquired 2', 'a caught up 2']);
  expect([before?.ownsNow(2), a.owned.get(2)?.ownsNow(2)]).toEqual([false, true]);
});

test('a shard that is moved goes to the other member, the rest stays; who leaves in good order is not waited for', async () => {
  const { born, until, group } = rig();
  const [a, b] = [born('a'), born('b')];
  await until(4_000);
  const [shard = -1] = held(a)[0] ?? [];
  expect(group()?.moveAway(shard)).toBe(true);
  await until(7_000);
  expect(held(a, b).map(({ length }) => length)).toEqual([1, 3]);
  expect(held(b)[0]).toContain(shard);
  void b.stop();
  await until(9_000);
  expect(held(a)).toEqual([SHARDS]);
});

test('OW-25 one that is cut off from its group works on for 5 s, and reads on beside its heir; healed, it acquires anew (OW-14)', async () => {
  const { born, until, put, group, timeline } = rig();
  const [a, b] = [born('a'), born('b')];
  await until(4_000);
  const [ofA = []] = held(a);
  const memberIds = (): ReadonlySet<string> => new Set(a.all.map(({ memberId }) => memberId));
  expect(group()?.cutOff(a.life, 10_000)).toBe(true);
  await until(7_900);
  expect(acting(a)).toEqual([ofA]);
  await until(9_100);
  expect(acting(a)).toEqual([[]]);
  await until(13_000);
  expect(held(a, b)).toEqual([ofA, SHARDS]);
  expect(acting(a, b)).toEqual([[], SHARDS]);
  for (const shard of ofA) put(shard);
  await until(13_900);
  expect(ofA.map((shard) => [a.read.get(shard), b.read.get(shard)])).toEqual(ofA.map(() => [1, 1]));
  expect(memberIds().size).toBe(1);
  await until(20_000);
  expect(acting(a, b).map(({ length }) => length)).toEqual([2, 2]);
  expect(memberIds().size).toBe(2);
  expect(timeline.filter((line) => line.includes('WRONG'))).toEqual([]);
});

test('one that is cut off for less than a session keeps its shards, and may act again once it is healed', async () => {
  const { born, until, group, timeline } = rig();
  const [a] = [born('a'), born('b')];
  await until(4_000);
  const [ofA = []] = held(a);
  timeline.length = 0;
  group()?.cutOff(a.life, 4_500);
  await until(12_000);
  expect(acting(a)).toEqual([ofA]);
  expect(timeline).toEqual([]);
});
