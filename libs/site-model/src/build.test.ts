import type { LadderEnd } from './ladder.ts';
import type { PlanObjective, TierMode } from './input.ts';
import { expect, test } from '@jest/globals';
import { perPhase } from '@headroom/kernel';
import { buildSiteModel, MAX_EVSES } from './build.ts';
import type { OverloadInput, SiteModelInput, SwitchingInput } from './input.ts';
import { evseInput, SMALL_SITE } from './site.fixture.ts';

const problemsOf = (change: Partial<SiteModelInput>) => {
  const result = buildSiteModel({ ...SMALL_SITE, ...change });
  return result.kind === 'ok' ? [] : result.error.map(({ code, pointer }) => [code, pointer]);
};
const [grid, panelA] = SMALL_SITE.circuits as [SiteModelInput['circuits'][number], SiteModelInput['circuits'][number]];
const [evse] = SMALL_SITE.evses as [SiteModelInput['evses'][number]];
const [building] = SMALL_SITE.otherLoads as [SiteModelInput['otherLoads'][number]];

const OVERLOADS: readonly (readonly [string, OverloadInput])[] = [
  ['an overload of nothing', { percent: 0, seconds: 200 }],
  ['an overload that may trip a breaker', { percent: 14, seconds: 200 }],
  ['an overload of NaN', { percent: Number.NaN, seconds: 200 }],
  ['an overload for longer than half an hour', { percent: 5, seconds: 1_801 }],
  ['an overload shorter than the lease, its margin and a reading', { percent: 5, seconds: 129 }],
];

test('a sound site becomes a model with its root, its EVSEs by id and its rotation', () => {
  const result = buildSiteModel(SMALL_SITE);
  if (result.kind !== 'ok') throw new Error(JSON.stringify(result.error));
  expect(result.value.rootCircuitId).toBe('grid');
  expect([...result.value.evses.keys()]).toEqual(['ST-1/1', 'ST-2/1', 'ST-3/1']);
  expect([...result.value.evses.values()].map((one) => one.phases.join())).toEqual(['l1,l2,l3', 'l1,l2,l3', 'l2']);
});

test('a site without a root, or with two, is refused', () => {
  expect(problemsOf({ circuits: [{ ...grid, parentCircuitId: 'panel-a' }, panelA] })).toContainEqual([
    'no-root',
    '/spec/circuits',
  ]);
  const { parentCircuitId: _, ...secondRoot } = panelA;
  expect(problemsOf({ circuits: [grid, secondRoot] })).toEqual([['two-roots', '/spec/circuits/1']]);
});

test('a loop of circuits is named once, whatever hangs below it', () => {
  const circuits = [
    grid,
    panelA,
    { ...panelA, circuitId: 'x', parentCircuitId: 'y' },
    { ...panelA, circuitId: 'y', parentCircuitId: 'x' },
    { ...panelA, circuitId: 'below', parentCircuitId: 'y' },
  ];
  const result = buildSiteModel({ ...SMALL_SITE, circuits });
  expect(result).toMatchObject({
    kind: 'err',
    error: [
      { code: 'circuit-loop', detail: 'Circuits feed each other: x -> y -> x.', pointer: '/spec/circuits/2/parent' },
    ],
  });
});

