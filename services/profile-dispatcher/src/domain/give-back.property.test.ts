import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Bench } from '../testing/bench.ts';
import { stationNumber } from '../testing/bench-site.ts';
import { type GivingSite, type GivingStation, GivingWorld } from '../testing/giving-stations.ts';
import type { Fate, Mutation } from '../testing/late-stations.ts';
import { givingA } from '../testing/told-back.ts';
import { takeStep, type WorldStep } from '../testing/world-step.ts';
import { withBack } from './back-set.ts';
import type { EvseControl } from './evse-control.ts';
import { controlOf, setControl } from './site-state.ts';

const STATIONS = 4;
const numbers = Array.from({ length: STATIONS }, (_, index) => index + 1);

/** Each row binds for some of them: the feeder, the conductors of the grid connection, what may flow out. */
const SITES: readonly GivingSite[] = [
  { ratingA: 100, feederA: 40, exportW: 0, buildingA: 60, sourceA: 0 },
  { ratingA: 40, feederA: 60, exportW: 60_000, buildingA: 0, sourceA: 8 },
  { ratingA: 64, feederA: 20, exportW: 12_000, buildingA: 20, sourceA: 0 },
].map((site) => ({ ...site, stations: STATIONS, fallbackA: 6, givesA: 32 }));

type Step =
  | WorldStep
  | { readonly kind: 'give'; readonly targetsA: readonly number[]; readonly givesA: readonly number[] };

const number = fc.integer({ min: 1, max: STATIONS });
const four = (of: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(of, { minLength: STATIONS, maxLength: STATIONS });
const give: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('give' as const),
  targetsA: four(fc.constantFrom(0, 6, 10, 16)),
  givesA: four(fc.constantFrom(0, 0, 6, 10, 16, 25, 32)),
});
const fate = fc.constantFrom<Fate>(
  'accepts',
  'accepts',
  'accepts-unheard',
  'rejects',
  'lost',
  'never-written',
  'verdict-unknown',
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: give },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('meets' as const), number, fate }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('obey' as const), number }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('sample' as const), number }) },
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
  site: fc.constantFrom(...SITES),
  kinds: fc.array(fc.constantFrom<GivingStation>('stubborn', 'late'), { minLength: STATIONS, maxLength: STATIONS }),
  skewsMs: four(fc.constantFrom(0, -20_000, 20_000)),
  steps: fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }),
});
/** One gives after the other, all is heard, and stations come and go. */
const comingAndGoing = fc.record({
  site: fc.constantFrom(...SITES.slice(1)),
  kinds: fc.array(fc.constant<GivingStation>('stubborn'), { minLength: STATIONS, maxLength: STATIONS }),
  skewsMs: four(fc.constant(0)),
  steps: fc.array(
    fc.oneof<fc.Arbitrary<Step>[]>(
      fc.record({
        kind: fc.constant('give' as const),
        targetsA: fc.constant([6, 6, 6, 6]),
        givesA: fc.constantFrom([20, 0, 0, 0], [0, 20, 0, 0]),
      }),
      fc.record({
        kind: fc.constant('meets' as const),
        number: fc.constantFrom(1, 2),
        fate: fc.constant('accepts' as const),
      }),
      fc.record({
        kind: fc.constantFrom('disconnect' as const, 'reconnect' as const, 'reboot' as const),
        number: fc.constantFrom(1, 2),
      }),
    ),
    { minLength: 20, maxLength: 40, size: 'max' },
  ),
});
type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

function live({ site, kinds, skewsMs, steps }: History, look: (world: GivingWorld) => void, mutate?: Mutation) {
  const world = new GivingWorld(site, kinds, skewsMs, mutate);
  for (const at of steps) {
    if (at.kind === 'give') world.decide(at.targetsA, undefined, { givesA: at.givesA });
    else {
      takeStep(world, at, () => {
        look(world);
        world.pass();
      });
    }
    world.pass();
    look(world);
  }
  return world;
}

test('MD18: whatever is sent, lost, answered or reordered, no row of what flows back holds more than it may, nobody gives more than he counts with, and what is given makes no room for what is drawn', () => {
  let [given, full] = [0, 0];
  fc.assert(
    fc.property(history, (lived) => {
      const broken: string[] = [];
      live(lived, (world) => {
        broken.push(...world.overflows());
        for (const n of numbers) {
          const gives = world.givenDeciA(n) / 10;
          if (gives > 0) given += 1;
          if (gives > 16) full += 1;
          if (gives > givingA(world.bench, n)) broken.push(`station ${n} gives ${gives} A`);
        }
        const drawn = world.obeyedDeciA() + lived.site.buildingA * 10;
        if (drawn > world.ratingDeciA) broken.push(`${drawn} dA drawn`);
      });
      expect(broken).toEqual([]);
    }),
    { numRuns: 120 },
  );
  // A dispatcher that lets nobody give anything proves nothing.
  expect(given).toBeGreaterThan(1_000);
  expect(full).toBeGreaterThan(100);
});

type Change = (back: NonNullable<EvseControl['back']>) => EvseControl['back'];

const changeBack = (bench: Bench, n: number, change: Change): void => {
  const control = controlOf(bench.site, stationNumber(n), 1);
  if (control.back !== undefined) setControl(bench.site, withBack(control, change(control.back)));
};

const trustAccepted: Mutation = (bench, n) => changeBack(bench, n, (back) => ({ ...back, unsettled: undefined }));

const forgetUnanswered: Mutation = (bench, n) =>
  changeBack(bench, n, (back) => ({
    ...back,
    attempts: back.attempts.filter(({ answerDueMs }) => answerDueMs !== undefined),
  }));

const trustAbsence: Mutation = (bench, n) => {
  if (bench.site.stations.get(stationNumber(n))?.connected !== true) changeBack(bench, n, () => undefined);
};

const forgetAtBoot: Mutation = (bench, n) => {
  if (!controlOf(bench.site, stationNumber(n), 1).set.proven) changeBack(bench, n, () => undefined);
};

test.each([
  ['takes Accepted for less given', trustAccepted, history],
  ['forgets what was not answered', forgetUnanswered, history],
  ['takes an absent station for one that gives nothing', trustAbsence, comingAndGoing],
  ['takes a restart for the end of what was given', forgetAtBoot, comingAndGoing],
])('a dispatcher that %s is caught', (_, mutation, histories) => {
  const outcome = fc.check(
    fc.property<[History]>(histories, (lived) => {
      let isBroken = false;
      live(lived, (world) => (isBroken ||= world.overflows().length > 0), mutation);
      return !isBroken;
    }),
    { numRuns: 2_000, endOnFailure: true, seed: 7 },
  );
  expect(outcome.failed).toBe(true);
});
