import { expect, test } from '@jest/globals';
import { deciAmps, epochMs, sessionId, stationId, transactionId, wattHours } from '@headroom/kernel';
import { evolve } from './evolve.ts';
import type { Fact } from './facts.ts';
import {
  after,
  building,
  car,
  chargingState,
  committed,
  connected,
  disconnected,
  gone,
  idOf,
  measured,
  ready,
  stationName,
  status,
  T0,
} from './given.fixture.ts';
import { EMPTY_EVSE_STATE, EMPTY_SITE_STATE, MAX_TRACKED, sessionEnergy, type SiteState } from './site-state.ts';

const evse = (state: SiteState) => {
  const found = state.evses.get(idOf(1));
  if (found === undefined) throw new Error('the EVSE is not tracked');
  return found;
};
const ref = { stationId: stationId(stationName(1)), evse: 1 };
const withRegister = (wh: number, atMs: number): Fact => ({
  kind: 'evse-measured',
  ...ref,
  sample: {
    current: {},
    register: wattHours(wh),
    isGood: true,
    sampledAtMs: epochMs(atMs),
    receivedAtMs: epochMs(atMs),
  },
});

test('a fact that comes twice changes nothing the second time', () => {
  const facts: readonly Fact[] = [
    connected(1),
    committed(1, 60),
    ...car(1),
    chargingState(1, 'charging'),
    status(1, 'charging'),
    measured(1, 55, T0),
    building(300),
  ];
  const once = after(facts);
  for (const fact of facts) expect(evolve(once, fact)).toEqual(once);
});

test('the repeat of an opened transaction does not reopen it once it was closed', () => {
  const state = after([...ready(1), ...car(1), ...gone(1)]);
  expect(after(car(1), state)).toBe(state);
  expect(evse(state).transaction).toBeUndefined();
});

test('the end of an old connection does not end the new one, and an ended one does not come back', () => {
  const reconnected = after([connected(1, 1n), connected(1, 2n), disconnected(1, 1n)]);
  expect(reconnected.stations.get(ref.stationId)).toMatchObject({ connected: true, generation: 2n });
  const ended = after([connected(1, 2n), disconnected(1, 2n), connected(1, 2n)]);
  expect(ended.stations.get(ref.stationId)?.connected).toBe(false);
});

test('a sample or a reading that was overtaken changes nothing', () => {
  const state = after([...ready(1), ...car(1), measured(1, 55, T0), building(300, T0)]);
  expect(after([measured(1, 99, T0 - 1), building(900, T0 - 1)], state)).toBe(state);
});

test('the energy of a session is that of its registers, over all its transactions', () => {
  const opened = (id: string, meterStart: number): Fact => ({
    kind: 'transaction-opened',
    ...ref,
    sessionId: sessionId('s'),
    transactionId: transactionId(id),
    authorized: true,
    meterStart: wattHours(meterStart),
    atMs: T0,
  });
  const first = after([opened('a', 1_000), withRegister(4_000, T0)]);
  expect(sessionEnergy(evse(first))).toBe(3_000);
  const closed: Fact = {
    kind: 'transaction-closed',
    ...ref,
    sessionId: sessionId('s'),
    transactionId: transactionId('a'),
    energy: wattHours(3_100),
    atMs: T0,
  };
  const second = after([closed, opened('b', 4_100), withRegister(4_600, T0 + 1)], first);
  expect(sessionEnergy(evse(second))).toBe(3_600);
});

test('a transaction without a start register counts from its first sample, a register that falls counts nothing', () => {
  const state = after([...car(1), withRegister(7_000, T0), withRegister(7_500, T0 + 1)]);
  expect(sessionEnergy(evse(state))).toBe(500);
  expect(sessionEnergy(evse(after([withRegister(10, T0 + 2)], state)))).toBe(0);
});

test('what was learned about a car is forgotten at plug-out', () => {
  const commandedAt = committed(1, 320, { commanded: 320, atMs: T0 });
  const samples = Array.from({ length: 32 }, (_, s) => measured(1, 90, T0 + 60_000 + s * 1_000));
  const learned = after([...ready(1), ...car(1), commandedAt, ...samples]);
  expect(evse(learned).draw.bound?.limit).toBe(110);
  expect(evse(after(gone(1), learned)).draw).toEqual({});
});

test('UD2 a limit that has just risen is no evidence against the car', () => {
  const raised = [committed(1, 60, { commanded: 60 }), committed(1, 320, { commanded: 320, atMs: T0 + 10_000 })];
  const samples = Array.from({ length: 50 }, (_, s) => measured(1, 90, T0 + 15_000 + s * 1_000));
  const state = after([...ready(1), ...car(1), ...raised, ...samples]);
  expect(evse(state).draw).toEqual({ underSinceMs: T0 + 15_000 });
});

test('UD2 a raise that the car had no use for resets nothing: one that tapers is learned, however often it is raised', () => {
  const raises = [200, 210, 220, 230, 240].map((limit, i) =>
    committed(1, limit, { commanded: limit, atMs: T0 + i * 20_000 }),
  );
  const facts = raises.flatMap((raise, i) => [raise, measured(1, 90, T0 + i * 20_000 + 10_000)]);
  const state = after([...ready(1), ...car(1), ...facts]);
  expect(evse(state).draw.underSinceMs).toBe(T0 + 10_000);
  expect(evse(state).draw.bound?.limit).toBe(110);
});

