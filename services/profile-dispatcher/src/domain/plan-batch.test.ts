import { expect, test } from '@jest/globals';
import { deciAmps, transactionId } from '@headroom/kernel';
import { Bench, RULES, SETTLE_MS, told } from '../testing/bench.ts';
import { evseNumber, LEASE_MS, SITE, siteModel, T0 } from '../testing/bench-site.ts';
import { MAX_GATED_OF_PASS, planBatch } from './plan-batch.ts';
import { MAX_OUTSTANDING } from './evse-control.ts';

const time = (bench: Bench) => ({ nowMs: bench.nowMs, leaseNowMs: bench.nowMs });

test('SI8: an increase waits until the decrease that makes room for it is accepted and seen obeyed', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 38 });
  bench.settleAt({ 1: 32 });
  bench.decide({ 1: 6, 2: 32 });
  const first = bench.pass();
  expect(told(first)).toEqual(['ST-1 lease 6']);
  for (const command of first) bench.answer(command);
  expect(told(bench.pass())).toEqual([]);
  bench.after(1_000);
  bench.measure(1, 6, 6);
  expect(told(bench.pass())).toEqual(['ST-2 lease 32']);
});

test('SI8: two increases of one pass do not share the same room', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 38 });
  bench.decide({ 1: 32, 2: 32 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 32']);
});

test('SI10: all decreases come first, the largest ahead, and an increase that fits goes in the same pass', () => {
  const bench = Bench.charging({ stations: 3, ratingA: 100 });
  bench.settleAt({ 1: 30, 2: 20 });
  bench.decide({ 1: 16, 2: 8, 3: 20 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 16', 'ST-2 lease 8', 'ST-3 lease 20']);
});

test('SI7: a decrease passes a broken row', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 64, worstLoadA: 50 });
  bench.readMeter(0);
  bench.settleAt({ 1: 32, 2: 32 });
  bench.readMeter(50);
  bench.decide({ 1: 7, 2: 7 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 7', 'ST-2 lease 7']);
});

test('SI7: a decrease that would not fit afresh ends with the lease that it replaces; one that fits has a whole lease', () => {
  const broken = Bench.charging({ stations: 2, ratingA: 64, worstLoadA: 50 });
  broken.readMeter(0);
  broken.settleAt({ 1: 32, 2: 32 });
  const replaced = broken.site.controls.get(evseNumber(1))?.set.acknowledged?.untilMs;
  broken.after(10_000);
  broken.readMeter(50);
  broken.decide({ 1: 12 });
  const [lowered] = broken.pass();
  expect(replaced).toBeGreaterThan(broken.nowMs);
  expect(lowered?.intent.untilMs).toBe(replaced);

  const sound = Bench.charging({ stations: 2, ratingA: 64 });
  sound.settleAt({ 1: 32, 2: 32 });
  sound.after(10_000);
  sound.decide({ 1: 12 });
  const [fresh] = sound.pass();
  expect(fresh?.intent.untilMs).toBe(sound.nowMs - 1_000 + LEASE_MS);
});

test('HO-5: beside the hardware maximum a limit above the fallback is no decrease and must fit by itself', () => {
  const bench = new Bench({ stations: 2, ratingA: 38 });
  for (const number of [1, 2]) bench.boot(number);
  for (const command of bench.pass()) {
    const isFirst = command.intent.stationId === 'ST-1';
    bench.answer(command, isFirst ? 'accepted' : 'rejected');
  }
  for (const number of [1, 2]) bench.startTransaction(number);
  bench.decide({ 1: 6, 2: 20 });
  // 6 A of the first and 20 A of the second fit into 38 A, although the second counts with 32 A until it is proven.
  expect(told(bench.pass())).toEqual(['ST-2 lease 20']);

  const broken = new Bench({ stations: 2, ratingA: 38, worstLoadA: 20 });
  broken.readMeter(20);
  for (const number of [1, 2]) broken.boot(number);
  for (const command of broken.pass()) broken.answer(command, 'rejected');
  broken.startTransaction(2);
  broken.decide({ 2: 20 });
  expect(told(broken.pass())).toEqual([]);
  broken.decide({ 2: 6 });
  expect(told(broken.pass())).toEqual([]);
});

test('HO-6: the probe after a boot passes a row that is broken by its own hardware maximum', () => {
  const bench = new Bench({ stations: 4, ratingA: 64 });
  for (const number of [1, 2, 3, 4]) bench.boot(number);
  expect(told(bench.pass())).toEqual(['ST-1 fallback 6', 'ST-2 fallback 6', 'ST-3 fallback 6', 'ST-4 fallback 6']);
});

test('the permanent limit is answered before a lease is sent over it', () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1);
  bench.startTransaction(1);
  bench.decide({ 1: 20 });
  const [probe, ...others] = bench.pass();
  expect(others).toEqual([]);
  if (probe === undefined) throw new Error('nothing sent');
  bench.answer(probe);
  expect(told(bench.pass())).toEqual(['ST-1 lease 20']);
});

