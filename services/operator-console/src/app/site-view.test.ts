import { expect, test } from '@jest/globals';
import { deciAmps, evseId, circuitId, perPhase, siteId, stationId } from '@headroom/kernel';
import type { Site } from '../domain/site-document.ts';
import type { SiteSnapshot } from '../domain/site-snapshot.ts';
import { createSiteView } from './site-view.ts';

const NOW = 1_780_000_000_000;
const ST = stationId('ST-1');
const none = perPhase(() => deciAmps(0));
const SNAPSHOT: SiteSnapshot = {
  ...{ siteId: siteId('depot'), name: 'Depot', timezone: 'UTC', nominalVoltageV: 230 },
  ...{ ownerEpoch: 1, decisionSeq: 1, atMs: NOW },
  circuits: [
    {
      circuitId: circuitId('grid'),
      name: 'Grid',
      limit: none,
      limitSource: 'rating',
      otherLoad: none,
      committed: none,
    },
  ],
  evses: [
    {
      ...{ evseId: evseId(ST, 1), stationId: ST, evse: 1, name: 'Bay 1', circuitId: circuitId('grid') },
      ...{ phases: ['l1', 'l2'], connected: true, condition: 'charging', commanded: deciAmps(160) },
      ...{ committed: deciAmps(160), target: deciAmps(160), maxCurrent: deciAmps(320), fallback: deciAmps(60) },
      ...{ reason: { code: '', sentence: '' }, lastDispatch: '' },
    },
  ],
};
const SITE: Site = {
  ...{ version: 1, configuredAtMs: NOW },
  document: {
    ...{ siteId: 'depot', displayName: 'Depot', timezone: 'UTC', nominalVoltageV: 230, leaseS: 120, share: 'equal' },
    ...{ circuits: [], meters: [], loads: [], sources: [] },
    stations: [
      {
        ...{ id: 'ST-1', circuit: 'grid' },
        evses: [
          {
            ...{ evse: 1, name: 'Bay 1', phases: ['L1', 'L2'], wiring: 'line-to-line' },
            ...{ maxA: 32, minimumA: 6, fallbackA: 6 },
          },
        ],
      },
    ],
  },
};

test('how an EVSE is wired comes from the site document; until that is known it counts as from phase to neutral', () => {
  const view = createSiteView(siteId('depot'), { sinceMs: NOW, sampleIntervalMs: 10_000, tariff: undefined });
  view.took({ snapshot: { version: { epoch: 1n, offset: 1n }, value: SNAPSHOT } });
  expect(view.now(NOW)?.evses[0]?.commandedW).toBe(7_360);
  view.configured(SITE);
  expect(view.now(NOW)?.evses[0]).toMatchObject({ wiring: 'line-to-line', commandedW: 6_374 });
});
