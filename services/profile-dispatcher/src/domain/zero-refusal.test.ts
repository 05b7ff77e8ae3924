import { expect, test } from '@jest/globals';
import { evseId } from '@headroom/kernel';
import { newShard } from '../app/shard.ts';
import { Bench, HELD, RULES, SETTLE_MS, told } from '../testing/bench.ts';
import { replayInto } from '../testing/bench-log.ts';
import { evseNumber, LEASE_MS, SITE, stationNumber, transactionOf } from '../testing/bench-site.ts';
import type { IntendedCommand } from '../app/prepare-pass.ts';
import { newControl, REFUSALS_BELIEVED } from './evse-control.ts';
import type { LimitOutcome } from './resolve-limit.ts';
import { FORGIVEN_AFTER_MS, STEP_LASTS_MS } from './obedience.ts';
import { PRESSED_FOR_MS } from './zero-refusal.ts';

/** Station 1 takes no limit below 6 A, the others whatever they are told. */
const byLeast = ({ intent }: IntendedCommand): LimitOutcome =>
  intent.stationId === 'ST-1' && intent.limit < 60 ? 'rejected' : 'accepted';
const stubborn = (): LimitOutcome => 'rejected';

/** A pass a second for so long, each command answered as that says, each car at what its station took; what was told. */
function run(bench: Bench, seconds: number, answerOf = byLeast): readonly string[] {
  const all: string[] = [];
  for (let passed = 0; passed < seconds; passed += 1) {
    const commands = bench.pass();
    all.push(...told(commands));
    for (const command of commands) bench.answer(command, answerOf(command));
    bench.after(1_000);
    for (const [number, control] of [1, 2].map((each) => [each, controlOf(bench, each)] as const)) {
      if (control?.transactionId === undefined) continue;
      const offeredA = (control.set.acknowledged?.limit ?? 60) / 10;
      bench.measure(number, offeredA, offeredA);
    }
  }
  return all;
}

/** Both at 16 A, of 64. */
function toNothing(): Bench {
  const bench = Bench.charging({ stations: 2, ratingA: 64 });
  bench.settleAt({ 1: 16, 2: 16 });
  return bench;
}

/** The same beside a building of up to 52 A. */
function crowded(): Bench {
  const bench = Bench.charging({ stations: 2, ratingA: 64, worstLoadA: 52 });
  bench.readMeter(0);
  bench.settleAt({ 1: 16, 2: 16 });
  return bench;
}

const controlOf = (bench: Bench, number: number) => bench.site.controls.get(evseNumber(number));
const controlOne = (bench: Bench) => controlOf(bench, 1);
const steps = ({ records }: Bench): readonly string[] =>
  records.flatMap((record) =>
    record.kind === 'evse-disobeys' ? [`${record.step}${record.refusesZero === true ? ' (0 A)' : ''}`] : [],
  );

/** The building leaves room for station 1 at 0 A alone, though 2 is at its least. */
function squeeze(bench: Bench, buildingA = 55): void {
  bench.readMeter(buildingA);
  bench.decide({ 1: 0, 2: 6 });
}
function squeezed(bench: Bench, seconds: number, buildingA = 55): readonly string[] {
  const all: string[] = [];
  for (let passed = 0; passed < seconds; passed += 1) {
    bench.readMeter(buildingA);
    all.push(...run(bench, 1));
  }
  return all;
}

test('H86: on the refusal of 0 A it is told the least that it takes, at once, and 0 A not again', () => {
  const bench = toNothing();
  bench.decide({ 1: 0, 2: 16 });
  expect(run(bench, 2)).toEqual(['ST-1 lease 0', 'ST-1 lease 6']);
  bench.after(SETTLE_MS);
  bench.measure(1, 6, 6);
  bench.pass();
  expect(bench.committedA(1)).toBe(6);
  expect(run(bench, 30).filter((line) => line.startsWith('ST-1'))).toEqual([]);
});

/** The next transaction of station 1, at 16 A, is to have nothing; what it is told then. */
function nextToNothing(bench: Bench, round: number): readonly string[] {
  bench.endTransaction(1, round - 1);
  bench.startTransaction(1, round);
  bench.decide({ 1: 16 }, 600_000, round);
  run(bench, 20);
  bench.decide({ 1: 0 }, 600_000, round);
  return run(bench, 2).filter((line) => line.startsWith('ST-1'));
}

test('H86: its least is told in the place of 0 A: in that transaction, after three of them in all, and until it boots', () => {
  const bench = toNothing();
  bench.decide({ 1: 0, 2: 16 });
  run(bench, 2);
  bench.decide({ 1: 16, 2: 16 });
  run(bench, 20);
  bench.decide({ 1: 0, 2: 16 });
  expect(run(bench, 2)).toEqual(['ST-1 lease 6']);
  const both = ['ST-1 lease 0', 'ST-1 lease 6'];
  expect([2, 3, 4, 5].map((round) => nextToNothing(bench, round))).toEqual([both, both, [both[1]], [both[1]]]);
  bench.boot(1);
  run(bench, 2);
  expect(nextToNothing(bench, 6)).toEqual(both);
});

