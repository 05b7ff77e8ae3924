import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Bench } from '../testing/bench.ts';
import { Building } from '../testing/building.ts';
import { changeSet } from '../testing/change-set.ts';
import { type Fate, LateWorld, type Mutation } from '../testing/late-stations.ts';
import { leaseSecondsOf } from './lease-span.ts';

const BOUNDS = { leaseS: 600, leaseAtLeastS: 20 };
const STATIONS = 3;
const WORST_A = 30;
const RISE_A = 12;
const OPTIONS = { stations: STATIONS, ratingA: 50, fallbackA: 6, worstLoadA: WORST_A, riseA: RISE_A, ...BOUNDS };
/** The longest lease, its margin, the clock errors of these stations, the age of a reading, and the way of a command. */
const WORD_HOLDS_FOR_MS = BOUNDS.leaseS * 1_000 + 5_000 + 3_000 + 5_000 + 10_000;

type Step =
  | { readonly kind: 'decide'; readonly targetsA: readonly number[]; readonly leaseS: number }
  | { readonly kind: 'meets'; readonly number: number; readonly fate: Fate }
  | { readonly kind: 'sample' | 'disconnect' | 'reconnect'; readonly number: number }
  /** The building goes there, as fast as its operator's word allows; `isRead`: and its meter tells. */
  | { readonly kind: 'building'; readonly amps: number; readonly isRead: boolean }
  | { readonly kind: 'wait'; readonly ms: number };

