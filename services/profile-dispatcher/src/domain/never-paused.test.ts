import { expect, test } from '@jest/globals';
import { Bench, told } from '../testing/bench.ts';
import { type BenchOptions, evseNumber } from '../testing/bench-site.ts';

const RESUMES_FREELY = { vendor: 'Headroom', model: 'Virtual AC22 resumes freely', firmware: '1.0.0' };

/** Both charge with 10 A, seen to obey; the first is declared to go on without a limit after a pause. */
function charging(options: BenchOptions = {}, numbers: readonly number[] = [1]): Bench {
  const bench = Bench.charging({ stations: 2, ratingA: 60, ...options });
  for (const number of numbers)
    bench.take({ kind: 'station-booted', ...bench.of(number), onRequest: true, identity: RESUMES_FREELY });
  bench.settleAt({ 1: 10, 2: 10 });
  return bench;
}

function pass(bench: Bench): readonly string[] {
  const commands = bench.pass();
  for (const command of commands) bench.answer(command);
  return told(commands);
}

test('H79: a station that is declared to resume without its limit comes down to its permanent limit where nothing is decided for it', () => {
  const bench = charging();
  bench.decide({ 1: 0, 2: 0 });
  expect(pass(bench)).toEqual(['ST-2 lease 0', 'ST-1 lease 6']);
  bench.after(6_000);
  bench.measure(1, 6, 6);
  bench.measure(2, 0, 0);
  // HO-1: nobody counts with less than his permanent limit, whatever he was told.
  expect([bench.committedA(1), bench.committedA(2)]).toEqual([6, 6]);
});

test('H79: where it has no lease it is told none; one at its permanent limit is let end', () => {
  const bench = charging();
  bench.decide({ 1: 0, 2: 10 });
  expect(pass(bench)).toEqual(['ST-1 lease 6']);
  for (let minute = 0; minute < 5; minute += 1) {
    bench.after(60_000);
    bench.decide({ 1: 0, 2: 10 });
    expect(pass(bench).filter((each) => each.startsWith('ST-1'))).toEqual([]);
  }
});

test('H79: more than its permanent limit it is told as anybody', () => {
  const bench = charging();
  bench.decide({ 1: 8, 2: 10 });
  expect(pass(bench)).toEqual(['ST-1 lease 8']);
});

test('H79, H82: with a permanent limit with which its car cannot start it is paused: none, or one in watts of which too little passes', () => {
  const none = charging({ fallbackA: 0 });
  none.decide({ 1: 0, 2: 10 });
  expect(pass(none)).toEqual(['ST-1 lease 0']);
  const watts = charging();
  const settings = [{ name: 'ChargingScheduleAllowedChargingRateUnit', value: 'Power' }];
  watts.take({ kind: 'capabilities-answered', ...watts.of(1), settings });
  watts.decide({ 1: 0, 2: 10 });
  expect(pass(watts)).toEqual(['ST-1 lease 0']);
});

test('H79: it is paused where a row would be over its limit by what may flow now', () => {
  const bench = charging();
  // 6 A on three phases are 4,140 W.
  bench.decide({ 1: 0, 2: 0 }, 600_000, 1, { powerW: 4_100 });
  expect(pass(bench)).toEqual(['ST-1 lease 0', 'ST-2 lease 0']);
  const roomy = charging();
  roomy.decide({ 1: 0, 2: 0 }, 600_000, 1, { powerW: 4_200 });
  // The others count with what they come down to in the same breath.
  expect(pass(roomy)).toEqual(['ST-2 lease 0', 'ST-1 lease 6']);
});

test('MD5, H79: what the next car may take on the phases that this one does not use flows for nobody now', () => {
  const told = (powerW: number): readonly string[] => {
    const bench = Bench.charging({ stations: 2, ratingA: 60 });
    bench.take({ kind: 'station-booted', ...bench.of(1), onRequest: true, identity: RESUMES_FREELY });
    bench.decide({ 1: 10 });
    for (const command of bench.pass()) bench.answer(command);
    bench.proveSingle(1, 10);
    expect(bench.phases(1)).toEqual(['l1']);
    bench.decide({ 1: 0, 2: 0 }, 600_000, 1, { powerW });
    return pass(bench).filter((each) => each.startsWith('ST-1'));
  };
  // 6 A on one phase, where its permanent limit counts on the two others as well.
  expect(told(1_400)).toEqual(['ST-1 lease 6']);
  expect(told(1_300)).toEqual(['ST-1 lease 0']);
});

test('H79: two that stay count both', () => {
  const told = (powerW: number): readonly string[] => {
    const both = charging({}, [1, 2]);
    both.decide({ 1: 0, 2: 0 }, 600_000, 1, { powerW });
    return pass(both);
  };
  expect(told(8_200)).toEqual(['ST-1 lease 0', 'ST-2 lease 0']);
  expect(told(8_300)).toEqual(['ST-1 lease 6', 'ST-2 lease 6']);
});

test('SI5, H79: one that has booted may draw all that it bears, and is not known to: beside it nobody is paused who would go on without a limit', () => {
  const bench = charging({ ratingA: 36 });
  bench.boot(2);
  bench.decide({ 1: 0, 2: 10 });
  expect(bench.committedA(2)).toBe(32);
  expect(pass(bench)).toEqual(['ST-1 lease 6', 'ST-2 fallback 6']);
});

test('SI5, H79: beside one that has booted and is seen to draw all that it bears it is paused', () => {
  const bench = charging({ ratingA: 36 });
  bench.boot(2);
  bench.after(1_000);
  bench.measure(2, 32);
  bench.decide({ 1: 0, 2: 0 });
  expect(pass(bench)).toContain('ST-1 lease 0');
});

test('SI6, H79: beside one that is seen to draw more than it was told, and will not come down, it is paused', () => {
  const bench = charging({ ratingA: 36 });
  bench.after(20_000);
  bench.measure(2, 32);
  bench.decide({ 1: 0, 2: 0 });
  expect(pass(bench)).toContain('ST-1 lease 0');
});

test('H79: once paused it stays so until more is decided: what it is told does not go to and fro with a row', () => {
  const bench = charging();
  bench.decide({ 1: 0, 2: 0 }, 600_000, 1, { powerW: 4_100 });
  pass(bench);
  bench.decide({ 1: 0, 2: 0 });
  expect(pass(bench)).toEqual([]);
});

test('SI27, H79: an announced drop below its permanent limit stands in its lease as it was announced', () => {
  const bench = charging();
  const later = { fromMs: bench.nowMs + 60_000, targetsA: { 1: 0 } };
  bench.decide({ 1: 8, 2: 10 }, 600_000, 1, { later });
  const [command] = bench.pass();
  expect(command?.intent).toMatchObject({ limit: 80, later: { limit: 0 } });
});

test('H79: one that draws more than it was told is told nothing all the same', () => {
  const bench = charging();
  const control = bench.site.controls.get(evseNumber(1));
  if (control === undefined) throw new Error('no control');
  const disobedience = { sinceMs: bench.nowMs, step: 'forbid', steppedAtMs: bench.nowMs } as const;
  bench.site.controls.set(evseNumber(1), { ...control, disobedience });
  bench.decide({ 1: 0, 2: 10 });
  expect(pass(bench)).toEqual(['ST-1 lease 0']);
});
