import { expect, test } from '@jest/globals';
import type { GridEvent } from './grid-event.ts';
import { gridView, SHOWN_AFTER_MS } from './grid-view.ts';
import { FORGOTTEN_AFTER_MS, type GridSource, NO_GRID, SILENT_AFTER_MS, type SiteGrid } from './site-grid.ts';

const NOW = 10_000_000;
const MINUTE = 60_000;
const event = (eventId: string, fromMs: number, toMs: number, part: Partial<GridEvent> = {}): GridEvent => ({
  ...{
    source: 'dso',
    eventId,
    eventName: '',
    programName: '',
    firstNotedMs: 0,
    notedAtMs: 0,
    kind: 'set',
    sentence: '',
  },
  periods: [{ startMs: NOW + fromMs, endMs: NOW + toMs, asked: { kind: 'limit', limitW: 120_000 } }],
  ...part,
});
const grid = (...events: readonly GridEvent[]): SiteGrid => ({ ...NO_GRID, events });
const nothing = () => ({ meanW: null, peakW: null });
const shownOf = (of: SiteGrid) => {
  const { shown, more } = gridView(of, nothing, NOW);
  return [shown?.event.eventId, shown?.state, more];
};

test('an event that holds goes before one that is to come, and the others are counted', () => {
  const of = grid(
    event('later', 60 * MINUTE, 90 * MINUTE),
    event('soon', MINUTE, 2 * MINUTE),
    event('now', -MINUTE, MINUTE),
  );
  expect(shownOf(of)).toEqual(['now', 'active', 2]);
  expect(shownOf(grid(...of.events.slice(0, 2)))).toEqual(['soon', 'scheduled', 1]);
});

test('of two that hold the lower one is shown', () => {
  const low = event('low', -MINUTE, MINUTE, {
    periods: [{ startMs: NOW - MINUTE, endMs: NOW + MINUTE, asked: { kind: 'limit', limitW: 80_000 } }],
  });
  expect(shownOf(grid(event('high', -MINUTE, MINUTE), low))).toEqual(['low', 'active', 1]);
});

test('while the limit returns in steps the event is returning, until the timeline says so', () => {
  const timeline = {
    version: 2,
    segments: [
      {
        startMs: 0,
        endMs: NOW + MINUTE,
        limitW: 150_000,
        cause: { kind: 'return', source: 'dso', eventId: 'e' } as const,
      },
      { startMs: NOW + MINUTE },
    ],
  };
  const view = gridView({ ...grid(event('e', -2 * MINUTE, -MINUTE)), timeline }, nothing, NOW);
  expect([view.shown?.state, view.shown?.returnsByMs]).toEqual(['returning', NOW + MINUTE]);
});

test('an event for circuits is returning while the limit of any of them is, and back once the last one is', () => {
  const ramp = (untilMs: number, eventId = 'e') => ({
    version: 1,
    segments: [
      { startMs: 0, endMs: NOW + untilMs, limitW: 9, cause: { kind: 'return', source: 'dso', eventId } as const },
    ],
  });
  const over = event('e', -2 * MINUTE, -MINUTE, { circuitIds: ['a', 'b'] });
  const of = (circuits: SiteGrid['circuits'] & {}, timeline?: SiteGrid['timeline']) => {
    const { shown } = gridView({ ...grid(over), circuits, ...(timeline && { timeline }) }, nothing, NOW);
    return [shown?.state, shown?.returnsByMs];
  };
  expect(of(new Map([['b', ramp(MINUTE)]]))).toEqual(['returning', NOW + MINUTE]);
  const both = new Map([
    ['a', ramp(2 * MINUTE)],
    ['b', ramp(-MINUTE)],
  ]);
  expect(of(both)).toEqual(['returning', NOW + 2 * MINUTE]);
  expect(of(new Map([['b', ramp(-MINUTE)]]))).toEqual(['completed', NOW - MINUTE]);
  // Of another event, of another circuit, or of the whole site: not its own.
  expect(of(new Map([['a', ramp(MINUTE, 'other')]]))).toEqual(['completed', null]);
  expect(of(new Map([['c', ramp(MINUTE)]]), ramp(MINUTE))).toEqual(['completed', null]);
});

