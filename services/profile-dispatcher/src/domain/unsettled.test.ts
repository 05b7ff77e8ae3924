import { expect, test } from '@jest/globals';
import { Bench, RULES } from '../testing/bench.ts';
import { type BenchOptions, LEASE_MS } from '../testing/bench-site.ts';

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