test.each<readonly [string, Partial<SiteModelInput>, readonly [string, string]]>([
  [
    'unknown parent',
    { circuits: [grid, { ...panelA, parentCircuitId: 'gird' }] },
    ['unknown-parent', '/spec/circuits/1/parent'],
  ],
  ['two circuits of one name', { circuits: [grid, panelA, panelA] }, ['duplicate-id', '/spec/circuits/2/name']],
  [
    'a name with a slash',
    { circuits: [grid, panelA, { ...panelA, circuitId: 'a/b' }] },
    ['bad-id', '/spec/circuits/2/name'],
  ],
  [
    'a negative rating',
    { circuits: [{ ...grid, rating: { l1: 1000, l2: -1, l3: 1000 } }, panelA] },
    ['negative-rating', '/spec/circuits/0/ratingPerPhaseA'],
  ],
  [
    'a rating of NaN',
    { circuits: [{ ...grid, rating: perPhase(() => Number.NaN) }, panelA] },
    ['negative-rating', '/spec/circuits/0/ratingPerPhaseA'],
  ],
  [
    'a negative power limit',
    { circuits: [{ ...grid, powerLimitW: -1 }, panelA] },
    ['bad-power-limit', '/spec/circuits/0/limitKw'],
  ],
  [
    'a continuous factor below 0.1',
    { circuits: [grid, { ...panelA, continuousPercent: 9 }] },
    ['bad-continuous-factor', '/spec/circuits/1/continuousFactor'],
  ],
  [
    'a continuous factor above 1',
    { circuits: [grid, { ...panelA, continuousPercent: 101 }] },
    ['bad-continuous-factor', '/spec/circuits/1/continuousFactor'],
  ],
  [
    'a continuous factor of NaN',
    { circuits: [grid, { ...panelA, continuousPercent: Number.NaN }] },
    ['bad-continuous-factor', '/spec/circuits/1/continuousFactor'],
  ],
  ...OVERLOADS.map(([title, overload]): readonly [string, Partial<SiteModelInput>, readonly [string, string]] => [
    title,
    { circuits: [{ ...grid, overload }, panelA] },
    ['bad-overload', '/spec/circuits/0/overloadAllowance'],
  ]),
  [
    'a station on an unknown circuit',
    { evses: [{ ...evse, circuitId: 'panel-z' }] },
    ['unknown-circuit', '/spec/stations/0/circuit'],
  ],
  ['an EVSE twice', { evses: [evse, evse] }, ['duplicate-id', '/spec/stations/0/evses/1']],
  ['EVSE number 0', { evses: [{ ...evse, evse: 0 }] }, ['bad-id', '/spec/stations/0/evses/0/evse']],
  ['no phase', { evses: [{ ...evse, phases: [] }] }, ['bad-phases', '/spec/stations/0/evses/0/phases']],
  ['a phase twice', { evses: [{ ...evse, phases: ['l1', 'l1'] }] }, ['bad-phases', '/spec/stations/0/evses/0/phases']],
  [
    'a minimum below 6 A',
    { evses: [{ ...evse, minCurrent: 59 }] },
    ['bad-current', '/spec/stations/0/evses/0/minimumA'],
  ],
  [
    'a minimum above the maximum',
    { evses: [{ ...evse, maxCurrent: 100, minCurrent: 101 }] },
    ['bad-current', '/spec/stations/0/evses/0/minimumA'],
  ],
  [
    'a fallback between 0 and the minimum',
    { evses: [{ ...evse, fallback: 30 }] },
    ['bad-current', '/spec/stations/0/evses/0/fallbackA'],
  ],
  [
    'a maximum of NaN',
    { evses: [{ ...evse, maxCurrent: Number.NaN }] },
    ['bad-current', '/spec/stations/0/evses/0/maxA'],
  ],
  [
    'a meter on an unknown circuit',
    { otherLoads: [{ ...building, circuitId: 'nowhere' }] },
    ['unknown-circuit', '/spec/meters/0/circuit'],
  ],
  ['a meter twice', { otherLoads: [building, building] }, ['duplicate-id', '/spec/meters/1/name']],
  [
    'a meter that is never stale',
    { otherLoads: [{ ...building, staleAfterMs: Number.NaN }] },
    ['bad-meter', '/spec/meters/0/staleAfter'],
  ],
  [
    'a worst case of NaN',
    { otherLoads: [{ ...building, worstCase: perPhase(() => Number.NaN) }] },
    ['bad-current', '/spec/meters/0/worstCasePerPhaseA'],
  ],
  [
    'a rise below 0 A',
    { otherLoads: [{ ...building, risesAtMost: { l1: 0, l2: -1, l3: 0 } }] },
    ['bad-rise', '/spec/meters/0/risesAtMostPerPhaseA'],
  ],
  [
    'a rise of NaN',
    { otherLoads: [{ ...building, risesAtMost: perPhase(() => Number.NaN) }] },
    ['bad-rise', '/spec/meters/0/risesAtMostPerPhaseA'],
  ],
  [
    'a rise beyond the worst case',
    { otherLoads: [{ ...building, risesAtMost: { l1: 300, l2: 300, l3: 301 } }] },
    ['bad-rise', '/spec/meters/0/risesAtMostPerPhaseA'],
  ],
  [
    'the rise of a load that nobody measures',
    { otherLoads: [{ ...building, meterId: undefined, risesAtMost: perPhase(() => 0) }] },
    ['bad-rise', '/spec/loads/0/risesAtMostPerPhaseA'],
  ],
  ['a lease below 20 s', { leaseS: 19 }, ['bad-lease', '/spec/policy/lease']],
  ['a lease above 900 s', { leaseS: 901 }, ['bad-lease', '/spec/policy/lease']],
  ['a shortest lease below 20 s', { leaseAtLeastS: 19 }, ['bad-lease', '/spec/policy/lease']],
  ['a shortest lease above the longest', { leaseS: 60, leaseAtLeastS: 61 }, ['bad-lease', '/spec/policy/lease']],
  ['a shortest lease that is no number', { leaseAtLeastS: Number.NaN }, ['bad-lease', '/spec/policy/lease']],
  [
    'an objective that there is not',
    { objective: 'glory' as PlanObjective },
    ['bad-objective', '/spec/policy/objective'],
  ],
  ['no power at all wished for', { demandLimitW: 0 }, ['bad-demand-limit', '/spec/policy/demandLimitKw']],
  ['cost without a plan', { objective: 'cost', share: 'density' }, ['bad-objective', '/spec/policy/objective']],
  ['a tier of 0', { evses: [{ ...evse, tier: 0 }] }, ['bad-tier', '/spec/stations/0/evses/0/tier']],
  ['a tier of 10', { evses: [{ ...evse, tier: 10 }] }, ['bad-tier', '/spec/stations/0/evses/0/tier']],
  [
    'a weight of one and a half',
    { evses: [evseInput('S-0', 'grid'), { ...evse, weight: 1.5 }] },
    ['bad-tier', '/spec/stations/1/evses/0/weight'],
  ],
  ['a weight of 101', { evses: [{ ...evse, weight: 101 }] }, ['bad-tier', '/spec/stations/0/evses/0/weight']],
  ['tiers of no known kind', { tiers: 'mild' as TierMode }, ['bad-tier', '/spec/policy/tiers']],
  [
    'more power at most than a car needs to charge at all',
    { evses: [{ ...evse, rules: { maximumW: 4_139 } }] },
    ['bad-session-rule', '/spec/stations/0/evses/0/sessionRules/maximumKw'],
  ],
  [
    'a least power above the most that the EVSE gives',
    { evses: [{ ...evse, rules: { minimumW: 22_081 } }] },
    ['bad-session-rule', '/spec/stations/0/evses/0/sessionRules/minimumKw'],
  ],
  [
    'a least power above the highest one',
    { evses: [{ ...evse, rules: { minimumW: 7_001, maximumW: 7_000 } }] },
    ['bad-session-rule', '/spec/stations/0/evses/0/sessionRules/minimumKw'],
  ],
  [
    'a least power of nothing',
    { evses: [{ ...evse, rules: { minimumW: 0 } }] },
    ['bad-session-rule', '/spec/stations/0/evses/0/sessionRules/minimumKw'],
  ],
  [
    'less for an accessible bay than a car needs',
    { evses: [{ ...evse, minimumShare: 59 }] },
    ['bad-session-rule', '/spec/stations/0/evses/0/minimumShareA'],
  ],
  [
    'more for an accessible bay than it can give',
    { evses: [{ ...evse, minimumShare: 321 }] },
    ['bad-session-rule', '/spec/stations/0/evses/0/minimumShareA'],
  ],
  [
    'a battery of 101 %',
    { evses: [{ ...evse, rules: { stopAtSocPercent: 101 } }] },
    ['bad-session-rule', '/spec/stations/0/evses/0/sessionRules/stopAtSocPercent'],
  ],
  [
    'a battery that stops before it has its least',
    { evses: [{ ...evse, rules: { minimumSocPercent: 50, stopAtSocPercent: 40 } }] },
    ['bad-session-rule', '/spec/stations/0/evses/0/sessionRules/minimumSocPercent'],
  ],
  ['a tariff that nobody knows', { tariff: { name: 'x', documentJson: '' } }, ['bad-tariff', '/spec/tariff']],
  ['a tariff that is none', { tariff: { name: 'x', documentJson: '{}' } }, ['bad-tariff', '/spec/tariff']],
  ['a ladder that ends nowhere', { ladderEnd: 'alarm' as LadderEnd }, ['bad-ladder', '/spec/policy/ladderEnd']],
  ['a voltage of 0', { nominalVoltageV: 0 }, ['bad-voltage', '/spec/nominalVoltageV']],
  [
    'an override without a power',
    { limitOverride: { powerLimitW: Number.NaN, validUntilMs: 1, setBy: '', reason: '' } },
    ['bad-override', ''],
  ],
  [
    'one EVSE too many',
    { evses: Array.from({ length: MAX_EVSES + 1 }, (_, i) => evseInput(`S-${i}`, 'grid')) },
    ['too-large', '/spec/stations'],
  ],
])('a site with %s is refused, and the place is pointed at', (_title, change, expected) => {
  expect(problemsOf(change)).toContainEqual(expected);
});

