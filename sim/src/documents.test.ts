import { expect, test } from '@jest/globals';
import { demoSite, loadSites, type SitePlan } from './documents.ts';
import { recordedSite } from './site/recorded-site.ts';

/** The commissioning sum, written here once more: fallbacks of all EVSEs and the worst other load, in A summed over phases. */
function commissioning(plan: SitePlan): { readonly sumA: number; readonly limitA: number } {
  const { spec } = plan.document;
  const evses = spec.stations.flatMap((station) => station.evses);
  const fallbackA = evses.reduce((sum, evse) => sum + evse.fallbackA * evse.phases.length, 0);
  const otherA = spec.meters.reduce((sum, meter) => sum + meter.worstCasePerPhaseA * 3, 0);
  const limitKw = spec.circuits[0]?.limitKw ?? 0;
  return { sumA: fallbackA + otherA, limitA: (limitKw * 1_000) / spec.nominalVoltageV };
}

test('the demo site has 24 EVSEs, 12 stations of each version, mixed on two panels, and its fallbacks fit', () => {
  const plan = demoSite();
  expect(plan.stations.filter((station) => station.version === '1.6').length).toBe(12);
  expect(plan.stations.filter((station) => station.version === '2.0.1').length).toBe(12);
  const { stations } = plan.document.spec;
  const panelA = stations.filter((station) => station.circuit === 'panel-a').map((station) => station.id);
  expect([stations.length, panelA.length]).toEqual([24, 12]);
  expect(plan.stations.filter((one) => panelA.includes(one.stationId) && one.version === '1.6').length).toBe(6);
  const { sumA, limitA } = commissioning(plan);
  expect(sumA).toBeLessThanOrEqual(limitA);
  // SI26: a lease short enough for a building that moves, and what it moves in that time.
  expect([plan.document.spec.policy.lease, plan.document.spec.meters[0]?.risesAtMostPerPhaseA]).toEqual(['60s', 11]);
});

test.each([
  [1, [1]],
  [25, [25]],
  [26, [25, 1]],
  [200, [25, 25, 25, 25, 25, 25, 25, 25]],
])('%d stations stand on sites of 25, with ids of their own', (count, sizes) => {
  const plans = loadSites(count);
  expect(plans.map((plan) => plan.stations.length)).toEqual(sizes);
  expect(new Set(plans.flatMap((plan) => plan.stations.map((one) => one.stationId))).size).toBe(count);
  for (const plan of plans) expect(commissioning(plan).sumA).toBeLessThanOrEqual(commissioning(plan).limitA);
});

test('a recorded EVSE is single-phase, phase by index in sorted order, once however often it is named', () => {
  const plan = recordedSite(['EVSE-03', 'EVSE-01', 'EVSE-02', 'EVSE-01', 'EVSE-04'], 50);
  expect(plan.document.spec.stations.map((one) => [one.id, one.evses[0]?.phases])).toEqual([
    ['REC-EVSE-01', ['L1']],
    ['REC-EVSE-02', ['L2']],
    ['REC-EVSE-03', ['L3']],
    ['REC-EVSE-04', ['L1']],
  ]);
  expect(plan.stations.every((one) => one.wiredPhases === 1 && one.hardwareMaxA === 32)).toBe(true);
});

test('the fallback of recorded EVSEs is 6 A where the sum fits, else 0 A with the reason', () => {
  const ids = Array.from({ length: 52 }, (_, i) => `EVSE-${i}`);
  const tight = recordedSite(ids, 50);
  expect(tight.document.spec.stations[0]?.evses[0]?.fallbackA).toBe(0);
  expect(tight.notes).toEqual([expect.stringContaining('52 EVSEs at 6 A would take 71.8 kW')]);
  const wide = recordedSite(ids, 100);
  expect(wide.document.spec.stations[0]?.evses[0]?.fallbackA).toBe(6);
  expect(wide.notes).toEqual([]);
});