const number = fc.integer({ min: 1, max: STATIONS });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      targetsA: fc.array(fc.constantFrom(6, 12, 32), { minLength: STATIONS, maxLength: STATIONS }),
      // Some that the document does not allow: an optimizer may have read another one.
      leaseS: fc.constantFrom(0, 20, 60, 120, 600, 3_600),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('meets' as const),
      number,
      fate: fc.constantFrom<Fate>('accepts', 'accepts', 'accepts', 'accepts-unheard', 'lost'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('sample' as const), number }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('disconnect' as const), number }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('reconnect' as const), number }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('building' as const),
      amps: fc.integer({ min: 0, max: WORST_A }),
      isRead: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(300, 6_000, 31_000, 130_000) }),
  },
);
const history = fc.record({
  steps: fc.array(step, { minLength: 20, maxLength: 70, size: 'max' }),
  /** At this share of the steps the platform dies: nothing leaves any more, nothing is heard. */
  dies: fc.double({ min: 0.5, max: 1.5, noNaN: true }),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

interface World {
  readonly world: LateWorld;
  readonly building: Building;
  readonly isAlive: boolean;
  readonly look: () => void;
}

function take({ world, building, isAlive, look }: World, at: Step): void {
  switch (at.kind) {
    case 'building':
      building.goTo(at.amps, world.bench.nowMs);
      if (isAlive && at.isRead) world.bench.readMeter(building.amps);
      return;
    case 'decide':
      return isAlive ? world.decide(at.targetsA, undefined, { leaseS: at.leaseS }) : undefined;
    case 'meets':
      return world.meets(at.number, at.fate);
    case 'sample':
      return isAlive ? world.sample(at.number) : undefined;
    case 'disconnect':
      return world.disconnect(at.number);
    case 'reconnect':
      return world.reconnect(at.number);
    case 'wait':
      return world.wait(at.ms, () => {
        look();
        if (isAlive) world.pass();
      });
  }
}

/** Deci-amps over the rating that stations and building ever came to, the longest lease that was told, and the shortest that raised one. */
function run({ steps, dies }: History, mutate?: Mutation) {
  const world = new LateWorld(OPTIONS, [0, -3_000, 3_000], mutate);
  const building = new Building(RISE_A, WORD_HOLDS_FOR_MS);
  let worst = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    worst = Math.max(worst, world.obeyedDeciA() + building.amps * 10 - world.ratingDeciA);
  };
  for (const [index, at] of steps.entries()) {
    const isAlive = index < dies * steps.length;
    take({ world, building, isAlive, look }, at);
    if (isAlive) world.pass();
    look();
  }
  const durations = (sent = world.bench.sent) => sent.flatMap(({ command }) => command.profile.lease?.durationS ?? []);
  // A decrease that would not fit afresh ends with the lease that it replaces (SI7).
  const raises = world.bench.sent.filter(({ intent }) => intent.increase);
  return { worst, longestS: Math.max(...durations()), shortestS: Math.min(...durations(raises)) };
}

test('SI26 whatever length each decision has, dead or alive, no row is exceeded, and no lease is longer, no raise shorter, than the document allows', () => {
  let [longestS, shortestS] = [0, Infinity];
  fc.assert(
    fc.property(history, (past) => {
      const ran = run(past);
      expect(ran.worst).toBeLessThanOrEqual(0);
      longestS = Math.max(longestS, ran.longestS);
      shortestS = Math.min(shortestS, ran.shortestS);
    }),
    { numRuns: 150 },
  );
  expect([longestS, shortestS]).toEqual([BOUNDS.leaseS, BOUNDS.leaseAtLeastS]);
});

test('SI2, SI26 planted: a lease on its way or at a station that counts as short as the next ones are is caught by the same histories', () => {
  const shortened: Mutation = (bench, which) => {
    const lastMs = bench.nowMs + leaseSecondsOf(bench.site) * 1_000;
    changeSet(bench, which, (set) => ({
      ...set,
      attempts: set.attempts.map((attempt) => ({ ...attempt, untilMs: Math.min(attempt.untilMs, lastMs) })),
      ...(set.acknowledged && {
        acknowledged: { ...set.acknowledged, untilMs: Math.min(set.acknowledged.untilMs, lastMs) },
      }),
    }));
  };
  const outcome = fc.check(
    fc.property(history, (past) => run(past, shortened).worst <= 0),
    { numRuns: 1_500, endOnFailure: true, seed: 11 },
  );
  expect(outcome.failed).toBe(true);
});

/** Of what was sent last, in seconds. */
const told = (bench: Bench): readonly (number | undefined)[] => {
  const commands = bench.pass();
  for (const command of commands) bench.answer(command);
  return commands.map(({ command }) => command.profile.lease?.durationS);
};

test('SI26 a lease is as long as the newest decision says, is renewed at half of that, and one that was given ends when it was told', () => {
  const bench = Bench.charging({ stations: 1, ...BOUNDS });
  bench.decide({ 1: 20 }, 900_000, 1, { leaseS: 300 });
  expect(told(bench)).toEqual([300]);
  const untilMs = bench.nowMs - 1_000 + 300_000;
  bench.after(10_000);
  bench.measure(1, 20, 20);
  bench.decide({ 1: 20 }, 900_000, 1, { leaseS: 60 });
  // It has long to go: a shorter length is no reason for a message, and takes nothing from what counts.
  expect(told(bench)).toEqual([]);
  const ends = (): readonly (number | undefined)[] =>
    bench.members(1).flatMap((member) => (member.kind === 'fallback' ? [] : [member.untilMs]));
  expect(ends()).toEqual([untilMs]);
  bench.after(untilMs - bench.nowMs - 30_001);
  bench.measure(1, 20, 20);
  expect(told(bench)).toEqual([]);
  bench.after(1);
  expect(told(bench)).toEqual([60]);
  // Longer again: what is left of the short one is less than half of it.
  bench.decide({ 1: 20 }, 900_000, 1, { leaseS: 600 });
  expect(told(bench)).toEqual([600]);
});

test('SI26 an optimizer that says nothing of it, or by another document, changes no promise', () => {
  const secondsBy = (leaseS: number | undefined, bounds: object) => {
    const bench = Bench.charging({ stations: 1, ...bounds });
    bench.decide({ 1: 20 }, 900_000, 1, leaseS === undefined ? {} : { leaseS });
    return told(bench);
  };
  expect(secondsBy(undefined, BOUNDS)).toEqual([600]);
  expect(secondsBy(3_600, BOUNDS)).toEqual([600]);
  expect(secondsBy(5, BOUNDS)).toEqual([20]);
  expect(secondsBy(600, { leaseS: 45 })).toEqual([45]);
});
