import { expect, test } from '@jest/globals';
import { commonV1, siteV1 } from '@headroom/contracts';
import { siteModelFromConfig } from './site-model-from-config.ts';

const EVERY = (deciA: number) => ({ l1DeciA: deciA, l2DeciA: deciA, l3DeciA: deciA });

const DERATING = {
  ...{ sensorId: 'duct', staleAfterMs: 60_000, risesAtMostDeciC: 20 },
  steps: [{ aboveDeciC: -300, percent: 95 }],
};

const documentWith = (wiring: siteV1.Wiring) =>
  siteV1.SiteConfig.fromPartial({
    siteId: 'depot',
    timezone: 'UTC',
    nominalVoltageV: 230,
    circuits: [
      {
        circuitId: 'grid',
        rating: EVERY(1_000),
        continuousFactorPercent: 80,
        overloadAllowance: { percent: 10, seconds: 300 },
        derating: DERATING,
      },
      {
        circuitId: 'cabinet',
        parentCircuitId: 'grid',
        rating: EVERY(900),
        cabinet: { outputMaxW: 20_000n, efficiencyPercent: 96, powerFactorPercent: 100 },
      },
    ],
    stations: [
      {
        stationId: 'ST-1',
        circuitId: 'grid',
        evses: [
          {
            ...{ evse: 1, maxCurrentDeciA: 320, minCurrentDeciA: 60, fallbackDeciA: 60 },
            phases: [commonV1.GridPhase.L1, commonV1.GridPhase.L2],
            wiring,
          },
        ],
      },
      {
        stationId: 'DC-1',
        circuitId: 'cabinet',
        evses: [
          {
            ...{ evse: 1, maxCurrentDeciA: 350, minCurrentDeciA: 60, fallbackDeciA: 0 },
            phases: [commonV1.GridPhase.L1, commonV1.GridPhase.L2, commonV1.GridPhase.L3],
            dc: { outputMaxW: 20_000n, efficiencyPercent: 95, powerFactorPercent: 99 },
          },
        ],
      },
    ],
    otherLoads: [
      {
        ...{ circuitId: 'grid', meterId: 'building', name: 'Building', staleAfterMs: 5_000 },
        ...{ worstCase: EVERY(300), risesAtMost: EVERY(20), hides: EVERY(40) },
      },
    ],
    sources: [{ circuitId: 'grid', meterId: 'roof', name: 'Roof', staleAfterMs: 6_000, atMost: EVERY(70) }],
    policy: { kind: siteV1.PolicyKind.EQUAL_SHARE, leaseS: 120, leaseAtLeastS: 60, ladderEnd: siteV1.LadderEnd.FORBID },
  });
const read = (config: siteV1.SiteConfig) =>
  siteModelFromConfig(siteV1.SiteConfig.decode(siteV1.SiteConfig.encode(config).finish()));

test('whatever a document may say of a site reaches the model', () => {
  const model = read(documentWith(siteV1.Wiring.LINE_TO_LINE));
  if (model.kind === 'err') throw new Error(model.error);
  const every = (value: number) => ({ l1: value, l2: value, l3: value });
  expect(model.value.otherLoads).toMatchObject([{ risesAtMost: every(20), hides: every(40) }]);
  expect(model.value.ladderEnd).toBe('forbid');
  expect([model.value.leaseAtLeastS, model.value.leaseS]).toEqual([60, 120]);
  expect(model.value.sources).toEqual([
    { circuitId: 'grid', meterId: 'roof', name: 'Roof', staleAfterMs: 6_000, atMost: every(70) },
  ]);
  expect([...model.value.circuits.values()]).toMatchObject([
    { continuousPercent: 80, overload: { percent: 10, seconds: 300 }, derating: DERATING },
    { cabinet: { outputMaxW: 20_000, efficiencyPercent: 96, powerFactorPercent: 100 } },
  ]);
  expect([...model.value.evses.values()]).toMatchObject([
    { phases: ['l1', 'l2'], wiring: 'line-to-line' },
    { dc: { outputMaxW: 20_000, efficiencyPercent: 95, powerFactorPercent: 99 } },
  ]);
});

test('every policy that a document may name reaches the model; one that nobody here knows yet means equal current', () => {
  const shareOf = (kind: siteV1.PolicyKind) => {
    const config = documentWith(siteV1.Wiring.UNSPECIFIED);
    const model = read({ ...config, policy: { kind, leaseS: 120 } });
    if (model.kind === 'err') throw new Error(model.error);
    return model.value.share ?? 'equal';
  };
  const kinds = Object.values(siteV1.PolicyKind).filter((kind) => typeof kind === 'number');
  const told = kinds.filter((kind) => kind > siteV1.PolicyKind.EQUAL_SHARE).map(shareOf);
  expect(told).toEqual([
    ...['equal-surplus', 'proportional', 'first-come', 'earliest-departure', 'least-laxity'],
    ...['lowest-soc', 'smoothed-soc', 'smoothed-laxity', 'density'],
  ]);
  const { UNSPECIFIED, UNRECOGNIZED, EQUAL_SHARE } = siteV1.PolicyKind;
  expect([UNSPECIFIED, UNRECOGNIZED, EQUAL_SHARE].map(shareOf)).toEqual(['equal', 'equal', 'equal']);
});

test('a site with a wiring that nobody here knows is refused: its currents would be guessed', () => {
  expect(read(documentWith(siteV1.Wiring.UNRECOGNIZED))).toMatchObject({
    kind: 'err',
    error: expect.stringContaining('no site: bad-phases'),
  });
});

