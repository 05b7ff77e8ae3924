import { expect, test } from '@jest/globals';
import { perPhase } from '@headroom/kernel';
import fc from 'fast-check';
import { buildSiteModel, toModel } from './build.ts';
import { MAX_EVSES_NAMED, MAX_ROWS_TOLD } from './commissioning.ts';
import { rowsAtRest } from './lasting.ts';
import { fittingFallbacks } from './fitting-fallbacks.ts';
import type { CircuitInput, EvseInput, SiteModelInput } from './input.ts';
import { evseInput, SMALL_SITE } from './site.fixture.ts';

const problemsOf = (input: SiteModelInput) => {
  const result = buildSiteModel(input);
  return result.kind === 'ok' ? [] : result.error;
};
const onOneCircuit = (ratingDeciA: number, evses: readonly EvseInput[], change: Partial<CircuitInput> = {}) => ({
  ...SMALL_SITE,
  circuits: [{ circuitId: 'grid', name: 'Grid', rating: perPhase(() => ratingDeciA), ...change }],
  evses,
  otherLoads: [],
});
const stations = (count: number, change: Partial<EvseInput> = {}): readonly EvseInput[] =>
  Array.from({ length: count }, (_, i) => ({ ...evseInput(`S-${i + 1}`, 'grid'), ...change }));

test('7.4, LC1 a continuous factor counts on what falls back as on what charges: 5 x 6 A on 32 A no longer fit at 0.8', () => {
  // 5 x 6 A x 1.25 = 37.5 A.
  expect(problemsOf(onOneCircuit(320, stations(5)))).toEqual([]);
  const [worst] = problemsOf(onOneCircuit(320, stations(5), { continuousPercent: 80 }));
  expect(worst?.detail).toBe(
    'Grid, on L1: fallbacks of 5 EVSEs 37.5 A (each counts 1/0.8-fold: the continuous factor) + other load at worst 0 A = 37.5 A, ' +
      '5.5 A above the limit of 32 A. It is the worst of 3 that do not fit. ' +
      'The site fits with a fallback of 0 A instead of 6 A for one EVSE: S-5/1. Who falls back to 0 A does not charge while offline.',
  );
  expect(problemsOf(onOneCircuit(375, stations(5), { continuousPercent: 80 }))).toEqual([]);
  expect(problemsOf(onOneCircuit(374, stations(5), { continuousPercent: 80 }))).not.toEqual([]);
});

test('7.4 the worst row comes first, and of many only the worst are told', () => {
  const panels = Array.from(
    { length: 8 },
    (_, i): CircuitInput => ({
      circuitId: `p${i}`,
      parentCircuitId: 'grid',
      name: '',
      rating: perPhase(() => 50 - i),
    }),
  );
  const evses = panels.map(({ circuitId }) => evseInput(`S-${circuitId}`, circuitId));
  const problems = problemsOf({
    ...SMALL_SITE,
    circuits: [{ circuitId: 'grid', name: '', rating: perPhase(() => 1_000) }, ...panels],
    evses,
    otherLoads: [],
  });
  expect(problems).toHaveLength(MAX_ROWS_TOLD);
  expect(problems[0]).toMatchObject({ pointer: '/spec/circuits/8' });
  expect(problems[0]?.detail).toContain('p7, on L1: fallbacks of 1 EVSEs 6 A');
  expect(problems[0]?.detail).toContain('It is the worst of 24 that do not fit.');
  expect(problems[1]?.detail).not.toContain('The site fits');
});

test('7.4 fallbacks go down to the least that a car can take before any goes to 0 A', () => {
  // 4 x 10 A on 30 A: from the end on, three go to 6 A: 10 + 3 x 6 = 28 A.
  const [worst] = problemsOf(onOneCircuit(300, stations(4, { fallback: 100 })));
  expect(worst?.detail).toContain(
    'The site fits with a fallback of 6 A instead of 10 A for 3 EVSEs: S-2/1, S-3/1, S-4/1.',
  );
  expect(worst?.detail).not.toContain('offline');
});

