import { describe, expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import type { EvseInput, SharePolicy, TierMode } from '@headroom/site-model';
import type { Fact } from './facts.ts';
import {
  all,
  asked,
  car,
  chargingState,
  committed,
  connected,
  evseInput,
  idOf,
  limits,
  panelOf,
  reasonOf,
  Scene,
} from './given.fixture.ts';
import { siteOf, stationName, T0 } from './given.fixture.ts';
import { POLICIES } from './policies/policy-of.ts';
import { proportional } from './policies/shares.ts';
import { turnMsOf } from './rotation.ts';

const SHARES = Object.keys(POLICIES) as SharePolicy[];

type Said = Pick<EvseInput, 'tier' | 'weight'>;

interface Tiered {
  readonly share?: SharePolicy;
  readonly tiers?: TierMode;
  /** Of one panel. */
  readonly rating: number;
}

/** An EVSE for each, without fallbacks, on one panel. */
function sceneOf(said: readonly Said[], { share = 'equal', tiers, rating }: Tiered): Scene {
  const evses = said.map((one, i) => evseInput(stationName(i + 1), 'panel-a', { fallback: 0, ...one }));
  const site = siteOf({ ...panelOf(0, {}, rating), evses, share, ...(tiers === undefined ? {} : { tiers }) });
  return new Scene(site).given(all(1, said.length, (n) => [connected(n), committed(n, 0)]));
}

/** With a car at each; car 1 came first. */
const decided = (said: readonly Said[], tiered: Tiered, ...facts: readonly Fact[]) =>
  sceneOf(said, tiered)
    .given(all(1, said.length, car), facts)
    .decideAt(T0);

const FIRST = { tier: 1 };
const SECOND = { tier: 2 };

describe('MD13 floor-first', () => {
  test('the minimum of everybody, then all that is left for the lowest tier, which shares it', () => {
    expect(limits(decided([SECOND, FIRST, FIRST], { rating: 400 }), 1, 2, 3)).toEqual([60, 170, 170]);
  });

  test('what the first tier cannot take is the second one’s, and what that leaves the third one’s', () => {
    const decision = decided([{ tier: 7 }, SECOND, FIRST], { rating: 800 });
    expect(limits(decision, 1, 2, 3)).toEqual([160, 320, 320]);
  });

  test('where not all minima fit, who is of a lower tier has his, whoever came first', () => {
    expect(limits(decided([SECOND, SECOND, FIRST], { rating: 130 }), 1, 2, 3)).toEqual([60, 0, 70]);
  });

  test('who has his minimum and no more for the sake of a lower tier is told so, and with whom he shares', () => {
    const decision = decided([SECOND, SECOND, FIRST], { rating: 300 });
    expect(limits(decision, 1, 2, 3)).toEqual([60, 60, 180]);
    const sentence =
      '4.1 kW. Panel A is full (30 of 30 A on L1), shared equally with 1 car. Cars of tier 1 come first.';
    expect(reasonOf(decision, 1)).toMatchObject({ code: 'LOWER_PRIORITY', circuitId: 'panel-a', sentence });
    expect(reasonOf(decision, 3)).toMatchObject({
      ...{ code: 'CIRCUIT_LIMIT', sentence: '12.4 kW. Panel A is full (30 of 30 A on L1).' },
    });
  });
});

describe('MD13 who is said to come first', () => {
  test('not a car of a lower tier that takes nothing, though it has its minimum', () => {
    const scene = sceneOf([FIRST, SECOND, SECOND, { tier: 3 }], { rating: 300 }).given(all(1, 4, car));
    scene.given([chargingState(1, 'suspended-ev', T0 - 90_000)]);
    const decision = scene.decideAt(T0);
    expect(limits(decision, 1, 2, 3, 4)).toEqual([60, 90, 90, 60]);
    expect(reasonOf(decision, 2)).toMatchObject({ code: 'CIRCUIT_LIMIT' });
    expect(reasonOf(decision, 2).sentence).not.toContain('come first');
    expect(reasonOf(decision, 4).sentence).toContain('Cars of tier 2 come first.');
  });

  test('nor one that has nothing of what is full', () => {
    const evses = [
      evseInput(stationName(1), 'panel-a', { fallback: 0, tier: 1 }),
      ...[2, 3].map((n) => evseInput(stationName(n), 'panel-a', { fallback: 0, tier: 2, phases: ['l1'] })),
    ];
    const [grid, panel] = panelOf(0).circuits;
    if (grid === undefined || panel === undefined) throw new Error('the fixture has two circuits');
    // No minimum of three phases fits on L2.
    const circuits = [grid, { ...panel, rating: { l1: deciAmps(300), l2: deciAmps(50), l3: deciAmps(300) } }];
    const scene = new Scene(siteOf({ ...panelOf(0), circuits, evses }));
    const decision = scene.given(all(1, 3, (n) => [connected(n), committed(n, 0), ...car(n)])).decideAt(T0);
    expect(limits(decision, 1, 2, 3)).toEqual([0, 150, 150]);
    expect(reasonOf(decision, 2).sentence).not.toContain('come first');
  });

  test('where the grid makes the row full that stays the reason, and the sentence alone names the tier', () => {
    const scene = sceneOf([SECOND, FIRST], { rating: 640 }).given(all(1, 2, car), [asked([[20_700, T0 - 1_000]])]);
    const decision = scene.decideAt(T0);
    expect(limits(decision, 1, 2)).toEqual([60, 240]);
    expect(reasonOf(decision, 1).code).toBe('DR_EVENT');
    expect(reasonOf(decision, 1).sentence).toContain('Cars of tier 1 come first.');
  });
});

describe('MD13 strict', () => {
  test('all that a lower tier can use, before a higher one has its minimum; who waits for it is told so', () => {
    const decision = decided([SECOND, FIRST, FIRST], { rating: 660, tiers: 'strict' });
    expect(limits(decision, 1, 2, 3)).toEqual([0, 320, 320]);
    expect(reasonOf(decision, 1)).toMatchObject({
      ...{ code: 'LOWER_PRIORITY', circuitId: 'panel-a', row: 'l1' },
      sentence:
        'Paused. Panel A is nearly full (64 of 66 A on L1); 6 A more do not fit. Cars of tier 1 come first. Number 1 in the queue.',
    });
  });

  test('who waits for others of his own tier only is told of no other', () => {
    const decision = decided([FIRST, FIRST, SECOND], { rating: 100, tiers: 'strict' });
    expect(limits(decision, 1, 2, 3)).toEqual([100, 0, 0]);
    expect(reasonOf(decision, 2).code).toBe('ROUND_ROBIN_TURN');
    expect(reasonOf(decision, 3).code).toBe('LOWER_PRIORITY');
  });
});

describe.each(SHARES)('MD13 under "%s"', (share) => {
  test('the lower tier comes first, though its car came last', () => {
    const said = [SECOND, FIRST];
    expect(limits(decided(said, { share, rating: 350, tiers: 'strict' }), 1, 2)).toEqual([0, 320]);
    expect(limits(decided(said, { share, rating: 350 }), 1, 2)).toEqual([60, 290]);
  });

  test('one tier is none, whichever it is, and strict or not', () => {
    const plain = limits(decided([{}, {}, {}], { share, rating: 400 }), 1, 2, 3);
    for (const tiers of ['floor-first', 'strict'] as const) {
      expect(limits(decided([SECOND, SECOND, SECOND], { share, rating: 400, tiers }), 1, 2, 3)).toEqual(plain);
    }
  });
});

test.each<[SharePolicy, readonly number[]]>([
  ['equal', [100, 300]],
  ['equal-surplus', [130, 270]],
  ['proportional', [100, 300]],
  ['density', [100, 300]],
  ['smoothed-soc', [100, 300]],
  ['smoothed-laxity', [100, 300]],
  ['first-come', [320, 80]],
  ['lowest-soc', [320, 80]],
])(
  'KP2 under "%s" a weight of 3 counts three times inside its tier, where a tier shares at the same time',
  (share, shared) => {
    expect(limits(decided([{}, { weight: 3 }], { share, rating: 400 }), 1, 2)).toEqual(shared);
    // Of another tier it changes nothing.
    const apart = decided([FIRST, { tier: 2, weight: 100 }], { share, rating: 400 });
    expect(limits(apart, 1, 2)).toEqual([320, 80]);
  },
);

test('RF4 inside a higher tier all take turns with what the lower one leaves them', () => {
  const said = [FIRST, SECOND, SECOND, SECOND];
  const scene = sceneOf(said, { share: 'proportional', tiers: 'strict', rating: 400 }).given(all(1, 4, car));
  const waitedS = [0, 0, 0];
  let longestS = 0;
  for (let s = 0; s < 4 * 3_600; s += 60) {
    const [first, ...others] = limits(scene.decideAt(T0 + s * 1_000), 1, 2, 3, 4);
    expect(first).toBe(320);
    expect(others.filter((limit) => limit > 0)).toHaveLength(1);
    for (const [i, limit] of others.entries()) waitedS[i] = limit > 0 ? 0 : (waitedS[i] ?? 0) + 60;
    longestS = Math.max(longestS, ...waitedS);
  }
  // Three on one place: two turns of others, and one look.
  expect(longestS).toBeLessThanOrEqual((2 * turnMsOf(proportional)) / 1_000 + 120);
});

test('RF1 who is entitled to his minimum and has it is owed nothing for what the minima of other tiers took', () => {
  const decision = decided([SECOND, FIRST], { share: 'proportional', rating: 350 });
  expect(limits(decision, 1, 2)).toEqual([60, 290]);
  expect([1, 2].map((n) => decision.allocations.get(idOf(n))?.credit)).toEqual([undefined, undefined]);
  // Who has to wait for his minimum is owed what his tier would have given him.
  const short = decided([SECOND, SECOND, FIRST], { share: 'proportional', rating: 130 });
  expect(limits(short, 1, 2, 3)).toEqual([60, 0, 70]);
  expect(short.allocations.get(idOf(2))?.credit?.perS).toBe(35);
});

test('OD2 a turn of a higher tier ends when the lower one needs its place', () => {
  const scene = sceneOf([SECOND, FIRST], { share: 'proportional', tiers: 'strict', rating: 350 }).given(car(1));
  expect(limits(scene.decideAt(T0), 1)).toEqual([320]);
  const decision = scene.given(car(2, T0 + 60_000)).decideAt(T0 + 60_000);
  expect(limits(decision, 1, 2)).toEqual([0, 320]);
});

test('RF6 a car of a lower tier that takes nothing keeps nobody of a higher one out', () => {
  const scene = sceneOf([FIRST, SECOND], { tiers: 'strict', rating: 110 }).given(car(1), car(2));
  expect(limits(scene.decideAt(T0), 1, 2)).toEqual([110, 0]);
  scene.given(chargingState(1, 'suspended-ev', T0 + 1_000));
  expect(limits(scene.decideAt(T0 + 62_000), 1, 2)).toEqual([0, 110]);
  // It draws again: its tier comes first again.
  scene.given(chargingState(1, 'charging', T0 + 120_000));
  expect(limits(scene.decideAt(T0 + 121_000), 1, 2)).toEqual([110, 0]);
});

test.each<[string, readonly Said[], readonly number[], readonly number[]]>([
  ['1, 1, 1', [{}, {}, {}], [134, 133, 133], [134, 133, 133]],
  ['2, 1, 1', [SECOND, FIRST, FIRST], [60, 170, 170], [0, 200, 200]],
  ['3, 2, 1', [{ tier: 3 }, SECOND, FIRST], [60, 60, 280], [0, 80, 320]],
  ['1, 1, 1 by weights of 1, 1, 2', [{}, {}, { weight: 2 }], [100, 100, 200], [100, 100, 200]],
])('MD13 tiers %s come to what docs/site-document.md says', (_tiers, said, floorFirst, strict) => {
  expect(limits(decided(said, { rating: 400, tiers: 'floor-first' }), 1, 2, 3)).toEqual(floorFirst);
  expect(limits(decided(said, { rating: 400, tiers: 'strict' }), 1, 2, 3)).toEqual(strict);
});

test('KP2 who shares with heavier cars is told that each has its part by its weight; where one is served after the other weights say nothing', () => {
  const said = (share: SharePolicy, ...weights: readonly number[]) =>
    reasonOf(
      decided(
        weights.map((weight) => ({ weight })),
        { rating: 400, share },
      ),
      2,
    ).sentence;
  const full = 'Panel A is full (40 of 40 A on L1), ';
  expect(said('equal', 1, 3)).toBe(`20.7 kW. ${full}shared equally with 1 car, each by its weight.`);
  expect(said('equal', 3, 3)).toBe(`13.8 kW. ${full}shared equally with 1 car.`);
  expect(said('first-come', 1, 3)).not.toContain('weight');
});
