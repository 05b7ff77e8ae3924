import { expect, test } from '@jest/globals';
import type { GridSignal } from './grid-signal.ts';
import { spanOf } from './period.ts';
import { type Fallback, fallbackSignal, sourceTrouble } from './source-trouble.ts';
import { timelineOf } from './timeline.ts';

const CONFIG = { lostAfterMs: 300_000 };
const SITE = { siteId: 's1' };
const NEVER = Number.POSITIVE_INFINITY;

test('DR-E26: a VTN is lost when it was silent for as long as configured, not a millisecond before', () => {
  expect(sourceTrouble(1_000, 300_999, CONFIG)).toEqual({ kind: 'none' });
  expect(sourceTrouble(1_000, 301_000, CONFIG)).toEqual({
    kind: 'lost',
    sinceMs: 301_000,
    silentMs: 300_000,
    sentence: 'The VTN has not answered for 300 s; known events run to their end.',
  });
});

test('DR-A10: a clock that went back is no silence', () => {
  expect(sourceTrouble(10_000, 5_000, CONFIG)).toEqual({ kind: 'none' });
});

test('a VTN that has never answered is told apart', () => {
  expect(sourceTrouble(undefined, 5_000, CONFIG).kind).toBe('never-heard');
});

const limitUntil = (endMs: number): GridSignal => ({
  source: 'vtn',
  programId: 'p',
  eventId: 'e',
  modifiedAtMs: 0,
  target: SITE,
  restoreDrawPpm: 0,
  kind: 'limit',
  periods: [{ kind: 'limit', limitW: 50, ...spanOf(100, endMs) }],
});
const fallback = (over: Partial<Fallback>): Fallback => ({
  source: 'vtn',
  target: SITE,
  limitW: 30,
  signals: [],
  lostSinceMs: 1_000,
  restoreDrawPpm: 0,
  ...over,
});

test('DR-E27: the fallback begins when the last known limit has run out, or at the loss if that is later', () => {
  expect(fallbackSignal(fallback({ signals: [limitUntil(5_000)] }))?.periods).toEqual([
    { kind: 'limit', limitW: 30, startMs: 5_000 },
  ]);
  expect(fallbackSignal(fallback({ signals: [limitUntil(500)] }))?.periods[0]?.startMs).toBe(1_000);
  expect(fallbackSignal(fallback({}))?.periods[0]?.startMs).toBe(1_000);
});

test('DR-E27: a limit that never ends leaves no room for a fallback, nor does a VTN that was heard before it began', () => {
  expect(fallbackSignal(fallback({ signals: [limitUntil(NEVER)] }))).toBeUndefined();
  expect(fallbackSignal(fallback({ signals: [limitUntil(5_000)], heardAgainMs: 5_000 }))).toBeUndefined();
});

test('DR-E22, DR-E27: when the VTN is heard again the fallback ends, and the site returns by its ramp', () => {
  const signal = fallbackSignal(fallback({ heardAgainMs: 2_000 }));
  const restore = { maxDelayMs: 0, rampMs: 1_000, stepMs: 500 };
  const segments = timelineOf(signal === undefined ? [] : [signal], 90, {
    fromMs: 0,
    limitsOf: () => ({ levelPercent: [100, 70, 40, 0], restore }),
  });
  expect(segments.map(({ startMs, limitW }) => [startMs, limitW])).toEqual([
    [0, 90],
    [1_000, 30],
    [2_000, 50],
    [2_500, 70],
    [3_000, 90],
  ]);
});
