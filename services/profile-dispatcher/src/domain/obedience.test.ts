import { expect, test } from '@jest/globals';
import { newShard } from '../app/shard.ts';
import { Bench, HELD, RULES, told } from '../testing/bench.ts';
import { replayInto } from '../testing/bench-log.ts';
import { evseNumber, SITE, transactionOf } from '../testing/bench-site.ts';
import { FORGIVEN_AFTER_MS, JUDGED_AFTER_MS, JUDGED_WITHIN_MS, OBEYS_AGAIN_MS } from './obedience.ts';

/** Station 1 was told 16 A, and has had its time to obey. */
function told16(): Bench {
  const bench = Bench.charging({ stations: 2, ratingA: 100 });
  bench.settleAt({ 1: 16, 2: 10 });
  bench.after(JUDGED_AFTER_MS);
  return bench;
}

const steps = ({ records }: Bench): readonly string[] =>
  records.flatMap((record) => (record.kind === 'evse-disobeys' ? [record.step] : []));

/** It draws so much in a sample so many ms later, and the owner looks at it. */
function draw(bench: Bench, amps: number, afterMs = 0): readonly string[] {
  bench.after(afterMs);
  bench.measure(1, amps);
  const commands = bench.pass();
  for (const command of commands) bench.answer(command);
  return told(commands);
}

/** Each sample comes when the step before it has had its time. */
function climbTo(bench: Bench, step: string): void {
  for (const waitMs of [0, 10_000, 10_000, 20_000, 30_000, 30_000]) {
    draw(bench, 25, waitMs);
    if (steps(bench).at(-1) === step) return;
  }
}

test('UD5, E1: what it draws beyond its limit counts at once, and it is told its limit once more', () => {
  const bench = told16();
  expect(draw(bench, 25)).toEqual(['ST-1 lease 16', 'ST-1 fallback 6']);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 16', 'measured 26.3']);
  expect(steps(bench)).toEqual(['resend']);
  expect(bench.records.find(({ kind }) => kind === 'evse-disobeys')).toMatchObject({
    ...{ stationId: 'ST-1', evse: 1, told: 160, draw: 250, sinceMs: bench.nowMs, atMs: bench.nowMs },
  });
});

test('UD5: after 10 s of it all that it could draw counts, whatever it answers', () => {
  const bench = told16();
  draw(bench, 25);
  draw(bench, 25, JUDGED_AFTER_MS);
  expect(steps(bench)).toEqual(['resend', 'ask']);
  expect(bench.kinds(1)).toContain('hardware-maximum 32');
  expect(bench.committedA(2)).toBe(10);
});

test('UD5: a tenth of an ampere more than the tolerance is disobedience, the tolerance itself is not', () => {
  const bench = told16();
  draw(bench, 17);
  expect(steps(bench)).toEqual([]);
  draw(bench, 17.1, 1_000);
  expect(steps(bench)).toEqual(['resend']);
});

/** It draws too much until nothing is left to it, and then nothing, until it is forgiven or has had the time for it. */
function relapse(bench: Bench): readonly string[] {
  const before = steps(bench).length;
  bench.decide({ 1: 16, 2: 10 });
  // It is told its limit anew, and has its time to obey.
  for (let s = 0; s < 12; s += 1) draw(bench, 16, 1_000);
  climbTo(bench, 'forbid');
  for (let s = 0; s < 40; s += 1) draw(bench, 0, 1_000);
  return steps(bench).slice(before);
}

test('H80: who draws too much whenever it may draw is forgiven twice; then it gets nothing until its car goes', () => {
  const bench = told16();
  const climbs = ['resend', 'ask', 'forbid'];
  expect([relapse(bench), relapse(bench)]).toEqual([
    [...climbs, 'obeys'],
    [...climbs, 'obeys'],
  ]);
  // The third time it is not asked again.
  expect(relapse(bench)).toEqual(['resend', 'forbid']);
  bench.decide({ 1: 16, 2: 10 });
  expect(draw(bench, 0, 60_000)).toContain('ST-1 lease 0');
  expect(bench.kinds(1)).toContain('hardware-maximum 32');
  // Its heir knows it too.
  const shard = newShard({ shard: 0, epoch: 2, hold: HELD, acquiredMonoMs: 0 });
  const found = { configured: new Set<typeof SITE>(), snapshots: [] };
  replayInto(shard, { found, read: bench.log.all, nowMs: bench.nowMs, rules: RULES });
  expect(shard.sites.get(SITE)?.controls.get(evseNumber(1))?.lapses).toEqual({
    ...{ transactionId: transactionOf(1), times: 2 },
  });
  // The next car finds a station of which that is forgotten.
  bench.endTransaction(1);
  bench.after(FORGIVEN_AFTER_MS);
  draw(bench, 0);
  bench.startTransaction(1, 2);
  bench.decide({ 1: 16, 2: 10 }, 600_000, 2);
  expect(draw(bench, 0)).toContain('ST-1 lease 16');
});

