import { expect, test } from '@jest/globals';
import { type Clock, siteId, type Timers } from '@headroom/kernel';
import type { Site } from '../domain/site-document.ts';
import type { SiteSnapshot } from '../domain/site-snapshot.ts';
import { createEvents } from '../events.ts';
import type { LiveSource, Registry } from '../ports.ts';
import {
  ALWAYS_FOLLOWED,
  createLiveBoard,
  FOLLOW_AFTER_LOOK_MS,
  HISTORY_TICK_MS,
  MAX_FOLLOWED,
  MAX_SITES,
} from './live-board.ts';

const site = (name: string): Site => ({
  document: {
    siteId: name,
    displayName: name,
    timezone: 'UTC',
    sources: [],
    nominalVoltageV: 230,
    circuits: [],
    meters: [],
    loads: [],
    stations: [],
    leaseS: 120,
    share: 'equal',
  },
  version: 1,
  configuredAtMs: 0,
});
const snapshot = (name: string): SiteSnapshot => ({
  siteId: siteId(name),
  name,
  timezone: 'UTC',
  nominalVoltageV: 230,
  ownerEpoch: 1,
  decisionSeq: 1,
  atMs: 0,
  circuits: [],
  evses: [],
});

/** A board over `count` sites, with timers that are rung by hand; `watched` are the sites it follows now. */
function rig(
  count: number,
  known: { readonly listSites?: Registry['listSites'] } = {},
  load: LiveSource['load'] = async (id) => ({
    snapshot: { version: { epoch: 1n, offset: 1n }, value: snapshot(id) },
    draw: undefined,
  }),
) {
  let nowMs = 0;
  const every: { readonly periodMs: number; readonly fire: () => void }[] = [];
  const clock: Clock = { nowMs: () => nowMs, monoMs: () => nowMs };
  const timers: Timers = {
    after: () => () => {},
    every: (periodMs, fire) => {
      every.push({ periodMs, fire });
      return () => {};
    },
  };
  const watched = new Set<string>();
  const source: Pick<LiveSource, 'load' | 'watch'> = {
    load,
    watch: async (id) => {
      watched.add(id);
      return async () => void watched.delete(id);
    },
  };
  const refuse = async (): Promise<never> => {
    throw new Error('not asked here');
  };
  const registry: Registry = {
    listSites: async () => Array.from({ length: count }, (_, index) => site(`s-${index}`)),
    getSite: refuse,
    putSite: refuse,
    putStation: refuse,
    putToken: refuse,
    putOverride: refuse,
    listSessions: refuse,
    listTransactions: refuse,
    putChargingRequest: refuse,
    putBoost: refuse,
    energySummary: async () => ({ askedWh: 0, deliveredWh: 0, missedWh: 0, endedSessions: 0 }),
    ...known,
  };
  const logged: string[] = [];
  const note = (event: string): void => void logged.push(event);
  const events = createEvents({ info: note, warn: note, error: note });
  const board = createLiveBoard({
    clock,
    timers,
    ioTimers: timers,
    source,
    registry,
    events,
    grid: { load: async () => new Map() },
    tariffOf: () => undefined,
    sampleIntervalMs: 10_000,
  });
  return {
    board,
    watched,
    logged,
    pass: (ms: number) => {
      nowMs += ms;
    },
    ring: async (periodMs: number) => {
      for (const timer of every) if (timer.periodMs === periodMs) timer.fire();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('the first sites of the list are followed before anybody looks, the others not', async () => {
  const { board, watched } = rig(ALWAYS_FOLLOWED + 5);
  await board.start();
  expect(watched.size).toBe(ALWAYS_FOLLOWED);
  expect(board.sites().size).toBe(ALWAYS_FOLLOWED + 5);
  await board.stop();
  expect(watched.size).toBe(0);
});

test('the first site over the bound of the list is left out', async () => {
  const { board } = rig(MAX_SITES + 1);
  await board.start();
  expect(board.sites().size).toBe(MAX_SITES);
});

test('a site that is looked at is followed, and let go ten minutes after the last look', async () => {
  const { board, watched, pass, ring } = rig(ALWAYS_FOLLOWED + 5);
  await board.start();
  const seldom = siteId(`s-${ALWAYS_FOLLOWED + 1}`);
  expect((await board.live(seldom)).kind).toBe('live');
  pass(FOLLOW_AFTER_LOOK_MS);
  await ring(HISTORY_TICK_MS);
  expect(watched.has(seldom)).toBe(true);
  expect((await board.history(seldom, 60)).atMs).toHaveLength(1);
  pass(FOLLOW_AFTER_LOOK_MS + 1);
  await ring(HISTORY_TICK_MS);
  expect(watched.has(seldom)).toBe(false);
  expect(watched.size).toBe(ALWAYS_FOLLOWED);
});

test('over the bound, the site looked at longest ago gives way, and never one whose stream somebody reads', async () => {
  const { board, watched, pass } = rig(MAX_FOLLOWED + 10);
  await board.start();
  board.subscribe(siteId('s-0'), () => {});
  for (let index = 1; index <= MAX_FOLLOWED; index += 1) {
    pass(1);
    await board.live(siteId(`s-${index}`));
  }
  expect(watched.size).toBe(MAX_FOLLOWED);
  expect([watched.has('s-0'), watched.has('s-1'), watched.has('s-2')]).toEqual([true, false, true]);
});

test('a registry that does not answer is told ever more seldom, and leaves the sites that are known', async () => {
  let away = false;
  const { board, logged, ring } = rig(1, {
    listSites: async () => {
      if (away) throw new Error('gone');
      return [site('s-0')];
    },
  });
  await board.start();
  expect(board.trouble()).toBeUndefined();
  away = true;
  for (let poll = 1; poll <= 7; poll += 1) await ring(2_000);
  expect(board.trouble()).toMatch(/does not answer: gone/);
  expect(board.sites().size).toBe(1);
  // At the 1st, 2nd and 4th poll.
  expect(logged).toEqual(Array(3).fill('console.upstream-lost'));
  away = false;
  for (let poll = 1; poll <= 3; poll += 1) await ring(2_000);
  expect(board.trouble()).toBeUndefined();
  expect(logged.slice(3)).toEqual(['console.upstream-back']);
  away = true;
  await ring(2_000);
  expect(logged.at(-1)).toBe('console.upstream-lost');
});

test('a live state that is away is told once a poll, whatever the number of sites, and ever more seldom', async () => {
  let away = true;
  const { board, logged, ring } = rig(3, {}, async (id) => {
    if (away) throw new Error('gone');
    return { snapshot: { version: { epoch: 1n, offset: 1n }, value: snapshot(id) }, draw: undefined };
  });
  await board.start();
  for (let poll = 1; poll <= 15; poll += 1) await ring(1_000);
  // At the 1st, 2nd, 4th and 8th poll.
  expect(logged).toEqual(Array(4).fill('console.upstream-lost'));
  away = false;
  for (let poll = 1; poll <= 3; poll += 1) await ring(1_000);
  expect(logged.slice(4)).toEqual(['console.upstream-back']);
});
