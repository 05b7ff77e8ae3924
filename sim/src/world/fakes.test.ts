import { expect, test } from '@jest/globals';
import { type RecordBatch } from '@headroom/event-log';
import { NOTHING_AWAY } from './away.ts';
import { createChance } from './chance.ts';
import { createFaults, type FaultClass } from './faults.ts';
import { planOf } from './field.ts';
import { createLife } from './life.ts';
import { createSimLog } from './log.ts';
import { createLogStore } from './log-store.ts';
import { createPipe } from './pipe.ts';
import { createVirtualTime } from './virtual-time.ts';

const TOPICS = ['a', 'b'];
const record = (topic: string, text: string) => ({
  topic,
  key: 'site',
  value: new TextEncoder().encode(text),
  headers: {},
});

function logRig(classes: readonly FaultClass[] = [], away = (_monoMs: number): boolean => false) {
  const time = createVirtualTime(0, ({ cause }) => {
    throw cause;
  });
  const chance = createChance(1);
  const store = createLogStore();
  store.ensure(TOPICS.map((name) => ({ name, partitions: 2, cleanup: 'delete', replicationFactor: 1 })));
  const faults = createFaults({ chance, classes, isOn: () => true, rateOf: () => 1 });
  const world = {
    ...{ time, store, faults, groups: new Map(), owners: new Map() },
    rng: chance.stream('groups'),
    away: NOTHING_AWAY,
    isAway: () => away(time.monoMs()),
    onLostAck: () => undefined,
    onStuck: () => undefined,
  };
  const born = (name: string) => {
    const life = createLife('p', name, { time, onSurvivor: () => undefined });
    return { life, log: createSimLog(world, life, chance.stream(name)) };
  };
  return { time, born };
}

const texts = (batch: RecordBatch): readonly string[] =>
  batch.records.map(({ value }) => new TextDecoder().decode(value));

test('the log keeps the order of a topic, whatever the order of the topics', async () => {
  const { time, born } = logRig();
  const { log } = born('p#1');
  const seen = new Map<string, string[]>();
  let caughtUp = 0;
  void log.consume({
    ...{ group: 'g', topics: TOPICS, start: { kind: 'earliest' }, onFatal: () => undefined },
    onBatch: async (batch) => void seen.set(batch.topic, [...(seen.get(batch.topic) ?? []), ...texts(batch)]),
    onCaughtUp: () => {
      caughtUp += 1;
    },
  });
  for (let i = 0; i < 50; i += 1) void log.append([record(TOPICS[i % 2] ?? 'a', String(i))]);
  await time.runUntil(10_000);
  expect(seen.get('a')).toEqual(Array.from({ length: 25 }, (_, i) => String(2 * i)));
  expect(seen.get('b')).toHaveLength(25);
  expect(caughtUp).toBe(1);
});

test('a batch that its handler rejects comes again; the next incarnation begins at the start, and the old one is out', async () => {
  const { time, born } = logRig();
  const [first, second] = [born('p#1'), born('p#2')];
  const seen: string[] = [];
  const consume = ({ log }: typeof first, name: string) =>
    void log.consume({
      ...{ group: 'g', topics: ['a'], start: { kind: 'earliest' }, onFatal: () => undefined },
      onBatch: async (batch) => {
        seen.push(`${name} ${texts(batch).join()}`);
        if (seen.length === 1) throw new Error('once');
      },
    });
  consume(first, '1');
  void first.log.append([record('a', 'x')]);
  await time.runUntil(1_000);
  consume(second, '2');
  await time.runUntil(2_000);
  void second.log.append([record('a', 'y')]);
  await time.runUntil(3_000);
  expect(seen).toEqual(['1 x', '1 x', '2 x', '2 y']);
});

test('an append while the brokers are away fails as one that may have been written, and sometimes was', async () => {
  const { time, born } = logRig([], (monoMs) => monoMs < 30_000);
  const { log } = born('p#1');
  const codes: unknown[] = [];
  for (let i = 0; i < 20; i += 1)
    log.append([record('a', String(i))]).catch((cause: { code: unknown }) => codes.push(cause.code));
  await time.runUntil(40_000);
  const seen: string[] = [];
  void log.consume({
    ...{ group: 'g', topics: ['a'], start: { kind: 'earliest' }, onFatal: () => undefined },
    onBatch: async (batch) => void seen.push(...texts(batch)),
  });
  await time.runUntil(41_000);
  expect(new Set(codes)).toEqual(new Set(['LOG_UNAVAILABLE']));
  expect(codes).toHaveLength(20);
  expect(seen.length).toBeGreaterThan(3);
  expect(seen.length).toBeLessThan(17);
});