test('an objective and a tariff reach the model; what cannot be read of them does not cost the site', () => {
  const period = { name: 'always', perKwh: 0.2 };
  const whole = { from: '00:00', to: '24:00', period: 'always' };
  const documentJson = JSON.stringify({
    ...{ apiVersion: 'headroom/v1', kind: 'Tariff', metadata: { name: 'flat' } },
    spec: {
      ...{ currency: 'EUR', timezone: 'UTC' },
      seasons: [{ name: 'all', firstDay: '01-01', lastDay: '12-31', periods: [period], days: { weekday: [whole] } }],
    },
  });
  const config = (kind: siteV1.PolicyKind, tariff: siteV1.SiteTariff) => ({
    ...documentWith(siteV1.Wiring.UNSPECIFIED),
    ...{ policy: { kind, leaseS: 120, objective: siteV1.PlanObjective.COST }, tariff },
  });
  const { SMOOTHED_LAXITY, DENSITY } = siteV1.PolicyKind;
  const flat = { name: 'flat', documentJson };
  expect(read(config(SMOOTHED_LAXITY, flat))).toMatchObject({ kind: 'ok', value: { objective: 'cost', tariff: flat } });
  const odd = read(config(DENSITY, { name: 'flat', documentJson: '{' }));
  expect(odd).toMatchObject({ kind: 'ok', value: { share: 'density' } });
  expect(odd.kind === 'ok' ? [odd.value.objective, odd.value.tariff] : odd).toEqual([undefined, undefined]);
});

test('MD13 tiers and weights reach the model; what cannot be read of them does not cost the site', () => {
  const config = documentWith(siteV1.Wiring.UNSPECIFIED);
  const modelled = (said: Partial<siteV1.Evse>, tiers: siteV1.TierMode) => {
    const stations = config.stations.map((station) => ({
      ...station,
      evses: station.evses.map((evse) => ({ ...evse, ...said })),
    }));
    const model = read({ ...config, stations, policy: { kind: siteV1.PolicyKind.DENSITY, leaseS: 120, tiers } });
    if (model.kind === 'err') throw new Error(model.error);
    const [evse] = model.value.evses.values();
    return [evse?.tier, evse?.weight, model.value.tiers];
  };
  expect(modelled({ tier: 3, weight: 7 }, siteV1.TierMode.STRICT)).toEqual([3, 7, 'strict']);
  const nothing = [undefined, undefined, undefined];
  expect(modelled({ tier: 1, weight: 1 }, siteV1.TierMode.FLOOR_FIRST)).toEqual(nothing);
  expect(modelled({ tier: 10, weight: 101 }, siteV1.TierMode.UNRECOGNIZED)).toEqual(nothing);
  expect(modelled({ tier: 0, weight: 0 }, siteV1.TierMode.UNSPECIFIED)).toEqual(nothing);
});

test('C65, C61, OD2: rules of sessions, accessible bays and switching budgets reach the model; what cannot be kept of them does not cost the site', () => {
  const config = documentWith(siteV1.Wiring.UNSPECIFIED);
  const modelled = (said: Partial<siteV1.Evse>) => {
    const stations = config.stations.map((station) => ({
      ...station,
      evses: station.evses.map((evse) => ({ ...evse, ...said })),
    }));
    const model = read({ ...config, stations });
    if (model.kind === 'err') throw new Error(model.error);
    const [evse] = model.value.evses.values();
    return [evse?.rules, evse?.minimumShare, evse?.switching];
  };
  const wire = { maximumW: 11_000n, minimumW: 5_000n, minimumSocPercent: 20, stopAtSocPercent: 80, stopAtTarget: true };
  const rules = { ...wire, maximumW: 11_000, minimumW: 5_000 };
  expect(modelled({ sessionRules: wire, minimumShareDeciA: 100 })).toEqual([rules, 100, undefined]);
  expect(modelled({ sessionRules: { ...wire, maximumW: 1n }, minimumShareDeciA: 1 })).toEqual([
    ...[undefined, undefined, undefined],
  ]);
  const switching = { closingsAnHour: 2, mostClosingsAnHour: 3 };
  expect(modelled({ switching })).toEqual([undefined, undefined, switching]);
  expect(modelled({ switching: { ...switching, mostClosingsAnHour: 9 } })).toEqual([undefined, undefined, undefined]);
});

test('MD17: what cars may give back and what may flow out reach the model; what cannot be read of them gives nothing back, and does not cost the site', () => {
  const config = documentWith(siteV1.Wiring.UNSPECIFIED);
  const modelled = (
    maxDischargeDeciA: number | undefined,
    exportLimitW?: bigint,
    wiring: siteV1.Wiring = siteV1.Wiring.UNSPECIFIED,
  ) => {
    const stations = config.stations.map((station) => ({
      ...station,
      evses: station.evses.map((evse) => ({
        ...{ ...evse, maxDischargeDeciA },
        ...(evse.dc === undefined ? { wiring } : {}),
      })),
    }));
    const model = read({ ...config, stations, exportLimitW });
    if (model.kind === 'err') throw new Error(model.error);
    return [...[...model.value.evses.values()].map((evse) => evse.maxDischarge), model.value.exportLimitW];
  };
  expect(modelled(undefined)).toEqual([undefined, undefined, undefined]);
  expect(modelled(160, 30_000n)).toEqual([160, 160, 30_000]);
  expect(modelled(160, 0n)).toEqual([160, 160, 0]);
  for (const odd of [0, -160, 59]) expect(modelled(odd, -1n)).toEqual([undefined, undefined, undefined]);
  // Between two conductors nothing is modelled that gives back: a later release may know how.
  expect(modelled(160, 30_000n, siteV1.Wiring.LINE_TO_LINE)).toEqual([undefined, 160, 30_000]);
});