test('SI9: what fits of an increase is granted at once, in whole amperes, and the rest when there is room', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 38 });
  bench.settleAt({ 1: 20.5 });
  bench.decide({ 1: 6, 2: 32 });
  const first = bench.pass();
  expect(told(first)).toEqual(['ST-1 lease 6', 'ST-2 lease 17']);
  for (const command of first) bench.answer(command);
  bench.after(1_000);
  bench.measure(1, 6, 6);
  expect(told(bench.pass())).toEqual(['ST-2 lease 32']);
});

test('SI9: a part below the minimum is not granted', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 37, fallbackA: 0, minA: 6 });
  bench.settleAt({ 1: 32 });
  bench.decide({ 1: 32, 2: 16 });
  expect(told(bench.pass())).toEqual([]);
});

test('SI12: an increase waits for the answer to what was sent before; a decrease does not', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 20 });
  bench.pass();
  bench.decide({ 1: 24 });
  expect(told(bench.pass())).toEqual([]);
  bench.decide({ 1: 10 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 10']);
});

test('SI12: no more commands to one EVSE than the bound are on the way at once', () => {
  const bench = Bench.charging({ stations: 1 });
  for (let sent = 0; sent < MAX_OUTSTANDING; sent += 1) {
    bench.decide({ 1: 20 - sent });
    expect(bench.pass()).toHaveLength(1);
  }
  bench.decide({ 1: 8 });
  expect(bench.pass()).toHaveLength(0);
  bench.after(RULES.answerDueMs);
  expect(told(bench.pass())).toEqual(['ST-1 lease 8']);
});

test('SI12: a newer target replaces one that was not written yet', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 20 });
  bench.decide({ 1: 12 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 12']);
});

test('SI17: a lease is renewed at half-life, through the gate, and not if its value would not fit afresh', () => {
  const bench = Bench.charging({ stations: 1, ratingA: 64, worstLoadA: 50 });
  bench.readMeter(0);
  bench.settleAt({ 1: 32 });
  const sentAt = bench.nowMs - SETTLE_MS;
  bench.after(sentAt + LEASE_MS / 2 - 1_000 - 1 - bench.nowMs);
  bench.readMeter(0);
  expect(told(bench.pass())).toEqual([]);
  bench.after(1);
  bench.readMeter(50);
  expect(told(bench.pass())).toEqual([]);
  bench.after(1);
  bench.readMeter(0);
  expect(told(bench.pass())).toEqual(['ST-1 lease 32']);
});

test('SI17: nothing is renewed or raised by a decision that is no longer valid; its decreases still leave', () => {
  const bench = Bench.charging({ stations: 2 });
  bench.settleAt({ 1: 20 });
  bench.decide({ 1: 20, 2: 20 }, 5_000);
  bench.after(LEASE_MS / 2);
  expect(told(bench.pass())).toEqual([]);
  bench.decide({ 1: 10, 2: 20 }, 0);
  const [lowered, ...others] = bench.pass();
  expect(others).toEqual([]);
  expect(lowered?.intent.limit).toBe(100);
  // Bounded by the lease that it replaces: a stale decision prolongs nothing.
  expect(lowered?.intent.untilMs).toBeLessThanOrEqual(T0 + LEASE_MS);
});

