import { expect, test } from '@jest/globals';
import { Bench, SETTLE_MS, told } from '../testing/bench.ts';
import { LEASE_MS, SITE, siteModel, transactionOf } from '../testing/bench-site.ts';
import { OBEYS_WITHIN_MS } from './earlier-limit.ts';
import { BOOT_GRACE_MS } from './site-state.ts';

test('SI1, HO-1: the fallback counts always, also with nothing plugged in', () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1);
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.kinds(1)).toEqual(['fallback 6']);
  expect(bench.committedA(1)).toBe(6);
});

test('SI2: an acknowledged lease counts until its end and the margin of 5 s, then the fallback holds', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 20 }, 1_000);
  for (const command of bench.pass()) bench.answer(command);
  // The lease starts a second in the past (H32).
  bench.after(LEASE_MS - 1_000 + 4_999);
  expect(bench.committedA(1)).toBe(20);
  bench.after(1);
  expect(bench.committedA(1)).toBe(6);
});

test('HO-13: a clock that is 25 s ahead may be set back, so the lease counts 25 s longer', () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1, 25_000);
  for (const command of bench.pass()) bench.answer(command);
  bench.startTransaction(1);
  bench.decide({ 1: 20 }, 1_000);
  for (const command of bench.pass()) bench.answer(command);
  bench.after(LEASE_MS - 1_000 + 29_999);
  expect(bench.committedA(1)).toBe(20);
  bench.after(1);
  expect(bench.committedA(1)).toBe(6);
});

test('HO-13: a clock that a new connection may have set back is remembered as it was: a lease of before runs by that', () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1, 25_000);
  for (const command of bench.pass()) bench.answer(command);
  bench.startTransaction(1);
  bench.decide({ 1: 20 }, 1_000);
  for (const command of bench.pass()) bench.answer(command);
  const { generation } = bench.of(1);
  bench.take({ kind: 'station-connected', ...bench.of(1), generation: generation + 1, gatewayAddress: 'gateway-1' });
  bench.take({ kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs });
  bench.after(LEASE_MS - 1_000 + 29_999);
  expect(bench.committedA(1)).toBe(20);
  bench.after(1);
  expect(bench.committedA(1)).toBe(6);
});

test.each([
  { booted: 25_000, now: 0, lateMs: 25_000 },
  { booted: 0, now: -15_000, lateMs: 15_000 },
  { booted: -25_000, now: 0, lateMs: 0 },
])(
  'HO-13: a lease that was told by a clock at $booted ms, which stands at $now ms now, counts $lateMs ms longer, however many messages show that',
  ({ booted, now, lateMs }) => {
    const bench = new Bench({ stations: 1 });
    bench.boot(1, booted);
    for (const command of bench.pass()) bench.answer(command);
    bench.startTransaction(1);
    bench.decide({ 1: 20 }, 1_000);
    for (const command of bench.pass()) bench.answer(command);
    for (let message = 0; message < 20; message += 1) {
      bench.after(1_000);
      bench.take({ kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs + now });
    }
    bench.after(LEASE_MS - 21_000 + lateMs + 4_999);
    expect(bench.committedA(1)).toBe(20);
    bench.after(1);
    expect(bench.committedA(1)).toBe(6);
  },
);

test('HO-8: while a station is offline its lease never ends, nor after it is back until its clock is seen', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 20 }, 1_000);
  for (const command of bench.pass()) bench.answer(command);
  bench.disconnect(1);
  bench.after(10 * LEASE_MS);
  bench.pass();
  expect(bench.committedA(1)).toBe(20);
  const { generation } = bench.of(1);
  bench.take({ kind: 'station-connected', ...bench.of(1), generation: generation + 1, gatewayAddress: 'gateway-1' });
  bench.pass();
  expect(bench.committedA(1)).toBe(20);
  bench.take({ kind: 'station-time-seen', ...bench.of(1), stationTimeMs: bench.nowMs });
  bench.pass();
  expect(bench.committedA(1)).toBe(6);
});

