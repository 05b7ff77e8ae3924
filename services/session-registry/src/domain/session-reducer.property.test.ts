import { expect, test } from '@jest/globals';
import { siteId, stationId, transactionId } from '@headroom/kernel';
import fc from 'fast-check';
import { anyEvent } from './testing/any-event.ts';
import type { StationEvent } from './session.ts';
import { EMPTY_WORLD, happen, type SessionWorld } from './session-world.ts';

const PLACE = { stationId: stationId('ST-1'), siteId: siteId('depot') };
const RUNS = 400;

const play = (events: readonly StationEvent[]): SessionWorld =>
  events.reduce((world, event, index) => happen(world, PLACE, event, `${index}`), EMPTY_WORLD);

function checkWorld(world: SessionWorld): void {
  const transactions = [...world.transactions.values()];
  for (const number of [0, 1, 2]) {
    const open = transactions.filter((one) => one.state === 'open' && one.evse === number);
    const sessions = [...world.sessions.values()].filter((one) => one.evse === number && one.endedAtMs === undefined);
    expect(open.length).toBeLessThanOrEqual(1);
    expect(sessions.length).toBeLessThanOrEqual(1);
    for (const one of open) expect(one.state === 'open' && one.sessionId).toBe(sessions[0]?.sessionId);
  }
  for (const session of world.sessions.values()) {
    const own = transactions.filter((one) => one.state === 'closed' && one.sessionId === session.sessionId);
    const energies = own.map((one) => (one.state === 'closed' ? one.energyWh : undefined));
    expect(session.knownEnergyWh).toBe(energies.reduce<number>((sum, energy) => sum + (energy ?? 0), 0));
    expect(session.unknownEnergies).toBe(energies.filter((energy) => energy === undefined).length);
    if (session.endedAtMs !== undefined) expect(session.endedAtMs).toBeGreaterThanOrEqual(session.startedAtMs);
  }
  for (const one of transactions) {
    if (one.state === 'closed') expect(one.energyWh ?? 0).toBeGreaterThanOrEqual(0);
    if (one.state !== 'orphan') expect(world.sessions.has(one.sessionId)).toBe(true);
  }
}

/** What was told makes sense by itself: one session at a time, transactions inside it, nothing twice. */
function checkFacts(world: SessionWorld): void {
  const open = new Map<number, { session: string; transaction: string | undefined }>();
  for (const fact of world.facts) {
    const here = open.get(fact.evse);
    const { conclusion } = fact;
    if (conclusion.kind === 'session-started') {
      expect(here).toBeUndefined();
      open.set(fact.evse, { session: fact.sessionId, transaction: undefined });
      continue;
    }
    expect(here?.session).toBe(fact.sessionId);
    if (conclusion.kind === 'transaction-opened') {
      expect(here?.transaction).toBeUndefined();
      open.set(fact.evse, { session: fact.sessionId, transaction: conclusion.transactionId });
    }
    if (conclusion.kind === 'transaction-closed') {
      expect(here?.transaction).toBe(conclusion.transactionId);
      open.set(fact.evse, { session: fact.sessionId, transaction: undefined });
    }
    if (conclusion.kind === 'session-ended') {
      expect(here?.transaction).toBeUndefined();
      open.delete(fact.evse);
    }
  }
}

test('V2 in any order, with any repeats: one open transaction an EVSE, no negative energy, sums that add up', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
      let world = EMPTY_WORLD;
      for (const [index, event] of events.entries()) {
        world = happen(world, PLACE, event, `${index}`);
        checkWorld(world);
      }
      checkFacts(world);
    }),
    { numRuns: RUNS },
  );
});

const uncounted = (world: SessionWorld): readonly unknown[] =>
  [...world.transactions.values()].map((one) => ({ ...one, amendments: 0 }));

test('V2 the same event at once again changes nothing and tells nothing', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 25 }), anyEvent, (events, event) => {
      const once = happen(play(events), PLACE, event, 'x');
      const twice = happen(once, PLACE, event, 'y');
      expect(twice.facts).toEqual(once.facts);
      expect(twice.sessions).toEqual(once.sessions);
      // Only the count of differing stops grows: telling their repeats apart is the inbox's work.
      expect(uncounted(twice)).toEqual(uncounted(once));
    }),
    { numRuns: RUNS },
  );
});

const start = (name: string, atMs: number, meterStartWh: number): StationEvent => ({
  kind: 'transaction-started',
  evse: 1,
  transactionId: transactionId(name),
  authorized: true,
  meterStartWh,
  atMs,
});
const stop = (name: string, atMs: number, meterStopWh: number): StationEvent => ({
  kind: 'transaction-ended',
  evse: 0,
  transactionId: transactionId(name),
  meterStopWh,
  reason: 'Local',
  atMs,
});
const cable = (kind: 'plugged' | 'unplugged', atMs: number): StationEvent => ({ kind, evse: 1, connector: 1, atMs });

const HISTORY: readonly StationEvent[] = [
  cable('plugged', 1),
  start('A', 2, 100),
  stop('A', 8, 400),
  cable('unplugged', 9),
  cable('plugged', 20),
  start('B', 21, 400),
  stop('B', 30, 950),
  cable('unplugged', 31),
];

test('V2 any permutation and duplication of the events of two cars gives the same bill', () => {
  const shuffled = fc.shuffledSubarray([...HISTORY, ...HISTORY], {
    minLength: HISTORY.length * 2,
    maxLength: HISTORY.length * 2,
  });
  fc.assert(
    fc.property(shuffled, (events) => {
      const bills = new Map<string, number | undefined>();
      for (const one of play(events).transactions.values()) {
        expect(one.state).toBe('closed');
        expect(bills.has(one.transactionId)).toBe(false);
        if (one.state === 'closed') bills.set(one.transactionId, one.energyWh);
      }
      expect(Object.fromEntries(bills)).toEqual({ A: 300, B: 550 });
    }),
    { numRuns: RUNS },
  );
});
