import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type BenchOptions, LEASE_MS } from '../testing/bench-site.ts';
import { Building } from '../testing/building.ts';
import { type Fate, LateWorld } from '../testing/late-stations.ts';
import { readTemperature } from '../testing/read-temperature.ts';

const STATIONS = 3;
const RATING_A = 64;
const RISE_C = 6;
const STALE_AFTER_MS = 60_000;
const SITE = {
  ...{ stations: STATIONS, ratingA: RATING_A, fallbackA: 6 },
  derating: {
    ...{ sensorId: 'duct', staleAfterMs: STALE_AFTER_MS, risesAtMostDeciC: RISE_C * 10 },
    steps: [
      { aboveDeciC: 250, percent: 90 },
      { aboveDeciC: 290, percent: 70 },
      { aboveDeciC: 400, percent: 40 },
    ],
  },
} satisfies BenchOptions;
/** In words of its own: what is borne at so many degrees, in deci-amps. */
const bornDeciA = (celsius: number): number =>
  RATING_A * 10 * (celsius > 40 ? 0.4 : celsius > 29 ? 0.7 : celsius > 25 ? 0.9 : 1);
/** Its lease, its margin, the clock errors of these stations, the age of a reading, and the way of a command. */
const WORD_HOLDS_FOR_MS = LEASE_MS + 5_000 + 20_000 + STALE_AFTER_MS + 10_000;

type Step =
  | { readonly kind: 'decide'; readonly targetsA: readonly number[] }
  | { readonly kind: 'meets'; readonly number: number; readonly fate: Fate }
  | { readonly kind: 'sample' | 'disconnect' | 'reconnect' | 'reboot'; readonly number: number }
  /** It gets so much warmer than at the beginning, as fast as its operator's word allows; `isRead`: and its sensor tells. */
  | { readonly kind: 'warmth'; readonly warmerC: number; readonly isRead: boolean }
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
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('disconnect' as const, 'reboot' as const), number }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('reconnect' as const), number }) },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('warmth' as const),
      warmerC: fc.integer({ min: 0, max: 150 }).map((deciC) => deciC / 10),
      isRead: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(300, 2_000, 6_000, 61_000) }),
  },
);
const history = fc.record({
  beginsAtC: fc.integer({ min: 180, max: 400 }).map((deciC) => deciC / 10),
  skewsMs: fc.array(fc.constantFrom(0, -20_000, 20_000), { minLength: STATIONS, maxLength: STATIONS }),
  steps: fc.array(step, { minLength: 20, maxLength: 80, size: 'max' }),
  /** At this share of the steps the platform dies: nothing leaves any more, nothing is heard. */
  dies: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** Deci-amps over what is borne that the stations ever came to. */
function worstExcess(
  site: typeof SITE,
  { beginsAtC, skewsMs, steps, dies }: typeof history extends fc.Arbitrary<infer T> ? T : never,
): number {
  const world = new LateWorld(site, skewsMs);
  const warmth = new Building(RISE_C, WORD_HOLDS_FOR_MS);
  const celsius = (): number => beginsAtC + warmth.amps;
  readTemperature(world.bench, celsius());
  let worst = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    worst = Math.max(worst, world.obeyedDeciA() - bornDeciA(celsius()));
  };
  steps.forEach((at, index) => {
    const isAlive = index < dies * steps.length;
    take(world, warmth, at, { isAlive, look, celsius });
    if (isAlive) world.pass();
    look();
  });
  return worst;
}

function take(
  world: LateWorld,
  warmth: Building,
  at: Step,
  { isAlive, look, celsius }: { readonly isAlive: boolean; readonly look: () => void; readonly celsius: () => number },
): void {
  switch (at.kind) {
    case 'warmth':
      warmth.goTo(at.warmerC, world.bench.nowMs);
      if (isAlive && at.isRead) readTemperature(world.bench, celsius());
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

test('LC2, dead row: dead or alive, stations never exceed what their circuit bears at a temperature that keeps its word', () => {
  fc.assert(
    fc.property(history, (given) => {
      expect(worstExcess(SITE, given)).toBeLessThanOrEqual(0);
    }),
    { numRuns: 150 },
  );
});

test.each([
  ['that rises further than was said', { ...SITE, derating: { ...SITE.derating, risesAtMostDeciC: 0 } }],
  [
    'of which readings of long ago count',
    { ...SITE, derating: { ...SITE.derating, staleAfterMs: 3_600_000, risesAtMostDeciC: 20 } },
  ],
])('LC2, dead row: a temperature %s is caught by the same histories', (_, site) => {
  const outcome = fc.check(
    fc.property(history, (given) => worstExcess(site, given) <= 0),
    { numRuns: 1_500, endOnFailure: true, seed: 11 },
  );
  expect(outcome.failed).toBe(true);
});

test('LC2: what is borne is used: with the word kept they come within 2 A of it', () => {
  const outcome = fc.check(
    fc.property(history, (given) => worstExcess(SITE, given) < -20),
    { numRuns: 1_500, endOnFailure: true, seed: 11 },
  );
  expect(outcome.failed).toBe(true);
});
