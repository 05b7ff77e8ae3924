import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { createCircuitChecker, type EvseNow } from './circuits.ts';
import { createDecidedChecker } from './decided.ts';
import { createForgotten, type Recalled } from './forgotten.ts';
import { siteFactsOf } from './site-facts.ts';
import { WireFrame } from './wire-profile.ts';

const HARDWARE: Recalled = { source: 'hardware', fallbackA: 6, flowA: 0, isOnline: true, runs: false };
const REACTS_MS = 30_000;

test('SI5 forgotten: a station that says so counts with its hardware once it could be known for a while; off line it cannot', () => {
  const forgotten = createForgotten(REACTS_MS, () => undefined);
  expect(forgotten.look(0, 'ST-1', HARDWARE)).toBe('told');
  forgotten.forgot('ST-1', true);
  expect(forgotten.look(1_000, 'ST-1', { ...HARDWARE, isOnline: false })).toBe('excused');
  expect(forgotten.look(100_000, 'ST-1', { ...HARDWARE, isOnline: false })).toBe('excused');
  expect(forgotten.look(130_000, 'ST-1', HARDWARE)).toBe('excused');
  expect(forgotten.look(130_001, 'ST-1', HARDWARE)).toBe('unled');
  // A lease beside nothing permanent is obeyed; then the hardware speaks again.
  expect(forgotten.look(131_000, 'ST-1', { ...HARDWARE, source: 'tx' })).toBe('told');
  expect(forgotten.look(132_000, 'ST-1', HARDWARE)).toBe('unled');
  expect(forgotten.look(133_000, 'ST-1', { ...HARDWARE, source: 'tx-default' })).toBe('told');
  expect(forgotten.look(134_000, 'ST-1', HARDWARE)).toBe('told');
});

test('SI5 forgotten: a stranger’s maximum of the whole station gives nothing back, and hides what the station is told anew', () => {
  const forgotten = createForgotten(REACTS_MS, () => undefined);
  const held = { ...HARDWARE, source: 'station-max' };
  expect(forgotten.look(0, 'ST-1', held)).toBe('told');
  forgotten.forgot('ST-1', true);
  expect(forgotten.look(1_000, 'ST-1', HARDWARE)).toBe('excused');
  expect(forgotten.look(2_000, 'ST-1', held)).toBe('excused');
  expect(forgotten.look(32_001, 'ST-1', held)).toBe('unled');
  forgotten.told('ST-1', { purpose: 'TxProfile', messageId: 'l' });
  expect(forgotten.look(33_000, 'ST-1', { ...held, runs: true })).toBe('told');
  // A lease goes with its transaction (seed 200446).
  expect(forgotten.look(34_000, 'ST-1', held)).toBe('unled');
  expect(forgotten.look(35_000, 'ST-1', HARDWARE)).toBe('unled');
  forgotten.told('ST-1', { purpose: 'TxDefaultProfile', messageId: 'd' });
  expect(forgotten.look(36_000, 'ST-1', held)).toBe('told');
});

test('SI6 forgotten: of a loss that nothing tells what flows counts, once it has flowed for a while', () => {
  const forgotten = createForgotten(REACTS_MS, () => undefined);
  forgotten.forgot('ST-1', false);
  for (const atMs of [0, 100_000]) expect(forgotten.look(atMs, 'ST-1', HARDWARE)).toBe('excused');
  expect(forgotten.look(130_000, 'ST-1', { ...HARDWARE, flowA: 20 })).toBe('excused');
  expect(forgotten.look(130_001, 'ST-1', { ...HARDWARE, flowA: 20 })).toBe('unseen');
  expect(forgotten.look(131_000, 'ST-1', { ...HARDWARE, flowA: 6 })).toBe('excused');
});

test('SI5, HO-6 decided: a station that has forgotten is told again before long', () => {
  const details: string[] = [];
  const forgotten = createForgotten(REACTS_MS, ({ checker, detail }) => void details.push(`${checker}: ${detail}`));
  forgotten.forgot('ST-1', true);
  for (const atMs of [0, 210_000]) forgotten.look(atMs, 'ST-1', HARDWARE);
  expect(details).toEqual([]);
  for (const atMs of [210_001, 300_000]) forgotten.look(atMs, 'ST-1', HARDWARE);
  expect(details).toEqual([
    'decided: ST-1 has forgotten its limits, which could be known for 210 s, and is not told them again',
  ]);
});

