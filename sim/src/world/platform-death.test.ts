import { expect, test } from '@jest/globals';
import { createChance } from './chance.ts';
import { planOf } from './field.ts';
import { leaseMsOf } from './field-building.ts';
import { type Death, deathOf, eventInDeath, startDeath } from './platform-death.ts';
import { PROCESS_NAMES } from './processes.ts';
import { runSeed } from './run-seed.ts';
import { startUtility } from './utility.ts';
import type { Faults } from './faults.ts';
import { createVirtualTime } from './virtual-time.ts';

const MINUTE_MS = 60_000;
const TIMES = { troubleFromMs: 180_000, troubleUntilMs: 840_000, measuredFromMs: 1_140_000, endMs: 1_440_000 };
const PLAN = planOf(8, 1);
const LEASE_MS = leaseMsOf(PLAN);
const deaths = Array.from({ length: 200 }, (_, seed) => {
  const death = deathOf(createChance(seed), PLAN, TIMES);
  if (death === undefined) throw new Error('there is time for it');
  return { death, events: eventInDeath(createChance(seed), PLAN, death) };
});
const firstBackMs = ({ backAtMs }: Death): number => Math.min(...backAtMs.values());
const shareOf = (is: (death: Death) => boolean): number => deaths.filter(({ death }) => is(death)).length / 200;

test('SI30: all processes are dead for one to three leases, and come back in any order within a minute, in the time of trouble', () => {
  for (const { death } of deaths) {
    const { atMs, backAtMs, overMs } = death;
    expect([...backAtMs.keys()]).toEqual([...PROCESS_NAMES]);
    expect(atMs).toBeGreaterThanOrEqual(TIMES.troubleFromMs);
    expect(firstBackMs(death) - atMs).toBeGreaterThanOrEqual(LEASE_MS);
    expect(firstBackMs(death) - atMs).toBeLessThan(3 * LEASE_MS + MINUTE_MS);
    expect(overMs - firstBackMs(death)).toBeLessThan(MINUTE_MS);
    expect(overMs).toBeLessThanOrEqual(TIMES.troubleUntilMs);
  }
  expect(Math.max(...deaths.map(({ death }) => firstBackMs(death) - death.atMs))).toBeGreaterThan(2.5 * LEASE_MS);
  const orders = new Set(deaths.map(({ death }) => [...death.backAtMs].toSorted(([, a], [, b]) => a - b)[0]?.[0]));
  expect(orders.size).toBe(PROCESS_NAMES.length);
  for (const share of [shareOf(({ losesLive }) => losesLive), shareOf(({ losesPower }) => losesPower)]) {
    expect(share).toBeGreaterThan(0.35);
    expect(share).toBeLessThan(0.65);
  }
});

test('where the time of trouble is too short for a lease nobody dies', () => {
  const short = { ...TIMES, troubleUntilMs: TIMES.troubleFromMs + LEASE_MS + MINUTE_MS - 1 };
  expect(deathOf(createChance(1), PLAN, short)).toBeUndefined();
  expect(deathOf(createChance(1), PLAN, { ...short, troubleUntilMs: short.troubleUntilMs + 1 })).toBeDefined();
});

test('SI27: in most of them an event that was announced before begins while nobody lives, and may end meanwhile', () => {
  const events = deaths.flatMap(({ death, events: [event] }) => (event === undefined ? [] : [{ death, event }]));
  expect(events.length / 200).toBeGreaterThan(0.65);
  for (const { death, event } of events) {
    expect(event.announcedAtMs).toBeLessThan(death.atMs);
    expect(event.startMs).toBeGreaterThanOrEqual(Math.floor(death.atMs));
    expect(event.startMs).toBeLessThanOrEqual(Math.ceil(firstBackMs(death)));
    expect(event.endMs).toBeGreaterThan(event.startMs);
    expect(event.endMs).toBeLessThanOrEqual(death.overMs + MINUTE_MS + 1);
  }
  expect(events.some(({ death, event }) => event.endMs < firstBackMs(death))).toBe(true);
  expect(events.some(({ death, event }) => event.endMs > death.overMs)).toBe(true);
});

