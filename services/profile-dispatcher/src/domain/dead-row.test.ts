import { expect, test } from '@jest/globals';
import { Bench, RULES, SETTLE_MS, told } from '../testing/bench.ts';
import { evseNumber, LEASE_MS, SITE, siteModel } from '../testing/bench-site.ts';

const OPTIONS = { stations: 1, ratingA: 64, worstLoadA: 50, riseA: 20 };

test('SI8, dead row: a raise leaves room for what the building may rise to within the lease', () => {
  const bench = Bench.charging(OPTIONS);
  bench.readMeter(12);
  bench.decide({ 1: 32 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 32']);
  const fuller = Bench.charging(OPTIONS);
  // 64 - 20 (now) - 20 (rise).
  fuller.readMeter(20);
  fuller.decide({ 1: 32 });
  expect(told(fuller.pass())).toEqual(['ST-1 lease 24']);
});

test('SI26, dead row: the horizon is never above the worst case, and is the worst case without a fresh reading', () => {
  const bench = Bench.charging(OPTIONS);
  bench.readMeter(45);
  bench.decide({ 1: 32 });
  // 64 - 50: 45 + 20 would be more than it ever draws.
  expect(told(bench.pass())).toEqual(['ST-1 lease 14']);
  const stale = Bench.charging(OPTIONS);
  stale.readMeter(10);
  stale.after(5_001);
  stale.decide({ 1: 32 });
  expect(told(stale.pass())).toEqual(['ST-1 lease 14']);
});

test('SI26, dead row: where nothing is said of its rise, a building may come to its worst case at any moment', () => {
  const bench = Bench.charging({ ...OPTIONS, riseA: 50 });
  bench.readMeter(0);
  bench.decide({ 1: 32 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 14']);
});

/** Charging with 32 A beside a building of 12 A: both rows are full. */
function full(): { readonly bench: Bench; readonly sentAtMs: number } {
  const bench = Bench.charging(OPTIONS);
  bench.readMeter(12);
  bench.settleAt({ 1: 32 });
  return { bench, sentAtMs: bench.nowMs - SETTLE_MS };
}

test('SI30, dead row: a building that rises within its word sends nobody down by itself, though the row is broken', () => {
  const { bench } = full();
  bench.readMeter(30);
  expect(told(bench.pass())).toEqual([]);
  // The optimizer decides who goes down. 64 - 30 - 20 = 14.
  bench.decide({ 1: 14 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 14']);
});

test('SI17, dead row: what fits now but not when we are dead is not renewed; it ends by itself, or is renewed once it fits', () => {
  const { bench, sentAtMs } = full();
  bench.after(sentAtMs + LEASE_MS / 2 - bench.nowMs);
  // Now 32 + 13 = 45 of 64 A; dead 32 + 33 = 65.
  bench.readMeter(13);
  expect(told(bench.pass())).toEqual([]);
  bench.after(1);
  bench.readMeter(12);
  const [renewed] = bench.pass();
  expect([renewed?.intent.limit, renewed?.intent.increase]).toEqual([320, false]);

  const { bench: other, sentAtMs: since } = full();
  for (let passedMs = SETTLE_MS; passedMs < LEASE_MS + RULES.leaseMarginMs; passedMs += 1_000) {
    other.after(1_000);
    other.readMeter(13);
    for (const { intent } of other.pass()) expect(intent.limit).toBeLessThan(320);
  }
  expect(other.nowMs).toBeGreaterThanOrEqual(since + LEASE_MS);
  other.measure(1, 6, 6);
  expect(other.committedA(1)).toBe(6);
});

test('SI7, dead row: a decrease passes a broken row; where it would not fit afresh it ends with the lease that it replaces', () => {
  const { bench, sentAtMs } = full();
  bench.after(10_000);
  bench.readMeter(40);
  bench.decide({ 1: 16 });
  const [lowered] = bench.pass();
  // 64 - 50 = 14 would fit afresh.
  expect([lowered?.intent.limit, lowered?.intent.untilMs]).toEqual([160, sentAtMs - 1_000 + LEASE_MS]);
});

test('SI26, dead row: where a document shortens leases its word on the building counts as often as it fits into what is left of the last one before', () => {
  const options = { stations: 2, ratingA: 64, worstLoadA: 50, riseA: 5 };
  const shortened = (leaseS: number, departs = false): Bench => {
    const bench = Bench.charging({ ...options, leaseS: 600 });
    bench.readMeter(10);
    bench.settleAt({ 2: 16 });
    const next = { ...options, leaseS, version: 2, stations: departs ? 1 : 2 };
    bench.take({ kind: 'site-configured', siteId: SITE, model: siteModel(next) });
    bench.readMeter(10);
    bench.decide({ 1: 32, ...(departs ? {} : { 2: 16 }) });
    return bench;
  };
  // 64 - 10 - 5 - 16, with leases as long as before.
  expect(told(shortened(600).pass())).toEqual(['ST-1 lease 32']);
  // Nearly 600 s are left of the first: five times 120 s, and 64 - 10 - 25 - 16.
  expect(told(shortened(120).pass())).toEqual(['ST-1 lease 13']);
  // 480 s later 120 s are left, and both have the same word.
  const bench = shortened(120);
  bench.after(480_000);
  bench.readMeter(10);
  bench.decide({ 1: 32, 2: 16 });
  expect(told(bench.pass())).toContain('ST-1 lease 32');
  // Whoever has departed obeys to the end as well.
  expect(told(shortened(120, true).pass())).toEqual(['ST-1 lease 13']);
});

/** Hands 26 A back and forth between two stations on a lease of 20 s; how often it has changed hands within two minutes. */
function handovers(sampleEveryS: number): number {
  const bench = Bench.charging({ stations: 2, ratingA: 32, leaseS: 20 });
  let wanted = 1;
  let handed = 0;
  for (let second = 0; second < 120; second += 1) {
    bench.decide(wanted === 1 ? { 1: 26, 2: 6 } : { 1: 6, 2: 26 });
    for (const command of bench.pass()) bench.answer(command);
    bench.after(1_000);
    if (second % sampleEveryS === 0) {
      for (const number of [1, 2]) {
        const limitA = (bench.site.controls.get(evseNumber(number))?.set.acknowledged?.limit ?? 60) / 10;
        bench.measure(number, limitA, limitA);
      }
    }
    if (bench.committedA(wanted) < 26 || bench.committedA(3 - wanted) > 6) continue;
    handed += 1;
    wanted = 3 - wanted;
  }
  return handed;
}

test('SI14, HO-6: on a lease of 20 s capacity passes on with samples each 2 s; with one each 10 s it does so more slowly', () => {
  // A decrease may be proven 5 s after its answer (SI4), by the next sample.
  expect(handovers(2)).toBeGreaterThanOrEqual(12);
  expect(handovers(10)).toBeGreaterThanOrEqual(6);
});