test('SI26 a site may have a lease of 20 s, and a load that rises from 0 A up to its worst case', () => {
  for (const rise of [0, 300]) {
    const otherLoads = [{ ...building, risesAtMost: perPhase(() => rise) }];
    expect(problemsOf({ leaseS: 20, otherLoads })).toEqual([]);
  }
  const otherLoads = [{ ...building, risesAtMost: { l1: 300, l2: 300, l3: 301 } }];
  expect(buildSiteModel({ ...SMALL_SITE, otherLoads })).toMatchObject({
    error: [
      {
        detail:
          '"Building" rises by at most 30.1 A on L3 within one lease; that must be from 0 A to its worst case of 30 A.',
      },
    ],
  });
});

test('SI29 an allowance must last as long as nobody may be there; on a circuit without a meter the lease and its margin', () => {
  const overload = { percent: 13, seconds: 130 };
  expect(
    problemsOf({
      circuits: [
        { ...grid, overload },
        { ...panelA, overload: { ...overload, seconds: 125 } },
      ],
    }),
  ).toEqual([]);
  const short = { circuits: [grid, { ...panelA, overload: { ...overload, seconds: 124 } }] };
  expect(buildSiteModel({ ...SMALL_SITE, ...short })).toMatchObject({
    error: [
      {
        detail:
          'Circuit "panel-a" allows an overload for 124 s, but it may last for 125 s: the lease of 120 s, 5 s for clocks, and 0 s, the age that a reading may have.',
      },
    ],
  });
});