test('H86: what it refused one EVSE is believed of its others as well', () => {
  const bench = toNothing();
  const other = newControl(evseId(stationNumber(1), 2), stationNumber(1), 2);
  bench.site.controls.set(other.evseId, other);
  bench.decide({ 1: 0, 2: 16 });
  run(bench, 2);
  for (const round of [2, 3]) nextToNothing(bench, round);
  expect(bench.site.controls.get(other.evseId)?.refusal).toEqual({ times: 3 });
});

test('H86: it is never told more than it has, nor is the least that it was told renewed', () => {
  const bench = toNothing();
  bench.decide({ 1: 0, 2: 16 });
  run(bench, 2);
  expect(controlOne(bench)?.set.acknowledged?.limit).toBe(60);
  expect(run(bench, (LEASE_MS + RULES.leaseMarginMs) / 1_000).filter((line) => line.startsWith('ST-1'))).toEqual([]);
  // Its permanent limit holds now.
  expect(bench.kinds(1)).toEqual(['fallback 6']);
  expect(run(bench, 5).filter((line) => line.startsWith('ST-1'))).toEqual([]);
});

test('HO-5: beside the hardware maximum a least above the permanent limit covers nothing, and is not told', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 64, worstLoadA: 60, fallbackA: 0 });
  bench.readMeter(0);
  bench.settleAt({ 1: 16, 2: 16 });
  const lost = controlOne(bench);
  if (lost !== undefined)
    bench.site.controls.set(lost.evseId, { ...lost, refusal: { times: 3 }, set: { ...lost.set, proven: false } });
  bench.readMeter(60);
  bench.decide({ 1: 0, 2: 0 });
  // It may be at nothing: then 6 A are a raise.
  expect(told(bench.pass())).toEqual(['ST-2 lease 0', 'ST-1 fallback 0']);
});

test('H86: one that refuses its least too refuses all: both are said again, later and later', () => {
  const bench = toNothing();
  bench.decide({ 1: 0, 2: 16 });
  const all = run(bench, 60, stubborn).filter((line) => line.startsWith('ST-1'));
  expect(new Set(all)).toEqual(new Set(['ST-1 lease 0', 'ST-1 lease 6']));
  // Half a second, doubled each time.
  expect(all.length).toBeLessThanOrEqual(2 * 8);
  expect(all.length).toBeGreaterThanOrEqual(2 * 5);
});

test.each([
  ['taken', 'accepted', undefined],
  ['refused', 'rejected', { times: 1, transactionId: transactionOf(1) }],
] as const)('H86, H65: an earlier 0 A that is heard late to have been %s counts once', (_, outcome, refusal) => {
  const bench = toNothing();
  bench.decide({ 1: 0, 2: 16 });
  const [first] = bench.pass();
  bench.after(RULES.answerDueMs + RULES.retryFirstMs);
  bench.pass();
  bench.after(RULES.retryFirstMs);
  expect(run(bench, 1)).toEqual(['ST-1 lease 0']);
  expect(controlOne(bench)?.refusal).toEqual({ times: 1, transactionId: transactionOf(1) });
  if (first !== undefined) bench.answer(first, outcome);
  expect(controlOne(bench)?.refusal).toEqual(refusal);
});

test('SI27, H86: a drop to 0 A that is announced stands in the lease as a drop to its least', () => {
  const bench = toNothing();
  bench.decide({ 1: 0, 2: 16 });
  run(bench, 2);
  const fromMs = bench.nowMs + 60_000;
  bench.decide({ 1: 16, 2: 16 }, 600_000, 1, { later: { fromMs, targetsA: { 1: 0 } } });
  const [command] = bench.pass();
  expect(command?.intent).toMatchObject({ limit: 160, later: { fromMs, limit: 60 } });
  expect(command?.command.profile.periods.map(({ amount }) => amount)).toEqual([160, 60]);
});

test('H86, SI23: where nothing but 0 A fits its transaction is stopped, on record, and it counts with its least', () => {
  const bench = crowded();
  squeeze(bench);
  squeezed(bench, PRESSED_FOR_MS / 1_000);
  expect(steps(bench)).toEqual([]);
  squeezed(bench, 2);
  expect(steps(bench)).toEqual(['stop (0 A)']);
  expect(bench.records.find(({ kind }) => kind === 'evse-disobeys')).toMatchObject({ told: 60, draw: 60 });
  expect(controlOne(bench)?.disobedience).toMatchObject({ step: 'stop', isDue: true });
  expect(bench.kinds(1)).not.toContain('hardware-maximum 32');
});

