import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parseTariff, type Tariff } from '@headroom/tariff';
import { parse } from 'yaml';
import { priceView } from './price-view.ts';

const EXAMPLE = join(import.meta.dirname, '../../../../examples/tariffs/workplace-tou.yaml');

function tariffOf(document: unknown): Tariff {
  const tariff = parseTariff(document);
  if (tariff.kind === 'err') throw new Error(tariff.error.map(({ detail }) => detail).join(' '));
  return tariff.value;
}

const WORKPLACE = tariffOf(parse(readFileSync(EXAMPLE, 'utf8')));
/** Two prices a night, so that the change lies in the hours that clocks leave out or have twice. */
const NIGHT = tariffOf({
  apiVersion: 'headroom/v1',
  kind: 'Tariff',
  metadata: { name: 'night' },
  spec: {
    currency: 'EUR',
    timezone: 'Europe/Paris',
    validTo: '2026-12-31',
    seasons: [
      {
        name: 'all',
        firstDay: '01-01',
        lastDay: '12-31',
        periods: [
          { name: 'early', perKwh: -0.01 },
          { name: 'late', perKwh: 0 },
        ],
        days: {
          weekday: [
            { from: '00:00', to: '02:30', period: 'early' },
            { from: '02:30', to: '24:00', period: 'late' },
          ],
        },
      },
    ],
  },
});
const at = (text: string): number => Date.parse(text);
const brief = (tariff: Tariff | undefined, text: string, timeline?: Parameters<typeof priceView>[1]) => {
  const view = priceView(tariff, timeline, at(text));
  const { next } = view ?? {};
  return [
    view?.now?.periodName,
    next === null || next === undefined ? undefined : new Date(next.atMs).toISOString(),
    next?.price?.periodName,
  ];
};

test('the example file: now and next, with the clock of its zone', () => {
  // 26 November 2026 is a Thursday of winter; Paris is an hour ahead of UTC.
  expect(brief(WORKPLACE, '2026-11-26T12:00:00Z')).toEqual(['shoulder', '2026-11-26T16:00:00.000Z', 'peak']);
  expect(priceView(WORKPLACE, undefined, at('2026-11-26T12:00:00Z'))?.now).toEqual({
    ...{ microPerKwh: 214_700, currency: 'EUR', periodName: 'shoulder' },
    ...{ source: 'Workplace, time of use', from: 'tariff' },
  });
});

test('the night in which clocks go forward: 02:30 does not happen, the price changes at 03:00 (DR-F2)', () => {
  expect(brief(NIGHT, '2026-03-29T00:00:00Z')).toEqual(['early', '2026-03-29T01:00:00.000Z', 'late']);
});

test('the night in which clocks go back: 02:30 comes twice, and so do its prices', () => {
  expect(brief(NIGHT, '2026-10-25T00:00:00Z')).toEqual(['early', '2026-10-25T00:30:00.000Z', 'late']);
  expect(brief(NIGHT, '2026-10-25T00:45:00Z')).toEqual(['late', '2026-10-25T01:00:00.000Z', 'early']);
  expect(brief(NIGHT, '2026-10-25T01:15:00Z')).toEqual(['early', '2026-10-25T01:30:00.000Z', 'late']);
});

test('DR-F9: a price below zero and a price of zero are prices; no price is null', () => {
  expect(priceView(NIGHT, undefined, at('2026-06-01T22:30:00Z'))?.now?.microPerKwh).toBe(-10_000);
  expect(priceView(NIGHT, undefined, at('2026-06-01T12:00:00Z'))?.now?.microPerKwh).toBe(0);
  const over = priceView(NIGHT, undefined, at('2027-06-01T12:00:00Z'));
  expect(over).toEqual({ now: null, next: null });
  expect(priceView(NIGHT, undefined, at('2026-12-31T12:00:00Z'))?.next).toEqual({
    atMs: at('2026-12-31T23:00:00Z'),
    price: null,
  });
});

test('what the grid says goes before the tariff while it says it, and the change at its end is next', () => {
  const timeline = {
    version: 1,
    segments: [
      {
        ...{ startMs: at('2026-11-26T12:00:00Z'), endMs: at('2026-11-26T13:00:00Z') },
        price: { currency: 'EUR', microPerKwh: 500_000, source: 'retailer' },
      },
      { startMs: at('2026-11-26T13:00:00Z') },
    ],
  };
  expect(priceView(WORKPLACE, timeline, at('2026-11-26T12:10:00Z'))).toMatchObject({
    now: { microPerKwh: 500_000, source: 'retailer', from: 'grid' },
    next: { atMs: at('2026-11-26T13:00:00Z'), price: { periodName: 'shoulder' } },
  });
  expect(priceView(undefined, timeline, at('2026-11-26T12:10:00Z'))?.next?.price).toBeNull();
});

test('without a tariff and without prices of the grid there is nothing to show', () => {
  expect(priceView(undefined, undefined, 0)).toBeUndefined();
});