test('a lease that ended while the station was there does not come back when it goes offline', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 20 }, 1_000);
  for (const command of bench.pass()) bench.answer(command);
  bench.after(2 * LEASE_MS);
  bench.pass();
  bench.disconnect(1);
  expect(bench.committedA(1)).toBe(6);
});

test('H59: a boot on request is no restart: what was proven stands, until a boot of its own', () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1);
  for (const command of bench.pass()) bench.answer(command);
  bench.take({ kind: 'station-booted', ...bench.of(1), onRequest: true });
  expect(bench.committedA(1)).toBe(6);
  bench.take({ kind: 'station-booted', ...bench.of(1) });
  expect(bench.committedA(1)).toBe(32);
});

test('SI31: until the clock of a station is known, no lease of it ends', () => {
  const bench = new Bench({ stations: 1 });
  bench.take({ kind: 'station-connected', ...bench.of(1), gatewayAddress: 'gateway-1' });
  bench.take({ kind: 'station-booted', ...bench.of(1) });
  for (const command of bench.pass()) bench.answer(command);
  bench.startTransaction(1);
  bench.decide({ 1: 20 }, 1_000);
  for (const command of bench.pass()) bench.answer(command);
  bench.after(10 * LEASE_MS);
  expect(bench.committedA(1)).toBe(20);
});

test('SI3: every limit that was sent and not resolved counts, not only the newest', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.settleAt({ 1: 30 });
  bench.decide({ 1: 20 });
  bench.pass();
  bench.decide({ 1: 10 });
  bench.pass();
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 30', 'unresolved 20', 'unresolved 10']);
});

test('SI3: an unanswered limit counts until a later one is accepted, and then until that is seen obeyed', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 30 });
  const [lost] = bench.pass();
  if (lost === undefined) throw new Error('nothing sent');
  bench.answer(lost, 'unanswered');
  expect(bench.kinds(1)).toEqual(['fallback 6', 'unresolved 30']);
  bench.decide({ 1: 10 });
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 10', 'unsettled 30']);
});

test('HO-3: a refusal, or the proof that an attempt was never written, says nothing of earlier attempts', () => {
  for (const outcome of ['rejected', 'never-written'] as const) {
    const bench = Bench.charging({ stations: 1 });
    bench.decide({ 1: 30 });
    const [first] = bench.pass();
    if (first === undefined) throw new Error('nothing sent');
    bench.answer(first, 'unanswered');
    bench.after(1_000);
    const [second] = bench.pass();
    if (second === undefined) throw new Error('not repeated');
    bench.answer(second, outcome);
    expect(bench.kinds(1)).toEqual(['fallback 6', 'unresolved 30']);
  }
});

test('SI4, HO-7: after an accepted decrease the old limit stays until a later sample shows that no more is offered', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.settleAt({ 1: 30 });
  bench.decide({ 1: 10 });
  const sampledBefore = bench.nowMs;
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.committedA(1)).toBe(30);
  bench.measure(1, 9, 9, sampledBefore);
  expect(bench.committedA(1)).toBe(30);
  bench.after(1_000);
  bench.measure(1, 10, 10);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 10']);
});

test('SI4, HO-7: a car that draws little proves nothing, a draw that falls from above the limit does', () => {
  const little = Bench.charging({ stations: 1 });
  little.settleAt({ 1: 30 });
  little.after(1_000);
  little.measure(1, 4);
  little.decide({ 1: 10 });
  for (const command of little.pass()) little.answer(command);
  for (let i = 0; i < 5; i += 1) {
    little.after(1_000);
    little.measure(1, 4);
  }
  expect(little.committedA(1)).toBe(30);

  const falling = Bench.charging({ stations: 1 });
  falling.settleAt({ 1: 30 });
  falling.decide({ 1: 10 });
  for (const command of falling.pass()) falling.answer(command);
  falling.after(1_000);
  falling.measure(1, 29);
  expect(falling.committedA(1)).toBe(30);
  // It fell by itself: the station has not had its time to obey.
  falling.after(1_000);
  falling.measure(1, 9.9);
  expect(falling.committedA(1)).toBe(30);
  falling.after(1_000);
  falling.measure(1, 29);
  falling.after(OBEYS_WITHIN_MS);
  falling.measure(1, 9.9);
  expect(falling.committedA(1)).toBe(10);
});

