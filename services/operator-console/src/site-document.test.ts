import { expect, test } from '@jest/globals';
import { siteV1 } from '@headroom/contracts';
import fc from 'fast-check';
import {
  EXAMPLE_SITE,
  SiteDocumentBody,
  siteDocumentBody,
  siteDocumentOf,
} from './adapters/http/site-document-schema.ts';
import { siteConfigOf, siteOf } from './adapters/rpc/site-config.ts';
import {
  formatDuration,
  MAX_DURATION_MS,
  parseDuration,
  SHARE_POLICIES,
  type SiteDocument,
  type WiringName,
} from './domain/site-document.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
const amps = fc.integer({ min: -50, max: 9_999 }).map((tenths) => tenths / 10);
const kilowatts = fc.nat(900_000).map((w) => w / 1_000);
const phases = fc.oneof(
  amps.map((each) => ({ l1A: each, l2A: each, l3A: each })),
  fc.record({ l1A: amps, l2A: amps, l3A: amps }),
);
const factor = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100);
const dc = fc.record({
  maxKw: kilowatts,
  efficiency: factor,
  powerFactor: factor,
});
const evse = fc.record(
  {
    evse: fc.integer({ min: 1, max: 999 }),
    name,
    phases: fc.constantFrom(['L1'], ['L3', 'L1'], ['L2', 'L3', 'L1']) as fc.Arbitrary<('L1' | 'L2' | 'L3')[]>,
    wiring: fc.constantFrom<WiringName[]>('line-to-line', 'split-phase'),
    dc,
    maxA: amps,
    minimumA: amps,
    fallbackA: amps,
    maxDischargeA: amps,
    // What needs no saying is left out.
    tier: fc.integer({ min: 2, max: 9 }),
    weight: fc.integer({ min: 2, max: 100 }),
    sessionRules: fc
      .record(
        {
          maximumKw: kilowatts,
          minimumKw: kilowatts,
          minimumSocPercent: fc.integer({ min: 1, max: 100 }),
          stopAtSocPercent: fc.integer({ min: 1, max: 100 }),
          stopAtTarget: fc.constant(true as const),
        },
        { requiredKeys: [] },
      )
      .filter((rules) => Object.keys(rules).length > 0),
    minimumShareA: amps,
    switching: fc
      .record(
        { closingsAnHour: fc.integer({ min: 1, max: 8 }), mostClosingsAnHour: fc.integer({ min: 1, max: 8 }) },
        { requiredKeys: [] },
      )
      .filter((budget) => Object.keys(budget).length > 0),
  },
  { requiredKeys: ['evse', 'name', 'phases', 'maxA', 'minimumA', 'fallbackA'] },
);
const document: fc.Arbitrary<SiteDocument> = fc
  .record({
    siteId: name,
    displayName: fc.string({ minLength: 1, maxLength: 40 }),
    timezone: fc.constantFrom('UTC', 'Europe/Paris'),
    nominalVoltageV: fc.integer({ min: 90, max: 1_000 }),
    circuits: fc.array(
      fc.record(
        {
          name,
          parent: name,
          displayName: name,
          ratingPerPhaseA: phases,
          limitKw: fc.integer({ min: -900_000, max: 900_000 }).map((w) => w / 1_000),
          continuousFactor: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
          cabinet: dc,
          overloadAllowance: fc.record({
            percent: fc.integer({ min: 0, max: 100 }),
            forMs: fc.integer({ min: 1, max: 7_200 }).map((seconds) => seconds * 1_000),
          }),
          derating: fc.record({
            sensor: name,
            staleAfterMs: fc.integer({ min: 1, max: MAX_DURATION_MS }),
            risesAtMostC: fc.integer({ min: 0, max: 1_500 }).map((deciC) => deciC / 10),
            steps: fc.array(
              fc.record({
                aboveC: fc.integer({ min: -600, max: 1_500 }).map((deciC) => deciC / 10),
                percent: fc.integer({ min: 0, max: 100 }),
              }),
              { minLength: 1, maxLength: 3 },
            ),
          }),
        },
        { requiredKeys: ['name', 'displayName', 'ratingPerPhaseA'] },
      ),
      { maxLength: 5 },
    ),
    meters: fc.array(
      fc.record(
        {
          name,
          circuit: name,
          staleAfterMs: fc.integer({ min: 1, max: MAX_DURATION_MS }),
          worstCasePerPhaseA: phases,
          risesAtMostPerPhaseA: phases,
          hidesPerPhaseA: phases,
        },
        { requiredKeys: ['name', 'circuit', 'staleAfterMs', 'worstCasePerPhaseA'] },
      ),
      { maxLength: 3 },
    ),
    loads: fc.array(fc.record({ name, circuit: name, worstCasePerPhaseA: phases }), { maxLength: 3 }),
    sources: fc.array(
      fc.record({
        ...{ name, circuit: name, atMostPerPhaseA: phases },
        staleAfterMs: fc.integer({ min: 1, max: MAX_DURATION_MS }),
      }),
      { maxLength: 2 },
    ),
    stations: fc.array(fc.record({ id: name, circuit: name, evses: fc.array(evse, { minLength: 1, maxLength: 3 }) }), {
      maxLength: 4,
    }),
    leaseS: fc.integer({ min: 1, max: 86_400 }),
    share: fc.constantFrom(...SHARE_POLICIES),
    ladderEnd: fc.option(fc.constantFrom('forbid' as const, 'stop' as const), { nil: undefined }),
    leaseAtLeastS: fc.option(fc.integer({ min: 1, max: 86_400 }), { nil: undefined }),
    tiers: fc.option(fc.constant('strict' as const), { nil: undefined }),
    exportLimitKw: fc.option(
      fc.integer({ min: 0, max: 900_000 }).map((w) => w / 1_000),
      { nil: undefined },
    ),
  })
  .map(({ ladderEnd, leaseAtLeastS, tiers, exportLimitKw, ...rest }) => ({
    ...rest,
    ...(ladderEnd === undefined ? {} : { ladderEnd }),
    ...(leaseAtLeastS === undefined ? {} : { leaseAtLeastS }),
    ...(tiers === undefined ? {} : { tiers }),
    ...(exportLimitKw === undefined ? {} : { exportLimitKw }),
  }));

