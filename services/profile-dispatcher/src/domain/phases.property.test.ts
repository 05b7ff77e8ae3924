import { expect, test } from '@jest/globals';
import { GRID_PHASES } from '@headroom/kernel';
import fc from 'fast-check';
import { evseNumber, stationNumber } from '../testing/bench-site.ts';
import { type Car, LateWorld, type Mutation } from '../testing/late-stations.ts';
import { controlOf, setControl } from './site-state.ts';

const STATIONS = 4;
/** 50 A on each conductor; 29 kW are 126 A over the three. */
const OPTIONS = { stations: STATIONS, ratingA: 50, fallbackA: 6, turned: true, powerW: 29_000 };
const POWER_DECI_A = Math.floor((OPTIONS.powerW * 10) / 230);

type Step =
  | { readonly kind: 'decide'; readonly targetsA: readonly number[] }
  /** Everything is answered and obeyed, and sampled so many times, 10 s apart. */
  | { readonly kind: 'charge'; readonly samples: number }
  | { readonly kind: 'next-car'; readonly number: number; readonly car: Car }
  | { readonly kind: 'reboot' | 'reconnect' | 'sample' | 'lose-answer' | 'unplug'; readonly number: number };

const number = fc.integer({ min: 1, max: STATIONS });
const car = fc.constantFrom<Car>('single', 'single', 'three', 'late', 'unreported');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      targetsA: fc.array(fc.constantFrom(0, 6, 10, 16, 26, 32), { minLength: STATIONS, maxLength: STATIONS }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('charge' as const), samples: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('next-car' as const), number, car }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'reboot' as const,
        'reconnect' as const,
        'sample' as const,
        'lose-answer' as const,
        'unplug' as const,
      ),
      number,
    }),
  },
);
const histories = fc.record({
  cars: fc.array(car, { minLength: STATIONS, maxLength: STATIONS }),
  steps: fc.array(step, { minLength: 5, maxLength: 50, size: 'max' }),
});

function take(world: LateWorld, at: Step, look: () => void): void {
  switch (at.kind) {
    case 'decide':
      return world.decide(at.targetsA);
    case 'charge':
      for (let n = 0; n < at.samples; n += 1) {
        world.settle();
        look();
        world.wait(9_000, look);
      }
      return;
    case 'next-car':
      world.unplug(at.number);
      look();
      return world.plugIn(at.number, at.car);
    case 'reboot':
      return world.reboot(at.number);
    case 'reconnect':
      world.disconnect(at.number);
      return world.reconnect(at.number);
    case 'sample':
      return world.sample(at.number);
    case 'lose-answer':
      return world.meets(at.number, 'accepts-unheard');
    case 'unplug':
      return world.unplug(at.number);
  }
}

/** What was over a limit at any instant, in words. */
function breaches(world: LateWorld, steps: readonly Step[]): readonly string[] {
  const found = new Set<string>();
  const look = (): void => {
    for (const phase of GRID_PHASES) {
      const most = world.mostOn(phase);
      if (most > world.ratingDeciA) found.add(`${most} dA on ${phase}`);
    }
    if (world.mostOverall() > POWER_DECI_A) found.add(`${world.mostOverall()} dA over all phases`);
  };
  for (const at of steps) {
    take(world, at, look);
    world.pass();
    look();
  }
  return [...found];
}

const ZERO_SKEWS = Array.from({ length: STATIONS }, () => 0);

test('MD5 whatever cars come, on however many phases: what they draw, or the next ones may, never exceeds a row', () => {
  let narrowed = 0;
  fc.assert(
    fc.property(histories, ({ cars, steps }) => {
      const world = new LateWorld(OPTIONS, ZERO_SKEWS, undefined, cars);
      expect(breaches(world, steps)).toEqual([]);
      for (let n = 1; n <= STATIONS; n += 1) narrowed += Number(world.bench.phases(n).length === 1);
    }),
    { numRuns: 150 },
  );
  // The property says nothing unless masks stand.
  expect(narrowed).toBeGreaterThan(20);
});

const changeEvidence = (
  world: Parameters<Mutation>[0],
  n: number,
  silence: (seen: NonNullable<ReturnType<typeof controlOf>['phases']>) => readonly ('l1' | 'l2' | 'l3')[],
): void => {
  const control = controlOf(world.site, stationNumber(n), 1);
  const { phases } = control;
  if (phases === undefined) return;
  const silent = silence(phases).filter((phase) => !phases.carried.includes(phase));
  setControl(world.site, {
    ...control,
    phases: { ...phases, silent, provenFromMs: phases.lastAtMs, supportedAtMs: phases.lastAtMs },
  });
};

const narrowOnOneSample: Mutation = (bench, n) =>
  changeEvidence(bench, n, ({ run, silent }) => [...silent, ...(run?.silent ?? [])]);

const narrowFromAbsent: Mutation = (bench, n) => changeEvidence(bench, n, () => GRID_PHASES);

const forgetNextCar: Mutation = (bench, n) => {
  const evse = bench.site.model?.evses.get(evseNumber(n));
  const phases = bench.phases(n);
  if (bench.site.model === undefined || evse === undefined || phases.length === evse.phases.length) return;
  // As if only the conductors in use were there.
  const evses = new Map(bench.site.model.evses).set(evse.evseId, { ...evse, phases });
  bench.site.model = { ...bench.site.model, evses };
};

test.each([
  ['narrows on one sample', narrowOnOneSample],
  ['takes a phase that is not reported for a silent one (H41)', narrowFromAbsent],
  ['forgets that the next car may use all phases', forgetNextCar],
])('a dispatcher that %s is caught', (_, mutation) => {
  const outcome = fc.check(
    fc.property(histories, ({ cars, steps }) => {
      const world = new LateWorld(OPTIONS, ZERO_SKEWS, mutation, cars);
      return breaches(world, steps).length === 0;
    }),
    { numRuns: 2_000, endOnFailure: true, seed: 7 },
  );
  expect(outcome.failed).toBe(true);
});

test('MD5 three cars on a phase each get what that phase has room for, which all wired phases would not', () => {
  const world = new LateWorld(
    { ...OPTIONS, powerW: 100_000 },
    ZERO_SKEWS,
    undefined,
    Array.from({ length: STATIONS }, (_, i): Car => (i < 3 ? 'single' : 'three')),
  );
  const wanted = [30, 30, 30, 8];
  const reached = () => world.stations.map((station) => station.obeys(world.bench.nowMs) / 10);
  for (let n = 0; n < 4; n += 1) {
    world.decide(wanted);
    world.settle();
  }
  expect(reached()).not.toEqual(wanted);
  for (let n = 0; n < 8; n += 1) {
    world.wait(5_000);
    world.decide(wanted);
    world.settle();
  }
  expect(reached()).toEqual(wanted);
});
