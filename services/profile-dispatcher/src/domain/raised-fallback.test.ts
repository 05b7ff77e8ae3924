import { expect, test } from '@jest/globals';
import { Bench, SETTLE_MS, told } from '../testing/bench.ts';
import { type BenchOptions, SITE, siteModel } from '../testing/bench-site.ts';

const configure = (bench: Bench, options: BenchOptions): void =>
  bench.take({ kind: 'site-configured', siteId: SITE, model: siteModel({ ratingA: 38, ...options, version: 2 }) });

/** Two stations of up to 32 A on 38 A: the second has 32 A, and then a document gives both a permanent limit of 10 A. */
function raised(before: BenchOptions = {}, lease: Readonly<Record<number, number>> = { 2: 32 }): Bench {
  const bench = Bench.charging({ stations: 2, ratingA: 38, ...before });
  bench.settleAt(lease);
  configure(bench, { stations: 2, ...before, fallbackA: 10 });
  return bench;
}

test('SI8: a permanent limit that a document raises is told once every row above its EVSE holds with it, and counts until then', () => {
  const bench = raised();
  expect([bench.committedA(1), bench.committedA(2)]).toEqual([10, 32]);
  expect(told(bench.pass())).toEqual([]);
  bench.decide({ 1: 10, 2: 28 });
  const lowered = bench.pass();
  expect(told(lowered)).toEqual(['ST-2 lease 28']);
  for (const command of lowered) bench.answer(command);
  // That it comes down is to be seen first.
  expect(told(bench.pass())).toEqual([]);
  bench.after(SETTLE_MS);
  bench.measure(2, 28, 28);
  expect(told(bench.pass())).toEqual(['ST-1 fallback 10', 'ST-2 fallback 10']);
});

test('SI8: no lease below the new permanent limit raises an EVSE above the one that it has, while a row does not hold', () => {
  const bench = raised({ fallbackA: 0 }, { 1: 6, 2: 32 });
  for (const amps of [8, 10]) {
    bench.decide({ 1: amps, 2: 32 });
    expect(told(bench.pass())).toEqual([]);
  }
  // What takes current away leaves, as ever.
  bench.decide({ 1: 5, 2: 20 });
  expect(told(bench.pass())).toEqual(['ST-2 lease 20', 'ST-1 lease 5']);
});

test('what does not hold elsewhere on the site keeps nobody from it', () => {
  const bench = Bench.charging({ stations: 3, ratingA: 100, feederA: 38 });
  bench.settleAt({ 2: 32 });
  configure(bench, { stations: 3, ratingA: 100, feederA: 38, fallbackA: 10 });
  expect(told(bench.pass())).toEqual(['ST-3 fallback 10']);
});

test('SI5, HO-6: one that has restarted is told it at once: until then it counts with its maximum', () => {
  const bench = raised();
  bench.boot(1);
  expect(told(bench.pass())).toEqual(['ST-1 fallback 10']);
});

test('one that was told it already, and has not answered, is told it again', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 38 });
  configure(bench, { stations: 2, fallbackA: 10 });
  const [first] = bench.pass();
  if (first === undefined) throw new Error('nothing was sent');
  expect(told([first])).toEqual(['ST-1 fallback 10']);
  bench.answer(first, 'unanswered');
  bench.measure(2, 30, 30);
  bench.after(60_000);
  expect(told(bench.pass())).toContain('ST-1 fallback 10');
});

test('MD5: it waits for phases too that its car does not use: it outlives the car', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 38, turned: true });
  bench.decide({ 2: 32 });
  for (const command of bench.pass()) bench.answer(command);
  for (let passed = 0; passed <= 30; passed += 10) {
    bench.after(10_000);
    bench.measurePhases(1, { l1: 6, l2: 0, l3: 0 }, { offered: 6 });
    bench.measurePhases(2, { l1: 32, l2: 32, l3: 0 }, { offered: 32 });
  }
  expect([bench.phases(1), bench.phases(2)]).toEqual([['l1'], ['l2', 'l3']]);
  configure(bench, { stations: 2, turned: true, fallbackA: 10 });
  expect(told(bench.pass())).toEqual([]);
});
