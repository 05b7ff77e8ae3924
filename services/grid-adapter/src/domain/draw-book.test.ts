import { expect, test } from '@jest/globals';
import { AHEAD_MAX_MS, createDrawBook, KEPT_MS, PART_STALE_MS, PARTS_MAX, SLOT_MS } from './draw-book.ts';

const ZERO_MS = 1_772_366_400_000;
const MINUTE_MS = 60_000;

function rig() {
  const book = createDrawBook([{ siteId: 's1' }, { siteId: 's1', circuitId: 'panel' }]);
  const put = (part: string, atMs: number, powerW: number, nowMs = ZERO_MS + atMs): void =>
    book.put({ siteId: 's1', part, atMs: ZERO_MS + atMs, powerW }, nowMs);
  const drawn = (startMs: number, endMs: number) =>
    book.drawn({ siteId: 's1' }, { startMs: ZERO_MS + startMs, endMs: ZERO_MS + endMs });
  const drawnBelow = (circuitId: string, startMs: number, endMs: number) =>
    book.drawn({ siteId: 's1', circuitId }, { startMs: ZERO_MS + startMs, endMs: ZERO_MS + endMs });
  return { book, put, drawn, drawnBelow };
}

test('a site draws what its parts draw together, each as it said last', () => {
  const { put, drawn } = rig();
  put('cs-1/1', 0, 10_000);
  put('meter building', 0, 5_000);
  put('cs-1/1', MINUTE_MS, 0);
  put('meter building', 2 * MINUTE_MS, 5_000);
  expect(drawn(0, MINUTE_MS)).toEqual({ meanW: 15_000, peakW: 15_000, coveredPercent: 100 });
  expect(drawn(0, 2 * MINUTE_MS)).toEqual({ meanW: 10_000, peakW: 15_000, coveredPercent: 100 });
  // From the middle of a slot to the middle of another.
  expect(drawn(MINUTE_MS - 5_000, MINUTE_MS + 5_000)).toMatchObject({ meanW: 10_000, coveredPercent: 100 });
});

test('what nobody has told is not covered, and is no zero', () => {
  const { put, drawn, book } = rig();
  expect(drawn(0, MINUTE_MS)).toEqual({ coveredPercent: 0 });
  put('cs-1/1', MINUTE_MS, 8_000);
  put('cs-1/1', 2 * MINUTE_MS, 8_000);
  expect(drawn(0, 2 * MINUTE_MS)).toEqual({ meanW: 8_000, peakW: 8_000, coveredPercent: 50 });
  expect(book.drawn({ siteId: 'another' }, { startMs: ZERO_MS, endMs: ZERO_MS + 1 })).toEqual({ coveredPercent: 0 });
});

test('a silence of all is not covered from the first millisecond over its bound', () => {
  for (const [silentMs, coveredPercent] of [
    [PART_STALE_MS, 100],
    [PART_STALE_MS + 1, 0],
  ] as const) {
    const { put, drawn } = rig();
    put('cs-1/1', 0, 1_000);
    put('cs-1/1', silentMs, 1_000);
    expect(drawn(0, PART_STALE_MS)).toMatchObject({ coveredPercent });
  }
});

test('a part that falls silent counts no longer, once it is stale', () => {
  const { put, drawn } = rig();
  put('cs-1/1', 0, 10_000);
  for (let atMs = 0; atMs <= 10 * MINUTE_MS; atMs += SLOT_MS) put('meter', atMs, 1_000);
  expect(drawn(0, PART_STALE_MS)).toMatchObject({ meanW: 11_000 });
  expect(drawn(PART_STALE_MS + SLOT_MS, 10 * MINUTE_MS)).toMatchObject({ meanW: 1_000 });
});

test('nonsense moves nothing: below zero, no number, from a clock that is far ahead, older than known', () => {
  const { put, drawn } = rig();
  put('cs-1/1', 0, 1_000);
  put('cs-1/1', 1_000, -5);
  put('cs-1/1', 1_000, Number.NaN);
  put('cs-1/1', 30_000 + AHEAD_MAX_MS + 1, 9_000, ZERO_MS + 30_000);
  put('cs-1/1', -5_000, 9_000, ZERO_MS);
  put('cs-1/1', MINUTE_MS, 1_000);
  expect(drawn(0, MINUTE_MS)).toEqual({ meanW: 1_000, peakW: 1_000, coveredPercent: 100 });
});

test('the first part over the bound is not counted', () => {
  const { put, drawn } = rig();
  for (let n = 0; n <= PARTS_MAX; n += 1) put(`cs-${n}/1`, 0, 1);
  put('cs-0/1', SLOT_MS, 1);
  expect(drawn(0, SLOT_MS)).toMatchObject({ meanW: PARTS_MAX });
});

test('after so long the oldest slot is written over, and is unknown rather than wrong', () => {
  const { put, drawn } = rig();
  put('m', 0, 1_000);
  put('m', SLOT_MS, 2_000);
  for (let atMs = SLOT_MS; atMs <= KEPT_MS + SLOT_MS; atMs += MINUTE_MS) put('m', atMs, 2_000);
  put('m', KEPT_MS + SLOT_MS, 2_000);
  expect(drawn(0, SLOT_MS)).toEqual({ coveredPercent: 0 });
  expect(drawn(SLOT_MS, KEPT_MS + SLOT_MS)).toMatchObject({ meanW: 2_000, coveredPercent: 100 });
});

test('a circuit draws what lies below it, each part and the meter of its own; the site draws all', () => {
  const { book, put, drawn, drawnBelow } = rig();
  const wiring = new Map([
    ['cs-1/1', ['panel', 'grid']],
    ['meter workshop', ['panel', 'grid']],
    ['cs-2/1', ['grid']],
  ]);
  book.wire('s1', wiring);
  for (const atMs of [0, MINUTE_MS]) {
    put('cs-1/1', atMs, 10_000);
    put('cs-2/1', atMs, 7_000);
    put('meter workshop', atMs, 2_000);
    put('cs-3/1', atMs, 1_000);
  }
  expect(drawnBelow('panel', 0, MINUTE_MS)).toEqual({ meanW: 12_000, peakW: 12_000, coveredPercent: 100 });
  expect(drawn(0, MINUTE_MS)).toMatchObject({ meanW: 20_000 });
  // Nobody asks for the grid connection by its name.
  expect(drawnBelow('grid', 0, MINUTE_MS)).toEqual({ coveredPercent: 0 });
});

test('what is wired elsewhere from now on draws there, at once; before the document comes no circuit draws', () => {
  const { book, put, drawnBelow } = rig();
  put('cs-1/1', 0, 10_000);
  book.wire('s1', new Map([['cs-1/1', ['panel']]]));
  book.wire('another', new Map());
  put('cs-1/1', MINUTE_MS, 10_000);
  put('cs-1/1', 2 * MINUTE_MS, 10_000);
  expect(drawnBelow('panel', 0, MINUTE_MS)).toEqual({ coveredPercent: 0 });
  book.wire('s1', new Map([['cs-2/1', ['panel']]]));
  put('cs-2/1', 2 * MINUTE_MS, 3_000);
  put('cs-1/1', 3 * MINUTE_MS, 10_000);
  put('cs-2/1', 3 * MINUTE_MS, 3_000);
  expect(drawnBelow('panel', MINUTE_MS, 3 * MINUTE_MS)).toEqual({
    ...{ meanW: 6_500, peakW: 10_000, coveredPercent: 100 },
  });
});