test('UD2, SI28: once a lease is over its car shows nothing of what it would take: neither a bound, nor that it wants nothing', () => {
  const untilMs = T0 + 120_000;
  const leased = committed(1, 320, { commanded: 320, leaseUntilMs: untilMs, atMs: T0 });
  const drawn = (deciA: number, fromMs: number) =>
    after([
      ...[...ready(1), ...car(1), leased],
      ...Array.from({ length: 40 }, (_, s) => measured(1, deciA, fromMs + s * 1_000)),
    ]);
  // By a clock that is ahead it ends 5 s sooner.
  for (const deciA of [60, 0]) expect(evse(drawn(deciA, untilMs - 5_000)).draw).toEqual({});
  const before = drawn(60, untilMs - 5_000 - 40_000);
  expect(evse(before).draw.bound?.limit).toBe(80);
  expect(evse(drawn(0, untilMs - 5_000 - 40_000)).draw.nothingSinceMs).toBe(untilMs - 45_000);
  // What was learned stands, and what is told anew is looked at again.
  const retold = committed(1, 320, { commanded: 320, leaseUntilMs: untilMs + 180_000, atMs: untilMs + 60_000 });
  const samples = Array.from({ length: 40 }, (_, s) => measured(1, 40, untilMs + s * 1_000));
  const stands = after(samples, before);
  expect(evse(stands).draw.bound?.limit).toBe(80);
  const again = Array.from({ length: 40 }, (_, s) => measured(1, 40, untilMs + 60_000 + s * 1_000));
  expect(evse(after([retold, ...again], stands)).draw.bound?.limit).toBe(60);
});

test('UD5, SI28: once a lease is over its car has its permanent limit, which is more than the lease: that is no disobedience', () => {
  const untilMs = T0 + 58_000;
  // To be watched to its end: 6 A, and 8 A for good.
  const watched = committed(1, 80, { commanded: 60, leaseUntilMs: untilMs, atMs: T0 });
  const draw = (deciA: number, atMs: number) =>
    evse(after([...ready(1), ...car(1), watched, measured(1, deciA, atMs)])).draw;
  expect(draw(80, untilMs - 5_001).overSinceMs).toBe(untilMs - 5_001);
  // By a clock that is ahead it ends 5 s sooner.
  expect(draw(80, untilMs - 5_000)).toEqual({});
  expect(draw(90, untilMs + 60_000)).toEqual({});
  expect(draw(91, untilMs + 60_000).overSinceMs).toBe(untilMs + 60_000);
});

test('what became of a limit is told in its latest word', () => {
  const intended: Fact = { kind: 'limit-intended', ...ref, commandId: 'c-1' };
  const sent = after([intended]);
  expect(evse(sent).dispatch.last).toEqual({ commandId: 'c-1', outcome: 'sent' });
  const resolved = (outcome: 'accepted' | 'never-written', commandId = 'c-1'): Fact => ({
    kind: 'limit-resolved',
    ...ref,
    commandId,
    outcome,
  });
  expect(evse(after([resolved('accepted')], sent)).dispatch.last?.outcome).toBe('accepted');
  expect(evse(after([resolved('never-written')], sent)).dispatch.last).toBeUndefined();
  // The answer to an earlier limit says nothing about the one under way.
  expect(after([resolved('accepted', 'c-0')], sent)).toBe(sent);
});

test('what is held against an EVSE stands until it obeys again, whatever it comes to count with', () => {
  const stopped = after([...ready(1), { kind: 'evse-disobeys', ...ref, step: 'stop' }]);
  const counted = after([committed(1, 320, { member: 'hardware-maximum', atMs: T0 + 1 })], stopped);
  expect(evse(counted).dispatch.disobeys).toBe('stop');
  const over = after([{ kind: 'evse-disobeys', ...ref, step: undefined }], counted);
  expect(evse(over).dispatch).not.toHaveProperty('disobeys');
});

test('a committed value that was overtaken is dropped', () => {
  const state = after([committed(1, 100, { atMs: T0 + 5 })]);
  expect(after([committed(1, 200, { atMs: T0 + 4 })], state)).toBe(state);
  expect(evse(state).dispatch.committed).toBe(deciAmps(100));
});

test('EVSE 0, the station as a whole, is nobody', () => {
  const fact: Fact = { kind: 'status-reported', stationId: ref.stationId, evse: 0, status: 'faulted', atMs: T0 };
  expect(evolve(EMPTY_SITE_STATE, fact)).toBe(EMPTY_SITE_STATE);
});

test('one EVSE more than is tracked is dropped, the tracked ones go on', () => {
  const tracked = Array.from({ length: MAX_TRACKED }, (_, i) => [idOf(i + 1), EMPTY_EVSE_STATE] as const);
  const full: SiteState = { ...EMPTY_SITE_STATE, evses: new Map(tracked) };
  expect(evolve(full, status(MAX_TRACKED + 1, 'charging'))).toEqual(full);
  expect(evolve(full, status(1, 'charging')).evses.get(idOf(1))?.status?.value).toBe('charging');
});
