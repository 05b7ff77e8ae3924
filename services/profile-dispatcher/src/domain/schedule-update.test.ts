import { expect, test } from '@jest/globals';
import { profileToWire } from '../adapters/rpc/gateways.ts';
import type { IntendedCommand } from '../app/prepare-pass.ts';
import { Bench, RULES, SETTLE_MS } from '../testing/bench.ts';
import { evseNumber, LEASE_MS, stationNumber } from '../testing/bench-site.ts';
import { checkProfiles } from './check-profiles.ts';

const S = 1_000;
const DYNAMIC = { vendor: 'Headroom', model: 'Virtual AC22 dynamic', firmware: '1.0.0' };

interface Kind {
  readonly model?: string;
  readonly supports?: 'true' | 'false';
}

/** A car that was given 16 A at a station of 2.1, and takes it. */
function charging({ model = DYNAMIC.model, supports = 'true' }: Kind = {}): Bench {
  const bench = new Bench({ stations: 1 });
  bench.boot(1, 0, 'ocpp2.1');
  const settings = [
    { name: 'SmartChargingCtrlr.SupportsDynamicProfiles', value: supports },
    { name: 'SmartChargingCtrlr.PeriodsPerSchedule', value: '6' },
  ];
  bench.take(
    { kind: 'station-booted', ...bench.of(1), identity: { ...DYNAMIC, model } },
    { kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs },
    { kind: 'capabilities-answered', ...bench.of(1), settings },
  );
  for (const command of bench.pass()) bench.answer(command);
  bench.startTransaction(1);
  bench.decide({ 1: 16 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(SETTLE_MS);
  bench.measure(1, 16, 16);
  return bench;
}

/** "16 dynamic", "10 update 113 s", "10": limit, and how it was told. */
const how = (commands: readonly IntendedCommand[]): readonly string[] =>
  commands.map(({ intent, command }) => {
    const { dynamic, update, durationS = 0 } = profileToWire(command.profile);
    return `${intent.limit / 10}${update === true ? ` update ${durationS} s` : dynamic === true ? ' dynamic' : ''}`;
  });
const lastEnd = (bench: Bench): number | undefined => bench.site.controls.get(evseNumber(1))?.set.acknowledged?.untilMs;

test('K28: inside a lease that runs a lower and a higher limit are told alone, and its end stays', () => {
  const bench = charging();
  expect(how(bench.sent)).toEqual(['6', '16 dynamic']);
  const endMs = lastEnd(bench);
  bench.decide({ 1: 10 });
  const lower = bench.pass();
  // Its start, a second before now, and what is left of it.
  expect(how(lower)).toEqual(['10 update 114 s']);
  expect(lower[0]?.intent).toMatchObject({ untilMs: endMs, increase: false });
  for (const command of lower) bench.answer(command);
  bench.after(SETTLE_MS);
  bench.measure(1, 10, 10);
  bench.decide({ 1: 12 });
  const higher = bench.pass();
  expect(how(higher)).toEqual(['12 update 108 s']);
  expect(higher[0]?.intent).toMatchObject({ untilMs: endMs, increase: true });
});

test('K28, HO-13: the end that stays was told by the clock of then', () => {
  const bench = charging();
  bench.take({ kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs - 15_000 });
  bench.decide({ 1: 10 });
  const [lower] = bench.pass();
  expect(lower?.intent).toMatchObject({ untilMs: lastEnd(bench), toldSkewMs: 0 });
  expect(lower === undefined ? [] : how([lower])).toEqual(['10 update 114 s']);
});

test('K28: one that needs to be renewed anyway is told as a whole, and so is each renewal', () => {
  const bench = charging();
  bench.after(LEASE_MS / 2);
  bench.decide({ 1: 10 });
  const [whole, ...rest] = bench.pass();
  expect(how(whole === undefined ? [] : [whole, ...rest])).toEqual(['10 dynamic']);
  if (whole !== undefined) bench.answer(whole);
  expect(lastEnd(bench)).toBe(bench.nowMs - S + LEASE_MS);
  bench.after(LEASE_MS / 2);
  bench.decide({ 1: 10 });
  expect(how(bench.pass())).toEqual(['10 dynamic']);
});

test('SI3, SI4: an update counts with the higher of both until it is answered, and seen to be obeyed', () => {
  const bench = charging();
  bench.decide({ 1: 10 });
  const [update] = bench.pass();
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 16', 'unresolved 10']);
  if (update !== undefined) bench.answer(update);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 10', 'unsettled 16']);
  bench.after(SETTLE_MS);
  bench.measure(1, 10, 10);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 10']);
  bench.decide({ 1: 20 });
  bench.pass();
  expect(bench.committedA(1)).toBe(20);
});

test('SI3: after one that nobody answered the next is told as a whole, for nobody knows what there is to update', () => {
  const bench = charging();
  bench.decide({ 1: 10 });
  bench.pass();
  bench.after(RULES.answerDueMs + RULES.retryFirstMs);
  bench.decide({ 1: 10 });
  bench.pass();
  bench.after(RULES.retryFirstMs);
  bench.decide({ 1: 9 });
  const [again, ...rest] = bench.pass();
  expect([...how(again === undefined ? [] : [again]), rest.length]).toEqual(['9 dynamic', 0]);
  expect(bench.kinds(1)).toContain('unresolved 10');
});

test('K28: after one that was refused the next is told as a whole, at once', () => {
  const bench = charging();
  bench.decide({ 1: 10 });
  const [update] = bench.pass();
  if (update !== undefined) bench.answer(update, 'rejected');
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 16']);
  expect(how(bench.pass())).toEqual(['10 dynamic']);
});

test('H86: the refusal of an update to 0 A tells nothing of 0 A: it may have had nothing to update', () => {
  const bench = charging();
  bench.decide({ 1: 0 });
  const [update] = bench.pass();
  if (update !== undefined) bench.answer(update, 'rejected');
  const [whole] = bench.pass();
  expect(how(whole === undefined ? [] : [whole])).toEqual(['0 dynamic']);
  if (whole !== undefined) bench.answer(whole, 'rejected');
  expect(bench.site.controls.get(evseNumber(1))?.refusal?.times).toBe(1);
});

test('SI27: a drop that is announced needs two periods, so that lease is Absolute, and is told as a whole', () => {
  const bench = charging();
  bench.decide({ 1: 16 }, 600 * S, 1, { later: { fromMs: bench.nowMs + 60 * S, targetsA: { 1: 8 } } });
  const [dropping] = bench.pass();
  expect(how(dropping === undefined ? [] : [dropping])).toEqual(['16']);
  if (dropping !== undefined) bench.answer(dropping);
  bench.decide({ 1: 12 });
  expect(how(bench.pass())).toEqual(['12 dynamic']);
});

test('SI27: a lease that has to end sooner than the one that runs is told as a whole', () => {
  const bench = charging();
  // 20 A do not fit beneath what begins in 40 s; the permanent limit does.
  bench.decide({ 1: 20 }, 600 * S, 1, { drop: { atMs: bench.nowMs + 40 * S, powerW: 8 * 690 } });
  const [shorter] = bench.pass();
  expect(how(shorter === undefined ? [] : [shorter])).toEqual(['20 dynamic']);
  expect(shorter?.intent.untilMs).toBeLessThan(bench.nowMs + 40 * S);
});

test('UD5: what an EVSE that disobeys is told once more is told as a whole: it may have lost it', () => {
  const bench = charging();
  bench.after(20 * S);
  bench.measure(1, 25);
  expect(how(bench.pass())).toEqual(['16 dynamic', '6']);
});

test('K28: on a new connection, and for a new owner, the first is told as a whole', () => {
  const bench = charging();
  bench.connect(1, 0, 'ocpp2.1');
  bench.after(3 * S);
  bench.decide({ 1: 10 });
  expect(how(bench.pass()).filter((line) => line.startsWith('10'))).toEqual(['10 dynamic']);
});

test('K09: what its station says that it holds is compared with the last update, not with what the profile said at first', () => {
  const bench = charging();
  bench.decide({ 1: 10 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(SETTLE_MS);
  bench.measure(1, 10, 10);
  const findings = (most: number) => {
    const of = { evse: 1, stackLevel: 1, unit: 'A' as const };
    const held = [
      { ...of, stackLevel: 0, profileId: 11, purpose: 'TxDefaultProfile', most: 60 },
      { ...of, profileId: 12, purpose: 'TxProfile', most },
    ];
    const reading = { commandId: 'p0-1-1', generation: 1, requestId: 1, known: [], held, limits: [], isWhole: true };
    const checked = checkProfiles(bench.site, stationNumber(1), reading, bench.nowMs);
    return checked?.findings.map(({ kind, profileId, allowsMore }) => [kind, profileId, allowsMore]);
  };
  expect(findings(100)).toBeUndefined();
  expect(findings(160)).toEqual([['changed', 12, true]]);
  // What is there is not what should be: it is told as a whole.
  bench.decide({ 1: 8 });
  expect(how(bench.pass())).toEqual(['8 dynamic']);
});

test('H82: an update names no unit, so one in another unit than what it changes is told as a whole', () => {
  const bench = charging();
  const settings = [
    { name: 'SmartChargingCtrlr.SupportsDynamicProfiles', value: 'true' },
    { name: 'SmartChargingCtrlr.RateUnit', value: 'W' },
  ];
  bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings });
  bench.decide({ 1: 10 });
  const [whole] = bench.pass();
  expect(whole?.command.profile.unit).toBe('W');
  expect(how(whole === undefined ? [] : [whole])).toEqual(['10 dynamic']);
});

test.each<[string, Kind]>([
  ['a model of which nobody knows that it ends a Dynamic profile', { model: 'Virtual AC22' }],
  ['a station that says that it takes none', { supports: 'false' }],
])('K28: %s is told Absolute leases', (_, kind) => {
  const bench = charging(kind);
  bench.decide({ 1: 10 });
  bench.pass();
  expect(how(bench.sent)).toEqual(['6', '16', '10']);
});
