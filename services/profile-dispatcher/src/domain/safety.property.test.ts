import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import fc from 'fast-check';
import { changeSet } from '../testing/change-set.ts';
import { type Fate, LateWorld, type Mutation } from '../testing/late-stations.ts';
import { takeStep, type WorldStep } from '../testing/world-step.ts';
import { siteModel, stationNumber } from '../testing/bench-site.ts';
import { RAISE_EVERY_MS } from './pace.ts';

const STATIONS = 4;
const OPTIONS = { stations: STATIONS, ratingA: 50, fallbackA: 6 };

const number = fc.integer({ min: 1, max: STATIONS });
const amps = fc.constantFrom(0, 6, 8, 12, 16, 20, 26, 32);
const fate = fc.constantFrom<Fate>(
  'accepts',
  'accepts',
  'accepts-unheard',
  'rejects',
  'lost',
  'never-written',
  'verdict-unknown',
);
const announced = fc.option(
  fc.record({
    inMs: fc.constantFrom(3_000, 11_000, 40_000, 130_000),
    targetsA: fc.array(amps, { minLength: STATIONS, maxLength: STATIONS }),
  }),
  { nil: undefined },
);
const step: fc.Arbitrary<WorldStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      targetsA: fc.array(amps, { minLength: STATIONS, maxLength: STATIONS }),
      later: announced,
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('meets' as const), number, fate }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('obey' as const), number }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('sample' as const), number }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('disconnect' as const, 'reboot' as const, 'unplug' as const),
      number,
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('reconnect' as const, 'plug-in' as const), number }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.constantFrom(300, 1_000, 5_000, 11_000, 30_000, 125_000),
    }),
  },
);
const history = fc.record({
  skewsMs: fc.array(fc.constantFrom(0, -20_000, 20_000), { minLength: STATIONS, maxLength: STATIONS }),
  steps: fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }),
});

/** Nothing is lost, and stations take their time: what shows whether Accepted is trusted. */
const calm = fc.record({
  skewsMs: fc.constant([0, 0, 0, 0]),
  steps: fc.array(
    fc.oneof<fc.Arbitrary<WorldStep>[]>(
      fc.record({
        kind: fc.constant('decide' as const),
        targetsA: fc.constantFrom([32, 0, 0, 0], [0, 32, 0, 0], [0, 0, 32, 0], [0, 0, 0, 32]),
        later: fc.constant(undefined),
      }),
      fc.record({ kind: fc.constant('meets' as const), number, fate: fc.constant('accepts' as const) }),
      fc.record({ kind: fc.constant('obey' as const), number }),
    ),
    { minLength: 20, maxLength: 60, size: 'max' },
  ),
});

/** Takes the steps, with a pass after each, and calls `look` at every instant between. */
function live(world: LateWorld, steps: readonly WorldStep[], look: () => void): void {
  for (const at of steps) {
    takeStep(world, at, () => {
      look();
      world.pass();
    });
    world.pass();
    look();
  }
}

function holds(world: LateWorld, steps: readonly WorldStep[]): boolean {
  let worst = 0;
  live(world, steps, () => {
    worst = Math.max(worst, world.obeyedDeciA());
  });
  return worst <= world.ratingDeciA;
}

test('whatever is lost, late, refused or rebooted, what stations obey never exceeds the row, and each obeys no more than it counts with', () => {
  fc.assert(
    fc.property(history, ({ skewsMs, steps }) => {
      const world = new LateWorld(OPTIONS, skewsMs);
      const broken: string[] = [];
      live(world, steps, () => {
        if (world.obeyedDeciA() > world.ratingDeciA) broken.push(`${world.obeyedDeciA()} dA on the row`);
        for (let n = 1; n <= STATIONS; n += 1) {
          const obeyedA = world.station(n).obeys(world.bench.nowMs) / 10;
          if (obeyedA > world.bench.committedA(n)) broken.push(`station ${n} obeys ${obeyedA} A`);
        }
      });
      expect(broken).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

/** A decrease that must be seen obeyed, then the increase it makes room for, then whole steps of it. */
const PASSES_TO_TARGET = 10;

test('once everything is answered, obeyed and measured, every target that fits is reached within a few passes', () => {
  const targets = fc.constantFrom([6, 6, 6, 32], [16, 10, 12, 12], [26, 0, 12, 0], [0, 0, 0, 32], [12, 12, 12, 14]);
  fc.assert(
    fc.property(history, targets, ({ skewsMs, steps }, wanted) => {
      const world = new LateWorld(OPTIONS, skewsMs);
      live(world, steps, () => undefined);
      for (let n = 1; n <= STATIONS; n += 1) {
        world.disconnect(n);
        world.reconnect(n);
        world.unplug(n);
        world.plugIn(n);
      }
      world.decide(wanted);
      for (let pass = 0; pass < PASSES_TO_TARGET; pass += 1) {
        // The optimizer goes on deciding.
        world.decide(wanted);
        world.settle();
        // OD9: what was raised often lately waits.
        world.wait(RAISE_EVERY_MS);
      }
      expect(world.stations.map((station) => station.obeys(world.bench.nowMs) / 10)).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
});

const trustAccepted: Mutation = (bench, n) => changeSet(bench, n, (set) => ({ ...set, unsettled: undefined }));

const forgetUnanswered: Mutation = (bench, n) =>
  changeSet(bench, n, (set) => ({
    ...set,
    attempts: set.attempts.filter(({ answerDueMs }) => answerDueMs !== undefined),
  }));

const ignoreFallback: Mutation = (bench, n) => {
  bench.site.model = siteModel({ ...OPTIONS, fallbackA: 0 });
  changeSet(bench, n, (set) => ({ ...set, proven: true, installed: deciAmps(0), fallbacks: [] }));
};

const trustAbsence: Mutation = (bench, n) => {
  if (bench.site.stations.get(stationNumber(n))?.connected === true) return;
  changeSet(bench, n, (set) => ({ ...set, acknowledged: undefined, unsettled: undefined, attempts: [] }));
};

test.each([
  ['trusts Accepted', trustAccepted, calm],
  ['forgets what was not answered', forgetUnanswered, history],
  ['ignores the fallback', ignoreFallback, history],
  ['takes an absent station for one that lowered itself', trustAbsence, history],
])('a dispatcher that %s is caught', (_, mutation, histories) => {
  const outcome = fc.check(
    fc.property(histories, ({ skewsMs, steps }) => holds(new LateWorld(OPTIONS, skewsMs, mutation), steps)),
    { numRuns: 2_000, endOnFailure: true, seed: 7 },
  );
  expect(outcome.failed).toBe(true);
});
