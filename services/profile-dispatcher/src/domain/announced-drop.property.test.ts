import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Fate, LateWorld } from '../testing/late-stations.ts';
import { takeStep, type WorldStep } from '../testing/world-step.ts';

const STATIONS = 4;
const OPTIONS = { stations: STATIONS, ratingA: 60, fallbackA: 6 };
/** 30 A on each of three phases of 230 V. */
const DROP_DECI_A = 300;
const DROP_W = 20_700;
/** A second period begins so long before the limit does, as the optimizer announces it. */
const PERIOD_AHEAD_MS = 6_000;

const number = fc.integer({ min: 1, max: STATIONS });
const amps = fc.array(fc.constantFrom(0, 6, 8, 12, 16, 20, 26, 32), { minLength: STATIONS, maxLength: STATIONS });
type Step = Exclude<WorldStep, { kind: 'decide' }> | Decide;
interface Decide {
  readonly kind: 'decide';
  readonly targetsA: readonly number[];
  /** Each of them a split of the lowered limit, or anything. */
  readonly laterA: readonly number[];
}

const laterA = fc.oneof(amps, fc.constantFrom([6, 6, 6, 12], [12, 6, 6, 6], [6, 12, 6, 6], [0, 0, 30, 0]));
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('decide' as const), targetsA: amps, laterA }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('meets' as const),
      number,
      fate: fc.constantFrom<Fate>('accepts', 'accepts', 'accepts', 'accepts-unheard', 'lost', 'rejects'),
    }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('obey' as const), number }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('sample' as const), number }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('disconnect' as const, 'reboot' as const, 'unplug' as const),
      number,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('reconnect' as const, 'plug-in' as const), number }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(300, 1_000, 5_000, 11_000, 30_000, 61_000),
    }),
  },
);
const history = fc.record({
  skewsMs: fc.array(fc.constantFrom(0, 0, 400, -20_000, 20_000), { minLength: STATIONS, maxLength: STATIONS }),
  /** Stations that take no profile of two periods. */
  simple: fc.array(fc.boolean(), { minLength: STATIONS, maxLength: STATIONS }),
  dropInMs: fc.constantFrom(40_000, 90_000, 150_000, 240_000),
  /** From this share of the steps on nobody decides any more. */
  dies: fc.double({ min: 0.3, max: 1, noNaN: true }),
  steps: fc.array(step, { minLength: 20, maxLength: 100, size: 'max' }),
});
type History = typeof history extends fc.Arbitrary<infer T> ? T : never;

interface Seen {
  /** Deci-amps over what held, the worst of all instants. */
  worst: number;
  /** Highest draw that was allowed once the drop had begun. */
  most: number;
}

/** Lets it happen, with a pass after each step; `tellsDrop`: decisions say what will hold, and not only what each EVSE comes down to. */
function live(given: History, tellsDrop = true): Seen {
  const world = new LateWorld(OPTIONS, given.skewsMs);
  world.stations.forEach((station, index) => (station.singlePeriod = given.simple[index] === true));
  const dropMs = world.bench.nowMs + given.dropInMs;
  const seen: Seen = { worst: Number.NEGATIVE_INFINITY, most: 0 };
  const hasBegun = (): boolean => world.bench.nowMs >= dropMs;
  const look = (): void => {
    const obeyed = world.obeyedDeciA();
    seen.worst = Math.max(seen.worst, obeyed - (hasBegun() ? DROP_DECI_A : world.ratingDeciA));
    if (hasBegun()) seen.most = Math.max(seen.most, obeyed);
  };
  const lookAndPass = (): void => {
    look();
    world.pass();
  };
  given.steps.forEach((at, index) => {
    if (at.kind === 'decide') {
      if (index < given.dies * given.steps.length) decide(world, at, { dropMs, tellsDrop });
    } else if (at.kind === 'wait') {
      const untilDropMs = Math.min(at.ms, Math.max(0, dropMs - world.bench.nowMs));
      for (const ms of [untilDropMs, at.ms - untilDropMs]) world.wait(ms, lookAndPass);
    } else takeStep(world, at, lookAndPass);
    world.pass();
    look();
  });
  return seen;
}

function decide(
  world: LateWorld,
  { targetsA, laterA: announcedA }: Decide,
  { dropMs, tellsDrop }: { readonly dropMs: number; readonly tellsDrop: boolean },
): void {
  const inMs = dropMs - PERIOD_AHEAD_MS - world.bench.nowMs;
  if (world.bench.nowMs >= dropMs) return world.decide(targetsA, undefined, { powerW: DROP_W });
  const drop = tellsDrop ? { drop: { atMs: dropMs, powerW: DROP_W } } : {};
  return world.decide(targetsA, { inMs, targetsA: announcedA }, drop);
}

test('SI8, SI27: whatever is announced, lifted, lost, late or refused, the lowered limit is kept to from the instant when it begins', () => {
  fc.assert(
    fc.property(history, (given) => {
      expect(live(given).worst).toBeLessThanOrEqual(0);
    }),
    { numRuns: 150 },
  );
});

test('SI8, SI27: the same histories break it where the gate looks at the limits of now alone', () => {
  const outcome = fc.check(
    fc.property(history, (given) => live(given, false).worst <= 0),
    { numRuns: 2_000, endOnFailure: true, seed: 5 },
  );
  expect(outcome.failed).toBe(true);
});

test('SI9, SI27: the lowered limit is used, too: histories come within 2 A of it', () => {
  const outcome = fc.check(
    fc.property(history, (given) => live(given).most < DROP_DECI_A - 20),
    { numRuns: 2_000, endOnFailure: true, seed: 5 },
  );
  expect(outcome.failed).toBe(true);
});