test('other load without a fresh reading counts with its worst case (TL1)', () => {
  const bench = Bench.charging({ stations: 1, ratingA: 64, worstLoadA: 50 });
  bench.readMeter(10);
  bench.after(5_001);
  bench.decide({ 1: 32 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 14']);
});

test('a decision for a transaction that is over, or of an older epoch than was opened, sends nothing', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.endTransaction(1);
  bench.decide({ 1: 20 });
  expect(bench.pass()).toHaveLength(0);

  const taken = Bench.charging({ stations: 1 });
  taken.take({ kind: 'optimizer-epoch-opened', shard: 0, epoch: 2 });
  taken.decide({ 1: 20 });
  expect(taken.pass()).toHaveLength(0);
});

test('a decision that was overtaken by a newer one of the same owner is dropped', () => {
  const bench = Bench.charging({ stations: 1 });
  const decision = (seq: number, limit: number) => ({
    kind: 'decision-made' as const,
    siteId: SITE,
    epoch: 1,
    seq,
    validUntilMs: bench.nowMs + 60_000,
    targets: new Map([[evseNumber(1), { limit: deciAmps(limit), transactionId: transactionId('tx-1-1') }]]),
  });
  bench.take(decision(7, 120), decision(6, 300));
  expect(told(bench.pass())).toEqual(['ST-1 lease 12']);
});

test('a refused decrease is repeated after a growing wait, a lower one at once', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.settleAt({ 1: 30 });
  bench.decide({ 1: 10 });
  const waits: number[] = [];
  let lastMs = bench.nowMs;
  for (let step = 0; waits.length < 4; step += 1) {
    for (const command of bench.pass()) {
      waits.push(bench.nowMs - lastMs);
      lastMs = bench.nowMs;
      bench.answer(command, 'rejected');
    }
    bench.after(100);
  }
  expect(waits).toEqual([0, 500, 1_000, 2_000]);
  bench.decide({ 1: 8 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 8']);
  expect(bench.committedA(1)).toBe(30);
});

test('what a refused station counts with is said in the record of the refusal', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.settleAt({ 1: 30 });
  bench.decide({ 1: 10 });
  for (const command of bench.pass()) bench.answer(command, 'rejected');
  bench.pass();
  const record = bench.records.findLast(({ kind }) => kind === 'limit-resolved');
  expect(record).toMatchObject({
    outcome: 'rejected',
    detail: 'rejected; failure 1 in a row, counts with 30 A, again in 500 ms',
  });
});

test('the first raise over the bound of a pass leaves with the next one; raises that do not fit take no place', () => {
  const stations = MAX_GATED_OF_PASS + 2;
  const bench = Bench.charging({ stations, ratingA: 6 * stations + 14 * (MAX_GATED_OF_PASS + 1) });
  bench.decide(Object.fromEntries(Array.from({ length: stations }, (_, index) => [index + 1, 20])));
  expect(bench.pass()).toHaveLength(MAX_GATED_OF_PASS);
  expect(bench.pass()).toHaveLength(1);
  expect(bench.pass()).toHaveLength(0);
});

test('the planner keeps nothing between: the same state gives the same plan', () => {
  const bench = Bench.charging({ stations: 3 });
  bench.decide({ 1: 20, 2: 20, 3: 20 });
  const first = planBatch(bench.site, time(bench), RULES, true);
  expect(first.commands).toHaveLength(3);
  expect(planBatch(bench.site, time(bench), RULES, true)).toEqual(first);
});

test('a site whose document has not been read yet gets nothing', () => {
  const bench = new Bench();
  bench.site.model = undefined;
  bench.boot(1);
  expect(bench.pass()).toHaveLength(0);
  bench.take({ kind: 'site-configured', siteId: SITE, model: siteModel() });
  expect(told(bench.pass())).toEqual(['ST-1 fallback 6']);
});
