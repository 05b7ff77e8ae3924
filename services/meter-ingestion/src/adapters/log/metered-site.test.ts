import { expect, test } from '@jest/globals';
import { commonV1, siteV1 } from '@headroom/contracts';
import { meteredSiteOf } from './metered-site.ts';

const { L1, L2, L3 } = commonV1.GridPhase;

test('a socket has the conductors that its station knows, and between two of them the voltage that lies there', () => {
  const evse = (number: number, phases: commonV1.GridPhase[], wiring?: siteV1.Wiring) => ({
    ...{ evse: number, phases, wiring, name: '' },
    ...{ maxCurrentDeciA: 320, minCurrentDeciA: 60, fallbackDeciA: 60 },
  });
  const evses = [
    evse(1, [L1, L2, L3]),
    evse(2, [L1, L2]),
    evse(3, [L1, L2], siteV1.Wiring.LINE_TO_LINE),
    evse(4, [L1, L2], siteV1.Wiring.SPLIT_PHASE),
    { ...evse(5, [L1, L2, L3]), dc: { outputMaxW: 10_000n, efficiencyPercent: 95, powerFactorPercent: 99 } },
    { ...evse(6, [L1, L2, L3]), maxDischargeDeciA: 160 },
    { ...evse(7, [L1, L2, L3]), maxDischargeDeciA: -160 },
  ];
  const config = siteV1.SiteConfig.fromPartial({
    ...{ siteId: 'depot', nominalVoltageV: 120 },
    stations: [{ stationId: 'ST-1', circuitId: 'grid', evses }],
  });
  const site = meteredSiteOf({ value: siteV1.SiteConfig.encode(config).finish() });
  expect(site.kind === 'ok' && Object.fromEntries(site.value.sockets)).toEqual({
    'ST-1/1': { phases: 3, nominalVoltageV: 120 },
    'ST-1/2': { phases: 2, nominalVoltageV: 120 },
    // 207.8 V, rounded down: more current of a power.
    'ST-1/3': { phases: 1, nominalVoltageV: 207 },
    'ST-1/4': { phases: 1, nominalVoltageV: 240 },
    // Of a DC station no current of the supply is worked out of those of its battery.
    'ST-1/5': { phases: 0, nominalVoltageV: 120 },
    'ST-1/6': { phases: 3, nominalVoltageV: 120, givesBack: true },
    'ST-1/7': { phases: 3, nominalVoltageV: 120 },
  });
});

test('LC2: a circuit that is derated by its temperature names a sensor', () => {
  const config = siteV1.SiteConfig.fromPartial({
    siteId: 'depot',
    circuits: [{ circuitId: 'grid' }, { circuitId: 'panel', derating: { sensorId: 'duct' } }],
    otherLoads: [{ circuitId: 'grid', meterId: 'building' }],
  });
  const site = meteredSiteOf({ value: siteV1.SiteConfig.encode(config).finish() });
  expect(site.kind === 'ok' && [[...site.value.sensors], [...site.value.meters.keys()]]).toEqual([
    ['duct'],
    ['building'],
  ]);
});
