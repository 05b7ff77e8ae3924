import { expect, test } from '@jest/globals';
import { siteId, stationId, transactionId } from '@headroom/kernel';
import type { StationEvent, Transaction } from './session.ts';
import { EMPTY_WORLD, happen, type SessionWorld } from './session-world.ts';

const PLACE = { stationId: stationId('ST-1'), siteId: siteId('depot') };

const plugged = (atMs: number, connector = 1): StationEvent => ({ kind: 'plugged', evse: 1, connector, atMs });
const unplugged = (atMs: number, connector = 1): StationEvent => ({ kind: 'unplugged', evse: 1, connector, atMs });
const started = (id: string, atMs: number, meterStartWh: number | undefined = 1_000): StationEvent => ({
  kind: 'transaction-started',
  evse: 1,
  transactionId: transactionId(id),
  authorized: true,
  meterStartWh,
  atMs,
});
const ended = (id: string, atMs: number, meterStopWh: number | undefined, reason = 'Local'): StationEvent => ({
  kind: 'transaction-ended',
  evse: 0,
  transactionId: transactionId(id),
  meterStopWh,
  reason,
  atMs,
});
const read = (id: string, atMs: number, energyWh: number): StationEvent => ({
  kind: 'register-read',
  transactionId: transactionId(id),
  reading: { energyWh, atMs },
});

const after = (events: readonly StationEvent[], from: SessionWorld = EMPTY_WORLD): SessionWorld =>
  events.reduce((world, event, index) => happen(world, PLACE, event, `${index}`), from);
const told = (world: SessionWorld): readonly string[] => world.facts.map((fact) => fact.conclusion.kind);
const one = (world: SessionWorld, id: string): Transaction | undefined =>
  [...world.transactions.values()].find((each) => each.transactionId === id);
const sessions = (world: SessionWorld) => [...world.sessions.values()];

test('a session lasts from plug-in to plug-out and holds its transaction', () => {
  const world = after([plugged(1), started('A', 2), ended('A', 9, 6_000), unplugged(10)]);
  expect(told(world)).toEqual(['session-started', 'transaction-opened', 'transaction-closed', 'session-ended']);
  expect(sessions(world)).toMatchObject([{ startedAtMs: 1, endedAtMs: 10, knownEnergyWh: 5_000, unknownEnergies: 0 }]);
  expect(world.facts.at(-1)?.conclusion).toEqual({ kind: 'session-ended', energyWh: 5_000 });
});

test('a transaction without a status before it opens the session itself', () => {
  expect(told(after([started('A', 2)]))).toEqual(['session-started', 'transaction-opened']);
});

test('a session holds several transactions, or none', () => {
  const two = after([
    plugged(1),
    started('A', 2),
    ended('A', 3, 1_500),
    started('B', 4),
    ended('B', 5, 1_200),
    unplugged(6),
  ]);
  expect(sessions(two)).toMatchObject([{ knownEnergyWh: 700, endedAtMs: 6 }]);
  const none = after([plugged(1), unplugged(2)]);
  expect(none.facts.at(-1)?.conclusion).toEqual({ kind: 'session-ended', energyWh: 0 });
});

test('the stop of a car that is already gone ends the session when it arrives', () => {
  const waiting = after([plugged(1), started('A', 2), unplugged(8)]);
  expect(told(waiting)).not.toContain('session-ended');
  const world = after([plugged(1), started('A', 2), unplugged(8), ended('A', 7, 3_000)]);
  expect(sessions(world)).toMatchObject([{ endedAtMs: 8, knownEnergyWh: 2_000 }]);
});

test('a new car ends what the last one left open', () => {
  const world = after([plugged(1), started('A', 2), read('A', 5, 1_800), unplugged(8), plugged(20)]);
  expect(one(world, 'A')).toMatchObject({ state: 'closed', stopped: false, energyWh: 800, flags: ['superseded'] });
  expect(sessions(world)).toMatchObject([{ endedAtMs: 8, knownEnergyWh: 800 }, { startedAtMs: 20 }]);
});

test('H92 a car that was metered while its station said Available has not gone: nothing ends, and its stop counts', () => {
  const paused = [plugged(1), started('A', 2), unplugged(8), read('A', 9, 1_000), read('A', 12, 1_000)];
  const back = after([...paused, plugged(20)]);
  expect(told(back)).toEqual(['session-started', 'transaction-opened']);
  expect(sessions(back)).toMatchObject([{ unpluggedAtMs: undefined, endedAtMs: undefined }]);
  const whole = after([...paused, plugged(20), read('A', 25, 1_900), ended('A', 30, 2_000), unplugged(31)]);
  expect(sessions(whole)).toMatchObject([{ endedAtMs: 31, knownEnergyWh: 1_000 }]);
  const read8 = after([plugged(1), started('A', 2), unplugged(8), read('A', 8, 1_000), plugged(20)]);
  expect(one(read8, 'A')).toMatchObject({ state: 'closed', flags: ['superseded'] });
});

test('the other connector of the EVSE being free ends nothing', () => {
  const world = after([plugged(1, 2), unplugged(3, 1)]);
  expect(sessions(world)).toMatchObject([{ endedAtMs: undefined }]);
});

test('a status that is older than the newest one says nothing', () => {
  expect(told(after([plugged(1), unplugged(9), plugged(5)]))).toEqual(['session-started', 'session-ended']);
  expect(told(after([plugged(5), unplugged(3)]))).toEqual(['session-started']);
});

