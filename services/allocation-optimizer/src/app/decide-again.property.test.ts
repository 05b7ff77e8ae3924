import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as given from '../domain/given.fixture.ts';
import { type Event, happening, OPENED, PANEL, reading } from '../domain/test-support/events-of-a-day.ts';
import { Owner } from './decide-again.fixture.ts';
import { HEARTBEAT_MS } from './decide-site.ts';

const SITE = given.siteOf(PANEL);
const whenDue = () => new Owner(SITE, { always: false });

/** Something happens, then it is looked at so many times, each so long after the one before: a process may stand still. */
const days = fc.array(
  fc.record({
    happens: happening,
    looks: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 1, max: 6 }) },
      { weight: 1, arbitrary: fc.constant(40) },
    ),
    everyMs: fc.constantFrom(1_000, 1_000, 1_000, 1_000, 1_000, 1_017, 250, 9_000, 30_000),
    read: reading,
  }),
  { minLength: 3, maxLength: 12 },
);

async function quietSite(): Promise<Owner> {
  const due = whenDue();
  for (const event of OPENED.slice(0, -1)) await due.take(event);
  for (let second = 0; second < 200; second += 1) await due.look();
  return due;
}

test('a look that finds nothing due decides what it had decided: to the last word what an owner decides who decides at each', async () => {
  let spared = 0;
  await fc.assert(
    fc.asyncProperty(days, async (day) => {
      const [all, due] = [new Owner(SITE, { always: true }), whenDue()];
      const alike = (): void => {
        if (due.tells() !== all.tells()) expect(JSON.parse(due.tells())).toEqual(JSON.parse(all.tells()));
      };
      const told = async (events: readonly Event[]): Promise<void> => {
        for (const event of events) {
          for (const one of [all, due]) await one.take(event);
          if (all.lane.decision !== undefined && event.kind !== 'clock') alike();
        }
      };
      await told(OPENED);
      for (const { happens, looks, everyMs, read } of day) {
        await told(happens(all.clock.nowMs));
        for (let n = 0; n < looks; n += 1) {
          if (read !== null) await told([given.building(read, all.clock.nowMs)]);
          for (const one of [all, due]) await one.look(everyMs);
          alike();
        }
      }
      spared += all.looks - due.looks;
      const writtenAt = ({ written }: Owner) => written.map(({ decision }) => decision.decidedAtMs);
      expect(writtenAt(due)).toEqual(writtenAt(all));
    }),
    { numRuns: 100 },
  );
  // Else it would show nothing.
  expect(spared).toBeGreaterThan(1_000);
}, 180_000);

test('a quiet minute costs a decision for each heartbeat, and no more; what is written is the same', async () => {
  const due = await quietSite();
  const [looks, records] = [due.looks, due.written.length];
  for (let second = 0; second < 60; second += 1) await due.look();
  expect([due.looks - looks, due.written.length - records]).toEqual([60_000 / HEARTBEAT_MS, 60_000 / HEARTBEAT_MS]);
});

test('readings that come in time cost no more than none, and the first that is missing is seen at once', async () => {
  const due = await quietSite();
  for (let second = 0; second < 120; second += 1) {
    await due.take(given.building(600 + (second % 3), due.clock.nowMs));
    await due.look();
  }
  const looks = due.looks;
  for (let second = 0; second < 60; second += 1) {
    await due.take(given.building(600 + (second % 3), due.clock.nowMs));
    await due.look();
  }
  expect(due.looks - looks).toBe(60_000 / HEARTBEAT_MS);
  const counted = (): unknown => due.lane.decision?.circuits[0]?.otherLoad.l1;
  for (let second = 1; second < 5; second += 1) await due.look();
  expect(counted()).toBe(640);
  await due.look(1_001);
  expect(counted()).toBe(1_400);
});

test('a decision that the log did not take is tried again within a second, and a clock that steps back is no reason to wait', async () => {
  const due = await quietSite();
  await due.take({ kind: 'log', isAway: true });
  for (const fact of given.gone(1, due.clock.nowMs)) await due.take(fact);
  const before = due.written.length;
  await due.take({ kind: 'log', isAway: false });
  await due.look();
  expect(due.written.length).toBe(before + 1);
  for (let second = 0; second < 100; second += 1) await due.look();
  const looks = due.looks;
  for (let second = 0; second < 3; second += 1) await due.look();
  await due.take({ kind: 'clock', byMs: -3_600_000 });
  await due.look();
  expect(due.looks).toBeGreaterThan(looks);
});

test('LC3, SI27: on a quiet site each step of the grid is decided on as it is by one a second', async () => {
  const [all, due] = [new Owner(SITE, { always: true }), whenDue()];
  const { T0 } = given;
  const steps = given.asked(
    [
      [30_000, T0 + 403_500, T0 + 446_200],
      [20_000, T0 + 446_200, T0 + 487_700],
    ],
    { target: 'panel-a' },
  );
  for (const one of [all, due]) for (const event of [...OPENED.slice(0, -1), steps]) await one.take(event);
  const seen = new Set<string>();
  for (let second = 1; second < 600; second += 1) {
    for (const one of [all, due]) await one.look();
    if (due.tells() !== all.tells()) expect(JSON.parse(due.tells())).toEqual(JSON.parse(all.tells()));
    const told = [...(due.lane.decision?.allocations.values() ?? [])].map(({ limit, later }) => [limit, later]);
    seen.add(JSON.stringify(told));
  }
  expect(due.looks).toBeLessThan(all.looks / 3);
  // Nothing known, the first drop announced, with the second, the first with the second announced, the second, the end.
  expect(seen.size).toBeGreaterThanOrEqual(6);
});

test.each(['proportional', 'equal', 'density'] as const)(
  'RF1, RF6, OD2: under "%s" turns, places given up and asked for again come when one sees them who decides at each look',
  async (share) => {
    // Two places for three who want one, to which each is entitled by another part.
    const input = given.panelOf(4, { fallback: 0 }, 130);
    const evses = input.evses.map((evse, i) => ({ ...evse, maxCurrent: [320, 100, 160, 240][i] ?? 320 }));
    const site = given.siteOf({ ...input, evses, share });
    const [all, due] = [new Owner(site, { always: true }), new Owner(site, { always: false })];
    const told = async (events: readonly Event[]): Promise<void> => {
      for (const event of events) for (const one of [all, due]) await one.take(event);
    };
    await told(given.all(1, 4, (n) => [given.connected(n), given.committed(n, 0, { commanded: 0 })]));
    await told(given.all(1, 4, given.car));
    const obeyed = new Map<number, number>();
    const seen = new Set<string>();
    for (let look = 0; look < 2_400; look += 1) {
      for (const one of [all, due]) await one.look(4_000);
      if (due.tells() !== all.tells()) expect(JSON.parse(due.tells())).toEqual(JSON.parse(all.tells()));
      const { nowMs } = all.clock;
      const limits = all.lane.decision === undefined ? [] : given.limits(all.lane.decision, 1, 2, 3, 4);
      seen.add(limits.join());
      for (const [i, limit] of limits.entries()) {
        if (obeyed.get(i) === limit) continue;
        obeyed.set(i, limit);
        await told([given.committed(i + 1, limit, { member: 'acknowledged', commanded: limit, atMs: nowMs })]);
        // Who takes nothing is measured when something changes, and says nothing else.
        await told([given.measured(i + 1, i === 0 ? 0 : limit, nowMs + 1)]);
      }
    }
    expect(due.looks).toBeLessThan(all.looks);
    // Some have their turn, others another one.
    expect(seen.size).toBeGreaterThan(3);
  },
  60_000,
);
