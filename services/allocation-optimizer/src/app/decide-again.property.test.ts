import { expect, test } from '@jest/globals';
import { epochMs, siteId } from '@headroom/kernel';
import fc from 'fast-check';
import type { Fact } from '../domain/facts.ts';
import * as given from '../domain/given.fixture.ts';
import type { DecisionRecord } from '../ports.ts';
import { type DecideDeps, decideNow, HEARTBEAT_MS } from './decide-site.ts';
import { apply, openLane } from './site-lane.ts';

const SITE = given.siteOf({
  ...given.panelOf(4),
  otherLoads: given.DEPOT.otherLoads,
  limitOverride: { powerLimitW: 40_000, validUntilMs: given.T0 + 50_000, setBy: 'a test', reason: 'a test' },
});

/** One site in its owner's hands; `always`: it knows of no quiet. */
function rig({ always }: { readonly always: boolean }) {
  const clock = { nowMs: given.T0, monoMs: 0 };
  const written: DecisionRecord[] = [];
  const never = () => {
    throw new Error('not in this test');
  };
  const lane = openLane(siteId(SITE.siteId), {
    ...{ shard: 0, epoch: 1n, decidingEpoch: () => 1n, fence: () => true, isOver: () => false },
    ...{ dispatcherEpoch: () => 0n, positions: () => [], track: () => undefined },
  });
  lane.model = SITE;
  let looks = 0;
  let isDown = false;
  const deps: DecideDeps = {
    clock: { nowMs: () => epochMs(clock.nowMs), monoMs: () => clock.monoMs },
    timers: { after: never, every: never },
    log: {
      append: async (record) => {
        if (isDown) throw new Error('the log is away');
        written.push(record);
      },
      ...{ openEpoch: never, appendSnapshot: never },
    },
    hasher: { sha256Hex: () => '' },
    events: {
      ...{ shardTaken: never, shardCaughtUp: never, shardsLost: never, recordParked: never, decisionWithheld: never },
      ...{ decisionNotWritten: () => undefined, snapshotNotWritten: never },
    },
    coalesceMs: 20,
    fatal: never,
  };
  const decide = (): void => {
    if (always) lane.quietUntilMs = -Infinity;
    decideNow(deps, lane, 'timer');
  };
  /** The twin of the log answers within a few turns of promises. */
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
  };
  return {
    ...{ lane, written, clock },
    looks: () => looks,
    lose: (isAway: boolean) => void (isDown = isAway),
    take: async (fact: Fact): Promise<void> => {
      // Samples and what is on its way to a station wait for the next look, as in the service.
      if (apply(lane, fact) && fact.kind !== 'evse-measured' && fact.kind !== 'limit-intended') decide();
      await settled();
    },
    look: async (): Promise<void> => {
      clock.nowMs += 1_000;
      clock.monoMs += 1_000;
      const before = lane.decision;
      decide();
      await settled();
      if (lane.decision !== before) looks += 1;
    },
  };
}
type Rig = ReturnType<typeof rig>;

const always = () => rig({ always: true });
const whenDue = () => rig({ always: false });

const limitsOf = ({ lane }: Rig) =>
  [...(lane.decision?.allocations ?? [])].map(([id, { limit, later, reason, phases }]) => [
    id,
    ...[limit, later?.fromMs, later?.limit, reason.code, reason.circuitId, reason.row, phases.join()],
  ]);
const memoryOf = ({ lane }: Rig) => ({ given: [...lane.memory.given], envelopes: [...lane.memory.envelopes] });