test('it happens once whatever the rate of its class, and not at all where it is left out', async () => {
  const happens = async (fires: Faults['fires']) => {
    const time = createVirtualTime(0, ({ cause }) => {
      throw cause;
    });
    const did: string[] = [];
    const [{ death } = { death: undefined }] = deaths;
    if (death === undefined) throw new Error('no death');
    startDeath(
      {
        ...{ time, chance: createChance(1), faults: { fires } as Faults, leaseMs: LEASE_MS },
        trace: { tell: () => undefined } as never,
        cluster: { dieAll: () => void did.push('all die'), emptyLive: () => void did.push('the live state is lost') },
        buildings: [{ jumpBy: (kw: number, seconds: number) => void did.push(`rises by ${kw} kW, ${seconds > 60}`) }],
        onDeath: () => void did.push('judges know'),
      },
      { ...death, losesLive: true },
    );
    await time.runUntil(TIMES.endMs);
    return did;
  };
  const rates: number[] = [];
  const did = await happens((_, __, ___, probability) => rates.push(probability) > 0);
  expect(did).toEqual(['all die', 'the live state is lost', 'judges know', 'rises by 1000 kW, true']);
  // A rate may be a quarter.
  expect(rates.map((each) => each / 4)).toEqual([1]);
  expect(await happens(() => false)).toEqual([]);
});

test('who speaks for the utility is dead with the others, and says what it has to once it is back', () => {
  const timers: { readonly atMs: number; readonly act: () => void }[] = [];
  let nowMs = 0;
  let appended = 0;
  startUtility({
    ...{ siteId: 'site', beganMs: 0, isDead: () => nowMs < 70_000 },
    events: [{ circuit: 'grid', limitKw: 9, announcedAtMs: 10_000, startMs: 20_000, endMs: 300_000 }],
    log: { append: async () => void (appended += 1) } as never,
    timers: {
      after: (delayMs, act) => (timers.push({ atMs: nowMs + delayMs, act }), () => undefined),
      every: (periodMs, act) => {
        for (let atMs = nowMs + periodMs; atMs < 200_000; atMs += periodMs) timers.push({ atMs, act });
        return () => undefined;
      },
    },
  });
  const runTo = (untilMs: number): number => {
    for (let next = timers.find(({ atMs }) => atMs <= untilMs); next !== undefined; ) {
      timers.splice(timers.indexOf(next), 1);
      nowMs = next.atMs;
      next.act();
      next = timers.find(({ atMs }) => atMs <= untilMs);
    }
    return appended;
  };
  expect([runTo(69_999), runTo(129_999)]).toEqual([0, 1]);
});

test('SI30: a seed whose platform dies: all at one instant, none before its time, no circuit over its limit, and the room is used again', async () => {
  const read: string[] = [];
  const { violations, fired, regained } = await runSeed({
    ...{ seed: 1, hours: 0.4, stations: 4, faults: ['platform-death'] as const, grid: 'none' as const },
    read: (line) => void read.push(line),
  });
  expect(violations).toEqual([]);
  expect(fired.get('platform-death')).toBe(1);
  const died = read.filter((line) => / \S+#1 died$/u.test(line));
  expect(died).toHaveLength(PROCESS_NAMES.length);
  expect(new Set(died.map((line) => line.slice(0, 12))).size).toBe(1);
  const secondsOf = (line = ''): number => {
    const [hours = 0, minutes = 0, seconds = 0] = line.slice(0, 12).split(':').map(Number);
    return 3_600 * hours + 60 * minutes + seconds;
  };
  const starts = read.filter((line) => / \S+#2 starts$/u.test(line));
  expect(starts).toHaveLength(PROCESS_NAMES.length);
  expect(secondsOf(starts[0]) - secondsOf(died[0])).toBeGreaterThan(LEASE_MS / 1_000);
  expect(secondsOf(starts.at(-1)) - secondsOf(starts[0])).toBeLessThan(60);
  expect(read.some((line) => line.includes('the building rises to the worst of its document'))).toBe(true);
  expect(regained?.afterS).toBeLessThan(120);
}, 120_000);
