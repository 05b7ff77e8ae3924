import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { manualTime, settle } from '@headroom/testing';
import { PASSWORD, type Rig, START_MS, startRig } from './testing/rig.ts';
import { createVirtualStation, type VirtualStation } from './testing/virtual-station.ts';

const COUNT = 40;
const WINDOW_MS = 3_000;
let rigs: readonly [Rig, Rig];
let stations: readonly VirtualStation[];

/** Chance that repeats itself. */
function seeded(): { next(): number } {
  let state = 42;
  return {
    next() {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 0x1_0000_0000;
    },
  };
}

beforeEach(async () => {
  const time = manualTime(START_MS);
  const first = await startRig({ drainWindowMs: WINDOW_MS }, { time, rng: seeded() });
  first.store.mode = 'works';
  const { log, store, live } = first;
  rigs = [first, await startRig({}, { time, log, store, live, gatewayAddress: 'gateway-2' })];
  const ids = Array.from({ length: COUNT }, (_, n) => `V-${n}`);
  for (const rig of rigs) for (const id of ids) rig.registry.stations.set(id, { siteId: 'site-1', password: PASSWORD });
  stations = ids.map((id) => createVirtualStation(id, rigs));
  for (const station of stations) station.start();
  await time.pass(1_000);
});
afterEach(async () => {
  for (const station of stations) station.stop();
  for (const rig of rigs) await rig.stop();
});

/** Meter values by which the messages of each station are told apart, as the log has them. */
function startsInLog(): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>();
  for (const { fact, meterStartWh } of rigs[0].log.of('transactionStarted')) {
    found.set(fact.stationId, [...(found.get(fact.stationId) ?? []), Number(meterStartWh)]);
  }
  return found;
}

async function drainFirst(graceMs: number): Promise<void> {
  const [first] = rigs;
  const end = { reached: false };
  void first.gateway.stop(graceMs).then(() => {
    end.reached = true;
  });
  while (!end.reached) await first.time.pass(20);
}

test('G6: a drained gateway: no station is unanswered for five seconds, nothing is lost or doubled, none is closed but once', async () => {
  const [{ log, time }] = rigs;
  expect(stations.every((station) => station.arrivals.at(-1)?.gateway === 0)).toBe(true);
  const beganMs = time.monoMs();
  await drainFirst(10_000);
  await time.pass(3_000);
  const starts = startsInLog();
  for (const station of stations) {
    expect(station.arrivals.at(-1)?.gateway).toBe(1);
    expect(station.closes).toEqual([1012]);
    expect(station.longestWaitMs).toBeLessThan(5_000);
    // It went on all the while.
    expect(station.answered.length).toBeGreaterThan(8);
    const values = starts.get(station.stationId) ?? [];
    // First occurrences, in order; the last may be on its way still.
    expect([...new Set(values)].slice(0, station.answered.length)).toEqual(station.answered);
    expect(values).toHaveLength(new Set(values).size);
  }
  const back = stations.map((station) => (station.arrivals.at(-1)?.atMs ?? 0) - beganMs);
  // Spread over the window: in no half second does more than a third of them come.
  for (let from = 0; from < 5_000; from += 100) {
    expect(back.filter((atMs) => atMs >= from && atMs < from + 500).length).toBeLessThanOrEqual(COUNT / 3);
  }
  expect(Math.max(...back)).toBeGreaterThan(WINDOW_MS / 2);
  const connected = log.of('connected').map(({ fact }) => fact.connectionGeneration);
  expect(log.of('disconnected')).toHaveLength(COUNT);
  expect(connected).toHaveLength(2 * COUNT);
}, 30_000);

test('G6: the grace bounds the window: a stop of four seconds is over within four', async () => {
  const [{ time }] = rigs;
  const beganMs = time.monoMs();
  await drainFirst(4_000);
  expect(time.monoMs() - beganMs).toBeLessThanOrEqual(4_000);
  expect(stations.every((station) => station.closes.length === 1)).toBe(true);
});

test('G6: until its turn a station is served; nobody is let in', async () => {
  const [first] = rigs;
  const answeredBefore = stations.map((station) => station.answered.length);
  void first.gateway.stop(8_000);
  await first.time.pass(1_000);
  const waiting = stations.filter((station) => station.closes.length === 0);
  expect(waiting.length).toBeGreaterThan(COUNT / 3);
  for (const station of waiting) {
    expect(station.answered.length).toBeGreaterThan(answeredBefore[stations.indexOf(station)] ?? 0);
  }
  const knock = { url: '/ocpp/V-0', authorization: `Basic ${btoa(`V-0:${PASSWORD}`)}`, protocols: ['ocpp1.6'] };
  const socket = {
    send() {},
    close() {},
    terminate() {},
    ping() {},
    pause() {},
    resume() {},
    bufferedBytes: () => 0,
    isOpen: () => true,
  };
  expect(await first.gateway.connect(knock, socket)).toMatchObject({ kind: 'refused', status: 503, retry: true });
  await first.time.pass(4_000);
});

test('G6: a message whose store is slow when its turn comes is sent again elsewhere: one event, answered once', async () => {
  const [{ log, time }] = rigs;
  const append = log.append.bind(log);
  const held: (() => void)[] = [];
  log.append = (records) => new Promise((resolve) => held.push(() => resolve(append(records))));
  const stopping = drainFirst(4_000);
  await time.pass(1_500);
  log.append = append;
  for (const write of held) write();
  await stopping;
  await time.pass(3_000);
  await settle();
  const starts = startsInLog();
  for (const station of stations) {
    expect(station.longestWaitMs).toBeLessThan(5_000);
    const values = [...new Set(starts.get(station.stationId))];
    expect(values.slice(0, station.answered.length)).toEqual(station.answered);
  }
}, 30_000);