test('SI29 an allowance is no part of the commissioning check: fallbacks last for ever', () => {
  // 30 A of the building and 3 x 6 A on L2.
  const overloaded = (rating: number) => ({
    circuits: [{ ...grid, rating: perPhase(() => rating), overload: { percent: 13, seconds: 200 } }, panelA],
  });
  expect(problemsOf(overloaded(480))).toEqual([]);
  expect(problemsOf(overloaded(479))).toEqual([['fallbacks-do-not-fit', '/spec/circuits/0']]);
});

const switched = (switching: SwitchingInput): Partial<SiteModelInput> => ({ evses: [{ ...evse, switching }] });
const AT_SWITCHING = '/spec/stations/0/evses/0/switching';

test.each<readonly [string, SwitchingInput, string]>([
  ['no closing at all', { closingsAnHour: 0 }, 'closingsAnHour'],
  ['a part of one', { mostClosingsAnHour: 2.5 }, 'mostClosingsAnHour'],
  ['more than anybody may have', { mostClosingsAnHour: 9 }, 'mostClosingsAnHour'],
  ['others first after it closes no more', { closingsAnHour: 3, mostClosingsAnHour: 2 }, 'closingsAnHour'],
])('OD2 a switching budget of %s is refused', (_, switching, key) => {
  expect(problemsOf(switched(switching))).toEqual([['bad-switching', `${AT_SWITCHING}/${key}`]]);
});

test('OD2 a switching budget as usual leaves no trace in the model; the most alone brings the other number down with it', () => {
  const modelled = (switching: SwitchingInput | undefined) => {
    const built = buildSiteModel({ ...SMALL_SITE, evses: [{ ...evse, switching }] });
    if (built.kind === 'err') throw new Error(JSON.stringify(built.error));
    return [...built.value.evses.values()][0]?.switching;
  };
  const budget = (closingsAnHour: number, mostClosingsAnHour: number) => ({ closingsAnHour, mostClosingsAnHour });
  expect([undefined, {}, budget(4, 8), { mostClosingsAnHour: 8 }].map(modelled)).toEqual(Array(4).fill(undefined));
  expect(modelled({ mostClosingsAnHour: 3 })).toEqual(budget(3, 3));
  expect(modelled({ mostClosingsAnHour: 6 })).toEqual(budget(4, 6));
  expect(modelled({ closingsAnHour: 8 })).toEqual(budget(8, 8));
  expect(modelled(budget(1, 1))).toEqual(budget(1, 1));
});