test('what is written comes back: document to body, through JSON, through the registry’s own shape, to document', () => {
  fc.assert(
    fc.property(document, (written) => {
      const body = SiteDocumentBody.parse(JSON.parse(JSON.stringify(siteDocumentBody(written))));
      const read = siteDocumentOf(body, written.siteId);
      expect(read).toEqual({ kind: 'ok', value: written });
      const bytes = siteV1.SiteConfig.encode(siteConfigOf(written)).finish();
      expect(siteOf(siteV1.SiteConfig.decode(bytes)).document).toEqual(written);
    }),
  );
});

test('limits round down and loads round up on the way to the registry', () => {
  const site: SiteDocument = {
    siteId: 's',
    displayName: 's',
    timezone: 'UTC',
    nominalVoltageV: 230,
    circuits: [
      { name: 'grid', displayName: 'g', ratingPerPhaseA: { l1A: 63.19, l2A: 63, l3A: 0.3 }, limitKw: 43.4709 },
    ],
    meters: [
      {
        name: 'm',
        circuit: 'grid',
        staleAfterMs: 5_000,
        worstCasePerPhaseA: { l1A: 1.01, l2A: 1, l3A: 0.3 },
        risesAtMostPerPhaseA: { l1A: 0.11, l2A: 0, l3A: 0.2 },
      },
    ],
    loads: [],
    sources: [],
    stations: [
      {
        id: 'a',
        circuit: 'grid',
        evses: [{ evse: 1, name: 'b', phases: ['L1'], maxA: 15.99, minimumA: 6.01, fallbackA: 6.09 }],
      },
    ],
    leaseS: 120,
    share: 'equal',
  };
  expect(siteConfigOf(site)).toMatchObject({
    circuits: [{ rating: { l1DeciA: 631, l2DeciA: 630, l3DeciA: 3 }, powerLimitW: 43_470n }],
    otherLoads: [
      {
        worstCase: { l1DeciA: 11, l2DeciA: 10, l3DeciA: 3 },
        risesAtMost: { l1DeciA: 2, l2DeciA: 0, l3DeciA: 2 },
      },
    ],
    // SI5: the maximum is what an unknown station counts with, so it counts as a load.
    stations: [{ evses: [{ maxCurrentDeciA: 160, minCurrentDeciA: 61, fallbackDeciA: 60 }] }],
  });
});

