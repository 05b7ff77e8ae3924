import { expect, test } from '@jest/globals';
import { commonV1, siteV1 } from '@headroom/contracts';
import { type GridPhase, siteId } from '@headroom/kernel';
import { LADDER_ENDS, type SiteModelInput, TIER_MODES, type Wiring } from '@headroom/site-model';
import fc from 'fast-check';
import type { Site } from '../../domain/site.ts';
import { configFromSite, documentFromConfig, siteFromConfig, siteModelFromConfig } from './site-config.ts';

const text = fc.string({ minLength: 1, maxLength: 12 });
const current = fc.integer({ min: 0, max: 63_000 });
const currents = fc.record({ l1: current, l2: current, l3: current });
const phases = fc.shuffledSubarray<GridPhase>(['l1', 'l2', 'l3'], { minLength: 1 });
const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });

const dc = fc.record({
  outputMaxW: fc.nat(1_000_000),
  efficiencyPercent: fc.nat(100),
  powerFactorPercent: fc.nat(100),
});
const circuit = fc.record(
  {
    circuitId: text,
    name: fc.string(),
    rating: currents,
    parentCircuitId: text,
    powerLimitW: fc.integer({ min: 0, max: 10_000_000 }),
    continuousPercent: fc.integer({ min: 0, max: 200 }),
    cabinet: dc,
    overload: fc.record({ percent: fc.nat(200), seconds: fc.nat(5_000) }),
    derating: fc.record({
      sensorId: text,
      staleAfterMs: fc.nat(4_000_000),
      risesAtMostDeciC: fc.nat(2_000),
      steps: fc.array(fc.record({ aboveDeciC: fc.integer({ min: -900, max: 2_000 }), percent: fc.nat(200) }), {
        maxLength: 3,
      }),
    }),
  },
  { requiredKeys: ['circuitId', 'name', 'rating'] },
);
const evse = fc.record(
  {
    evse: fc.integer({ min: 1, max: 999 }),
    name: fc.string(),
    phases,
    wiring: fc.constantFrom<Wiring[]>('line-to-line', 'split-phase'),
    dc,
    maxCurrent: current,
    minCurrent: current,
    fallback: current,
    maxDischarge: current,
    tier: fc.nat(20),
    weight: fc.nat(200),
    rules: fc.record(
      {
        maximumW: fc.nat(400_000),
        minimumW: fc.nat(400_000),
        minimumSocPercent: fc.nat(200),
        stopAtSocPercent: fc.nat(200),
        stopAtTarget: fc.constant(true),
      },
      { requiredKeys: [] },
    ),
    minimumShare: current,
    switching: fc.record({ closingsAnHour: fc.nat(9), mostClosingsAnHour: fc.nat(9) }, { requiredKeys: [] }),
  },
  { requiredKeys: ['evse', 'name', 'phases', 'maxCurrent', 'minCurrent', 'fallback'] },
);
const station = fc.record({ circuitId: text, evses: fc.array(evse, { minLength: 1, maxLength: 3 }) });
const load = fc.record(
  {
    circuitId: text,
    name: fc.string(),
    worstCase: currents,
    staleAfterMs: fc.integer({ min: 0, max: 3_600_000 }),
    meterId: text,
    risesAtMost: currents,
    hides: currents,
  },
  { requiredKeys: ['circuitId', 'name', 'worstCase', 'staleAfterMs'] },
);
const override = fc.record({
  powerLimitW: fc.integer({ min: 0, max: 10_000_000 }),
  validUntilMs: instant,
  setBy: fc.string(),
  reason: fc.string(),
});

const document: fc.Arbitrary<SiteModelInput> = fc
  .record(
    {
      siteId: text,
      version: fc.integer({ min: 0, max: 1_000_000 }),
      name: fc.string(),
      timezone: fc.string(),
      nominalVoltageV: fc.integer({ min: 0, max: 1_000 }),
      circuits: fc.array(circuit, { maxLength: 4 }),
      stations: fc.dictionary(text, station, { maxKeys: 4 }),
      otherLoads: fc.array(load, { maxLength: 3 }),
      sources: fc.array(
        fc.record({
          ...{ circuitId: text, name: fc.string(), meterId: text, atMost: currents },
          staleAfterMs: fc.integer({ min: 0, max: 3_600_000 }),
        }),
        { minLength: 1, maxLength: 2 },
      ),
      leaseS: fc.integer({ min: 0, max: 1_000 }),
      ladderEnd: fc.constantFrom(...LADDER_ENDS),
      tiers: fc.constantFrom(...TIER_MODES),
      leaseAtLeastS: fc.integer({ min: 20, max: 900 }),
      exportLimitW: fc.integer({ min: -9, max: 10_000_000 }),
      limitOverride: override,
    },
    {
      requiredKeys: [
        'siteId',
        'version',
        'name',
        'timezone',
        'nominalVoltageV',
        'circuits',
        'stations',
        'otherLoads',
        'leaseS',
      ],
    },
  )
  .map(({ stations, ...rest }) => ({
    ...rest,
    evses: Object.entries(stations).flatMap(([stationId, { circuitId, evses }]) =>
      evses.map((each) => ({ ...each, stationId, circuitId })),
    ),
  }));

