import { expect, test } from '@jest/globals';
import { deciAmps, transactionId } from '@headroom/kernel';
import {
  answerWatch,
  beginWatch,
  isWatchOver,
  type LeaseProof,
  noteDrawn,
  watch,
  watchedUntil,
} from './watched-lease.ts';

const S = 1_000;
const TX = transactionId('tx');
const MARGIN_MS = 5 * S;
const UNTIL_MS = 100 * S;
const none: LeaseProof = { failures: 0, notBeforeMs: 0 };

/** A lease of 6 A to 100 s, with a permanent limit of 8 A, accepted at 50 s. */
function watched(): LeaseProof {
  const lease = { commandId: 'c', transactionId: TX, limit: deciAmps(60), untilMs: UNTIL_MS, fallback: deciAmps(80) };
  const begun = beginWatch(none, { ...lease, skewMs: 0, marginMs: MARGIN_MS });
  return answerWatch(begun, { commandId: 'c', outcome: 'accepted', atMs: 50 * S, nowMs: 50 * S }) ?? none;
}

/** What samples of [second, amperes] show of it, by a clock that has moved by so much when it is over. */
function shown(samples: readonly (readonly [s: number, amps: number])[], movedMs = 0): 'ended' | boolean {
  let proof = watched();
  for (const [s, amps] of samples) {
    const sample = { sampledAtMs: s * S, draw: deciAmps(amps * 10), offered: undefined };
    const skewMs = s * S > UNTIL_MS ? movedMs : 0;
    const after = watch(proof, sample, { nowMs: s * S, marginMs: MARGIN_MS, skewMs });
    if (after === 'ended') return after;
    proof = after;
  }
  return proof.watched !== undefined;
}

const DOWN = [
  [60, 6],
  [70, 6],
] as const;

test('SI28: seen at the watched limit, and at the permanent one behind its end, a lease has ended', () => {
  expect(shown([...DOWN, [115, 8], [125, 8]])).toBe('ended');
  expect(shown([...DOWN, [115, 7], [125, 9]])).toBe('ended');
});

test('SI28: one that comes back to more than its permanent limit shows that something else holds', () => {
  expect(shown([...DOWN, [115, 9.1]])).toBe(false);
  expect(shown([...DOWN, [115, 8], [125, 16]])).toBe(false);
});

test('SI28: a clock that moves a little moves the end by as much, one that moves by more than 10 s hides it', () => {
  // Behind the margin of 5 s and the 10 s that it moved.
  expect(shown([...DOWN, [115, 8], [125, 8]], 10 * S)).toBe(true);
  expect(shown([...DOWN, [116, 8], [126, 8]], -10 * S)).toBe('ended');
  expect(shown([...DOWN, [120, 8], [130, 8]], 10 * S + 1)).toBe(false);
});

test('SI28: nothing is waited for once the last sample that could show its end should have been read', () => {
  // 20 s for the first, 10 s to the second, 15 s to be read.
  const overMs = UNTIL_MS + MARGIN_MS + 45 * S;
  expect([isWatchOver(watched(), overMs - 1), isWatchOver(watched(), overMs)]).toEqual([false, true]);
});

test.each([
  [1, 40],
  [10, 45],
  [15, 45],
  [20, 65],
  [60, 165],
  [90, 255],
  [104, 297],
  [106, undefined],
  [0, undefined],
])('SI28: sampled every %i s just now, a lease that is watched lasts %s s', (everyS, lastsS) => {
  const drawn = { transactionId: TX, draw: deciAmps(80), atMs: 0, everyMs: everyS * S };
  expect(watchedUntil(drawn, 0, MARGIN_MS)).toBe(lastsS === undefined ? undefined : lastsS * S);
});

test('SI28: the pace of samples is that of one transaction', () => {
  const first = noteDrawn(undefined, { transactionId: TX, draw: deciAmps(80), atMs: 10 * S });
  expect(first.drawn?.everyMs).toBeUndefined();
  const second = noteDrawn(first, { transactionId: TX, draw: deciAmps(80), atMs: 25 * S });
  expect(second.drawn?.everyMs).toBe(15 * S);
  expect(noteDrawn(second, { transactionId: TX, draw: deciAmps(90), atMs: 20 * S })).toBe(second);
  const next = noteDrawn(second, { transactionId: transactionId('next'), draw: deciAmps(80), atMs: 40 * S });
  expect(next.drawn?.everyMs).toBeUndefined();
});
