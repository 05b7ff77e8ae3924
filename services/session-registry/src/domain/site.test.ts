import { expect, test } from '@jest/globals';
import { siteId } from '@headroom/kernel';
import type { SiteModelInput, SwitchingInput } from '@headroom/site-model';
import { MAX_OVERRIDE_MS, putLimitOverride, putSite, type Site, stationsOf } from './site.ts';

const NOW = 1_800_000_000_000;
const DOCUMENT: SiteModelInput = {
  siteId: 'depot',
  version: 99,
  name: 'Depot',
  timezone: 'Europe/Paris',
  nominalVoltageV: 230,
  circuits: [{ circuitId: 'grid', name: 'Grid', rating: { l1: 1_000, l2: 1_000, l3: 1_000 } }],
  evses: [
    {
      stationId: 'ST-2',
      evse: 1,
      circuitId: 'grid',
      name: 'Bay',
      phases: ['l1', 'l2', 'l3'],
      maxCurrent: 320,
      minCurrent: 60,
      fallback: 60,
    },
  ],
  otherLoads: [],
  leaseS: 120,
};
const DERATING = {
  ...{ sensorId: 'duct', staleAfterMs: 60_000, risesAtMostDeciC: 20 },
  steps: [{ aboveDeciC: 300, percent: 95 }],
};
const DC = { outputMaxW: 10_000, efficiencyPercent: 90, powerFactorPercent: 98 };
const decide = (document: SiteModelInput, existing?: Site) =>
  putSite({ document, existing, taken: new Map(), nowMs: NOW });
function stored(document: SiteModelInput = DOCUMENT): Site {
  const decision = decide(document);
  if (decision.kind !== 'changed') throw new Error(`expected a change, got ${decision.kind}`);
  return decision.site;
}

test('the first document is version 1, whatever version it names, and the next change is 2', () => {
  const site = stored();
  expect(site).toMatchObject({ siteId: 'depot', configuredAtMs: NOW, document: { version: 1 } });
  const next = decide({ ...DOCUMENT, name: 'Depot North' }, site);
  expect(next).toMatchObject({ kind: 'changed', site: { document: { version: 2, name: 'Depot North' } } });
});

test('the same document again changes nothing, whatever the order of its keys', () => {
  const site = stored();
  const { siteId: id, version, ...rest } = DOCUMENT;
  expect(decide({ ...rest, version, siteId: id }, site)).toEqual({ kind: 'unchanged', site });
});