test('SI5, HO-6 decided: one that has leases of all that its hardware bears was told again where it has taken its permanent limit since', () => {
  const reported = (purpose: string, status: string, forgetsAgain = false): number => {
    const details: string[] = [];
    const forgotten = createForgotten(REACTS_MS, ({ detail }) => void details.push(detail));
    forgotten.forgot('ST-1', true);
    forgotten.look(0, 'ST-1', HARDWARE);
    forgotten.told('ST-1', { purpose, messageId: 'f1' });
    forgotten.sent('ST-1', new WireFrame('[3,"other",{"status":"Accepted"}]'));
    forgotten.sent('ST-1', new WireFrame(`[3,"f1",{"status":"${status}"}]`));
    if (forgetsAgain) forgotten.forgot('ST-1', true);
    for (const atMs of [1_000, 212_000]) forgotten.look(atMs, 'ST-1', HARDWARE);
    return details.length;
  };
  expect(reported('TxDefaultProfile', 'Accepted')).toBe(0);
  expect([reported('TxDefaultProfile', 'Rejected'), reported('TxProfile', 'Accepted')]).toEqual([1, 1]);
  expect(reported('TxDefaultProfile', 'Accepted', true)).toBe(1);
});

test('SI5 circuit: beside a station that has forgotten the others may stay at their fallbacks, and no higher', () => {
  const site = siteFactsOf(demoSite().document);
  const details: string[] = [];
  const checker = createCircuitChecker({ site, report: ({ detail }) => void details.push(detail) });
  const panel = site.rows.find(({ name }) => name === 'panel-a L1');
  const [first = '', ...others] = panel?.evses ?? [];
  const fallbackA = site.evses.get(first)?.fallbackA ?? 0;
  const at = (obeyedA: number): ReadonlyMap<string, EvseNow> =>
    new Map([
      [first, { obeyedA: 500, flowA: 0, usedPhases: 1, hasForgotten: true }],
      ...others.map((id): [string, EvseNow] => [id, { obeyedA, flowA: 0, usedPhases: 1 }]),
    ]);
  checker.look(1_000, at(fallbackA), [0, 0, 0]);
  expect(details).toEqual([]);
  checker.look(2_000, at(fallbackA + 1), [0, 0, 0]);
  expect(details).toContainEqual(expect.stringMatching(/^panel-a L1 at /u));
});

test('decided: what a station obeys after a loss nobody told it; its hardware again after its permanent limit is no loss of ours', () => {
  const site = siteFactsOf(demoSite().document);
  const details: string[] = [];
  const checker = createDecidedChecker(site, ({ detail }) => void details.push(detail));
  const [evseId = ''] = site.evses.keys();
  const [stationId = ''] = evseId.split('/');
  const hardware = { limitA: 32, source: 'hardware' };
  checker.look(1, stationId, { ...hardware });
  checker.look(2, stationId, { limitA: 6, source: 'tx-default', profileId: 1 });
  expect(details.splice(0)).toHaveLength(1);
  checker.look(3, stationId, { ...hardware });
  expect(details.splice(0)).toEqual([`${stationId} obeys 32 A (hardware), which nobody told it`]);
  checker.forgot(stationId);
  checker.look(4, stationId, { ...hardware });
  expect(details).toEqual([]);
});

test('SI6 forgotten: the time of a lease is none in which a loss below it could be seen', () => {
  const details: string[] = [];
  const forgotten = createForgotten(REACTS_MS, ({ detail }) => void details.push(detail));
  const flowing = { ...HARDWARE, flowA: 20 };
  forgotten.forgot('ST-1', false);
  for (const atMs of [0, 20_000]) forgotten.look(atMs, 'ST-1', flowing);
  expect(forgotten.look(21_000, 'ST-1', { ...flowing, source: 'tx' })).toBe('told');
  forgotten.look(600_000, 'ST-1', { ...flowing, source: 'tx' });
  expect(forgotten.look(600_001, 'ST-1', flowing)).toBe('excused');
  expect(forgotten.look(630_000, 'ST-1', flowing)).toBe('excused');
  expect(forgotten.look(630_002, 'ST-1', flowing)).toBe('unseen');
  expect(details).toEqual([]);
});