test('SI23: the steps follow one another by the samples, each with its time to work', () => {
  const bench = told16();
  draw(bench, 25);
  draw(bench, 25, 9_999);
  expect(steps(bench)).toEqual(['resend']);
  // The answer to the limit that was sent again must have had its time.
  draw(bench, 25, 1);
  expect(steps(bench)).toEqual(['resend', 'ask']);
  expect(draw(bench, 25, 10_000)).toContain('ST-1 lease 0');
  draw(bench, 25, 19_999);
  expect(steps(bench)).toEqual(['resend', 'ask', 'forbid']);
  draw(bench, 25, 1);
  draw(bench, 25, 30_000);
  draw(bench, 25, 30_000);
  draw(bench, 25, 3_600_000);
  expect(steps(bench)).toEqual(['resend', 'ask', 'forbid', 'stop', 'inoperative', 'alarm']);
});

test('E4: who was forbidden gets nothing, whatever the optimizer decides', () => {
  const bench = told16();
  climbTo(bench, 'forbid');
  bench.decide({ 1: 20, 2: 10 });
  expect(told(bench.pass()).filter((words) => words.startsWith('ST-1 lease') && !words.endsWith(' 0'))).toEqual([]);
});

test('SI5, H76: it obeys again once samples over 10 s have shown nothing else; it is told its permanent limit anew, then its limit counts', () => {
  const bench = told16();
  climbTo(bench, 'forbid');
  draw(bench, 0, JUDGED_AFTER_MS);
  draw(bench, 0, OBEYS_AGAIN_MS - 1);
  expect(steps(bench).at(-1)).toBe('forbid');
  expect(draw(bench, 0, 1)).toEqual(['ST-1 fallback 6']);
  expect(steps(bench).at(-1)).toBe('obeys');
  expect(draw(bench, 0, 1)).toEqual(['ST-1 lease 16']);
  expect(bench.kinds(1)).not.toContain('hardware-maximum 32');
});

test('a sample that shows disobedience in between begins the 10 s anew', () => {
  const bench = told16();
  climbTo(bench, 'ask');
  draw(bench, 10, 5_000);
  draw(bench, 25, 2_000);
  draw(bench, 10, OBEYS_AGAIN_MS - 2_000);
  draw(bench, 10, OBEYS_AGAIN_MS - 1);
  expect(steps(bench)).toEqual(['resend', 'ask']);
  draw(bench, 10, 1);
  expect(steps(bench)).toEqual(['resend', 'ask', 'obeys']);
});

test('HO-7, H78: nothing is held against a station that is on the way to a lower limit', () => {
  const bench = told16();
  bench.decide({ 1: 8, 2: 10 });
  for (const command of bench.pass()) bench.answer(command);
  draw(bench, 16, JUDGED_AFTER_MS - 1);
  expect(steps(bench)).toEqual([]);
  draw(bench, 16, 1);
  expect(steps(bench)).toEqual(['resend']);
});

test('SI3: of a higher limit that nobody has answered it may be obeying that one', () => {
  const bench = told16();
  bench.decide({ 1: 30, 2: 10 });
  bench.pass();
  bench.after(JUDGED_AFTER_MS);
  bench.measure(1, 30);
  bench.pass();
  expect(steps(bench)).toEqual([]);
});

test('a sample that waited for long says nothing of the limits of now', () => {
  const bench = told16();
  bench.after(JUDGED_WITHIN_MS + 1);
  bench.measure(1, 25, undefined, bench.nowMs - JUDGED_WITHIN_MS - 1);
  bench.pass();
  expect(steps(bench)).toEqual([]);
});

test('H41: a draw that was worked out counts, and is held against nobody; nor is what a message without currents leaves standing', () => {
  const bench = told16();
  const sample = { transactionId: transactionOf(1) };
  bench.measurePhases(1, { l1: 25, l2: 25, l3: 25 }, { ...sample, isGood: false });
  bench.pass();
  expect(bench.kinds(1)).toContain('measured 26.3');
  expect(steps(bench)).toEqual([]);
  bench.after(1_000);
  const { stationId, siteId } = bench.of(1);
  bench.take({
    ...{ kind: 'evse-measured', siteId, stationId, evse: 1, draw: undefined, current: {}, power: undefined },
    ...{ ...sample, isGood: true, offered: undefined, sampledAtMs: bench.nowMs },
  });
  bench.pass();
  expect(steps(bench)).toEqual([]);
  draw(bench, 25, 1_000);
  expect(steps(bench)).toEqual(['resend']);
});