test('durations are read as people write them, and written back exactly', () => {
  for (const [text, ms] of [
    ['5s', 5_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['250ms', 250],
    ['1.5s', 1_500],
    [' 5s ', 5_000],
    [90, 90_000],
    [0.5, 500],
  ] as const) {
    expect(parseDuration(text)).toEqual({ kind: 'ok', value: ms });
  }
  for (const text of ['', '5', 's', '-5s', '5 s', '1e3s', '0s', 0, -1, Number.NaN, '25h', '99999999999s']) {
    expect(parseDuration(text)).toMatchObject({ kind: 'err' });
  }
  fc.assert(
    fc.property(fc.integer({ min: 1, max: MAX_DURATION_MS }), (ms) => {
      expect(parseDuration(formatDuration(ms))).toEqual({ kind: 'ok', value: ms });
    }),
  );
});

test('SI23: the whole ladder is the default; an end that there is not is refused at its place', () => {
  const body = (ladderEnd: string) => ({
    ...EXAMPLE_SITE,
    spec: { ...EXAMPLE_SITE.spec, policy: { ...EXAMPLE_SITE.spec.policy, ladderEnd } },
  });
  const whole = siteDocumentOf(SiteDocumentBody.parse(body('inoperative')), EXAMPLE_SITE.metadata.name);
  expect(whole).toEqual(siteDocumentOf(SiteDocumentBody.parse(EXAMPLE_SITE), EXAMPLE_SITE.metadata.name));
  const refused = SiteDocumentBody.safeParse(body('alarm'));
  expect(refused.error?.issues.map(({ path }) => path.join('/'))).toEqual(['spec/policy/ladderEnd']);
});

test('SI26: a lease is pinned by one duration, chosen between two, and each that is no whole seconds is refused at its place', () => {
  const read = (lease: unknown) => {
    const body = SiteDocumentBody.safeParse({
      ...EXAMPLE_SITE,
      spec: { ...EXAMPLE_SITE.spec, policy: { lease } },
    });
    if (!body.success) return body.error.issues.map(({ path }) => path.join('/'));
    const site = siteDocumentOf(body.data, EXAMPLE_SITE.metadata.name);
    if (site.kind === 'err') return site.error.map(({ code, pointer }) => [code, pointer]);
    return [site.value.leaseAtLeastS, site.value.leaseS];
  };
  expect(read(undefined)).toEqual([undefined, 120]);
  expect(read('90s')).toEqual([undefined, 90]);
  expect(read({ atLeast: '60s', atMost: '10m' })).toEqual([60, 600]);
  expect(read({ atLeast: '60500ms', atMost: '600.5s' })).toEqual([
    ['bad-duration', '/spec/policy/lease/atMost'],
    ['bad-duration', '/spec/policy/lease/atLeast'],
  ]);
  expect(read({ atMost: '600s' })).toEqual(['spec/policy/lease']);
});

test('MD13 tier and weight stand at an EVSE, at its station or at a circuit, and what stands nearest counts, each by itself', () => {
  const { spec } = EXAMPLE_SITE;
  const body = SiteDocumentBody.parse({
    ...EXAMPLE_SITE,
    spec: {
      ...spec,
      circuits: [
        { ...spec.circuits[0], tier: 3 },
        { ...spec.circuits[1], weight: 4 },
        { name: 'panel-b', parent: 'panel-a', ratingPerPhaseA: 32, tier: 1 },
      ],
      stations: [
        { id: 'ST-1', circuit: 'panel-a', evses: [{ evse: 1 }, { evse: 2, tier: 1, weight: 1 }] },
        {
          id: 'ST-2',
          circuit: 'panel-a',
          tier: 2,
          evses: [
            { evse: 1, weight: 5 },
            { evse: 2, tier: 4 },
          ],
        },
        { id: 'ST-3', circuit: 'panel-b', evses: [{ evse: 1 }] },
      ],
      policy: { tiers: 'strict' },
    },
  });
  const read = siteDocumentOf(body, 'demo-depot');
  if (read.kind === 'err') throw new Error(JSON.stringify(read.error));
  const config = siteConfigOf(read.value);
  expect(config.policy?.tiers).toBe(siteV1.TierMode.STRICT);
  const said = config.stations.flatMap(({ stationId, evses }) =>
    evses.map(({ evse, tier, weight }) => [`${stationId}/${evse}`, tier, weight]),
  );
  expect(said).toEqual([
    ['ST-1/1', 3, 4],
    ['ST-1/2', undefined, undefined],
    ['ST-2/1', 2, 5],
    ['ST-2/2', 4, 4],
    ['ST-3/1', undefined, 4],
  ]);
});

const evsesOf = (spec: object): readonly siteV1.Evse[] => {
  const body = SiteDocumentBody.parse({ ...EXAMPLE_SITE, spec: { ...EXAMPLE_SITE.spec, ...spec } });
  const read = siteDocumentOf(body, 'demo-depot');
  if (read.kind === 'err') throw new Error(JSON.stringify(read.error));
  return siteConfigOf(read.value).stations.flatMap(({ evses }) => evses);
};

test('C65 of each session rule the one that stands nearest to the EVSE counts; the highest power rounds down, the least up', () => {
  const [grid, panel] = EXAMPLE_SITE.spec.circuits;
  const circuits = [
    { ...grid, sessionRules: { maximumKw: 11, stopAtTarget: true, stopAtSocPercent: 90 } },
    { ...panel, sessionRules: { minimumKw: 4.2001, stopAtSocPercent: 80 } },
  ];
  const stations = [
    { id: 'ST-1', circuit: 'panel-a', evses: [{ evse: 1 }, { evse: 2, sessionRules: { stopAtTarget: false } }] },
    {
      ...{ id: 'ST-2', circuit: 'grid', sessionRules: { maximumKw: 7.4001 } },
      evses: [{ evse: 1, sessionRules: { minimumSocPercent: 20, maximumKw: 22 } }, { evse: 2 }],
    },
  ];
  const none = { maximumW: undefined, minimumW: undefined, minimumSocPercent: undefined, stopAtTarget: false };
  expect(evsesOf({ circuits, stations }).map(({ sessionRules }) => sessionRules)).toEqual([
    { ...none, maximumW: 11_000n, minimumW: 4_201n, stopAtSocPercent: 80, stopAtTarget: true },
    { ...none, maximumW: 11_000n, minimumW: 4_201n, stopAtSocPercent: 80 },
    { ...none, maximumW: 22_000n, minimumSocPercent: 20, stopAtSocPercent: 90, stopAtTarget: true },
    { ...none, maximumW: 7_400n, stopAtSocPercent: 90, stopAtTarget: true },
  ]);
  expect(evsesOf({}).map(({ sessionRules }) => sessionRules)).toEqual([undefined]);
});

test('OD2 of each number of a switching budget the one that stands nearest to the EVSE counts', () => {
  const [grid, panel] = EXAMPLE_SITE.spec.circuits;
  const circuits = [{ ...grid, switching: { closingsAnHour: 3, mostClosingsAnHour: 5 } }, panel];
  const stations = [
    { id: 'ST-1', circuit: 'panel-a', evses: [{ evse: 1 }, { evse: 2, switching: { closingsAnHour: 1 } }] },
    {
      ...{ id: 'ST-2', circuit: 'grid', switching: { mostClosingsAnHour: 4 } },
      evses: [{ evse: 1 }, { evse: 2, switching: { closingsAnHour: 2, mostClosingsAnHour: 2 } }],
    },
  ];
  expect(evsesOf({ circuits, stations }).map(({ switching }) => switching)).toEqual([
    { closingsAnHour: 3, mostClosingsAnHour: 5 },
    { closingsAnHour: 1, mostClosingsAnHour: 5 },
    { closingsAnHour: 3, mostClosingsAnHour: 4 },
    { closingsAnHour: 2, mostClosingsAnHour: 2 },
  ]);
  expect(evsesOf({}).map(({ switching }) => switching)).toEqual([undefined]);
  for (const switching of [{ closingsAnHour: 0 }, { mostClosingsAnHour: 9 }, { closings: 2 }])
    expect(
      SiteDocumentBody.safeParse({
        ...EXAMPLE_SITE,
        spec: { ...EXAMPLE_SITE.spec, circuits: [{ ...grid, switching }] },
      }).success,
    ).toBe(false);
});

test('C61 an accessible bay has its minimum before others, or the share that it says; only such a bay has one', () => {
  const bays = [
    { evse: 1, accessible: true, minimumShareA: 16 },
    { evse: 2, accessible: true, minimumA: 8 },
    { evse: 3 },
  ];
  const stations = [{ id: 'ST-1', circuit: 'grid', evses: [...bays, { evse: 4, accessible: false }] }];
  expect(evsesOf({ stations }).map(({ minimumShareDeciA }) => minimumShareDeciA)).toEqual([
    160,
    80,
    undefined,
    undefined,
  ]);
  for (const accessible of [undefined, false]) {
    const evses = [{ evse: 1, minimumShareA: 16, ...(accessible === undefined ? {} : { accessible }) }];
    const spec = { ...EXAMPLE_SITE.spec, stations: [{ id: 'ST-1', circuit: 'grid', evses }] };
    const { error } = SiteDocumentBody.safeParse({ ...EXAMPLE_SITE, spec });
    expect(error?.issues.map(({ path }) => path)).toEqual([['spec', 'stations', 0, 'evses', 0, 'minimumShareA']]);
  }
});

test.each([
  ['a circuit', { circuits: [{ ...EXAMPLE_SITE.spec.circuits[0], tier: 0 }] }, ['spec', 'circuits', 0, 'tier']],
  ['a station', { stations: [{ ...EXAMPLE_SITE.spec.stations[0], weight: 101 }] }, ['spec', 'stations', 0, 'weight']],
  [
    'an EVSE',
    { stations: [{ id: 'ST-1', circuit: 'grid', evses: [{ evse: 1, tier: 1.5 }] }] },
    ['spec', 'stations', 0, 'evses', 0, 'tier'],
  ],
  ['a policy', { policy: { tiers: 'mild' } }, ['spec', 'policy', 'tiers']],
])('MD13 of %s a tier or weight that cannot be is refused, and its place is named', (_of, spec, path) => {
  const read = SiteDocumentBody.safeParse({ ...EXAMPLE_SITE, spec: { ...EXAMPLE_SITE.spec, ...spec } });
  expect(read.error?.issues.map((issue) => issue.path)).toEqual([path]);
});

test('MD13 of circuits that hang on each other in a ring the document is read all the same: the registry says what is wrong with them', () => {
  const circuits = [
    { name: 'grid', ratingPerPhaseA: 80 },
    { name: 'a', parent: 'b', ratingPerPhaseA: 40, weight: 2 },
    { name: 'b', parent: 'a', ratingPerPhaseA: 40, tier: 3 },
  ];
  const stations = [{ id: 'ST-1', circuit: 'a', evses: [{ evse: 1 }] }];
  const body = SiteDocumentBody.parse({
    ...EXAMPLE_SITE,
    spec: { ...EXAMPLE_SITE.spec, circuits, meters: [], loads: [], stations },
  });
  const read = siteDocumentOf(body, 'demo-depot');
  if (read.kind === 'err') throw new Error(JSON.stringify(read.error));
  expect(read.value.stations[0]?.evses[0]).toMatchObject({ tier: 3, weight: 2 });
});

test('MD17: what may be given back and flow out is read with its limits rounded down, and nothing is what nobody said', () => {
  const config = (evse: object, spec: object = {}) => {
    const stations = [{ id: 'ST-1', circuit: 'grid', evses: [{ evse: 1, ...evse }] }];
    const body = SiteDocumentBody.parse({ ...EXAMPLE_SITE, spec: { ...EXAMPLE_SITE.spec, stations, ...spec } });
    const read = siteDocumentOf(body, 'demo-depot');
    if (read.kind === 'err') throw new Error(JSON.stringify(read.error));
    const { exportLimitW, stations: told } = siteConfigOf(read.value);
    return [told[0]?.evses[0]?.maxDischargeDeciA, exportLimitW];
  };
  expect(config({})).toEqual([undefined, undefined]);
  expect(config({ maxDischargeA: 16.09 }, { exportLimitKw: 5.0009 })).toEqual([160, 5_000n]);
  expect(config({ maxDischargeA: 16 }, { exportLimitKw: 0 })).toEqual([160, 0n]);
});
