import { expect, test } from '@jest/globals';
import { readRequest, type RequestFields, wantedKwh } from './request-draft.ts';
import { NOW_MS } from './testing/site.ts';

/** 14:00 in Paris, in summer. */
const SITE = { atMs: NOW_MS, timezone: 'Europe/Paris' };
const FIELDS: RequestFields = { atPercent: '40', sizeKwh: '77', targetPercent: '80', byTime: '17:00' };
const read = (change: Partial<RequestFields> = {}, site = SITE) => readRequest({ ...FIELDS, ...change }, site);
const leaves = (byTime: string, site = SITE): number | null | undefined => {
  const result = read({ byTime }, site);
  return result.kind === 'ok' ? result.draft.departureAtMs : undefined;
};

test('"at 40 % of 77 kWh, up to 80 % by 17:00" is 30.8 kWh by the next 17:00 on the clock of the site', () => {
  const draft = { atPlugInPercent: 40, sizeKwh: 77, targetPercent: 80, departureAtMs: NOW_MS + 3 * 3_600_000 };
  expect(read()).toEqual({ kind: 'ok', draft });
  expect(wantedKwh(draft)).toBeCloseTo(30.8, 9);
  expect(read({ sizeKwh: ' 62,5 ' })).toMatchObject({ draft: { sizeKwh: 62.5 } });
});

test('a time of today that is over, or now, is one of tomorrow; none is none', () => {
  expect(leaves('14:01')).toBe(NOW_MS + 60_000);
  expect(leaves('14:00')).toBe(NOW_MS + 24 * 3_600_000);
  expect(leaves('9:30')).toBe(NOW_MS + 19.5 * 3_600_000);
  expect(leaves('14:01', { ...SITE, atMs: NOW_MS + 30_000 })).toBe(NOW_MS + 60_000);
  expect(leaves(' ')).toBeNull();
  expect([leaves('25:00'), leaves('17.5'), leaves('now')]).toEqual([undefined, undefined, undefined]);
});

test('where clocks change in the night, it is the time that they show then', () => {
  // 24 October 2026, 20:00 in Paris; the night has 25 hours.
  const eve = { ...SITE, atMs: Date.UTC(2026, 9, 24, 18, 0, 0) };
  expect(leaves('07:00', eve)).toBe(Date.UTC(2026, 9, 25, 6, 0, 0));
  // 28 March 2026, 20:00; it has 23.
  const spring = { ...SITE, atMs: Date.UTC(2026, 2, 28, 19, 0, 0) };
  expect(leaves('07:00', spring)).toBe(Date.UTC(2026, 2, 29, 5, 0, 0));
});

test.each<readonly [string, Partial<RequestFields>, keyof RequestFields]>([
  ['nothing', { atPercent: '' }, 'atPercent'],
  ['a part of a percent', { atPercent: '40.5' }, 'atPercent'],
  ['more than full', { atPercent: '101' }, 'atPercent'],
  ['a battery without a size', { sizeKwh: '' }, 'sizeKwh'],
  ['one of next to nothing', { sizeKwh: '0.9' }, 'sizeKwh'],
  ['one beyond any on wheels', { sizeKwh: '2001' }, 'sizeKwh'],
  ['what it holds already', { targetPercent: '40' }, 'targetPercent'],
  ['no target', { targetPercent: 'full' }, 'targetPercent'],
  ['no time of a day', { byTime: 'noon' }, 'byTime'],
])('who writes %s is told so at its place', (_, change, field) => {
  expect(read(change)).toMatchObject({ kind: 'refused', field, text: expect.stringMatching(/\.$/) });
});