test('OW-03: after a lost acknowledgement records may stand twice for one append that succeeded; nothing overtakes them', async () => {
  const { time, born } = logRig(['lost-ack']);
  const { log } = born('p#1');
  const told: string[] = [];
  const seen: string[] = [];
  const append = (i: number): void => {
    const appended = log.append([record('a', String(i))], i % 2 === 0 ? {} : { fence: () => true });
    void appended.then(
      ([position]) => told.push(`${i} at ${position?.offset}`),
      (cause: { code: unknown }) => told.push(`${i} ${String(cause.code)}`),
    );
  };
  for (let i = 0; i < 3_000; i += 1) time.after(i * 2, 'append', () => append(i));
  void log.consume({
    ...{ group: 'g', topics: ['a'], start: { kind: 'earliest' }, onFatal: () => undefined },
    onBatch: async (batch) => void seen.push(...texts(batch)),
  });
  await time.runUntil(30_000);
  const twice = seen.filter((text, at) => seen.indexOf(text) !== at);
  const acknowledged = twice.filter((text) => told.includes(`${text} at ${seen.lastIndexOf(text)}`));
  expect(twice.length).toBeGreaterThan(1);
  expect(acknowledged).toEqual(twice);
  expect(twice.map((text) => seen.lastIndexOf(text) - seen.indexOf(text))).toEqual(twice.map(() => 1));
  expect(told.filter((line) => line.endsWith(' LOG_UNAVAILABLE')).length).toBeGreaterThan(1);
  expect([...new Set(seen)]).toEqual(Array.from({ length: 3_000 }, (_, i) => String(i)));
});

test('OW-30: records that are sent again are refused by a fence that has closed meanwhile, and stand once', async () => {
  const { time, born } = logRig(['lost-ack']);
  const { log } = born('p#1');
  const codes = new Set<unknown>();
  for (let i = 0; i < 1_000; i += 1) {
    time.after(i * 4_000, 'append', () => {
      const leftMs = time.monoMs() + 500;
      const fence = (): boolean => time.monoMs() < leftMs;
      log.append([record('a', String(i))], { fence }).catch((cause: { code: unknown }) => codes.add(cause.code));
    });
  }
  const seen: string[] = [];
  void log.consume({
    ...{ group: 'g', topics: ['a'], start: { kind: 'earliest' }, onFatal: () => undefined },
    onBatch: async (batch) => void seen.push(...texts(batch)),
  });
  await time.runUntil(4_100_000);
  expect([codes.has('LOG_FENCED'), seen.length, new Set(seen).size]).toEqual([true, 1_000, 1_000]);
});

test('a compacted topic is read as compaction leaves it: the newest of each key, and what came last', () => {
  const store = createLogStore();
  store.ensure([{ name: 'states', partitions: 1, cleanup: 'compact', replicationFactor: 1 }]);
  for (let i = 0; i < 100; i += 1) store.append([{ ...record('states', String(i)), key: `key-${i % 2}` }]);
  store.append([{ ...record('states', 'other'), key: 'other' }]);
  for (let i = 0; i < 30; i += 1) store.append([{ ...record('states', String(i)), key: 'key-0' }]);
  const kept = store.retained('states', 0, 0).map(({ offset }) => Number(offset));
  expect(kept).toEqual([99, 100, ...Array.from({ length: 20 }, (_, i) => 111 + i)]);
  expect(store.retained('states', 0, 120)).toHaveLength(11);
});

test('who hears of some topics hears of no other, and of nothing once it has left', () => {
  const store = createLogStore();
  store.ensure(TOPICS.map((name) => ({ name, partitions: 1, cleanup: 'delete', replicationFactor: 1 })));
  const heard: string[] = [];
  const leave = store.onStored(['a'], ({ topic }) => void heard.push(`some ${topic}`));
  store.onStored(store.topics(), ({ topic }) => void heard.push(`all ${topic}`));
  store.append([record('b', '1'), record('a', '2')]);
  leave();
  store.append([record('a', '3')]);
  expect(heard).toEqual(['all b', 'some a', 'all a', 'all a']);
});

test('a pipe keeps its order, and what is held comes out on release', async () => {
  const time = createVirtualTime(0, () => undefined);
  const delays = [9, 1, 5];
  const pipe = createPipe(time, () => delays.shift() ?? 0, 'pipe');
  const out: number[] = [];
  for (const one of [1, 2, 3]) pipe.push(() => void out.push(one));
  time.after(9.5, 'hold', () => pipe.hold());
  pipe.push(() => void out.push(4), 20);
  await time.runUntil(30);
  expect(out).toEqual([1, 2, 3]);
  pipe.release();
  expect(out).toEqual([1, 2, 3, 4]);
});

test('a site of any size bears its fallbacks and the worst of its building', () => {
  for (const stations of [1, 2, 8, 24, 25]) {
    const { spec } = planOf(stations, 0).document;
    const worstA = spec.meters[0]?.worstCasePerPhaseA ?? 0;
    const contractA = ((spec.circuits[0]?.limitKw ?? 0) * 1_000) / 230;
    expect(spec.stations).toHaveLength(stations);
    expect(3 * (worstA + stations * 6)).toBeLessThanOrEqual(contractA);
  }
});