test.each<[string, Partial<SiteModelInput>]>([
  ['name', { name: 'x' }],
  ['timezone', { timezone: 'Europe/Oslo' }],
  ['voltage', { nominalVoltageV: 240 }],
  ['lease', { leaseS: 90 }],
  ['shortest lease', { leaseAtLeastS: 60 }],
  ['end of the ladder', { ladderEnd: 'forbid' }],
  ['policy', { share: 'density' }],
  ['tiers', { tiers: 'strict' }],
  ['tier', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, tier: 2 })) }],
  ['weight', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, weight: 2 })) }],
  ['accessible bay', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, minimumShare: 100 })) }],
  ['highest power', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, rules: { maximumW: 11_000 } })) }],
  ['least power', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, rules: { minimumW: 5_000 } })) }],
  ['least state of charge', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, rules: { minimumSocPercent: 20 } })) }],
  ['last state of charge', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, rules: { stopAtSocPercent: 80 } })) }],
  ['switching budget', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, switching: { closingsAnHour: 2 } })) }],
  ['most closings', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, switching: { mostClosingsAnHour: 2 } })) }],
  ['stop at the target', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, rules: { stopAtTarget: true } })) }],
  ['objective', { share: 'smoothed-laxity', objective: 'cost' }],
  ['demandLimitW', { demandLimitW: 40_000 }],
  ['rating', { circuits: [{ circuitId: 'grid', name: 'Grid', rating: { l1: 1_000, l2: 1_000, l3: 999 } }] }],
  [
    'contract',
    {
      circuits: [
        {
          ...DOCUMENT.circuits[0],
          circuitId: 'grid',
          name: 'Grid',
          rating: { l1: 1_000, l2: 1_000, l3: 1_000 },
          powerLimitW: 50_000,
        },
      ],
    },
  ],
  ['continuous factor', { circuits: DOCUMENT.circuits.map((circuit) => ({ ...circuit, continuousPercent: 80 })) }],
  [
    'overload allowance',
    { circuits: DOCUMENT.circuits.map((circuit) => ({ ...circuit, overload: { percent: 5, seconds: 200 } })) },
  ],
  ['derating', { circuits: DOCUMENT.circuits.map((circuit) => ({ ...circuit, derating: DERATING })) }],
  [
    'cabinet',
    {
      circuits: [
        ...DOCUMENT.circuits,
        { circuitId: 'c', parentCircuitId: 'grid', name: '', rating: { l1: 900, l2: 900, l3: 900 }, cabinet: DC },
      ],
    },
  ],
  ['DC station', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, dc: DC })) }],
  ['EVSE', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, maxCurrent: 160 })) }],
  ['phases', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, phases: ['l2', 'l3', 'l1'] })) }],
  ['wiring', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, phases: ['l1', 'l2'], wiring: 'line-to-line' })) }],
  ['load', { otherLoads: [{ circuitId: 'grid', name: 'b', worstCase: { l1: 1, l2: 1, l3: 1 }, staleAfterMs: 0 }] }],
  [
    'hidden generation',
    {
      otherLoads: [
        {
          ...{ circuitId: 'grid', name: 'b', meterId: 'b', staleAfterMs: 5_000 },
          ...{ worstCase: { l1: 9, l2: 9, l3: 9 }, hides: { l1: 1, l2: 1, l3: 1 } },
        },
      ],
    },
  ],
  [
    'source',
    { sources: [{ circuitId: 'grid', name: 'r', meterId: 'r', staleAfterMs: 5_000, atMost: { l1: 1, l2: 1, l3: 1 } }] },
  ],
  ['what may flow out', { exportLimitW: 0 }],
  ['what a car may give back', { evses: DOCUMENT.evses.map((evse) => ({ ...evse, maxDischarge: evse.maxCurrent })) }],
])('a change of %s is a change', (_, patch) => {
  expect(decide({ ...DOCUMENT, ...patch }, stored())).toMatchObject({ kind: 'changed' });
});

test('OD2 another number in a switching budget is a change', () => {
  const says = (switching: SwitchingInput): SiteModelInput => ({
    ...DOCUMENT,
    evses: DOCUMENT.evses.map((evse) => ({ ...evse, switching })),
  });
  const known = { closingsAnHour: 2, mostClosingsAnHour: 3 };
  expect(decide(says(known), stored(says(known)))).toMatchObject({ kind: 'unchanged' });
  for (const other of [{ closingsAnHour: 1 }, { mostClosingsAnHour: 4 }])
    expect(decide(says({ ...known, ...other }), stored(says(known)))).toMatchObject({ kind: 'changed' });
});

test('SI26 a change of the rise of a load is a change, and so is its end', () => {
  const phases = { l1: 9, l2: 9, l3: 9 };
  const load = { circuitId: 'grid', name: 'b', worstCase: phases, meterId: 'm', staleAfterMs: 5_000 };
  const silent: SiteModelInput = { ...DOCUMENT, otherLoads: [load] };
  const stated: SiteModelInput = { ...DOCUMENT, otherLoads: [{ ...load, risesAtMost: phases }] };
  expect(decide(stated, stored(silent))).toMatchObject({ kind: 'changed' });
  expect(decide(silent, stored(stated))).toMatchObject({ kind: 'changed' });
  expect(decide(stated, stored(stated))).toMatchObject({ kind: 'unchanged' });
});

test('a station of another site is refused, beside everything else that is wrong', () => {
  const decision = putSite({
    document: { ...DOCUMENT, leaseS: 1 },
    existing: undefined,
    taken: new Map([['ST-2', siteId('yard')]]),
    nowMs: NOW,
  });
  expect(decision).toMatchObject({
    kind: 'refused',
    problems: [
      { code: 'bad-lease' },
      { code: 'station-in-another-site', detail: 'Station "ST-2" belongs to site "yard".' },
    ],
  });
});

test('fallbacks that do not fit are refused', () => {
  const tight = {
    ...DOCUMENT,
    circuits: [{ circuitId: 'grid', name: 'Grid', rating: { l1: 1_000, l2: 1_000, l3: 59 } }],
  };
  expect(decide(tight)).toMatchObject({ kind: 'refused', problems: [{ code: 'fallbacks-do-not-fit' }] });
});

