import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createCircuitChecker, type EvseNow } from './circuits.ts';
import { createExcessChecker } from './excess.ts';
import { createKeptLeases, type Kept } from './kept-leases.ts';
import { type SiteRow, siteFactsOf } from './site-facts.ts';
import type { Violation } from './violation.ts';
import { WireFrame } from './wire-profile.ts';

const SITE = siteFactsOf(demoSite().document);
const OF = 'S/1';
const LEASED = { source: 'tx' };

function lease(durationS: number, purpose = 'TxProfile') {
  const chargingSchedule = { duration: durationS, chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] };
  const profile = { chargingProfileId: 1, chargingProfilePurpose: purpose, chargingSchedule };
  const payload = { connectorId: 1, csChargingProfiles: profile };
  const read = new WireFrame(JSON.stringify([2, 'm', 'SetChargingProfile', payload])).profile();
  if (read === undefined) throw new Error('that sets no profile');
  return read;
}

test('H89 kept: from its end on, until 6 s after the next one, a station that keeps leases has what nobody takes away', () => {
  const kept = createKeptLeases(() => true);
  const at = (s: number): boolean => kept.of(s * 1_000, OF, LEASED).isKept === true;
  expect(at(0)).toBe(false);
  kept.received(0, 'S', lease(120));
  expect([119.9, 120, 300].map(at)).toEqual([false, true, true]);
  kept.received(300_000, 'S', lease(120));
  expect([305.9, 306, 419.9, 420].map(at)).toEqual([true, false, false, true]);
});

test('H89 kept: one that was renewed in time was never over', () => {
  const kept = createKeptLeases(() => true);
  kept.received(0, 'S', lease(120));
  kept.received(60_000, 'S', lease(120));
  expect(kept.of(61_000, OF, LEASED)).toEqual({});
});

test('H89 kept: nothing is of who lets his leases end, nor a permanent limit', () => {
  const others = createKeptLeases(() => false);
  others.received(0, 'S', lease(120));
  expect(others.of(200_000, OF, LEASED)).toEqual({});
  const kept = createKeptLeases(() => true);
  kept.received(0, 'S', lease(120, 'TxDefaultProfile'));
  expect(kept.of(200_000, OF, LEASED)).toEqual({});
  kept.received(0, 'S', lease(120));
  expect(kept.of(200_000, OF, { source: 'tx-default' })).toEqual({});
});

const ids = [...SITE.evses.keys()];
const allAt = (obeyedA: number, kept: Kept): ReadonlyMap<string, EvseNow & { hasForgotten: boolean }> =>
  new Map(ids.map((id) => [id, { obeyedA, flowA: obeyedA, usedPhases: 3, hasForgotten: false, ...kept }]));

/** 24 stations at 9 A and a quiet building: 648 A of the contract, 216 of each conductor. */
function judged(kept: Kept, limitOf: (row: SiteRow) => number, amps = 9) {
  const found: Violation[] = [];
  const report = (violation: Violation) => void found.push(violation);
  const circuits = createCircuitChecker({ site: SITE, report, limitOf });
  const excess = createExcessChecker({ site: SITE, report, inForce: limitOf, reacted: limitOf });
  for (let s = 0; s < 10; s += 1) {
    circuits.look(s * 1_000, allAt(amps, kept), [0, 0, 0]);
    excess.look(s * 1_000, allAt(amps, kept), [0, 0, 0], [0, 0, 0]);
  }
  excess.look(10_000, allAt(0, {}), [0, 0, 0], [0, 0, 0]);
  return {
    said: found.map(({ checker, detail }) => `${checker} ${detail.split(' ').slice(0, 2).join(' ')}`),
    told: excess.conclude(),
  };
}

test('H89, SI28: below a lowered limit in kW such a lease may stay, and is counted; no other lease may', () => {
  const lowered = (row: SiteRow): number => (row.name === 'grid power' ? 500 : row.limitA);
  const { said, told } = judged({ isKept: true }, lowered);
  expect(said).toEqual([]);
  expect(told).toEqual([expect.objectContaining({ of: 'power', cause: 'kept', mostA: 148 })]);
  expect(judged({}, lowered).said).toEqual(['circuit grid power', 'excess grid power', 'flow grid power']);
});

test('H89, SI28: above the limit of a conductor, or of the contract as the document has it, it may not stay', () => {
  const conductor = (row: SiteRow): number => (row.name === 'grid L1' ? 200 : row.limitA);
  expect(judged({ isKept: true }, conductor).said).toEqual(['circuit grid L1', 'excess grid L1', 'flow grid L1']);
  const document = (row: SiteRow): number => row.limitA;
  expect(judged({ isKept: true }, document, 13).said).toEqual(
    expect.arrayContaining(['circuit grid power', 'excess grid power']),
  );
});
