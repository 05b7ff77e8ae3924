import { expect, test } from '@jest/globals';
import { MOST_CLOSINGS_AN_HOUR, type SharePolicy, type SwitchingInput } from '@headroom/site-model';
import fc from 'fast-check';
import { T0 } from './given.fixture.ts';
import { POLICIES } from './policies/policy-of.ts';
import { turnMsOf } from './rotation.ts';
import { Restless } from './test-support/restless.ts';

const LOOK_MS = 60_000;
/** Two hours. */
const LOOKS = 120;
const HOUR_MS = 3_600_000;
const SHARES = Object.keys(POLICIES) as readonly SharePolicy[];
const CARS = 4;

/** The limit in amperes, and who comes in the place of whom, look by look. */
interface News {
  readonly amps: number;
  readonly comes?: number;
}

const amps = fc.integer({ min: 0, max: 40 });

/** A building that wanders, jumps, trembles about one value, or leaves nothing for a while. */
const course: fc.Arbitrary<readonly number[]> = fc.oneof(
  fc
    .tuple(amps, fc.array(fc.integer({ min: -4, max: 4 }), { minLength: LOOKS, maxLength: LOOKS }))
    .map(([from, by]) => {
      let at = from;
      return by.map((step) => (at = Math.max(0, Math.min(40, at + step))));
    }),
  fc
    .array(fc.tuple(amps, fc.integer({ min: 1, max: 12 })), { minLength: LOOKS, maxLength: LOOKS })
    .map((spans) => spans.flatMap(([value, looks]) => Array.from({ length: looks }, () => value)).slice(0, LOOKS)),
  fc
    .tuple(fc.integer({ min: 4, max: 20 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 10 }))
    .map(([low, by, looks]) =>
      Array.from({ length: LOOKS }, (_, i) => (Math.floor(i / looks) % 2 === 0 ? low + by : low)),
    ),
);

const comings = fc.array(fc.tuple(fc.nat(LOOKS - 1), fc.integer({ min: 1, max: CARS })), { maxLength: 20 });

const newsOf = ([limits, cars]: readonly [
  readonly number[],
  readonly (readonly [number, number])[],
]): readonly News[] => {
  const at = new Map(cars);
  return limits.map((value, i) => ({ amps: value, ...(at.has(i) ? { comes: at.get(i) ?? 1 } : {}) }));
};
const news = fc.tuple(course, comings).map(newsOf);

/** One minimum more, and one less, from look to look. */
const TREMBLING: readonly News[] = Array.from({ length: LOOKS }, (_, i) => ({ amps: i % 2 === 0 ? 25 : 5 }));

/** @returns the site after all of it; at each look no limit is exceeded */
function live(
  share: SharePolicy,
  course_: readonly News[],
  {
    departuresMin,
    switching,
  }: { readonly departuresMin?: readonly number[]; readonly switching?: SwitchingInput } = {},
): Restless {
  const site = new Restless(CARS, { share }, { switching });
  const comes = (n: number, nowMs: number): void => {
    site.comes(n, nowMs);
    const departureMin = departuresMin?.[n - 1];
    if (departureMin !== undefined) site.asks(n, 15_000, nowMs + departureMin * 60_000, nowMs);
  };
  for (const n of site.numbers) comes(n, T0);
  for (const [i, one] of course_.entries()) {
    const nowMs = T0 + i * LOOK_MS;
    if (one.comes !== undefined) comes(one.comes, nowMs);
    site.allow(one.amps, nowMs);
    const { now } = site.at(nowMs);
    expect(now.reduce((sum, limit) => sum + limit, 0)).toBeLessThanOrEqual(one.amps * 10);
    for (const limit of now) expect(limit === 0 || limit >= 60).toBe(true);
  }
  return site;
}

/** Of those that were not the first of a session the largest number that one of them makes full, in the hour that it ends. */
const mostOf = (site: Restless): number =>
  Math.max(0, ...site.closings.filter(({ isFirst }) => !isFirst).map((closing) => site.closedBefore(closing)));

test.each(SHARES)(
  'under "%s" nobody starts again more than eight times an hour, whatever limits and cars do',
  (share) => {
    let fullest = 0;
    fc.assert(
      fc.property(news, (course_) => {
        const most = mostOf(live(share, course_));
        fullest = Math.max(fullest, most);
        expect(most).toBeLessThanOrEqual(MOST_CLOSINGS_AN_HOUR);
      }),
      { numRuns: 6, examples: [[TREMBLING]] },
    );
    // The budget was met: else this would say nothing.
    expect(fullest).toBe(MOST_CLOSINGS_AN_HOUR);
  },
);

const departures = fc.array(fc.integer({ min: 5, max: 150 }), { minLength: CARS, maxLength: CARS });

test.each(SHARES)(
  'under "%s" nobody starts again more often than the document of his site says, whatever limits and cars do',
  (share) => {
    const times = fc.tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }));
    let fullest = 0;
    fc.assert(
      fc.property(news, times, departures, (course_, [few, most], departuresMin) => {
        const switching = { closingsAnHour: Math.min(few, most), mostClosingsAnHour: most };
        const started = mostOf(live(share, course_, { departuresMin, switching }));
        if (most === 2) fullest = Math.max(fullest, started);
        expect(started).toBeLessThanOrEqual(most);
      }),
      { numRuns: 3, examples: [[TREMBLING, [1, 2], [30, 60, 90, 120]]] },
    );
    expect(fullest).toBe(2);
  },
);

test.each(SHARES)('under "%s" not even who has to leave soon starts again more than eight times an hour', (share) => {
  fc.assert(
    fc.property(news, departures, (course_, departuresMin) => {
      expect(mostOf(live(share, course_, { departuresMin }))).toBeLessThanOrEqual(MOST_CLOSINGS_AN_HOUR);
    }),
    { numRuns: 3, examples: [[TREMBLING, [30, 60, 90, 120]]] },
  );
});

test.each(SHARES)(
  'under "%s" no limit cycle: where the limit stands nobody starts more often than whole turns allow',
  (share) => {
    fc.assert(
      fc.property(news, fc.integer({ min: 6, max: 40 }), (course_, stands) => {
        const hours = 4;
        const calm = Array.from({ length: (hours * HOUR_MS) / LOOK_MS }, () => ({ amps: stands }));
        const site = live(share, [...course_, ...calm]);
        // An hour after the last news each of them has his whole budget again.
        const fromMs = T0 + course_.length * LOOK_MS + HOUR_MS;
        const { turns, ...rules } = POLICIES[share];
        const most = turns === 'nobody' ? 1 : Math.ceil(((hours - 1) * HOUR_MS) / (turnMsOf(rules) + LOOK_MS));
        const late = site.closings.filter(({ atMs }) => atMs >= fromMs);
        for (const n of site.numbers) expect(late.filter(({ car }) => car === n).length).toBeLessThanOrEqual(most);
      }),
      { numRuns: 2 },
    );
  },
);