test('7.4, PH9 a conductor where two pairs meet is told once, by the larger of its two sums, and with every way out', () => {
  const pair = (stationId: string, phases: EvseInput['phases'], fallback: number): EvseInput => ({
    ...evseInput(stationId, 'grid', phases),
    ...{ wiring: 'line-to-line', fallback },
  });
  const problems = problemsOf({
    ...onOneCircuit(0, [pair('A', ['l1', 'l2'], 80), pair('B', ['l3', 'l1'], 100)]),
    circuits: [{ circuitId: 'grid', name: 'Grid', rating: { l1: 300, l2: 1_000, l3: 1_000 } }],
    otherLoads: [{ circuitId: 'grid', name: 'Hall', worstCase: perPhase(() => 200), staleAfterMs: 0 }],
  });
  // 10 A and 7/8 of 8 A; the other sum is 8 A and 7/8 of 10 A.
  expect(problems.map(({ detail }) => detail)).toEqual([
    'Grid, on L1: fallbacks of 2 EVSEs 17 A + other load at worst 20 A = 37 A, 7 A above the limit of 30 A. The site fits with a fallback of ' +
      '0 A instead of 10 A for one EVSE: B/1. Who falls back to 0 A does not charge while offline. Or with a worst case of the other load there of 13 A.',
  ]);
});

test('7.4 of many EVSEs the first are named and the others counted', () => {
  const [worst] = problemsOf(onOneCircuit(0, stations(MAX_EVSES_NAMED + 1)));
  expect(worst?.detail).toContain(`S-${MAX_EVSES_NAMED}/1 and 1 more.`);
  expect(worst?.detail).not.toContain(`S-${MAX_EVSES_NAMED + 1}/1`);
});

test('7.4 where the other load alone is too large no fallback is proposed', () => {
  const otherLoads = [{ circuitId: 'grid', name: 'Hall', worstCase: perPhase(() => 400), staleAfterMs: 0 }];
  const [worst] = problemsOf({ ...onOneCircuit(300, stations(2)), otherLoads });
  expect(worst?.detail).toContain('Even without any fallback it does not fit: the other load alone is too large.');
});

const RECTIFIER = { outputMaxW: 40_000, efficiencyPercent: 90, powerFactorPercent: 90 };
/** Four outlets that fall back to 60 A each, behind a cabinet that takes 79.6 A of each phase and no more: 40,000 / (0.81 x 621). */
const behindCabinet = (ratingDeciA: number, otherLoadDeciA = 0): SiteModelInput => ({
  ...SMALL_SITE,
  circuits: [
    { circuitId: 'grid', name: 'Grid', rating: perPhase(() => ratingDeciA) },
    {
      ...{ circuitId: 'cabinet', parentCircuitId: 'grid', name: 'Cabinet' },
      ...{ rating: perPhase(() => 2_000), cabinet: RECTIFIER },
    },
  ],
  evses: Array.from({ length: 4 }, (_, i) => ({
    ...evseInput(`S-${i + 1}`, 'cabinet'),
    ...{ maxCurrent: 800, minCurrent: 10, fallback: 600, dc: RECTIFIER },
  })),
  otherLoads: [{ circuitId: 'grid', name: 'Hall', worstCase: perPhase(() => otherLoadDeciA), staleAfterMs: 0 }],
});

test('7.4, MD14 fallbacks behind a cabinet help only as far as they go below what it gives anyway', () => {
  // 4 x 60 A count as 79.6 A. On 70 A one of 60 A beside three of 1 A fit, but no two of them.
  const [worst] = problemsOf(behindCabinet(700));
  expect(worst?.detail).toContain('fallbacks of 4 EVSEs 79.6 A');
  expect(worst?.detail).toContain(
    'The site fits with a fallback of 1 A instead of 60 A for 3 EVSEs: S-2/1, S-3/1, S-4/1.',
  );
});

test('7.4, MD14 a cabinet hides no other load that is too large by itself', () => {
  const [worst] = problemsOf(behindCabinet(700, 800));
  expect(worst?.detail).toContain('Even without any fallback it does not fit: the other load alone is too large.');
});

