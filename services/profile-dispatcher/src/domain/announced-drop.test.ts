import { expect, test } from '@jest/globals';
import { OBEYS_WITHIN_MS } from './earlier-limit.ts';
import { deciAmps } from '@headroom/kernel';
import { profileToWire } from '../adapters/rpc/gateways.ts';
import { Bench, RULES, told } from '../testing/bench.ts';
import { evseNumber, LEASE_MS } from '../testing/bench-site.ts';

/** One station at 20 A, obeyed, with nothing announced. */
function settled(options = {}): Bench {
  const bench = Bench.charging({ stations: 1, ...options });
  bench.settleAt({ 1: 20 });
  return bench;
}

const announce = (bench: Bench, targetA: number, laterA: number, fromMs: number): void =>
  bench.decide({ 1: targetA }, 600_000, 1, { later: { fromMs, targetsA: { 1: laterA } } });

const periodsOf = (bench: Bench): readonly (readonly [number, number])[] =>
  bench
    .pass()
    .map(({ command }) => profileToWire(command.profile).periods.map(({ startS, limitDeciA }) => [startS, limitDeciA]))
    .flatMap((periods) => periods as [number, number][]);

/** Takes the commands of a pass, all accepted. */
function accept(bench: Bench): readonly string[] {
  const commands = bench.pass();
  for (const command of commands) bench.answer(command);
  return told(commands);
}

test('SI27: an announced drop leaves at once as the second period of a lease, on the clock of the station', () => {
  const bench = settled();
  announce(bench, 20, 8, bench.nowMs + 40_500);
  const [command, ...others] = bench.pass();
  if (command === undefined) throw new Error('nothing sent');
  expect(others).toEqual([]);
  const wire = profileToWire(command.command.profile);
  expect(wire.startScheduleMs).toBe(BigInt(bench.nowMs - 1_000));
  // Its schedule begins a second ago (H32); the half second is rounded down: earlier is safe.
  expect(wire.periods).toEqual([
    { startS: 0, limitDeciA: 200, numberPhases: 3 },
    { startS: 41, limitDeciA: 80, numberPhases: 3 },
  ]);
  expect(command.intent).toMatchObject({ increase: false, later: { fromMs: bench.nowMs + 40_500, limit: 80 } });
  bench.answer(command);
  expect(bench.pass()).toEqual([]);
});

test('SI27: a period in the future frees nothing: the first counts until the second has surely begun', () => {
  const bench = settled();
  const fromMs = bench.nowMs + 40_000;
  announce(bench, 20, 8, fromMs);
  accept(bench);
  bench.after(40_000 + RULES.leaseMarginMs - 1);
  bench.measure(1, 8, 8);
  expect(bench.committedA(1)).toBe(20);
  bench.after(1);
  expect(bench.committedA(1)).toBe(8);
  bench.pass();
  bench.disconnect(1);
  // It has begun: nobody takes it back, as with a lease that has ended.
  expect(bench.committedA(1)).toBe(8);
});

test('HO-8, SI31: of a station that is away, or whose clock nobody has seen, the first period counts for ever', () => {
  const away = settled();
  announce(away, 20, 8, away.nowMs + 40_000);
  accept(away);
  away.disconnect(1);
  away.after(10 * LEASE_MS);
  away.pass();
  expect(away.committedA(1)).toBe(20);

  const clockless = settled();
  clockless.take({ kind: 'station-booted', ...clockless.of(1), onRequest: true });
  announce(clockless, 20, 8, clockless.nowMs + 40_000);
  accept(clockless);
  clockless.after(60_000);
  expect(clockless.committedA(1)).toBe(20);
});

test('HO-13: a clock that is 25 s ahead may be set back, so the first period counts 25 s longer', () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1, 25_000);
  accept(bench);
  bench.startTransaction(1);
  announce(bench, 20, 8, bench.nowMs + 40_000);
  accept(bench);
  bench.after(40_000 + 25_000 + RULES.leaseMarginMs - 1);
  expect(bench.committedA(1)).toBe(20);
  bench.after(1);
  expect(bench.committedA(1)).toBe(8);
});

