import { expect, test } from '@jest/globals';
import { createChance } from './chance.ts';
import { createEventQueue } from './event-queue.ts';
import { classesOf, FAULT_CLASSES, LEAST_CLASSES } from './faults.ts';
import { createLife } from './life.ts';
import { createTrace } from './trace.ts';
import { type Bug, createVirtualTime } from './virtual-time.ts';

const ended = async (promise: Promise<unknown>): Promise<boolean> => {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
};

test('events come by instant, then by order of asking; a cancelled one never', () => {
  const queue = createEventQueue();
  const order: string[] = [];
  const push = (atMs: number, name: string) => queue.push(atMs, name, () => void order.push(name));
  for (const [atMs, name] of [
    [5, 'c'],
    [1, 'a'],
    [5, 'd'],
    [3, 'b'],
    [9, 'f'],
    [7, 'e'],
  ] as const)
    push(atMs, name);
  push(2, 'gone')();
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) next.act();
  expect(order.join('')).toBe('abcdef');
  expect(queue.nextAtMs()).toBe(Number.POSITIVE_INFINITY);
});

test('DS-1 every event is drained before the next, however deep its promises go', async () => {
  const time = createVirtualTime(0, () => undefined);
  const order: string[] = [];
  time.after(1, 'first', () => {
    void (async () => {
      for (let step = 0; step < 20; step += 1) await Promise.resolve();
      order.push(`drained at ${time.monoMs()}`);
    })();
  });
  time.after(2, 'second', () => void order.push('second'));
  await time.runUntil(10);
  expect([order, time.monoMs()]).toEqual([['drained at 1', 'second'], 10]);
});

test('an event that throws is told with its name, and time goes on', async () => {
  const bugs: Bug[] = [];
  const time = createVirtualTime(1_000, (bug) => void bugs.push(bug));
  let later = false;
  time.after(1, 'bad', () => {
    throw new Error('boom');
  });
  time.after(2, 'good', () => {
    later = true;
  });
  await time.runUntil(3);
  expect([bugs.map(({ atMs, event }) => [atMs, event]), later]).toEqual([[[1_001, 'bad']], true]);
});

function lifeRig() {
  const time = createVirtualTime(0, () => undefined);
  const survivors: string[] = [];
  const life = createLife('p', 'p#1', { time, onSurvivor: (name, port) => void survivors.push(`${name} ${port}`) });
  return { time, life, survivors };
}

test('DS-7 a port call of a dead incarnation never settles, though what it sent arrives', async () => {
  const { time, life } = lifeRig();
  let arrived = false;
  const call = life.call('log', { toMs: 5, backMs: 5 }, () => {
    arrived = true;
  });
  time.after(6, 'death', () => life.kill());
  await time.runUntil(100);
  expect([arrived, await ended(call)]).toEqual([true, false]);
});

test('work of its own dies with it, and so do its timers', async () => {
  const { time, life } = lifeRig();
  const done: string[] = [];
  void life.call('store', { toMs: 5, backMs: 0, survives: false }, () => void done.push('work'));
  life.timers.every(2, () => void done.push('tick'));
  time.after(3, 'death', () => life.kill());
  await time.runUntil(100);
  expect(done).toEqual(['tick']);
});

test('DS-8 a call after the event of the death is a survivor, one within it is not', async () => {
  const { time, life, survivors } = lifeRig();
  time.after(1, 'death', () => {
    life.kill();
    void life.call('log', { toMs: 0, backMs: 0 }, () => undefined);
  });
  time.after(2, 'later', () => void life.call('rpc', { toMs: 0, backMs: 0 }, () => undefined));
  await time.runUntil(10);
  expect(survivors).toEqual(['p#1 rpc']);
});

test('it dies at the port call it is told to die at', async () => {
  const { time, life } = lifeRig();
  life.dieAtCall(1);
  const first = life.call('a', { toMs: 0, backMs: 0 }, () => 1);
  await time.runUntil(1);
  const second = life.call('b', { toMs: 0, backMs: 0 }, () => 2);
  await time.runUntil(2);
  expect([await ended(first), await ended(second), life.isAlive()]).toEqual([true, false, false]);
});