test('C65 rules at the ends of what they may say are taken, and what rules nothing leaves no trace in the model', () => {
  const rules = { maximumW: 4_140, minimumW: 4_140, minimumSocPercent: 1, stopAtSocPercent: 100, stopAtTarget: true };
  const modelled = (change: Partial<SiteModelInput['evses'][number]>) => {
    const built = buildSiteModel({ ...SMALL_SITE, evses: [{ ...evse, ...change }] });
    if (built.kind === 'err') throw new Error(JSON.stringify(built.error));
    return [...built.value.evses.values()][0];
  };
  expect(modelled({ rules, minimumShare: 60 })).toMatchObject({ rules, minimumShare: 60 });
  expect(modelled({ rules: { minimumW: 22_080 }, minimumShare: 320 })).toMatchObject({ minimumShare: 320 });
  expect(modelled({ rules: { stopAtTarget: false, maximumW: undefined } })).toEqual(modelled({}));
});

test('pointers count stations and EVSEs apart', () => {
  const evses = [evse, { ...evse, evse: 2 }, { ...evse, stationId: 'ST-9', phases: [] }];
  expect(problemsOf({ evses })).toEqual([['bad-phases', '/spec/stations/1/evses/0/phases']]);
});

test('7.4 a site whose fallbacks do not fit is refused with both sums and what would make it fit', () => {
  // Three fallbacks of 6 A on L1 of panel A are 18 A; a rating of 17.9 A misses by 0.1 A.
  const evses = [evse, evseInput('ST-2', 'panel-a'), evseInput('ST-3', 'panel-a')];
  const circuits = [grid, { ...panelA, rating: { l1: 179, l2: 640, l3: 640 } }];
  const result = buildSiteModel({ ...SMALL_SITE, evses, circuits });
  expect(result).toEqual({
    kind: 'err',
    error: [
      {
        code: 'fallbacks-do-not-fit',
        pointer: '/spec/circuits/1',
        detail:
          'Panel A, on L1: fallbacks of 3 EVSEs 18 A + other load at worst 0 A = 18 A, 0.1 A above the limit of 17.9 A. ' +
          'The site fits with a fallback of 0 A instead of 6 A for one EVSE: ST-3/1. ' +
          'Who falls back to 0 A does not charge while offline.',
      },
    ],
  });
  expect(
    buildSiteModel({ ...SMALL_SITE, evses, circuits: [grid, { ...panelA, rating: { l1: 180, l2: 640, l3: 640 } }] })
      .kind,
  ).toBe('ok');
});

test('7.4 the power contract counts too, in deci-amps summed over the phases', () => {
  // 24.7 kW at 230 V = 1073.9 -> 1073 dA. Other load 3 x 300 = 900, fallbacks 3 x 60 + 60 = 240: 1140.
  const result = buildSiteModel({
    ...SMALL_SITE,
    evses: [evse, evseInput('ST-3', 'grid', ['l2'])],
    circuits: [{ ...grid, powerLimitW: 24_700 }, panelA],
  });
  expect(result).toMatchObject({ kind: 'err', error: [{ code: 'fallbacks-do-not-fit' }] });
  expect(JSON.stringify(result)).toContain(
    'Grid connection, summed over the phases: fallbacks of 2 EVSEs 24 A + other load at worst 90 A = 114 A, 6.7 A above the limit of 107.3 A (24.7 kW at 230 V). ' +
      'The site fits with a fallback of 0 A instead of 6 A for one EVSE: ST-1/1. Who falls back to 0 A does not charge while offline. ' +
      'Or with a worst case of the other load there of 83.3 A.',
  );
});

test('7.4 an override below the fallbacks is no reason to refuse a site: it ends by itself', () => {
  const limitOverride = { powerLimitW: 0, validUntilMs: 9_000, setBy: 'ann', reason: 'test' };
  expect(buildSiteModel({ ...SMALL_SITE, limitOverride }).kind).toBe('ok');
});

test('a station that hangs on two circuits stands in the document twice: the pointers behind it go on from there', () => {
  const [first, second, third] = [
    evseInput('ST-1', 'grid'),
    { ...evseInput('ST-1', 'panel-a'), evse: 2 },
    { ...evseInput('ST-2', 'grid'), maxCurrent: 0 },
  ];
  const refused = buildSiteModel({ ...SMALL_SITE, evses: [first, second, third] });
  expect(refused.kind === 'err' && refused.error.map(({ pointer }) => pointer)).toEqual([
    '/spec/stations/2/evses/0/maxA',
  ]);
});
