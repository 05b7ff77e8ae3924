import { expect, test } from '@jest/globals';
import { profileToWire } from '../adapters/rpc/gateways.ts';
import { Bench, told } from '../testing/bench.ts';
import { evseNumber, SITE, transactionOf } from '../testing/bench-site.ts';
import { RETELL_EVERY_MS, RETELLS_AT_ONCE } from './pausing.ts';

/** Both charge with 10 A, seen to obey. */
function charging(): Bench {
  const bench = Bench.charging({ stations: 2, ratingA: 40 });
  bench.settleAt({ 1: 10, 2: 10 });
  return bench;
}

const says = (bench: Bench, isCharging: boolean): void =>
  bench.take({ kind: 'charging-seen', ...bench.of(1), evse: 1, transactionId: undefined, isCharging });

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

test('H79: who is let go on, and says some time later that it charges, is told for either', () => {
  const bench = charging();
  bench.settleAt({ 1: 0 });
  says(bench, false);
  bench.decide({ 1: 10, 2: 10 });
  expect([pass(bench), pass(bench), pass(bench)]).toEqual([['ST-1 lease 10'], ['ST-1 lease 10'], []]);
  bench.after(5_000);
  // It may forget its limit when it really resumes, and not when it is let.
  says(bench, true);
  expect([pass(bench), pass(bench)]).toEqual([['ST-1 lease 10'], []]);
  says(bench, true);
  expect(pass(bench)).toEqual([]);
});

const resumes = (bench: Bench): void => {
  says(bench, false);
  says(bench, true);
};

test('H79: more than it had is all that it is told, where that fits', () => {
  const bench = charging();
  resumes(bench);
  bench.decide({ 1: 20, 2: 10 });
  expect([pass(bench), pass(bench)]).toEqual([['ST-1 lease 20'], []]);
});

test('SI8, H79: where more than it had does not fit yet it is told what it had, at once, and the rest when there is room', () => {
  const bench = charging();
  bench.after(1);
  bench.measure(2, 30);
  bench.decide({ 1: 30, 2: 10 });
  expect(pass(bench)).toEqual([]);
  resumes(bench);
  expect([pass(bench), pass(bench)]).toEqual([['ST-1 lease 10'], []]);
  bench.after(1);
  bench.measure(2, 10);
  expect(pass(bench)).toEqual(['ST-1 lease 30']);
});

test('H79: where nobody knows whether a lower limit arrived, and more is decided since, it is told what it had, and is not paused by that', () => {
  const bench = charging();
  bench.decide({ 1: 0, 2: 10 });
  const [lost] = bench.pass();
  if (lost !== undefined) bench.answer(lost, 'unanswered');
  bench.after(500);
  resumes(bench);
  bench.shard.raising = { kind: 'fencing' };
  bench.decide({ 1: 20, 2: 10 });
  expect(pass(bench)).toEqual(['ST-1 lease 10']);
  expect(bench.committedA(1)).toBe(10);
});

test('H79: what it had is its permanent limit, once the lease that was answered is over; and never more than is decided', () => {
  for (const [decidedA, expected] of [
    [34, 6],
    [4, 4],
  ] as const) {
    const bench = charging();
    bench.after(100_000);
    bench.decide({ 1: 0, 2: 10 });
    const [lost] = bench.pass();
    if (lost !== undefined) bench.answer(lost, 'unanswered');
    bench.after(15_000);
    resumes(bench);
    bench.shard.raising = { kind: 'fencing' };
    bench.decide({ 1: decidedA, 2: 10 });
    expect(pass(bench).filter((line) => line.startsWith('ST-1'))).toEqual([`ST-1 lease ${expected}`]);
  }
});

test('SI12, H79: it waits for the answer to what is on its way already', () => {
  const bench = charging();
  bench.decide({ 1: 8, 2: 10 });
  const commands = bench.pass();
  resumes(bench);
  expect([told(commands), pass(bench)]).toEqual([['ST-1 lease 8'], []]);
  for (const command of commands) bench.answer(command);
  expect([pass(bench), pass(bench)]).toEqual([['ST-1 lease 8'], []]);
});

test('H79: who was told less since it was let go on has been told after it', () => {
  const bench = charging();
  bench.settleAt({ 1: 0 });
  bench.decide({ 1: 10, 2: 10 });
  const raise = bench.pass();
  bench.decide({ 1: 8, 2: 10 });
  const lower = bench.pass();
  expect([told(raise), told(lower)]).toEqual([['ST-1 lease 10'], ['ST-1 lease 8']]);
  for (const command of [...raise, ...lower]) bench.answer(command);
  expect(pass(bench)).toEqual([]);
});

test('H85, H79: after a restart its permanent limit comes first', () => {
  const bench = charging();
  bench.boot(1);
  expect(told(bench.pass())).toEqual(['ST-1 fallback 6']);
  resumes(bench);
  expect(pass(bench)).toEqual([]);
});

test('H86, H79: who refuses 0 A, and has its least, is told that once more', () => {
  const bench = charging();
  bench.settleAt({ 1: 6, 2: 10 });
  bench.decide({ 1: 0, 2: 10 });
  for (const command of bench.pass()) bench.answer(command, 'rejected');
  expect(pass(bench)).toEqual([]);
  resumes(bench);
  expect([pass(bench), pass(bench)]).toEqual([['ST-1 lease 6'], []]);
});

test('HO-2, H79: what it has it is told by an owner as well that may not raise anybody yet', () => {
  const bench = charging();
  bench.shard.raising = { kind: 'fencing' };
  resumes(bench);
  bench.decide({ 1: 20, 2: 10 });
  expect([pass(bench), pass(bench)]).toEqual([['ST-1 lease 10'], []]);
});

