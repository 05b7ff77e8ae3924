import { expect, test } from '@jest/globals';
import { Bench, RULES } from '../testing/bench.ts';
import { type BenchOptions, LEASE_MS } from '../testing/bench-site.ts';
import { OBEYS_WITHIN_MS } from './earlier-limit.ts';

/** Takes whatever is decided, and shows nothing: its car takes 4 A all the time, and it does not say what it offers. */
function silent(options: BenchOptions = {}): Bench {
  const bench = Bench.charging({ stations: 1, ratingA: 80, ...options });
  if (options.dc === true) {
    const settings = [{ name: 'ChargingScheduleAllowedChargingRateUnit', value: 'Power' }];
    bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings });
    for (const command of bench.pass()) bench.answer(command);
  }
  bench.after(1_000);
  return bench;
}

function tell(bench: Bench, amps: number): number {
  bench.decide({ 1: amps });
  const commands = bench.pass();
  for (const command of commands) bench.answer(command);
  return commands.at(-1)?.intent.untilMs ?? 0;
}

/** What it counts with right before and right after this lease has surely ended. */
function around(bench: Bench, untilMs: number): readonly number[] {
  const endMs = untilMs + RULES.leaseMarginMs;
  return [endMs - 1, endMs].map((nowMs) => {
    bench.nowMs = nowMs;
    return bench.committedA(1);
  });
}

test.each([{}, { dc: true, maxA: 60 }])(
  'SI4: of several lower limits of which none is seen to be obeyed each counts to its own end, and no longer (%j)',
  (options) => {
    const bench = silent(options);
    const ends = [30, 20, 12].map((amps) => {
      if (amps < 30) bench.after(LEASE_MS / 3);
      return tell(bench, amps);
    });
    expect(bench.committedA(1)).toBe(30);
    expect(ends.slice(0, 2).map((untilMs) => around(bench, untilMs))).toEqual([
      [30, 20],
      [20, 12],
    ]);
  },
);

test('SI4: of more than two the highest ends with its lease, and the rest count with the most of them to the last end', () => {
  const bench = silent();
  const [first = 0, second = 0, third = 0] = [30, 24, 18, 12].map((amps) => {
    if (amps < 30) bench.after(LEASE_MS / 4);
    return tell(bench, amps);
  });
  expect([first, second, third].map((untilMs) => around(bench, untilMs))).toEqual([
    [30, 24],
    [24, 24],
    [24, 12],
  ]);
});

test('SI4: one that was raised in between counts with the most to its last end', () => {
  const bench = silent();
  const ends = [30, 12, 30, 12].map((amps) => {
    bench.after(LEASE_MS / 5);
    return tell(bench, amps);
  });
  expect(around(bench, ends[2] ?? 0)).toEqual([30, 12]);
});

/** It does not say what it offers, and draws all that it has. It is told 12 A, and comes down to what is said in seconds; then it is sampled again. */
function comesDownTo(
  draws: readonly (readonly [s: number, amps: number, offeredA?: number])[],
  between: (bench: Bench) => void = () => undefined,
): number {
  const bench = silent();
  tell(bench, 30);
  bench.after(10_000);
  bench.measure(1, 30);
  bench.after(1_000);
  tell(bench, 12);
  const acceptedAtMs = bench.nowMs;
  for (const [s, amps, offeredA] of draws) {
    if (s > OBEYS_WITHIN_MS / 1_000) between(bench);
    bench.nowMs = acceptedAtMs + s * 1_000;
    bench.measure(1, amps, offeredA);
  }
  return bench.committedA(1);
}

test('HO-7: a draw that comes down to the lower limit within the time of its station, and is still there behind it, shows that obeyed', () => {
  expect(comesDownTo([[3, 12]])).toBe(30);
  expect(
    comesDownTo([
      [3, 12],
      [18, 12],
    ]),
  ).toBe(12);
  expect(
    comesDownTo([
      [2, 20],
      [3, 12],
      [4, 12],
      [18, 11.9],
    ]),
  ).toBe(12);
  // It may have nine tenths of it by the limit in watts, and is measured a little below that.
  expect(
    comesDownTo([
      [3, 10.8],
      [18, 9.8],
    ]),
  ).toBe(12);
});

test('HO-7: a draw that fell by itself, or not since that limit was taken, or rose again, shows nothing', () => {
  expect(
    comesDownTo([
      [3, 4],
      [18, 4],
    ]),
  ).toBe(30);
  expect(
    comesDownTo([
      [3, 12],
      [18, 9.7],
    ]),
  ).toBe(30);
  expect(
    comesDownTo([
      [3, 12],
      [18, 12.1],
      [30, 12.2],
    ]),
  ).toBe(30);
  // Before it was taken, or while its station says that it offers more.
  for (const first of [[-0.5, 12] as const, [3, 12, 30] as const]) expect(comesDownTo([first, [18, 12]])).toBe(30);
  // It came down to another limit than the one that holds by then.
  const drawn = [
    [3, 11.8],
    [18, 11.8],
  ] as const;
  expect([comesDownTo(drawn), comesDownTo(drawn, (bench) => tell(bench, 11.9))]).toEqual([12, 30]);
});

test('HO-8: of a station that is away nothing ends: the highest counts on', () => {
  const bench = silent();
  tell(bench, 30);
  bench.after(LEASE_MS / 3);
  tell(bench, 20);
  bench.after(LEASE_MS / 3);
  tell(bench, 12);
  bench.disconnect(1);
  bench.after(3 * LEASE_MS);
  bench.pass();
  expect(bench.committedA(1)).toBe(30);
});