test('SI3: while the lease with the second period is not answered, the one without it counts at every instant', () => {
  const bench = settled();
  announce(bench, 20, 8, bench.nowMs + 40_000);
  const [command] = bench.pass();
  if (command === undefined) throw new Error('nothing sent');
  bench.after(50_000);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 20', 'unresolved 8']);
  bench.answer(command);
  bench.after(OBEYS_WITHIN_MS + 1);
  bench.measure(1, 8, 8);
  expect(bench.committedA(1)).toBe(8);
});

test('SI4: Accepted is a claim for what is announced too: the lease without it counts to its end, or until the station is seen to have come down', () => {
  const bench = settled();
  const dropMs = bench.nowMs + 40_000;
  const endMs = bench.site.controls.get(evseNumber(1))?.set.acknowledged?.untilMs ?? 0;
  expect(endMs).toBeGreaterThan(dropMs + RULES.leaseMarginMs);
  announce(bench, 20, 8, dropMs);
  accept(bench);
  // As long as both say 20 A no sample shows which of them it is.
  bench.after(2 * OBEYS_WITHIN_MS);
  bench.measure(1, 20, 20);
  bench.after(5_000);
  bench.measure(1, 7, 7);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 20', 'unsettled 20']);
  bench.after(dropMs + RULES.leaseMarginMs - bench.nowMs);
  bench.measure(1, 20, 20);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 8', 'unsettled 20']);
  bench.after(1_000);
  bench.measure(1, 8, 8);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 8']);
});

test('SI4: nobody has to see it: it ends with its own lease', () => {
  const bench = settled();
  const endMs = bench.site.controls.get(evseNumber(1))?.set.acknowledged?.untilMs ?? 0;
  announce(bench, 20, 8, bench.nowMs + 40_000);
  accept(bench);
  bench.after(endMs + RULES.leaseMarginMs - 1 - bench.nowMs);
  expect(bench.kinds(1)).toContain('unsettled 20');
  bench.after(1);
  expect(bench.kinds(1).filter((kind) => kind.startsWith('unsettled'))).toEqual([]);
});

test.each([
  ['the same', 8, 40_000, []],
  ['lower', 6, 40_000, ['ST-1 lease 20']],
  ['earlier', 8, 30_000, ['ST-1 lease 20']],
  ['higher', 10, 40_000, ['ST-1 lease 20']],
  ['no drop', 20, 40_000, ['ST-1 lease 20']],
  ['behind the end of the lease', 8, 500_000, ['ST-1 lease 20']],
])('SI27: when what is announced becomes %s, the right lease is sent', (_title, laterA, inMs, expected) => {
  const bench = settled();
  const { nowMs } = bench;
  announce(bench, 20, 8, nowMs + 40_000);
  accept(bench);
  bench.after(1_000);
  announce(bench, 20, laterA, nowMs + inMs);
  expect(accept(bench)).toEqual(expected);
  expect(accept(bench)).toEqual([]);
});

test('SI17: to lift an announced drop must fit; to lower it passes a broken row', () => {
  const bench = settled({ stations: 2, ratingA: 64, worstLoadA: 50 });
  bench.readMeter(0);
  bench.settleAt({ 1: 20, 2: 32 });
  const fromMs = bench.nowMs + 60_000;
  announce(bench, 20, 12, fromMs);
  accept(bench);
  bench.after(1_000);
  bench.readMeter(50);
  announce(bench, 20, 16, fromMs);
  expect(accept(bench)).toEqual([]);
  announce(bench, 20, 8, fromMs);
  expect(accept(bench)).toEqual(['ST-1 lease 20']);
  expect(bench.members(1).find(({ kind }) => kind === 'acknowledged')?.later?.limit).toBe(80);
});

