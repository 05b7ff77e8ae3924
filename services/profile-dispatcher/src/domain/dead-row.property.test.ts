import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LEASE_MS } from '../testing/bench-site.ts';
import { Building } from '../testing/building.ts';
import { type Fate, LateWorld } from '../testing/late-stations.ts';

const STATIONS = 3;
const RISE_A = 12;
const WORST_A = 40;
const SITE = { stations: STATIONS, ratingA: 64, fallbackA: 6, worstLoadA: WORST_A, riseA: RISE_A };
/** Its lease, its margin, the clock errors of these stations, the age of a reading, and the way of a command. */
const WORD_HOLDS_FOR_MS = LEASE_MS + 5_000 + 20_000 + 5_000 + 10_000;

type Step =
  | { readonly kind: 'decide'; readonly targetsA: readonly number[] }
  | { readonly kind: 'meets'; readonly number: number; readonly fate: Fate }
  | { readonly kind: 'sample' | 'disconnect' | 'reconnect' | 'reboot'; readonly number: number }
  /** The building goes there, as fast as its operator's word allows; `isRead`: and its meter tells. */
  | { readonly kind: 'building'; readonly amps: number; readonly isRead: boolean }
  | { readonly kind: 'wait'; readonly ms: number };

const number = fc.integer({ min: 1, max: STATIONS });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('decide' as const),
      targetsA: fc.array(fc.constantFrom(6, 12, 20, 32), { minLength: STATIONS, maxLength: STATIONS }),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('meets' as const),
      number,
      fate: fc.constantFrom<Fate>('accepts', 'accepts', 'accepts', 'accepts-unheard', 'lost', 'rejects'),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('sample' as const), number }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('disconnect' as const, 'reboot' as const), number }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('reconnect' as const), number }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('building' as const),
      amps: fc.integer({ min: 0, max: WORST_A }),
      isRead: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(300, 2_000, 6_000, 61_000) }),
  },
);
const history = fc.record({
  skewsMs: fc.array(fc.constantFrom(0, -20_000, 20_000), { minLength: STATIONS, maxLength: STATIONS }),
  steps: fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }),
  /** At this share of the steps the platform dies: nothing leaves any more, nothing is heard. */
  dies: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** Deci-amps over the rating that stations and building ever came to. */
function worstExcess(
  site: typeof SITE,
  buildingRiseA: number,
  { skewsMs, steps, dies }: typeof history extends fc.Arbitrary<infer T> ? T : never,
): number {
  const world = new LateWorld(site, skewsMs);
  const building = new Building(buildingRiseA, WORD_HOLDS_FOR_MS);
  let worst = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    worst = Math.max(worst, world.obeyedDeciA() + building.amps * 10 - world.ratingDeciA);
  };
  steps.forEach((at, index) => {
    const isAlive = index < dies * steps.length;
    take(world, building, at, { isAlive, look });
    if (isAlive) world.pass();
    look();
  });
  return worst;
}

function take(
  world: LateWorld,
  building: Building,
  at: Step,
  { isAlive, look }: { readonly isAlive: boolean; readonly look: () => void },
): void {
  switch (at.kind) {
    case 'building':
      building.goTo(at.amps, world.bench.nowMs);
      if (isAlive && at.isRead) world.bench.readMeter(building.amps);
      return;
    case 'wait':
      return world.wait(at.ms, () => {
        look();
        if (isAlive) world.pass();
      });
    case 'meets':
      // What was on its way when all died may still arrive.
      return world.meets(at.number, at.fate);
    case 'decide':
      return isAlive ? world.decide(at.targetsA) : undefined;
    case 'sample':
      return isAlive ? world.sample(at.number) : undefined;
    case 'disconnect':
      return world.disconnect(at.number);
    case 'reconnect':
      return world.reconnect(at.number);
    case 'reboot':
      return world.reboot(at.number);
  }
}

test('SI30, dead row: dead or alive, stations and a building that keeps its word never exceed the row together, and nothing had to be sent down', () => {
  fc.assert(
    fc.property(history, (given) => {
      expect(worstExcess(SITE, RISE_A, given)).toBeLessThanOrEqual(0);
    }),
    { numRuns: 150 },
  );
});

test.each([
  ['that rises further than was said', { ...SITE, riseA: 4 }],
  ['of which only the reading counts (the first row alone)', { ...SITE, riseA: 0 }],
])('SI26, dead row: a building %s is caught by the same histories', (_, site) => {
  const outcome = fc.check(
    fc.property(history, (given) => worstExcess(site, RISE_A, given) <= 0),
    { numRuns: 1_500, endOnFailure: true, seed: 11 },
  );
  expect(outcome.failed).toBe(true);
});

test('SI26: the rows are used: with the word kept they come within 2 A of the rating', () => {
  const outcome = fc.check(
    fc.property(history, (given) => worstExcess(SITE, RISE_A, given) < -20),
    { numRuns: 1_500, endOnFailure: true, seed: 11 },
  );
  expect(outcome.failed).toBe(true);
});