test('SI4, HO-7: a draw that falls by itself proves nothing while the old limit is still offered (simulation, seed 1009)', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.settleAt({ 1: 30 });
  bench.decide({ 1: 20 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(1_000);
  bench.measure(1, 29, 30);
  bench.after(OBEYS_WITHIN_MS);
  bench.measure(1, 15, 30);
  expect(bench.committedA(1)).toBe(30);
  bench.after(1_000);
  bench.measure(1, 15, 20);
  expect(bench.committedA(1)).toBe(20);
});

test('SI4: a limit accepted a moment ago may still be on its way inside the station, so a low sample proves nothing yet', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 30 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(500);
  bench.decide({ 1: 10 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(OBEYS_WITHIN_MS - 500);
  bench.measure(1, 6, 6);
  expect(bench.committedA(1)).toBe(30);
  bench.after(501);
  bench.measure(1, 10, 10);
  expect(bench.committedA(1)).toBe(10);
});

test('SI4, HO-7, H88: a pilot that still rises towards the old limit passes below the new one, and proves nothing by that', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 30 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(OBEYS_WITHIN_MS);
  bench.measure(1, 8, 8);
  bench.decide({ 1: 16 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(2_000);
  bench.measure(1, 12, 12);
  expect(bench.committedA(1)).toBe(30);
  bench.after(1_000);
  bench.measure(1, 20, 20);
  bench.after(1_000);
  bench.measure(1, 16, 16);
  expect(bench.committedA(1)).toBe(16);
});

test('SI4: without a meter nothing settles, and the old limit counts until its own lease has ended', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 30 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(30_000);
  bench.decide({ 1: 10 });
  for (const command of bench.pass()) bench.answer(command);
  bench.after(LEASE_MS - 30_000 - 1_000 + 4_999);
  expect(bench.committedA(1)).toBe(30);
  bench.after(1);
  expect(bench.committedA(1)).toBe(10);
});

test('SI5, HO-6: the hardware maximum counts from a boot on, a probe at the fallback goes out at once, its acceptance is the proof', () => {
  const bench = new Bench({ stations: 1 });
  expect(bench.kinds(1)).toEqual(['fallback 6', 'hardware-maximum 32']);
  bench.boot(1);
  const probes = bench.pass();
  expect(told(probes)).toEqual(['ST-1 fallback 6']);
  expect(bench.committedA(1)).toBe(32);
  for (const command of probes) bench.answer(command);
  expect(bench.committedA(1)).toBe(6);
  bench.boot(1);
  expect(bench.committedA(1)).toBe(32);
});

test('SI5: the acceptance of a probe sent on an earlier connection proves nothing after a boot', () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1);
  const [probe] = bench.pass();
  if (probe === undefined) throw new Error('nothing sent');
  const late = { ...bench.of(1), kind: 'command-answered' as const, outcome: 'accepted' as const, detail: '' };
  bench.boot(1);
  bench.take({ ...late, commandId: probe.intent.commandId });
  expect(bench.kinds(1)).toContain('hardware-maximum 32');
});

test('a station that connects is given time to boot before it is asked for anything permanent', () => {
  const bench = new Bench({ stations: 1 });
  bench.connect(1);
  bench.after(BOOT_GRACE_MS - 1);
  expect(bench.pass()).toHaveLength(0);
  bench.after(1);
  expect(told(bench.pass())).toEqual(['ST-1 fallback 6']);
});

test('a mere reconnect keeps what is proven, and what is unresolved', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 20 });
  bench.pass();
  bench.connect(1);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'unresolved 20']);
  expect(told(bench.pass())).toEqual(['ST-1 lease 20']);
});

test('SI6: a draw above everything else counts with a twentieth more, until the next sample', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.measure(1, 20.1);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'measured 21.2']);
  bench.after(1_000);
  bench.measure(1, 5);
  expect(bench.kinds(1)).toEqual(['fallback 6']);
});

