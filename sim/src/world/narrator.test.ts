import { expect, test } from '@jest/globals';
import { siteFactsOf } from '../checkers/site-facts.ts';
import { demoSite } from '../documents.ts';
import { createNarrator, type Seen } from './narrator.ts';

const SITE = siteFactsOf(demoSite().document);
const seen = (stationId: string, change: Partial<Seen['bay']> = {}): Seen => ({
  stationId,
  bay: { plugged: true, phasesUsed: 3, wantsA: 16, currentA: 10, obeyed: { limitA: 10 }, ...change },
});

test('a reader is told of cars, of limits that change, of decisions that move something, and each minute how full it is', () => {
  const told: string[] = [];
  const narrator = createNarrator({ site: SITE, limitOf: ({ limitA }) => limitA, say: (text) => void told.push(text) });
  const [evseId = ''] = SITE.evses.keys();
  const [stationId = ''] = evseId.split('/');
  const decide = (seq: number, limitA: number): void =>
    narrator.decided({ kind: 'decided', shard: 1, epoch: 3, seq, limits: [{ evseId, transactionId: 't', limitA }] });
  narrator.looked(0, [seen(stationId, { plugged: false, wantsA: 0, currentA: 0 })], [20, 20, 20]);
  narrator.looked(1_000, [seen(stationId, { phasesUsed: 1 })], [20, 20, 20]);
  decide(7, 16);
  decide(8, 16);
  const endless = { durationS: undefined, validToMs: undefined, isUpdate: false };
  narrator.told(stationId, { ...endless, limitsA: [16, 8], durationS: 120 });
  narrator.told(stationId, { ...endless, limitsA: [6] });
  const dynamic = { ...endless, validToMs: Date.UTC(2026, 0, 12, 9, 2) };
  narrator.told(stationId, { ...dynamic, limitsA: [12] });
  narrator.told(stationId, { ...dynamic, limitsA: [11], isUpdate: true });
  narrator.looked(2_000, [seen(stationId, { phasesUsed: 1, obeyed: { limitA: 16 } })], [20, 20, 20]);
  narrator.looked(
    61_000,
    [seen(stationId, { plugged: false, wantsA: 0, currentA: 0, obeyed: { limitA: 6 } })],
    [300, 1, 1],
  );
  expect(told.filter((line) => !line.startsWith('---'))).toEqual([
    `${stationId}: a car plugs in, on one phase`,
    `decision 3/7: ${evseId} 16 A`,
    `${stationId} is told 16 A, then 8 A for 120 s`,
    `${stationId} is told 6 A for good`,
    `${stationId} is told 12 A until 09:02:00`,
    `${stationId} is told 11 A as before`,
    `${stationId} obeys 16 A, 10 A before; its car would take 16 A`,
    `${stationId}: the car leaves`,
  ]);
  const minutes = told.filter((line) => line.startsWith('---'));
  expect(minutes).toHaveLength(2);
  expect(minutes[1]).toMatch(/^--- 0 of 0 cars charge; \S+ L1 300 of \d+ A, /);
});