test('it stands still at the port call it is told to, with that call and all behind it in its hands', async () => {
  const { time, life } = lifeRig();
  const done: string[] = [];
  const call = (port: string): void =>
    void life.call(port, { toMs: 1, backMs: 1 }, () => void done.push(`${port} ${time.monoMs()}`));
  life.atCall(1, () => life.pause());
  time.after(10, 'work', () => ['a', 'b', 'c'].forEach(call));
  time.after(50, 'wake', () => life.resume());
  await time.runUntil(60);
  expect(done).toEqual(['a 11', 'b 51', 'c 51']);
});

test('DS-9 a draw depends on its names alone', () => {
  const [one, other] = [createChance(7), createChance(7)];
  other.draw('something', 'else', 3);
  expect(one.draw('link', 'ST-001', 4)).toBe(other.draw('link', 'ST-001', 4));
  expect(one.draw('link', 'ST-001', 4)).not.toBe(createChance(8).draw('link', 'ST-001', 4));
});

test('each class is on in about 40 % of the seeds, and no seed has fewer than three', () => {
  const sizes = Array.from({ length: 400 }, (_, seed) => classesOf(createChance(seed)));
  expect(Math.min(...sizes.map(({ size }) => size))).toBeGreaterThanOrEqual(LEAST_CLASSES);
  const share = sizes.filter((classes) => classes.has('slow-rpc')).length / 400;
  expect(share).toBeGreaterThan(0.34);
  expect(share).toBeLessThan(0.5);
  // A seed that draws two of its own. With other classes it is another seed.
  const poor = createChance(6_265);
  expect(FAULT_CLASSES.filter((name) => poor.draw('class', name, 0) < 0.4)).toHaveLength(2);
  expect(classesOf(poor).size).toBe(LEAST_CLASSES);
});

test('a class that came later changes no seed that is without it, and is on in about a quarter of them', () => {
  const sparse = ['platform-death', 'deaf-line'] as const;
  const seeds = Array.from({ length: 400 }, (_, seed) => {
    const chance = createChance(seed);
    const drawn = FAULT_CLASSES.filter(
      (name) => chance.draw('class', name, 0) < 0.4 && !sparse.some((each) => each === name),
    );
    return { classes: classesOf(chance), drawn };
  });
  for (const { classes, drawn } of seeds) {
    const others = [...classes].filter((name) => !sparse.some((each) => each === name));
    if (drawn.length >= LEAST_CLASSES) expect(new Set(others)).toEqual(new Set(drawn));
  }
  for (const name of sparse) {
    const share = seeds.filter(({ classes }) => classes.has(name)).length / 400;
    expect(share).toBeGreaterThan(0.18);
    expect(share).toBeLessThan(0.32);
  }
});

test('DS-10 the trace hash is of all lines, in order, whatever the reader sees', () => {
  const read: string[] = [];
  const hashOf = (texts: readonly string[], hear?: (line: string) => void): string => {
    const trace = createTrace(() => 0, hear);
    for (const text of texts) trace.tell(text);
    return trace.hash();
  };
  const many = Array.from({ length: 1_100 }, (_, i) => `line ${i}`);
  expect(hashOf(many)).toBe(hashOf(many, (line) => void read.push(line)));
  expect(hashOf(many)).not.toBe(hashOf(many.toReversed()));
  expect(read).toHaveLength(1_100);
});

test('one that stands still is reached when it wakes, and its missed ticks are one', async () => {
  const { time, life } = lifeRig();
  const done: string[] = [];
  life.timers.every(10, () => void done.push(`tick ${time.monoMs()}`));
  void life.call('log', { toMs: 20, backMs: 0 }, () => void done.push('sent')).then(() => done.push('known'));
  time.after(15, 'stop', () => life.pause());
  time.after(55, 'wake', () => life.resume());
  await time.runUntil(60);
  expect(done).toEqual(['tick 10', 'sent', 'tick 55', 'known', 'tick 60']);
});