const OVERRIDE = { powerLimitW: 50_000, validUntilMs: NOW + 3_600_000, setBy: 'ann', reason: 'works' };

test('an override is a version of its own, outlives a new document, and a document cannot set one', () => {
  const lowered = putLimitOverride(stored(), OVERRIDE, NOW);
  expect(lowered).toMatchObject({ kind: 'changed', site: { document: { version: 2, limitOverride: OVERRIDE } } });
  if (lowered.kind !== 'changed') return;
  const cheeky = { ...DOCUMENT, name: 'New', limitOverride: { ...OVERRIDE, powerLimitW: 1 } };
  const next = decide(cheeky, lowered.site);
  expect(next).toMatchObject({ kind: 'changed', site: { document: { version: 3, limitOverride: OVERRIDE } } });
  expect(decide({ ...cheeky, name: 'Depot' }, lowered.site)).toMatchObject({ kind: 'unchanged' });
});

test('an override that has run out does not come back with a new document', () => {
  const lowered = putLimitOverride(stored(), OVERRIDE, NOW);
  if (lowered.kind !== 'changed') throw new Error('expected a change');
  const later = OVERRIDE.validUntilMs;
  const next = putSite({
    document: { ...DOCUMENT, name: 'New' },
    existing: lowered.site,
    taken: new Map(),
    nowMs: later,
  });
  expect(next.kind === 'changed' && next.site.document.limitOverride).toBeUndefined();
});

test('ending an override is a version, ending none is nothing', () => {
  const site = stored();
  expect(putLimitOverride(site, undefined, NOW)).toEqual({ kind: 'unchanged', site });
  const lowered = putLimitOverride(site, OVERRIDE, NOW);
  if (lowered.kind !== 'changed') throw new Error('expected a change');
  const ended = putLimitOverride(lowered.site, undefined, NOW);
  expect(ended).toMatchObject({ kind: 'changed', site: { document: { version: 3 } } });
  expect(ended.kind === 'changed' && 'limitOverride' in ended.site.document).toBe(false);
});

test.each([
  ['a negative power', { ...OVERRIDE, powerLimitW: -1 }],
  ['a power beyond all that a site may have', { ...OVERRIDE, powerLimitW: 1_000_000_001 }],
  ['an end that is now', { ...OVERRIDE, validUntilMs: NOW }],
  ['an end a millisecond past seven days', { ...OVERRIDE, validUntilMs: NOW + MAX_OVERRIDE_MS + 1 }],
])('an override with %s is refused', (_, override) => {
  expect(putLimitOverride(stored(), override, NOW)).toMatchObject({
    kind: 'refused',
    problems: [{ code: 'bad-override' }],
  });
});

test('an override of 0 kW is taken: nobody charges for a while', () => {
  expect(putLimitOverride(stored(), { ...OVERRIDE, powerLimitW: 0 }, NOW).kind).toBe('changed');
});

test('whatever override is taken, the next document is none the worse for it', () => {
  for (const powerLimitW of [0, 1, 1_000_000_000, 1_000_000_001, Number.MAX_SAFE_INTEGER, -1, 0.5, Number.NaN]) {
    const before = stored();
    const set = putLimitOverride(before, { ...OVERRIDE, powerLimitW }, NOW);
    const after = set.kind === 'changed' ? set.site : before;
    expect(decide({ ...DOCUMENT, name: 'New' }, after).kind).toBe('changed');
  }
});

test('an override of exactly seven days is taken', () => {
  const override = { ...OVERRIDE, validUntilMs: NOW + MAX_OVERRIDE_MS };
  expect(putLimitOverride(stored(), override, NOW).kind).toBe('changed');
});

test('stations of a document stand in order, each with its EVSEs', () => {
  const evse = DOCUMENT.evses[0];
  if (evse === undefined) throw new Error('no EVSE');
  const evses = [evse, { ...evse, stationId: 'ST-1', evse: 2 }, { ...evse, stationId: 'ST-1', evse: 1 }];
  expect(stationsOf({ ...DOCUMENT, evses })).toEqual([
    { stationId: 'ST-1', evses: [1, 2] },
    { stationId: 'ST-2', evses: [1] },
  ]);
});