test('the profiles of a transaction vanish with it, save those of which no answer is known', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.settleAt({ 1: 30 });
  bench.decide({ 1: 20 });
  const [late] = bench.pass();
  bench.endTransaction(1);
  bench.startTransaction(1, 2);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'unresolved 20']);
  if (late === undefined) throw new Error('nothing sent');
  bench.answer(late);
  expect(bench.kinds(1)).toEqual(['fallback 6']);
});

test('HO-12, H88: a changed fallback counts beside the installed one until it is accepted itself, and is surely obeyed', () => {
  const bench = Bench.charging({ stations: 1, fallbackA: 10, maxA: 32 });
  expect(bench.kinds(1)).toEqual(['fallback 10']);
  bench.take({ kind: 'site-configured', siteId: SITE, model: siteModel({ stations: 1, version: 2 }) });
  expect(bench.kinds(1)).toEqual(['fallback 6', 'fallback 10']);
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'unsettled 10']);
  bench.after(OBEYS_WITHIN_MS - 1);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'unsettled 10']);
  bench.after(1);
  expect(bench.kinds(1)).toEqual(['fallback 6']);
});

test('HO-12, H88: one that was never answered, and may have arrived, counts as long; one that is raised, no longer', () => {
  const bench = Bench.charging({ stations: 1, fallbackA: 6, maxA: 32 });
  const document = (version: number, fallbackA: number): void =>
    bench.take({ kind: 'site-configured', siteId: SITE, model: siteModel({ stations: 1, version, fallbackA }) });
  document(2, 10);
  const [lost] = bench.pass();
  if (lost === undefined) throw new Error('nothing sent');
  bench.answer(lost, 'unanswered');
  document(3, 8);
  bench.after(60_000);
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.kinds(1)).toEqual(['fallback 8', 'unsettled 10']);
  bench.after(OBEYS_WITHIN_MS);
  document(4, 10);
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.kinds(1)).toEqual(['fallback 10']);
});

test('SI2: the start of another transaction that waited in its station, told behind that of the running one, ends nothing of what that was leased', () => {
  const waits = (hasWaited: boolean) => {
    const bench = Bench.charging({ stations: 1 });
    bench.settleAt({ 1: 20 });
    const of = { ...bench.of(1), evse: 1, transactionId: transactionOf(1, 9) } as const;
    bench.take({ kind: 'transaction-started', ...of, ...(hasWaited ? { hasWaited } : {}) });
    bench.take({ kind: 'transaction-ended', ...of });
    return bench;
  };
  // Where it did not wait the one before it is over, and so is its lease.
  expect(waits(false).kinds(1)).toEqual(['fallback 6']);
  const bench = waits(true);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 20']);
  // It is measured on, and renewed, as before.
  bench.after(1_000);
  bench.measurePhases(1, { l1: 25, l2: 25, l3: 25 }, { transactionId: transactionOf(1) });
  expect(bench.committedA(1)).toBe(26.3);
  bench.after(70_000);
  bench.measurePhases(1, { l1: 19, l2: 19, l3: 19 }, { transactionId: transactionOf(1) });
  bench.decide({ 1: 20 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 20']);
  bench.endTransaction(1);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'unresolved 20']);
});

test('SI2: where the one that waited does run, what its predecessor was leased counts until its own lease is obeyed', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.settleAt({ 1: 20 });
  const of = { ...bench.of(1), evse: 1, transactionId: transactionOf(1, 2) } as const;
  bench.take({ kind: 'transaction-started', ...of, hasWaited: true });
  bench.decide({ 1: 10 }, 600_000, 2);
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 10', 'unsettled 20']);
  bench.after(SETTLE_MS);
  bench.measure(1, 10, 10);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 10']);
});

test('a late answer to an attempt that a newer accepted one has overtaken changes nothing', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.decide({ 1: 30 });
  const [first] = bench.pass();
  if (first === undefined) throw new Error('nothing sent');
  bench.decide({ 1: 10 });
  for (const command of bench.pass()) bench.answer(command);
  bench.answer(first);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 10', 'unsettled 30']);
});