test('H2 H3 the same start again is one transaction', () => {
  const world = after([started('A', 2), started('A', 2), ended('A', 9, 2_000), started('A', 2)]);
  expect(world.transactions.size).toBe(1);
  expect(told(world)).toEqual(['session-started', 'transaction-opened', 'transaction-closed']);
});

test('H4 the first of several stops counts, the others are counted and flagged, a repeat is not', () => {
  const world = after([started('A', 2), ended('A', 9, 2_000), ended('A', 9, 2_000), ended('A', 10, 9_000)]);
  expect(one(world, 'A')).toMatchObject({ energyWh: 1_000, amendments: 1, flags: ['several-stops'] });
  expect(told(world).filter((kind) => kind === 'transaction-closed')).toHaveLength(1);
});

test('H5 a second start with no stop between supersedes the first with its last reading', () => {
  const world = after([plugged(1), started('A', 2), read('A', 3, 1_400), started('B', 5, 1_400)]);
  expect(one(world, 'A')).toMatchObject({ state: 'closed', energyWh: 400, stopReason: 'superseded', endedAtMs: 5 });
  expect(one(world, 'B')).toMatchObject({ state: 'open' });
  expect(sessions(world)).toHaveLength(1);
});

test('H5 the stop of a superseded transaction still puts its bill right, and is not told again', () => {
  const world = after([started('A', 2), started('B', 5), ended('A', 4, 1_900), ended('B', 9, 1_100), unplugged(10)]);
  expect(one(world, 'A')).toMatchObject({ energyWh: 900, stopped: true, flags: ['superseded', 'late-stop'] });
  expect(sessions(world)).toMatchObject([{ knownEnergyWh: 1_000, unknownEnergies: 0 }]);
  expect(told(world).filter((kind) => kind === 'transaction-closed')).toHaveLength(2);
});

test('H6 the stop of an unknown transaction is kept and nothing is told', () => {
  const world = after([ended('nobody', 9, 2_000)]);
  expect(one(world, 'nobody')).toMatchObject({ state: 'orphan', meterStopWh: 2_000 });
  expect(world.facts).toEqual([]);
});

test('H7 a stop before its start is joined when the start arrives', () => {
  const world = after([unplugged(10), ended('A', 9, 3_000), started('A', 2)]);
  expect(world.transactions.size).toBe(1);
  expect(one(world, 'A')).toMatchObject({ state: 'closed', energyWh: 2_000, flags: ['stop-before-start'] });
  expect(sessions(world)).toMatchObject([{ startedAtMs: 2, endedAtMs: 10, knownEnergyWh: 2_000 }]);
});

test('H7 a start that was overtaken by a newer one is recorded without disturbing what is there now', () => {
  const world = after([started('B', 50), started('A', 10), ended('A', 20, 1_300)]);
  expect(one(world, 'B')).toMatchObject({ state: 'open' });
  expect(one(world, 'A')).toMatchObject({ state: 'closed', energyWh: 300 });
  expect(told(world)).toEqual(['session-started', 'transaction-opened']);
});

test('H10 a register that went back is flagged, its energy comes from the series or is 0', () => {
  const fromSeries = after([started('A', 2, 5_000), read('A', 3, 5_600), ended('A', 9, 10)]);
  expect(one(fromSeries, 'A')).toMatchObject({ energyWh: 600, flags: ['meter-went-back'] });
  const none = after([started('A', 2, 5_000), ended('A', 9, 10)]);
  expect(one(none, 'A')).toMatchObject({ energyWh: 0, flags: ['meter-went-back'] });
});

test('H11 a stop register of -1 means unknown: the last reading counts, else the energy is unknown', () => {
  const read1 = after([started('A', 2), read('A', 3, 1_250), ended('A', 9, -1)]);
  expect(one(read1, 'A')).toMatchObject({ energyWh: 250 });
  const unknown = after([started('A', 2), ended('A', 9, -1), unplugged(10)]);
  expect(one(unknown, 'A')).toMatchObject({ energyWh: undefined });
  expect(unknown.facts.at(-1)?.conclusion).toEqual({ kind: 'session-ended', energyWh: undefined });
});

test('H13 H14 a reading that jumps back or comes after the stop changes nothing', () => {
  const world = after([
    started('A', 2),
    read('A', 3, 1_500),
    read('A', 4, 0),
    ended('A', 9, undefined),
    read('A', 10, 9_000),
  ]);
  expect(one(world, 'A')).toMatchObject({ energyWh: 500 });
});

test('H18 a station that uses an id again after its stop begins a new transaction', () => {
  const world = after([started('A', 2), ended('A', 5, 1_100), started('A', 20, 1_100), ended('A', 30, 1_400)]);
  expect([...world.transactions.values()].map((each) => each.state === 'closed' && each.energyWh)).toEqual([100, 300]);
});

test('H25 a reboot in the middle: the new start closes the old transaction and its session', () => {
  const world = after([plugged(1), started('A', 2), unplugged(30), started('B', 40)]);
  expect(one(world, 'A')).toMatchObject({ state: 'closed', flags: ['superseded'] });
  expect(sessions(world)).toMatchObject([{ endedAtMs: 30 }, { startedAtMs: 40, endedAtMs: undefined }]);
});

test('what the driver asked for before plugging in becomes the request of the session, once', () => {
  const request = { energyWh: 12_000, departureAtMs: undefined };
  const asked = { ...EMPTY_WORLD, pending: new Map([[1, request]]) };
  const world = after([plugged(1), unplugged(2), plugged(3)], asked);
  expect(sessions(world).map((session) => session.request)).toEqual([request, undefined]);
  expect(told(world).slice(0, 2)).toEqual(['session-started', 'charging-requested']);
});