const sites: fc.Arbitrary<SiteModelInput> = fc
  .record({
    circuits: fc.array(
      fc.record({
        parent: fc.nat(),
        rating: fc.integer({ min: 0, max: 900 }),
        kw: fc.option(fc.integer({ min: 0, max: 60_000 })),
        percent: fc.constantFrom(100, 80, 61),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    evses: fc.array(
      fc.record({
        circuit: fc.nat(),
        phases: fc.constantFrom<EvseInput['phases'][]>(['l1'], ['l2', 'l3', 'l1'], ['l3'], ['l1', 'l2']),
        fallback: fc.constantFrom(0, 60, 100, 160),
      }),
      { minLength: 1, maxLength: 14 },
    ),
    outlets: fc.array(fc.constantFrom(0, 60, 100, 160), { maxLength: 5 }),
    cabinetKw: fc.integer({ min: 1, max: 30 }),
    load: fc.integer({ min: 0, max: 300 }),
  })
  .map(({ circuits, evses, outlets, cabinetKw, load }) => ({
    ...SMALL_SITE,
    circuits: [
      ...circuits.map(({ parent, rating, kw, percent }, i) => ({
        circuitId: `c${i}`,
        ...(i === 0 ? {} : { parentCircuitId: `c${parent % i}` }),
        name: '',
        rating: perPhase(() => rating),
        ...(kw === null ? {} : { powerLimitW: kw }),
        continuousPercent: percent,
      })),
      {
        circuitId: 'cabinet',
        parentCircuitId: `c${circuits.length - 1}`,
        name: '',
        rating: perPhase(() => 900),
        cabinet: { ...RECTIFIER, outputMaxW: cabinetKw * 1_000 },
      },
    ],
    evses: [
      ...evses.map(({ circuit, phases, fallback }, i) => ({
        ...evseInput(`S-${i}`, `c${circuit % circuits.length}`, phases),
        fallback,
        ...(phases.length === 2 && i % 2 === 0 ? { wiring: 'line-to-line' as const } : {}),
      })),
      ...outlets.map((fallback, i) => ({
        ...evseInput(`D-${i}`, 'cabinet'),
        ...{ minCurrent: 40, fallback, dc: { ...RECTIFIER, outputMaxW: 1_000 } },
      })),
    ],
    otherLoads: [{ circuitId: 'c0', name: '', worstCase: perPhase(() => load), staleAfterMs: 0 }],
  }));

test('7.4 what is proposed fits, names only EVSEs that go down, and none of them could keep its fallback', () => {
  let proposals = 0;
  fc.assert(
    fc.property(sites, (input) => {
      if (problemsOf(input).length === 0) return;
      const withFallbacks = (lower: ReadonlyMap<string, number>): SiteModelInput => ({
        ...input,
        evses: input.evses.map((evse) => ({
          ...evse,
          fallback: lower.get(`${evse.stationId}/${evse.evse}`) ?? evse.fallback,
        })),
      });
      const none = new Map(input.evses.map(({ stationId, evse }) => [`${stationId}/${evse}`, 0]));
      const proposed = proposalFor(input);
      expect(proposed === undefined).toBe(problemsOf(withFallbacks(none)).length > 0);
      if (proposed === undefined) return;
      proposals += 1;
      expect(problemsOf(withFallbacks(proposed))).toEqual([]);
      for (const [evseId, to] of proposed) {
        const { fallback } = input.evses.find(({ stationId }) => `${stationId}/1` === evseId) ?? { fallback: -1 };
        expect(to).toBeLessThan(fallback);
        expect(problemsOf(withFallbacks(new Map(proposed).set(evseId, fallback)))).not.toEqual([]);
      }
    }),
    { numRuns: 600 },
  );
  expect(proposals).toBeGreaterThan(50);
});

function proposalFor(input: SiteModelInput): ReadonlyMap<string, number> | undefined {
  const site = toModel(input);
  const lower = fittingFallbacks(site, rowsAtRest(site));
  return lower && new Map(lower.map(({ evseId, to }) => [evseId, to]));
}
