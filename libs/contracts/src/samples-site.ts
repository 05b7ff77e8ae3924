import type { Sample } from './sample.ts';

const PHASES = { l1DeciA: 160, l2DeciA: 0, l3DeciA: -15 };

/** A site as it is commissioned, with everything that a document can say. */
export const SITE_SAMPLE: Sample = {
  topic: 'siteConfig',
  title: 'site',
  json: {
    siteId: 'depot',
    version: '4',
    configuredAtMs: '1764100000123',
    name: 'Depot',
    timezone: 'Europe/Paris',
    nominalVoltageV: 230,
    circuits: [
      {
        circuitId: 'panel-a',
        parentCircuitId: 'grid',
        name: 'Panel A',
        rating: PHASES,
        powerLimitW: '200000',
        continuousFactorPercent: 80,
        overloadAllowance: { percent: 10, seconds: 300 },
        cabinet: { outputMaxW: '180000', efficiencyPercent: 94, powerFactorPercent: 98 },
        derating: {
          ...{ sensorId: 'duct', staleAfterMs: 60_000, risesAtMostDeciC: 20 },
          steps: [
            { aboveDeciC: 300, percent: 95 },
            { aboveDeciC: 400, percent: 85 },
          ],
        },
      },
    ],
    stations: [
      {
        stationId: 'ST-001',
        circuitId: 'panel-a',
        evses: [
          {
            evse: 1,
            phases: ['GRID_PHASE_L2', 'GRID_PHASE_L3', 'GRID_PHASE_L1'],
            maxCurrentDeciA: 320,
            minCurrentDeciA: 60,
            fallbackDeciA: 60,
            name: 'Bay 1',
            maxDischargeDeciA: 160,
            tier: 2,
            weight: 3,
            sessionRules: {
              ...{
                maximumW: '11000',
                minimumW: '4200',
                minimumSocPercent: 20,
                stopAtSocPercent: 80,
                stopAtTarget: true,
              },
            },
            minimumShareDeciA: 100,
            switching: { closingsAnHour: 2, mostClosingsAnHour: 3 },
          },
          {
            evse: 2,
            phases: ['GRID_PHASE_L1', 'GRID_PHASE_L2'],
            maxCurrentDeciA: 320,
            minCurrentDeciA: 60,
            fallbackDeciA: 60,
            name: 'Bay 2',
            wiring: 'WIRING_LINE_TO_LINE',
            dc: { outputMaxW: '50000', efficiencyPercent: 95, powerFactorPercent: 99 },
          },
        ],
      },
    ],
    otherLoads: [
      {
        circuitId: 'grid',
        worstCase: PHASES,
        meterId: 'building',
        ...{ staleAfterMs: 5000, name: 'Building', risesAtMost: PHASES, hides: PHASES },
      },
    ],
    sources: [{ circuitId: 'grid', meterId: 'roof', staleAfterMs: 5000, atMost: PHASES, name: 'Roof' }],
    policy: {
      ...{ kind: 'POLICY_KIND_EQUAL_SHARE', leaseS: 120, leaseAtLeastS: 60, tiers: 'TIER_MODE_STRICT' },
      demandLimitW: '60000',
    },
    limitOverride: { powerLimitW: '100000', validUntilMs: '1764110000000', setBy: 'operator', reason: 'works' },
    exportLimitW: '30000',
  },
};