test('a site goes over the wire and comes back as it was, right or wrong', () => {
  fc.assert(
    fc.property(document, instant, (given, configuredAtMs) => {
      const site: Site = { siteId: siteId(given.siteId), document: given, configuredAtMs };
      const bytes = siteV1.SiteConfig.encode(configFromSite(site)).finish();
      expect(siteFromConfig(siteV1.SiteConfig.decode(bytes))).toEqual({ kind: 'ok', value: site });
    }),
  );
});

const SOUND: siteV1.SiteConfig = {
  siteId: 'depot',
  version: 3n,
  configuredAtMs: 5n,
  name: 'Depot',
  timezone: 'Europe/Paris',
  nominalVoltageV: 230,
  circuits: [
    {
      circuitId: 'grid',
      name: 'Grid',
      rating: { l1DeciA: 3_200, l2DeciA: 3_200, l3DeciA: 3_200 },
      powerLimitW: 200_000n,
    },
  ],
  stations: [
    {
      stationId: 'ST-1',
      circuitId: 'grid',
      evses: [
        {
          evse: 1,
          name: 'Bay 1',
          phases: [commonV1.GridPhase.L2, commonV1.GridPhase.L3, commonV1.GridPhase.L1],
          maxCurrentDeciA: 320,
          minCurrentDeciA: 60,
          fallbackDeciA: 60,
        },
      ],
    },
  ],
  otherLoads: [],
  sources: [],
  policy: { kind: siteV1.PolicyKind.EQUAL_SHARE, leaseS: 120 },
};

test('a config becomes a checked model, and what is wrong with it a problem', () => {
  const model = siteModelFromConfig(SOUND);
  expect(model.kind === 'ok' && [...model.value.evses.values()]).toMatchObject([
    { evseId: 'ST-1/1', phases: ['l2', 'l3', 'l1'], maxCurrent: 320 },
  ]);
  expect(siteModelFromConfig({ ...SOUND, circuits: [] })).toMatchObject({ kind: 'err' });
});

const problemsOf = (config: siteV1.SiteConfig) => {
  const read = documentFromConfig(config);
  return read.kind === 'err' ? read.error.map(({ code, pointer }) => `${code} ${pointer}`) : [];
};

test('Q7 what the wire leaves out is missing, never 0', () => {
  const [grid] = SOUND.circuits;
  const [station] = SOUND.stations;
  const [evse1] = station?.evses ?? [];
  if (grid === undefined || station === undefined || evse1 === undefined) throw new Error('the sound config changed');
  const without = (rating: siteV1.Circuit['rating']) => ({ ...SOUND, circuits: [{ ...grid, rating }] });
  expect(problemsOf(without({ l1DeciA: 1, l3DeciA: 1 }))).toEqual(['missing-value /spec/circuits/0/ratingPerPhaseA']);
  expect(problemsOf(without(undefined))).toHaveLength(3);
  expect(problemsOf({ ...SOUND, policy: undefined })).toEqual(['missing-value /spec/policy/share']);
  const later = { kind: siteV1.PolicyKind.EQUAL_SHARE, leaseS: 120, ladderEnd: siteV1.LadderEnd.UNRECOGNIZED };
  expect(problemsOf({ ...SOUND, policy: later })).toEqual(['missing-value /spec/policy/ladderEnd']);
  const strange = [
    { ...station, evses: [{ ...evse1, phases: [commonV1.GridPhase.L1, commonV1.GridPhase.UNSPECIFIED] }] },
  ];
  expect(problemsOf({ ...SOUND, stations: strange })).toEqual(['missing-value /spec/stations/0/evses/0/phases']);
});

test('every policy survives the wire, and one that nobody here knows is missing', () => {
  const kinds = Object.values(siteV1.PolicyKind).filter((kind) => typeof kind === 'number');
  for (const kind of kinds.filter((one) => one >= siteV1.PolicyKind.EQUAL_SHARE)) {
    const document = documentFromConfig({ ...SOUND, policy: { kind, leaseS: 120 } });
    const model = siteModelFromConfig({ ...SOUND, policy: { kind, leaseS: 120 } });
    if (document.kind === 'err' || model.kind === 'err') throw new Error(`policy ${kind} is refused`);
    expect(document.value.share ?? 'equal').toBe(model.value.share ?? 'equal');
    const again = configFromSite({ siteId: siteId('depot'), document: document.value, configuredAtMs: 0 });
    expect(again.policy).toEqual({ kind, leaseS: 120 });
  }
  for (const kind of [siteV1.PolicyKind.UNSPECIFIED, siteV1.PolicyKind.UNRECOGNIZED]) {
    expect(problemsOf({ ...SOUND, policy: { kind, leaseS: 120 } })).toEqual(['missing-value /spec/policy/share']);
  }
});

test('a station without an EVSE is refused: it would vanish', () => {
  const stations = [...SOUND.stations, { stationId: 'ST-2', circuitId: 'grid', evses: [] }];
  expect(problemsOf({ ...SOUND, stations })).toEqual(['station-without-evses /spec/stations/1/evses']);
});
