import { expect, test } from '@jest/globals';
import { createChance } from './chance.ts';
import { planOf } from './field.ts';
import { BUSY, type Pace, paceOf } from './pace.ts';
import { RECOVERY_MS } from './world.ts';

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed + 1);
const WHOLE = { hours: 2, stations: 24 };
const paces = (of = WHOLE): readonly Pace[] => SEEDS.map((seed) => paceOf(createChance(seed), of));

const isBusy = (pace: Pace): boolean => pace.jumpOnceInMin === BUSY.jumpOnceInMin;

test('in few seeds the building takes much more from one phase than from another', () => {
  const uneven = paces().filter(({ buildingShares }) => buildingShares !== undefined).length;
  expect(uneven).toBeGreaterThan(5);
  expect(uneven).toBeLessThan(40);
});

test('a short seed has no time for calm; of the long ones about a tenth is as busy', () => {
  expect(paces({ hours: 0.5, stations: 8 }).every(isBusy)).toBe(true);
  const busy = paces().filter(isBusy).length;
  expect(busy).toBeGreaterThan(5);
  expect(busy).toBeLessThan(40);
  expect(paceOf(createChance(7), WHOLE)).toEqual(paceOf(createChance(7), WHOLE));
});

test('every kind of site, lease, meter and sample comes up, and half full is only a site that is tight even so', () => {
  const drawn = (of: (pace: Pace) => unknown): number => new Set(paces().map(of)).size;
  expect(drawn(({ occupancy }) => occupancy)).toBe(2);
  expect(drawn(({ leaseS }) => leaseS)).toBe(3);
  expect(drawn(({ meterEveryMs }) => meterEveryMs)).toBe(2);
  expect(drawn(({ sampleS, sampleOnChange }) => `${sampleS} ${sampleOnChange}`)).toBe(4);
  expect(drawn(({ snapshotS }) => snapshotS)).toBe(3);
  expect(paces({ hours: 2, stations: 8 }).every(({ occupancy }) => occupancy === 1)).toBe(true);
});

test('whatever is drawn, one lost reading is no outage, where nobody tells of changes samples come often, and leases end within the recovery', () => {
  for (const { meterEveryMs, meterStaleS, sampleS, sampleOnChange, leaseS = 0 } of paces()) {
    expect(2 * meterEveryMs).toBeLessThan(meterStaleS * 1_000);
    // SI21: 20 s for an answer, a sample and some slack.
    expect(sampleOnChange === 0 ? sampleS : 0).toBeLessThanOrEqual(10);
    expect(2 * leaseS * 1_000).toBeLessThan(RECOVERY_MS);
  }
});

test('the site document says what the pace does', () => {
  for (const pace of paces()) {
    const { policy, meters } = planOf(24, 1, pace).document.spec;
    expect(policy.lease).toBe(`${pace.leaseS ?? 60}s`);
    expect(meters.map(({ staleAfter }) => staleAfter)).toEqual([`${pace.meterStaleS}s`]);
  }
});