test.each([
  ['completed', event('e', -2 * SHOWN_AFTER_MS, -SHOWN_AFTER_MS), event('e', -2 * SHOWN_AFTER_MS, -SHOWN_AFTER_MS - 1)],
  [
    'cancelled',
    event('e', MINUTE, 2 * MINUTE, { kind: 'cancelled', notedAtMs: NOW - SHOWN_AFTER_MS }),
    event('e', MINUTE, 2 * MINUTE, { kind: 'cancelled', notedAtMs: NOW - SHOWN_AFTER_MS - 1 }),
  ],
  [
    'refused',
    event('e', 0, 0, { kind: 'refused', periods: [], notedAtMs: NOW - SHOWN_AFTER_MS }),
    event('e', 0, 0, { kind: 'refused', periods: [], notedAtMs: NOW - SHOWN_AFTER_MS - 1 }),
  ],
] as const)('one that is %s stays for two minutes, and no longer', (state, still, gone) => {
  expect(shownOf(grid(still))).toEqual(['e', state, 0]);
  expect(shownOf(grid(gone))).toEqual([undefined, undefined, 0]);
});

test('a price alone is no event of the live page', () => {
  const asked = { kind: 'price', microPerKwh: 1, currency: 'EUR' } as const;
  expect(
    shownOf(grid(event('p', 0, 0, { periods: [{ startMs: NOW - 1, endMs: NOW + 1, asked }] })))[0],
  ).toBeUndefined();
});

test('a level is told in power by the timeline', () => {
  const periods = [{ startMs: NOW - 1, endMs: NOW + MINUTE, asked: { kind: 'level', level: 2 } as const }];
  const cause = { kind: 'event', source: 'dso', eventId: 'e' } as const;
  const timeline = { version: 1, segments: [{ startMs: NOW - 1, limitW: 80_000, cause }] };
  const { shown } = gridView({ ...grid(event('e', 0, 0, { periods })), timeline }, nothing, NOW);
  expect([shown?.level, shown?.askedW]).toEqual([2, 80_000]);
});

test('delivered: as long before it as the event, at least a minute and at most a quarter of an hour; since it began', () => {
  const asked: (readonly [number, number])[] = [];
  const drawn = (fromMs: number, toMs: number) => {
    asked.push([fromMs - NOW, toMs - NOW]);
    return { meanW: toMs - fromMs, peakW: null };
  };
  const view = gridView(grid(event('e', -MINUTE, 29 * MINUTE)), drawn, NOW);
  expect(asked).toEqual([
    [-16 * MINUTE, -MINUTE],
    [-MINUTE, 0],
  ]);
  expect(view.shown?.delivered).toEqual({
    before: { meanW: 15 * MINUTE, peakW: null },
    during: { meanW: MINUTE, peakW: null },
  });
  asked.length = 0;
  gridView(grid(event('e', -1_000, 9_000)), drawn, NOW);
  expect(asked[0]).toEqual([-1_000 - MINUTE, -1_000]);
  expect(gridView(grid(event('e', 1, MINUTE)), drawn, NOW).shown?.delivered).toBeNull();
});

test('a source of which the adapter says nothing any more is silent, whatever it was, and forgotten after a day', () => {
  const sourcesAfter = (ms: number) => {
    const source: GridSource = { name: 'dso', state: 'heard', sentence: 'The VTN answers.', atMs: NOW };
    return gridView({ ...NO_GRID, sources: [source] }, nothing, NOW + ms).sources;
  };
  expect(sourcesAfter(SILENT_AFTER_MS)).toMatchObject([{ state: 'heard', sentence: 'The VTN answers.' }]);
  expect(sourcesAfter(SILENT_AFTER_MS + 1)).toMatchObject([
    { state: 'silent', sentence: expect.stringContaining('The grid adapter itself has not been heard') },
  ]);
  expect(sourcesAfter(FORGOTTEN_AFTER_MS)).toHaveLength(1);
  expect(sourcesAfter(FORGOTTEN_AFTER_MS + 1)).toEqual([]);
});

test('an event for the whole site goes before a lower one for a circuit', () => {
  const low = event('low', -MINUTE, MINUTE, {
    periods: [{ startMs: NOW - MINUTE, endMs: NOW + MINUTE, asked: { kind: 'limit', limitW: 20_000 } }],
    circuitIds: ['panel'],
  });
  const high = event('high', -MINUTE, MINUTE);
  expect(shownOf(grid(low, high))).toEqual(['high', 'active', 1]);
  expect(shownOf(grid(high, low))).toEqual(['high', 'active', 1]);
});

test('what the site drew is not held against what a circuit is asked', () => {
  const drawn = () => ({ meanW: 5, peakW: 6 });
  const of = (part: Partial<GridEvent>) => gridView(grid(event('e', -MINUTE, MINUTE, part)), drawn, NOW);
  expect(of({}).shown?.delivered?.during).toEqual({ meanW: 5, peakW: 6 });
  expect(of({ circuitIds: ['panel'] }).shown?.delivered).toBeNull();
});
