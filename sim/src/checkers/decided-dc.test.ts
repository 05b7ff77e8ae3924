import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { withDcStation } from '../site/dc-site.ts';
import { createDecidedChecker } from './decided.ts';
import { siteFactsOf } from './site-facts.ts';
import { WireFrame } from './wire-profile.ts';

const STATION = 'ST-001';
const SITE = siteFactsOf(withDcStation(demoSite(), 0).document);

/** What is said of a station that is told these watts of its output for good, and obeys so many amperes of its supply. */
function told(watts: number, obeyedA?: number): readonly string[] {
  const details: string[] = [];
  const checker = createDecidedChecker(SITE, ({ detail }) => void details.push(detail));
  const csChargingProfiles = {
    ...{ chargingProfileId: 11, chargingProfilePurpose: 'TxDefaultProfile' },
    chargingSchedule: { chargingRateUnit: 'W', chargingSchedulePeriod: [{ startPeriod: 0, limit: watts }] },
  };
  const frame = JSON.stringify([2, 'f', 'SetChargingProfile', { connectorId: 1, csChargingProfiles }]);
  checker.received(0, STATION, new WireFrame(frame));
  if (obeyedA !== undefined) checker.look(1, STATION, { limitA: obeyedA, source: 'tx-default', profileId: 11 });
  return details;
}

// 6 A of each of three phases at 207 V, of which 0.94 x 0.98 come out: 3432.4 W.
const FALLBACK_W = 3_432;

test('MD12 decided: a DC station is told the watts of its output that its limit comes to at the lowest voltage, and no others', () => {
  expect(told(FALLBACK_W)).toEqual([]);
  for (const watts of [FALLBACK_W + 1, FALLBACK_W - 1, 6 * 207, 6 * 3 * 230]) expect(told(watts)).toHaveLength(1);
});

test('MD12 decided: what it obeys is what its supply gives for them', () => {
  const drawnA = FALLBACK_W / (230 * 3) / (0.94 * 0.98);
  expect(told(FALLBACK_W, drawnA)).toEqual([]);
  expect(told(FALLBACK_W, drawnA + 0.1)).toHaveLength(1);
});