type Happening = (nowMs: number) => readonly Fact[];
const bay = fc.integer({ min: 1, max: 4 });
const deciA = fc.constantFrom(0, 5, 60, 62, 100, 160, 170, 320);
const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Happening>(() => []) },
  {
    weight: 6,
    arbitrary: fc.tuple(bay, deciA).map(
      ([n, value]): Happening =>
        (at) => [given.measured(n, value, at)],
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(bay, deciA).map(
      ([n, l1]): Happening =>
        (at) => [given.drawing(n, { l1, l2: 0, l3: 0 }, at)],
    ),
  },
  {
    weight: 3,
    arbitrary: fc.oneof(fc.integer({ min: 0, max: 1_500 }), fc.constantFrom(600, 601, 605, 640)).map(
      (value): Happening =>
        (at) => [given.building(value, at)],
    ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(bay, deciA, deciA).map(
      ([n, value, commanded]): Happening =>
        (at) => [given.committed(n, value, { commanded, atMs: at })],
    ),
  },
  {
    weight: 1,
    arbitrary: bay.map(
      (n): Happening =>
        (at) =>
          given.gone(n, at),
    ),
  },
  {
    weight: 1,
    arbitrary: bay.map(
      (n): Happening =>
        () => [given.disconnected(n)],
    ),
  },
  {
    weight: 1,
    arbitrary: bay.map(
      (n): Happening =>
        (at) => [given.chargingState(n, 'suspended-ev', at)],
    ),
  },
  {
    weight: 1,
    arbitrary: bay.map(
      (n): Happening =>
        (at) => [given.status(n, 'suspended-ev', at)],
    ),
  },
  {
    weight: 1,
    arbitrary: bay.map(
      (n): Happening =>
        (at) => [given.status(n, 'occupied', at)],
    ),
  },
);
/** Limits of the grid, some of them in sight already; the later they are said, the higher is their version. */
const asking: fc.Arbitrary<Happening> = fc
  .tuple(
    fc.constantFrom('', 'panel-a'),
    fc.integer({ min: 0, max: 240_000 }),
    fc.integer({ min: 500, max: 60_000 }),
    fc.array(fc.integer({ min: 10_000, max: 45_000 }), { minLength: 1, maxLength: 3 }),
  )
  .map(
    ([target, inMs, eachMs, limits]): Happening =>
      (at) => {
        const parts = limits.map((limitW, n): [number, number, number] => [
          limitW,
          at + inMs + n * eachMs,
          at + inMs + (n + 1) * eachMs,
        ]);
        return [given.asked(parts, { target, version: BigInt(at) })];
      },
  );
const days = fc.array(
  fc.tuple(
    fc.oneof({ weight: 9, arbitrary: happening }, { weight: 1, arbitrary: asking }),
    fc.integer({ min: 1, max: 25 }),
  ),
  { minLength: 5, maxLength: 25 },
);

const opened = given.all(1, 4, (n) => [...given.ready(n), ...given.car(n)]);

test('a look that finds nothing due decides what it had decided: limits, reasons and memory are those of one a second', async () => {
  await fc.assert(
    fc.asyncProperty(days, async (day) => {
      const [all, due] = [always(), whenDue()];
      const told = async (facts: readonly Fact[]): Promise<void> => {
        for (const fact of facts) for (const one of [all, due]) await one.take(fact);
      };
      await told([...opened, given.building(600)]);
      for (const [happens, seconds] of day) {
        await told(happens(all.clock.nowMs));
        for (let second = 0; second < seconds; second += 1) {
          for (const one of [all, due]) await one.look();
          expect(JSON.stringify(limitsOf(due))).toBe(JSON.stringify(limitsOf(all)));
          expect(JSON.stringify(memoryOf(due))).toBe(JSON.stringify(memoryOf(all)));
        }
      }
      const writtenAt = ({ written }: Rig) => written.map(({ decision }) => decision.decidedAtMs);
      expect(writtenAt(due)).toEqual(writtenAt(all));
    }),
    { numRuns: 12 },
  );
}, 60_000);

test('a quiet minute costs a decision for each heartbeat, and no more; what is written is the same', async () => {
  const due = whenDue();
  for (const fact of opened) await due.take(fact);
  for (let second = 0; second < 200; second += 1) await due.look();
  const [looks, records] = [due.looks(), due.written.length];
  for (let second = 0; second < 60; second += 1) await due.look();
  expect([due.looks() - looks, due.written.length - records]).toEqual([60_000 / HEARTBEAT_MS, 60_000 / HEARTBEAT_MS]);
});

test('a decision that the log did not take is tried again within a second, and a clock that steps is no reason to wait', async () => {
  const due = whenDue();
  for (const fact of opened) await due.take(fact);
  for (let second = 0; second < 200; second += 1) await due.look();
  due.lose(true);
  await due.take(given.gone(1, due.clock.nowMs)[0] as Fact);
  const before = due.written.length;
  due.lose(false);
  await due.look();
  expect(due.written.length).toBe(before + 1);
  for (let second = 0; second < 100; second += 1) await due.look();
  const looks = due.looks();
  for (let second = 0; second < 3; second += 1) await due.look();
  due.clock.nowMs -= 3_600_000;
  await due.look();
  expect(due.looks()).toBeGreaterThan(looks);
});

test('LC3, SI27: on a quiet site each step of the grid is decided on as it is by one a second', async () => {
  const [all, due] = [always(), whenDue()];
  const { T0 } = given;
  const parts: [number, number, number][] = [
    [30_000, T0 + 403_500, T0 + 446_200],
    [20_000, T0 + 446_200, T0 + 487_700],
  ];
  const seen = new Set<string>();
  for (const one of [all, due]) {
    for (const fact of [...opened, given.asked(parts, { target: 'panel-a' })]) await one.take(fact);
  }
  for (let second = 1; second < 600; second += 1) {
    for (const one of [all, due]) await one.look();
    expect([second, ...limitsOf(due)]).toEqual([second, ...limitsOf(all)]);
    seen.add(JSON.stringify(limitsOf(due)));
  }
  expect(due.looks()).toBeLessThan(all.looks() / 3);
  // Nothing known, the first drop announced, with the second, the first with the second announced, the second, the end.
  expect(seen.size).toBeGreaterThanOrEqual(6);
});
