import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deciAmps, transactionId } from '@headroom/kernel';
import {
  answerWatch,
  beginWatch,
  isWatchOver,
  type LeaseProof,
  noteDrawn,
  watch,
  WATCHED_LATE_MS,
  watchedUntil,
} from './watched-lease.ts';

const S = 1_000;
const TX = transactionId('tx');
const MARGIN_MS = 5 * S;
const UNTIL_MS = 100 * S;
const none: LeaseProof = { failures: 0, notBeforeMs: 0 };

const lease = () => ({
  commandId: 'c',
  transactionId: TX,
  limit: deciAmps(60),
  untilMs: UNTIL_MS,
  fallback: deciAmps(80),
});

/** A lease of 6 A to 100 s, with a permanent limit of 8 A, accepted at 50 s. */
function watched(of = lease()): LeaseProof {
  const begun = beginWatch(none, { ...of, skewMs: 0, marginMs: MARGIN_MS });
  return answerWatch(begun, { commandId: 'c', outcome: 'accepted', atMs: 50 * S, nowMs: 50 * S }) ?? none;
}

/** What samples of [second, amperes] show of it, by a clock that has moved by so much when it is over. */
function shown(
  samples: readonly (readonly [s: number, amps: number])[],
  movedMs = 0,
  {
    passesPercent,
    lease: of,
  }: { readonly passesPercent?: number | undefined; readonly lease?: ReturnType<typeof lease> } = {},
): 'ended' | boolean {
  let proof = watched(of);
  for (const [s, amps] of samples) {
    const sample = { sampledAtMs: s * S, draw: deciAmps(amps * 10), offered: undefined };
    const skewMs = s * S > UNTIL_MS ? movedMs : 0;
    const after = watch(proof, sample, { nowMs: s * S, marginMs: MARGIN_MS, skewMs, passesPercent });
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

test('SI28: a car that is still on its way down when its station has come down fails no watch; one that stays there does, and a station that says so', () => {
  const seen = (s: number, amps: number, offeredA?: number): boolean => {
    const sample = {
      sampledAtMs: s * S,
      draw: deciAmps(amps * 10),
      offered: offeredA === undefined ? undefined : deciAmps(offeredA * 10),
    };
    const after = watch(watched(), sample, { nowMs: s * S, marginMs: MARGIN_MS, skewMs: 0 });
    return after !== 'ended' && after.watched !== undefined;
  };
  // Accepted at 50 s: 5 s for its station, and 5 s for its car.
  expect([seen(56, 9.8, 6), seen(60, 9.8, 6), seen(60, 9.8)]).toEqual([true, true, true]);
  expect([seen(60.001, 9.8, 6), seen(56, 9.8, 9.8)]).toEqual([false, false]);
  expect(shown([[56, 9.8], ...DOWN.map(([s, amps]) => [s + 5, amps] as const), [115, 8], [125, 8]])).toBe('ended');
  // It shows nothing by itself.
  expect(
    shown([
      [56, 9.8],
      [70, 6],
      [115, 8],
      [125, 8],
    ]),
  ).toBe(false);
});

test('SI28, H82: of a station of watts its car sees nine tenths of each limit, or all of it at a low voltage', () => {
  const told = { ...lease(), limit: deciAmps(67) };
  const come = (samples: readonly (readonly [s: number, amps: number])[], passesPercent = 90) =>
    shown(samples, 0, { lease: told, passesPercent });
  expect(
    come([
      [60, 6],
      [70, 6],
      [115, 7.2],
      [125, 7.2],
    ]),
  ).toBe('ended');
  expect(
    come([
      [60, 6],
      [70, 6.7],
      [115, 8],
      [125, 8],
    ]),
  ).toBe('ended');
  // A station of amperes that goes no higher has not let it end.
  expect(
    come(
      [
        [60, 6.7],
        [70, 6.7],
        [115, 7.2],
        [125, 7.2],
      ],
      100,
    ),
  ).toBe(true);
  // What shows the end of it does not show that it lasts.
  expect(
    come([
      [60, 7],
      [70, 7],
      [115, 7],
      [125, 7],
    ]),
  ).toBe(false);
});

test('SI28: nothing is waited for once the last sample that could show its end should have been read', () => {
  // 20 s for the first, 10 s to the second, 15 s to be read.
  const overMs = UNTIL_MS + MARGIN_MS + 45 * S;
  expect([isWatchOver(watched(), overMs - 1), isWatchOver(watched(), overMs)]).toEqual([false, true]);
});

test.each([
  [1, 40, 57],
  [10, 45, 65],
  [15, 60, 60],
  [20, 65, 65],
  [60, 165, 165],
  [90, 255, 255],
  [104, 297, 297],
  [106, undefined, undefined],
  [0, undefined, undefined],
])(
  'SI28: sampled every %i s just now, a lease that is watched lasts %s s, and %s s where that was seen once',
  (everyS, lastsS, onceS) => {
    const drawn = { transactionId: TX, draw: deciAmps(80), atMs: 0, everyMs: everyS * S };
    const lastsFor = (gaps: number): number | undefined => {
      const gapsMs = Array.from({ length: gaps }, () => everyS * S);
      const untilMs = watchedUntil({ ...drawn, gapsMs }, 0, MARGIN_MS);
      return untilMs === undefined ? undefined : untilMs / S;
    };
    expect([lastsFor(3), lastsFor(1)]).toEqual([lastsS, onceS]);
  },
);

test('SI28: wherever between two samples it begins, two of them show a watched lease once its car has come down, as long as they keep their pace', () => {
  const everyMs = fc.integer({ min: 1, max: 104 }).map((everyS) => everyS * S);
  const known = fc.record({ everyMs, place: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }) });
  fc.assert(
    fc.property(known, ({ everyMs: every, place }) => {
      const nowMs = Math.floor(every * place);
      const gapsMs = [every, every, every];
      const untilMs = watchedUntil(
        { transactionId: TX, draw: deciAmps(80), atMs: 0, everyMs: every, gapsMs },
        nowMs,
        MARGIN_MS,
      );
      if (untilMs === undefined) return expect(every).toBeGreaterThan(80 * S);
      const samplesMs = Array.from({ length: 400 }, (_, n) => n * every);
      // Answered after 2 s, and 5 s for its station and as many for its car.
      const seen = samplesMs.filter((atMs) => atMs > nowMs + 12 * S && atMs <= untilMs - MARGIN_MS);
      expect(seen.length).toBeGreaterThanOrEqual(2);
      // And one shows its end: not before a car has gone up again, and not too late.
      const behind = samplesMs.find((atMs) => atMs > untilMs + MARGIN_MS + 5 * S) ?? 0;
      expect(behind).toBeLessThanOrEqual(untilMs + MARGIN_MS + WATCHED_LATE_MS);
    }),
  );
});

test('SI28: the longest of the last three gaps is the pace of samples, for some come for another reason than their time', () => {
  let proof: LeaseProof | undefined;
  const paces = [0, 3, 20, 26, 40, 60, 66, 80, 81, 82, 83].map((s) => {
    proof = noteDrawn(proof, { transactionId: TX, draw: deciAmps(80), atMs: s * S });
    return (proof.drawn?.everyMs ?? 0) / S;
  });
  expect(paces).toEqual([0, 3, 17, 17, 17, 20, 20, 20, 14, 14, 1]);
  expect(proof?.drawn?.gapsMs).toHaveLength(3);
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