test('nor does one of a station that has connected or booted just now', () => {
  const bench = told16();
  bench.connect(1);
  draw(bench, 25, JUDGED_AFTER_MS - 1);
  expect(steps(bench)).toEqual([]);
  bench.boot(1);
  bench.after(JUDGED_AFTER_MS);
  bench.measure(1, 25);
  // Its fallback is not accepted yet: the hardware maximum counts (SI5).
  bench.pass();
  expect(steps(bench)).toEqual([]);
});

test('a boot begins anew, and that is said', () => {
  const bench = told16();
  climbTo(bench, 'ask');
  bench.boot(1);
  bench.pass();
  expect(steps(bench)).toEqual(['resend', 'ask', 'obeys']);
});

test('a car that went away is forgiven in two minutes, unless its current flows on', () => {
  const bench = told16();
  climbTo(bench, 'stop');
  bench.endTransaction(1);
  draw(bench, 25, JUDGED_AFTER_MS);
  bench.after(FORGIVEN_AFTER_MS);
  bench.pass();
  expect(steps(bench).at(-1)).toBe('stop');
  const gone = told16();
  climbTo(gone, 'stop');
  gone.endTransaction(1);
  gone.after(FORGIVEN_AFTER_MS - 1);
  gone.pass();
  expect(steps(gone).at(-1)).toBe('stop');
  gone.after(1);
  const left = gone.pass();
  expect(steps(gone).at(-1)).toBe('obeys');
  // It may have lost its permanent limit (H76, seed 141): the next car would draw what it likes.
  expect(gone.kinds(1)).toContain('hardware-maximum 32');
  expect(told(left)).toEqual(['ST-1 fallback 6']);
  for (const command of left) gone.answer(command);
  expect(gone.kinds(1)).not.toContain('hardware-maximum 32');
});

test('SI5: who was only told his limit once more, and took it, is not asked for another proof; one that refused it is', () => {
  for (const [outcome, counts] of [
    ['accepted', false],
    ['rejected', true],
  ] as const) {
    const bench = told16();
    bench.measure(1, 25);
    for (const command of bench.pass()) bench.answer(command, outcome);
    draw(bench, 10, JUDGED_AFTER_MS);
    bench.after(OBEYS_AGAIN_MS);
    bench.measure(1, 10);
    expect(bench.kinds(1).includes('hardware-maximum 32')).toBe(counts);
  }
});

test('what flows outside a transaction is not stopped with one: the next car is not stopped for it', () => {
  const bench = told16();
  bench.endTransaction(1);
  bench.after(JUDGED_AFTER_MS);
  climbTo(bench, 'stop');
  expect(steps(bench).at(-1)).toBe('stop');
  expect(bench.site.controls.get(evseNumber(1))?.disobedience?.isDue).toBeUndefined();
});

test('HO-2: an heir to one that was forgiven and has not proven itself since counts its maximum too', () => {
  const bench = told16();
  climbTo(bench, 'stop');
  bench.endTransaction(1);
  bench.after(FORGIVEN_AFTER_MS);
  bench.pass();
  bench.pass();
  bench.epoch = 2;
  bench.take({ kind: 'dispatcher-epoch-opened', shard: 0, epoch: 2 });
  const shard = newShard({ shard: 0, epoch: 2, hold: HELD, acquiredMonoMs: 0 });
  const found = { configured: new Set([SITE]), snapshots: [] };
  bench.shard = replayInto(shard, { found, read: bench.log.all, nowMs: bench.nowMs, rules: RULES });
  expect(bench.kinds(1)).toContain('hardware-maximum 32');
});

test('HO-2: an heir knows from the journal how far it has come, and goes on', () => {
  const bench = told16();
  climbTo(bench, 'ask');
  bench.epoch = 2;
  bench.take({ kind: 'dispatcher-epoch-opened', shard: 0, epoch: 2 });
  const shard = newShard({ shard: 0, epoch: 2, hold: HELD, acquiredMonoMs: 0 });
  shard.fenced.add('gateway-1');
  const found = { configured: new Set([SITE]), snapshots: [] };
  bench.shard = replayInto(shard, { found, read: bench.log.all, nowMs: bench.nowMs, rules: RULES });
  bench.records.length = 0;
  expect(bench.kinds(1)).toContain('hardware-maximum 32');
  draw(bench, 25, 10_000);
  expect(steps(bench)).toEqual(['forbid']);
});
