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
}, 120_000);

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
