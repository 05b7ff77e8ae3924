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

test('MD12, H86 decided: one that refused 0 W may be told the watts of its minimum, where that is no more than it has in amperes of its supply', () => {
  const evseId = `${STATION}/1`;
  const after = (hadA: number): number => {
    const details: string[] = [];
    const checker = createDecidedChecker(SITE, ({ detail }) => void details.push(detail));
    let seq = 0;
    const tell = (limitA: number, limit: number): void => {
      seq += 1;
      const commandId = `l${seq}`;
      const limits = [{ evseId, transactionId: '7', limitA: seq === 1 ? limitA : 0 }];
      checker.stored(seq * 20_000, { kind: 'decided', shard: 3, epoch: 1, seq, limits });
      const intended = { kind: 'intended', commandId, evseId, transactionId: '7', limitA } as const;
      checker.stored(seq * 20_000 + 1, { ...intended, atMs: seq * 20_000 + 1, untilMs: seq * 20_000 + 60_001 });
      const csChargingProfiles = {
        ...{ transactionId: 7, chargingProfileId: 12, chargingProfilePurpose: 'TxProfile' },
        chargingSchedule: { chargingRateUnit: 'W', duration: 60, chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
      };
      const frame = JSON.stringify([2, commandId, 'SetChargingProfile', { connectorId: 1, csChargingProfiles }]);
      checker.received(seq * 20_000 + 2, STATION, new WireFrame(frame));
      const status = limit === 0 ? 'Rejected' : 'Accepted';
      checker.sent(seq * 20_000 + 3, STATION, new WireFrame(JSON.stringify([3, commandId, { status }])));
      const resolution = limit === 0 ? 'void' : 'stands';
      checker.stored(seq * 20_000 + 4, { kind: 'resolved', evseId, commandId, resolution });
    };
    tell(hadA, Math.floor((FALLBACK_W / 6) * hadA));
    details.length = 0;
    tell(0, 0);
    tell(6, FALLBACK_W);
    return details.length;
  };
  expect(after(8)).toBe(0);
});

test('MD12, H79 decided: the watts of its minimum let a DC station go on, so that it may be told them once more; fewer do not', () => {
  const evseId = `${STATION}/1`;
  const again = (limitA: number): number => {
    const details: string[] = [];
    const checker = createDecidedChecker(SITE, ({ detail }) => void details.push(detail));
    let seq = 0;
    const decide = (decidedA: number): void => {
      seq += 1;
      const limits = [{ evseId, transactionId: '7', limitA: decidedA }];
      checker.stored(seq * 20_000, { kind: 'decided', shard: 3, epoch: 1, seq, limits });
    };
    const tell = (atMs: number, saidA: number): void => {
      const commandId = `l${atMs}`;
      const of = { evseId, commandId, transactionId: '7', limitA: saidA, atMs, untilMs: atMs + 60_000 };
      checker.stored(atMs, { kind: 'intended', ...of });
      const limit = Math.floor((3 * 207 * 0.94 * 0.98 * Math.round(saidA * 10)) / 10);
      const csChargingProfiles = {
        ...{ transactionId: 7, chargingProfileId: 12, chargingProfilePurpose: 'TxProfile' },
        chargingSchedule: { chargingRateUnit: 'W', duration: 60, chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
      };
      const frame = JSON.stringify([2, commandId, 'SetChargingProfile', { connectorId: 1, csChargingProfiles }]);
      checker.received(atMs, STATION, new WireFrame(frame));
      checker.stored(atMs, { kind: 'resolved', evseId, commandId, resolution: 'stands' });
    };
    decide(0);
    tell(20_001, 0);
    decide(limitA);
    tell(40_001, limitA);
    decide(17.5);
    // When nobody may act any more by the decision before.
    tell(70_000, limitA);
    return details.length;
  };
  expect([again(6), again(5)]).toEqual([0, 1]);
});