test('OD6, H79: what it has it is told where more would be so little that it waits; that is counted as before', () => {
  const bench = charging();
  bench.decide({ 1: 10.5, 2: 10 });
  resumes(bench);
  expect(pass(bench)).toEqual(['ST-1 lease 10']);
  expect(bench.shard.waiting.get(SITE)).toBe(1);
});

test('H79: what was decided long ago is told once more, for no longer than it holds', () => {
  const bench = charging();
  const { untilMs } = bench.members(1).find(({ kind }) => kind === 'acknowledged') ?? {};
  bench.decide({ 1: 10, 2: 10 }, 1_000);
  bench.after(1_000);
  resumes(bench);
  const [command] = bench.pass();
  expect([command && told([command]), command?.intent.untilMs]).toEqual([['ST-1 lease 10'], untilMs]);
});

test('H79, SI27: told once more, a lease comes down when it did before', () => {
  const bench = charging();
  const keeps = { later: { fromMs: bench.nowMs + 30_000, targetsA: { 1: 7 } } };
  bench.decide({ 1: 12, 2: 10 }, 600_000, 1, keeps);
  pass(bench);
  bench.decide({ 1: 12.5, 2: 10 });
  resumes(bench);
  const [command] = bench.pass();
  expect(command?.intent).toMatchObject({ limit: 120, later: { fromMs: keeps.later.fromMs, limit: 70 } });
});

test('H79: less than it had leaves at once, and is all that it is told', () => {
  const bench = charging();
  resumes(bench);
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

test('H79: a lease that is over, and counts for its margin yet, is not told again: its permanent limit is', () => {
  const bench = charging();
  const { untilMs } = bench.members(1).find(({ kind }) => kind === 'acknowledged') ?? {};
  bench.decide({ 1: 10, 2: 10 }, 1_000);
  bench.nowMs = untilMs ?? 0;
  resumes(bench);
  expect(bench.kinds(1)).toContain('acknowledged 10');
  expect(pass(bench)).toEqual(['ST-1 fallback 6']);
});

test('H79: without a lease who is let go on from a permanent limit with which no car charges is told again as well', () => {
  const bench = Bench.charging({ stations: 1, ratingA: 40, fallbackA: 0 });
  bench.decide({ 1: 10 });
  expect([pass(bench), pass(bench), pass(bench)]).toEqual([['ST-1 lease 10'], ['ST-1 lease 10'], []]);
});

test('H79, H92: one that flaps is told so many times at once, then once in a while: each may be a write to its flash', () => {
  const bench = Bench.charging({ stations: 1, ratingA: 40, leaseS: 900 });
  bench.settleAt({ 1: 10 });
  const flap = (): readonly string[] => {
    resumes(bench);
    return pass(bench);
  };
  const atOnce = Array.from({ length: RETELLS_AT_ONCE }, flap);
  expect(atOnce).toEqual(atOnce.map(() => ['ST-1 lease 10']));
  expect(flap()).toEqual([]);
  bench.after(RETELL_EVERY_MS - 1);
  expect(flap()).toEqual([]);
  bench.after(1);
  expect([pass(bench), flap()]).toEqual([['ST-1 lease 10'], []]);
});

test('H79: one that names its transaction alone is known by it, and what is said of another one is nothing', () => {
  const bench = charging();
  const resumesIn = (evse: number | undefined, round: number): void => {
    const of = { ...bench.of(1), evse, transactionId: transactionOf(1, round) };
    for (const isCharging of [false, true]) bench.take({ kind: 'charging-seen', ...of, isCharging });
  };
  resumesIn(undefined, 2);
  resumesIn(1, 2);
  expect(pass(bench)).toEqual([]);
  resumesIn(undefined, 1);
  expect(pass(bench)).toEqual(['ST-1 lease 10']);
});

test('H79: a pass follows at once where something is owed, and not for what is known', () => {
  const bench = charging();
  const follows = (isCharging: boolean): boolean => {
    bench.shard.touched.clear();
    says(bench, isCharging);
    return bench.shard.touched.has(SITE);
  };
  expect([true, false, false, true, true].map(follows)).toEqual([false, false, false, true, false]);
});

test('K28, H79: in 2.1 it is told as a whole, and not as a change of what it may have forgotten', () => {
  const bench = new Bench({ stations: 1, ratingA: 40 });
  bench.boot(1, 0, 'ocpp2.1');
  const settings = [{ name: 'SmartChargingCtrlr.SupportsDynamicProfiles', value: 'true' }];
  const identity = { vendor: 'Headroom', model: 'Virtual AC22 dynamic', firmware: '1.0.0' };
  bench.take(
    { kind: 'station-booted', ...bench.of(1), identity },
    { kind: 'capabilities-answered', ...bench.of(1), settings },
  );
  for (const command of bench.pass()) bench.answer(command);
  bench.startTransaction(1);
  bench.settleAt({ 1: 10 });
  const isUpdate = (): readonly boolean[] =>
    bench.pass().map((command) => {
      bench.answer(command);
      return profileToWire(command.command.profile).update === true;
    });
  resumes(bench);
  expect(isUpdate()).toEqual([false]);
  bench.decide({ 1: 9 });
  expect(isUpdate()).toEqual([true]);
});

test('H79: a pause ends with its transaction: the next car is owed nothing for it', () => {
  const bench = charging();
  says(bench, false);
  bench.endTransaction(1);
  says(bench, true);
  bench.startTransaction(1, 2);
  says(bench, true);
  expect(bench.site.controls.get(evseNumber(1))?.pausing.owedSinceMs).toBeUndefined();
});
