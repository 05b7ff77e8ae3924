import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GivingWorld } from '../testing/giving-stations.ts';
import { NUMBERS, SOUND, type Spoil, type Step, step, Story } from '../testing/owner-story.ts';
import { givingA } from '../testing/told-back.ts';
import type { Shard } from './shard.ts';

const SITE_OF_GIVERS = {
  ...{ stations: NUMBERS.length, ratingA: 60, fallbackA: 6, givesA: 32 },
  ...{ feederA: 40, sourceA: 0, exportW: 60_000, buildingA: 0 },
};
type Told = Step | { readonly kind: 'give'; readonly givesA: readonly number[] };

const three = (of: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(of, { minLength: NUMBERS.length, maxLength: NUMBERS.length });
const histories = fc.record({
  skewsMs: three(fc.constantFrom(0, -20_000, 20_000)),
  steps: fc.array(
    fc.oneof<fc.WeightedArbitrary<Told>[]>(
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant('give' as const), givesA: three(fc.constantFrom(0, 6, 10, 20)) }),
      },
      // Who names itself anew has another firmware, and says nothing of setpoints.
      { weight: 5, arbitrary: step.filter(({ kind }) => kind !== 'tells') },
    ),
    { minLength: 10, maxLength: 80, size: 'max' },
  ),
  coins: fc.array(fc.nat({ max: 11 }), { minLength: 1, maxLength: 40, size: 'max' }),
});
type History = typeof histories extends fc.Arbitrary<infer H> ? H : never;

/** All cars give back whatever was ever allowed: the owners of their site come one after the other. */
function live({ steps, ...history }: History, spoil: Spoil = SOUND) {
  const world = new GivingWorld(SITE_OF_GIVERS, ['stubborn', 'stubborn', 'stubborn'], history.skewsMs);
  const story = new Story(history, spoil, world);
  const over: string[] = [];
  for (const at of steps) {
    if (at.kind === 'give') world.decide([8, 8, 8], undefined, { givesA: at.givesA });
    else story.take(at);
    // He has fenced the gateways, and read what others intended.
    if (at.kind === 'take-over') {
      story.bench.readJournal();
      story.bench.shard.raising = { kind: 'allowed' };
    }
    world.pass();
    over.push(...world.overflows());
  }
  story.bench.readJournal();
  return { story, world, over, restored: story.heir(story.snapshot, story.bench.epoch + 1) };
}

const tooLow = ({ story, world }: ReturnType<typeof live>, shard: Shard): readonly number[] =>
  NUMBERS.filter((n) => givingA(story.bench, n, shard) < world.givenDeciA(n) / 10);

test('MD18, HO-2: an heir counts all that may be flowing back, from any snapshot or from the start of the log, and no owner lets more flow', () => {
  let [given, counted] = [0, 0];
  fc.assert(
    fc.property(histories, (history) => {
      const lived = live(history);
      const fromStart = lived.story.heir(undefined, lived.story.bench.epoch + 1);
      expect(tooLow(lived, lived.restored)).toEqual([]);
      expect(tooLow(lived, fromStart)).toEqual([]);
      expect(lived.over).toEqual([]);
      given += NUMBERS.filter((n) => lived.world.givenDeciA(n) > 0).length;
      counted += NUMBERS.filter((n) => givingA(lived.story.bench, n, fromStart) > 0).length;
    }),
    { numRuns: 150 },
  );
  expect(given).toBeGreaterThan(20);
  // What is over is let go of: an heir does not count for ever what somebody once gave.
  expect(counted).toBeLessThan(150 * NUMBERS.length);
});

test.each<readonly [string, Spoil]>([
  [
    'takes what its predecessor let flow back for nothing',
    {
      ...SOUND,
      snapshot: ({ controls, ...snapshot }) => ({
        ...snapshot,
        controls: new Map([...controls].map(([id, { back: _, ...control }]) => [id, control])),
      }),
    },
  ],
  [
    'drops the intents of lower epochs',
    { ...SOUND, takes: (fact, epoch) => !(fact.kind === 'limit-intended' && fact.epoch < epoch) },
  ],
])('an owner that %s is caught', (_, spoil) => {
  const outcome = fc.check(
    fc.property(histories, (history) => {
      const lived = live(history, spoil);
      return tooLow(lived, lived.restored).length === 0;
    }),
    { numRuns: 2_000, endOnFailure: true, seed: 11 },
  );
  expect(outcome.failed).toBe(true);
});
