import { expect, test } from '@jest/globals';
import { Bench, told } from '../testing/bench.ts';
import { evseNumber } from '../testing/bench-site.ts';
import { RETELL_EVERY_MS, RETELLS_AT_ONCE } from './pausing.ts';

/** Both charge with 10 A, seen to obey. */
function charging(): Bench {
  const bench = Bench.charging({ stations: 2, ratingA: 40 });
  bench.settleAt({ 1: 10, 2: 10 });
  return bench;
}

const says = (bench: Bench, isCharging: boolean): void =>
  bench.take({ kind: 'charging-seen', ...bench.of(1), evse: 1, isCharging });

/** What leaves now, each taken by its station. */
function pass(bench: Bench): readonly string[] {
  const commands = bench.pass();
  for (const command of commands) bench.answer(command);
  return told(commands);
}

test('H79: a station that says that it charges again is told its limit at once, once, and counts with no more for it', () => {
  const bench = charging();
  says(bench, true);
  expect(pass(bench)).toEqual([]);
  says(bench, false);
  expect(pass(bench)).toEqual([]);
  says(bench, true);
  expect(pass(bench)).toEqual(['ST-1 lease 10']);
  expect([bench.committedA(1), pass(bench)]).toEqual([10, []]);
  says(bench, true);
  expect(pass(bench)).toEqual([]);
});

test('H79: who is let go on from nothing is told again once it has taken that, before its station says anything', () => {
  const bench = charging();
  bench.settleAt({ 1: 0 });
  bench.decide({ 1: 10, 2: 10 });
  expect(pass(bench)).toEqual(['ST-1 lease 10']);
  expect(pass(bench)).toEqual(['ST-1 lease 10']);
  expect(pass(bench)).toEqual([]);
  // Between two limits with which its car charges there is no pause.
  bench.decide({ 1: 12, 2: 10 });
  expect([pass(bench), pass(bench)]).toEqual([['ST-1 lease 12'], []]);
});

test('H79: more than it had waits until it has been told what it had, and leaves by the gate', () => {
  const bench = charging();
  says(bench, false);
  says(bench, true);
  bench.decide({ 1: 20, 2: 10 });
  expect(pass(bench)).toEqual(['ST-1 lease 10']);
  expect(pass(bench)).toEqual(['ST-1 lease 20']);
});

test('H79: less than it had leaves at once, and is all that it is told', () => {
  const bench = charging();
  says(bench, false);
  says(bench, true);
  bench.decide({ 1: 8, 2: 10 });
  expect([pass(bench), pass(bench)]).toEqual([['ST-1 lease 8'], []]);
});

test('H79: without a lease it is told its permanent limit', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 40 });
  says(bench, false);
  says(bench, true);
  expect(pass(bench)).toEqual(['ST-1 fallback 6']);
  expect(pass(bench)).toEqual([]);
});

test('H79, H92: one that flaps is told so many times at once, then once in a while: each may be a write to its flash', () => {
  const bench = charging();
  const flap = (): readonly string[] => {
    says(bench, false);
    says(bench, true);
    return pass(bench);
  };
  const atOnce = Array.from({ length: RETELLS_AT_ONCE }, flap);
  expect(atOnce).toEqual(atOnce.map(() => ['ST-1 lease 10']));
  expect(flap()).toEqual([]);
  bench.after(RETELL_EVERY_MS - 1);
  expect(pass(bench)).not.toContain('ST-1 lease 10');
  bench.after(1);
  expect(pass(bench)).toContain('ST-1 lease 10');
  expect(flap()).toEqual([]);
});

test('H79: a pause ends with its transaction: the next car is owed nothing for it', () => {
  const bench = charging();
  says(bench, false);
  bench.endTransaction(1);
  says(bench, true);
  bench.startTransaction(1, 2);
  says(bench, true);
  expect(bench.site.controls.get(evseNumber(1))?.pausing.isOwed).toBeUndefined();
});