test('SI23: a stop that is not obeyed is followed by the next steps, each in its time, and the alarm', () => {
  const bench = crowded();
  squeeze(bench);
  squeezed(bench, (PRESSED_FOR_MS + STEP_LASTS_MS.stop + STEP_LASTS_MS.inoperative) / 1_000 + 10);
  expect(steps(bench)).toEqual(['stop (0 A)', 'inoperative (0 A)', 'alarm (0 A)']);
  expect(controlOne(bench)?.service).toBe('out');
});

test('H86: with the end of the transaction it is over; it stays on record until the next one, which is stopped as well', () => {
  const bench = crowded();
  const known = controlOne(bench);
  if (known !== undefined) bench.site.controls.set(known.evseId, { ...known, refusal: { times: REFUSALS_BELIEVED } });
  squeeze(bench);
  squeezed(bench, PRESSED_FOR_MS / 1_000 + 2);
  bench.endTransaction(1);
  squeezed(bench, 60);
  expect(steps(bench)).toEqual(['stop (0 A)']);
  bench.startTransaction(1, 2);
  bench.decide({ 1: 0 }, 600_000, 2);
  squeezed(bench, 3);
  expect(steps(bench)).toEqual(['stop (0 A)', 'obeys (0 A)']);
  squeezed(bench, PRESSED_FOR_MS / 1_000 + 2);
  expect(steps(bench)).toEqual(['stop (0 A)', 'obeys (0 A)', 'stop (0 A)']);
  bench.endTransaction(1, 2);
  squeezed(bench, FORGIVEN_AFTER_MS / 1_000 + 1);
  expect(steps(bench)).toEqual(['stop (0 A)', 'obeys (0 A)', 'stop (0 A)', 'obeys (0 A)']);
});

test('H86: nobody is stopped while his least fits, nor once it fits again, nor for cars that are not there', () => {
  const bench = crowded();
  squeeze(bench, 52);
  squeezed(bench, 60, 52);
  expect(steps(bench)).toEqual([]);
  squeezed(bench, PRESSED_FOR_MS / 1_000 - 5);
  bench.readMeter(52);
  run(bench, 2);
  squeezed(bench, PRESSED_FOR_MS / 1_000 - 5);
  expect(steps(bench)).toEqual([]);
  // Station 2 counts with its permanent limit in every sum, and no car is there to draw it.
  bench.readMeter(52);
  run(bench, 2);
  bench.endTransaction(2);
  squeezed(bench, 60, 57);
  expect(steps(bench)).toEqual([]);
});

test('H86: nor where it fits beside one that was told 0 A, though that has more once its lease is over', () => {
  const bench = crowded();
  bench.readMeter(55);
  bench.decide({ 1: 0, 2: 0 });
  squeezed(bench, 60);
  expect(bench.committedA(2)).toBe(6);
  expect(steps(bench)).toEqual([]);
});

test.each([
  ['forbid', ['alarm (0 A)']],
  ['stop', ['stop (0 A)', 'alarm (0 A)']],
] as const)('SI23: a site whose ladder ends at %s lets no more be done', (ladderEnd, expected) => {
  const bench = crowded();
  if (bench.site.model !== undefined) bench.site.model = { ...bench.site.model, ladderEnd };
  squeeze(bench);
  squeezed(bench, 100);
  expect(steps(bench)).toEqual(expected);
});

test('UD5: who draws more than the least it was told is on the ladder for that', () => {
  const bench = crowded();
  squeeze(bench);
  squeezed(bench, PRESSED_FOR_MS / 1_000 + 2);
  bench.after(1_000);
  bench.measure(1, 16);
  bench.pass();
  expect(steps(bench)).toEqual(['stop (0 A)', 'resend']);
});

test('HO-2: a new owner knows from the log who refuses 0 A, and goes on where the last one stood', () => {
  const bench = crowded();
  squeeze(bench);
  squeezed(bench, PRESSED_FOR_MS / 1_000 + 2);
  bench.epoch = 2;
  bench.take({ kind: 'dispatcher-epoch-opened', shard: 0, epoch: 2 });
  const shard = newShard({ shard: 0, epoch: 2, hold: HELD, acquiredMonoMs: 0 });
  const found = { configured: new Set([SITE]), snapshots: [] };
  bench.shard = replayInto(shard, { found, read: bench.log.all, nowMs: bench.nowMs, rules: RULES });
  expect(controlOne(bench)?.refusal).toEqual({ times: 1, transactionId: transactionOf(1) });
  expect(controlOne(bench)?.disobedience).toMatchObject({ step: 'stop', refusesZero: true });
  squeezed(bench, STEP_LASTS_MS.stop / 1_000 + 1);
  expect(steps(bench)).toEqual(['stop (0 A)', 'inoperative (0 A)']);
});
