import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createGivenChecker, type GivesNow } from './given.ts';
import { siteFactsOf } from './site-facts.ts';

const SITE = siteFactsOf(demoSite().document);
const [FIRST = '', SECOND = ''] = SITE.evses.keys();
const NOTHING_DRAWS = [0, 0, 0] as const;
const LEASE_MS = SITE.leaseS * 1_000;

function rig(exportA = 0) {
  const details: string[] = [];
  const checker = createGivenChecker({ site: SITE, exportA, report: ({ detail }) => void details.push(detail) });
  const by = (epoch: number) => ({ role: 'dispatcher' as const, shard: 0, epoch });
  return {
    details,
    checker,
    counts: (evseId: string, countsBackA: number, epoch = 1) =>
      checker.stored(by(epoch), { kind: 'counted', evseId, countsA: 6, countsBackA }),
    intends: (evseId: string, backA: number, untilMs = Number.POSITIVE_INFINITY, epoch = 1) =>
      checker.stored(by(epoch), {
        ...{ kind: 'intended', evseId, transactionId: 'tx', limitA: 6, commandId: 'c', atMs: 0, untilMs, backA },
      }),
    look: (nowMs: number, gives: readonly GivesNow[], building: readonly [number, number, number] = NOTHING_DRAWS) =>
      checker.look(nowMs, gives, building),
  };
}
const gives = (evseId: string, toldA: number, flowA = 0, more: Partial<GivesNow> = {}): GivesNow => ({
  ...{ evseId, toldA, flowA, usedPhases: 3 },
  ...more,
});

test('SI3: who is asked for more than its owner counts it with, or was about to ask for, is told', () => {
  const { details, counts, intends, look } = rig();
  counts(FIRST, 6);
  look(0, [gives(FIRST, 6)]);
  intends(FIRST, 10);
  look(1_000, [gives(FIRST, 10)]);
  expect(details).toEqual([]);
  // What an owner says behind the mark of a later one counts for nothing.
  counts(FIRST, 6, 2);
  counts(FIRST, 16, 1);
  look(2_000, [gives(FIRST, 10), gives(SECOND, 1)]);
  expect(details).toEqual([
    `${FIRST} is to give 10.0 A, and counts with 6.0 A`,
    `${SECOND} is to give 1.0 A, and counts with 0.0 A`,
  ]);
});

test('MD18: what all give at once is no more than a conductor bears, whatever draws beside it', () => {
  const { details, counts, intends, look } = rig(10_000);
  const panel = [...SITE.evses.keys()].slice(0, 12);
  for (const evseId of panel) {
    counts(evseId, 0);
    intends(evseId, 20);
  }
  const each = (amps: number) => panel.map((evseId) => gives(evseId, amps));
  look(0, each(160 / 12), [100, 100, 100]);
  expect(details).toEqual([]);
  look(1_000, each(160 / 12 + 0.1), [100, 100, 100]);
  expect(details.map((detail) => detail.split(' may')[0])).toEqual(['panel-a L1', 'panel-a L2', 'panel-a L3']);
});

test('no more flows out than may beside what the building draws; where that fell, for no longer than a lease', () => {
  const { details, counts, intends, look, checker } = rig(6);
  counts(FIRST, 0);
  intends(FIRST, 16);
  const giving = [gives(FIRST, 16, 16)];
  look(0, giving, [14, 14, 14]);
  look(10_000, giving, [14, 14, 14]);
  expect(checker.conclude()).toMatchObject({ overS: 0, wh: expect.closeTo((16 * 3 * 230) / 360, 6) });
  look(20_000, giving, [13.6, 14, 14]);
  const lastMs = 10_000 + LEASE_MS + 40_000;
  look(lastMs, giving, [13, 14, 14]);
  expect(details).toEqual([]);
  look(lastMs + 1_000, giving, [13, 14, 14]);
  expect(details).toEqual([expect.stringContaining('48.0 A flow out, where 47.0 A may')]);
  expect(checker.conclude().overS).toBeGreaterThan(LEASE_MS / 1_000);
});

test('SI13: nothing is given once the lease that let it is over', () => {
  const { details, counts, intends, look } = rig(1_000);
  counts(FIRST, 0);
  intends(FIRST, 16, 60_000);
  look(60_000 + 40_000, [gives(FIRST, 16)]);
  expect(details).toEqual([]);
  look(60_000 + 41_000, [gives(FIRST, 0)]);
  expect(details).toEqual([]);
  look(60_000 + 41_000, [gives(FIRST, 16)]);
  expect(details).toEqual([`${FIRST} is to give 16.0 A, 41 s after the end of its lease`]);
});

test('MD17: a battery that is below what its driver keeps is asked for nothing', () => {
  const { details, counts, intends, look } = rig(1_000);
  counts(FIRST, 0);
  intends(FIRST, 16);
  const at = (heldWh: number, toldA: number) => [gives(FIRST, toldA, toldA, { battery: { heldWh, keepWh: 10_000 } })];
  look(0, at(9_970, 16));
  look(0, at(9_000, 0));
  expect(details).toEqual([]);
  look(0, at(9_969, 16));
  expect(details).toEqual([`${FIRST} is to give, and its battery is at 9969 Wh of 10000`]);
});
