import { expect, test } from '@jest/globals';
import { parseEventPage } from './grid-events.ts';
import { parseLiveSite } from './parse-live.ts';
import { addressOf, pageInAddress, siteInAddress } from './route.ts';

const stretch = (meanKw: number) => ({ meanKw, peakKw: meanKw + 1, coveredPercent: 100 });

test('a line of the list: of an event with several steps the highest mean counts', () => {
  const item = {
    ...{ eventId: 'e', source: 'dso', name: 'Peak', state: 'completed', startsAt: '2026-06-12T12:00:00Z' },
    periods: [{ askedKw: 120 }, { level: 2 }, { price: { perKwh: 0.2, currency: 'EUR' } }],
    reports: [{ before: stretch(170), during: [stretch(110), stretch(118)], after: null, delivery: 'sent' }],
  };
  const ofCircuits = {
    ...{ ...item, circuitIds: ['panel-a', 7] },
    reports: [
      {
        circuitId: 'panel-a',
        during: [{ ...stretch(9), askedKw: 12 }, { askedKw: 10 }],
        delivery: 'failed',
        why: 'away',
      },
      { circuitId: 'panel-b' },
    ],
  };
  const { lines, next } = parseEventPage({ items: [item], next: '7' });
  expect(lines[0]).toMatchObject({
    ...{ name: 'Peak', state: 'completed', endsAtMs: null },
    asked: [{ kw: 120 }, { level: 2 }, { price: { perKwh: 0.2, currency: 'EUR' } }],
    circuitIds: [],
    reports: [
      {
        ...{ circuitId: null, askedKw: null, delivery: 'sent', after: null },
        ...{ before: { meanKw: 170 }, during: { meanKw: 118 } },
      },
    ],
  });
  expect(next).toBe('7');
  expect(parseEventPage({ items: [ofCircuits] }).lines[0]).toMatchObject({
    circuitIds: ['panel-a'],
    reports: [
      { circuitId: 'panel-a', askedKw: 10, during: { meanKw: 9 }, delivery: 'failed', deliveryWhy: 'away' },
      { circuitId: 'panel-b', before: null, during: null, after: null, delivery: null },
    ],
  });
});

test.each([[null], [[]], [{ items: 'x' }], [{ items: [null, 3] }]])(
  'an answer %j that is no list harms nothing',
  (body) => {
    const { lines, next } = parseEventPage(body);
    expect([next, lines.every(({ state }) => state === 'refused')]).toEqual([null, true]);
  },
);

test('the live document of an older server, without any grid, can still be read', () => {
  const site = parseLiveSite({ siteId: 's', at: '2026-06-12T12:00:00Z' });
  expect(site).toMatchObject({
    grid: { sources: [], event: null, more: 0 },
    price: null,
    demo: { gridEvents: false },
    limit: { ahead: [] },
  });
});

test('what the live document says of the grid is read; what is wrong in it is left out', () => {
  const at = '2026-06-12T12:00:00Z';
  const site = parseLiveSite({
    ...{ siteId: 's', at, demo: { gridEvents: true } },
    limit: { ahead: [{ from: at, powerKw: 200 }, { from: 'never', powerKw: 1 }, 5] },
    grid: {
      sources: [{ name: 'dso', state: 'lost' }, {}],
      event: { state: 'active', startsAt: at, askedKw: 120, delivered: { before: { meanKw: 1 }, during: {} } },
    },
    price: { now: { perKwh: -0.01, currency: 'EUR', period: 'night' }, next: { at, price: null } },
  });
  expect(site).toMatchObject({
    demo: { gridEvents: true },
    limit: { ahead: [{ powerKw: 200 }] },
    grid: {
      sources: [{ name: 'dso', state: 'lost' }],
      event: { state: 'active', delivered: { before: { meanKw: 1 } } },
    },
    price: { now: { perKwh: -0.01, period: 'night' }, next: { price: null } },
  });
});

test('the page of events has an address of its own', () => {
  expect(addressOf('a b', '?site=x&mock=1', 'events')).toBe('/sites/a%20b/events?mock=1');
  expect([siteInAddress('/sites/a%20b/events', ''), pageInAddress('/sites/a%20b/events')]).toEqual(['a b', 'events']);
  expect([siteInAddress('/sites/events', ''), pageInAddress('/sites/events')]).toEqual(['events', 'live']);
});