test('SI7: in a broken row a decrease covers only as much as what it replaces does: it ends where that one falls', () => {
  const broken = (laterA: number | undefined) => {
    const bench = settled({ stations: 2, ratingA: 64, worstLoadA: 50 });
    bench.readMeter(0);
    bench.settleAt({ 1: 20, 2: 32 });
    const fromMs = bench.nowMs + 60_000;
    announce(bench, 20, 8, fromMs);
    accept(bench);
    const untilMs = bench.site.controls.get(evseNumber(1))?.set.acknowledged?.untilMs ?? 0;
    bench.after(1_000);
    bench.readMeter(50);
    if (laterA === undefined) bench.decide({ 1: 12 });
    else announce(bench, 12, laterA, fromMs);
    const [lowered] = bench.pass();
    return { endsMs: lowered?.intent.untilMs, fromMs, untilMs };
  };
  const plain = broken(undefined);
  expect(plain.endsMs).toBe(plain.fromMs);
  const falling = broken(8);
  expect(falling.endsMs).toBe(falling.untilMs);
  const higher = broken(10);
  expect(higher.endsMs).toBe(higher.fromMs);
});

test('with the optimizer gone the dispatcher sends nothing against the period that has begun', () => {
  const bench = settled();
  announce(bench, 20, 8, bench.nowMs + 30_000);
  accept(bench);
  bench.after(30_000);
  expect(accept(bench)).toEqual([]);
  // Half of the lease is over: it is renewed at what holds by now.
  bench.after(30_000);
  expect(accept(bench)).toEqual(['ST-1 lease 8']);
});

test('a part of a raise that lies below what was announced for later has one period', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 38 });
  bench.settleAt({ 1: 20 });
  bench.decide({ 1: 6, 2: 32 }, 600_000, 1, { later: { fromMs: bench.nowMs + 60_000, targetsA: { 2: 24 } } });
  const [, raised] = bench.pass();
  expect(raised?.intent).toMatchObject({ stationId: 'ST-2', limit: deciAmps(180) });
  expect(raised?.intent.later).toBeUndefined();
});

test('SI27: where only the fallback holds and less is announced, a lease at the fallback carries it', () => {
  const bench = Bench.charging({ stations: 1 });
  announce(bench, 6, 0, bench.nowMs + 30_000);
  expect(periodsOf(bench)).toEqual([
    [0, 60],
    [31, 0],
  ]);
});

test('SI8: an increase waits until it fits under the limits that the decision keeps to, as well as the document’s', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 64 });
  bench.settleAt({ 1: 20, 2: 6 });
  // 26 A on each of three phases: 17,940 W at 230 V.
  bench.decide({ 1: 8, 2: 18 }, 600_000, 1, { powerW: 17_940 });
  expect(accept(bench)).toEqual(['ST-1 lease 8']);
  expect(accept(bench)).toEqual([]);
  bench.after(6_000);
  bench.measure(1, 8, 8);
  expect(accept(bench)).toEqual(['ST-2 lease 18']);
});

test('a limit of the decision above the contract raises nothing', () => {
  const bench = Bench.charging({ stations: 1, powerW: 13_800 });
  bench.decide({ 1: 32 }, 600_000, 1, { powerW: 99_000 });
  expect(accept(bench)).toEqual(['ST-1 lease 20']);
});

test('SI7, HO-6: under a limit below the fallbacks a lease of less than the fallback is renewed before it ends', () => {
  const bench = Bench.charging({ stations: 2 });
  bench.decide({ 1: 0, 2: 6 }, 600_000, 1, { powerW: 4_140 });
  expect(accept(bench)).toEqual(['ST-1 lease 0']);
  bench.after(LEASE_MS / 2);
  expect(accept(bench)).toEqual(['ST-1 lease 0']);
});

test('HO-2: the next owner goes on counting an unanswered lease of which its predecessor said that its second period counts', () => {
  const bench = settled();
  announce(bench, 20, 8, bench.nowMs + 20_000);
  bench.pass();
  bench.after(20_000 + RULES.leaseMarginMs);
  bench.pass();
  const [intent] = bench.records.filter((record) => record.kind === 'limit-intended' && record.later !== undefined);
  const said = bench.records.findLast((record) => record.kind === 'committed-changed');
  if (intent === undefined || said?.kind !== 'committed-changed') throw new Error('nothing was said');
  expect(said.members).toContainEqual(expect.objectContaining({ kind: 'unresolved', limit: 80 }));
  const heir = new Bench({ stations: 1 });
  heir.take({ ...intent, epoch: 2 }, { ...said, epoch: 2 });
  expect(heir.site.controls.get(evseNumber(1))?.set.attempts).toMatchObject([{ limit: 200, later: { limit: 80 } }]);
});
