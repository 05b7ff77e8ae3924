import { expect, test } from '@jest/globals';
import { Bench, SETTLE_MS, told } from '../testing/bench.ts';
import { evseNumber, LEASE_MS, transactionOf } from '../testing/bench-site.ts';
import { maskOf } from './counted-phases.ts';

const ALL = ['l1', 'l2', 'l3'];
const elsewhereA = (bench: Bench, number: number): number | undefined => {
  const evse = bench.site.model?.evses.get(evseNumber(number));
  if (evse === undefined) throw new Error(`no station ${number}`);
  const mask = maskOf(bench.site, evse, { members: bench.members(number), nowMs: bench.nowMs });
  return mask === undefined ? undefined : mask.elsewhere / 10;
};
const lastRecord = (bench: Bench, number: number) =>
  bench.records.findLast((record) => record.kind === 'committed-changed' && record.stationId === `ST-${number}`);

test('MD5, H84 a car counts on all wired phases until its samples prove fewer; what is told of it says so', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.settleAt({ 1: 20 });
  expect(bench.phases(1)).toEqual(ALL);
  expect(lastRecord(bench, 1)).not.toHaveProperty('mask');
  bench.endTransaction(1);
  bench.startTransaction(1, 2);
  bench.decide({ 1: 20 }, 600_000, 2);
  for (const command of bench.pass()) bench.answer(command);
  bench.proveSingle(1, 18);
  bench.pass();
  expect(bench.phases(1)).toEqual(['l1']);
  expect(bench.committedA(1)).toBe(20);
  expect(lastRecord(bench, 1)).toMatchObject({ committed: 200, mask: { phases: ['l1'], elsewhere: 60 } });
});

test('MD5 a raise beside a car on one phase takes the room that its other phases leave, but for the next car', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 44, turned: true });
  bench.settleAt({ 1: 32 });
  bench.decide({ 1: 32, 2: 32 });
  expect(told(bench.pass())).toEqual(['ST-2 lease 12']);
  for (const command of bench.sent.slice(-1)) bench.answer(command);
  bench.endTransaction(1);
  bench.startTransaction(1, 2);
  bench.proveSingle(1, 6);
  bench.proveSingle(2, 12);
  // ST-1 on grid L1, ST-2 on grid L2: on L2 stand 6 A for the next car at ST-1, on L3 those of both.
  bench.decide({ 2: 32 });
  expect(told(bench.pass())).toEqual(['ST-2 lease 32']);
});

test('MD5, SI8 the raise of a car on one phase needs room on that phase only, and once its current in the contract', () => {
  const contract = (powerW: number): Bench => {
    const bench = Bench.charging({ stations: 2, ratingA: 64, powerW });
    bench.proveSingle(1, 6);
    bench.decide({ 1: 32, 2: 6 });
    return bench;
  };
  // 50 A over the phases (11.5 kW) are 32 A of this car and 3 x 6 A of the other.
  expect(told(contract(11_500).pass())).toEqual(['ST-1 lease 32']);
  expect(told(contract(11_000).pass())).toEqual(['ST-1 lease 29']);
});

test('MD5 a car that wakes a phase counts on all of them at once, whatever row that breaks; its neighbours then go down only', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 44, turned: true });
  bench.proveSingle(1, 6);
  bench.decide({ 1: 32 });
  for (const command of bench.pass()) bench.answer(command);
  bench.decide({ 1: 32, 2: 26 });
  bench.proveSingle(2, 6);
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.committedA(2)).toBe(26);
  bench.after(SETTLE_MS);
  bench.measurePhases(1, { l1: 32, l2: 0.5, l3: 0 });
  expect(bench.phases(1)).toEqual(ALL);
  bench.decide({ 1: 32, 2: 28 });
  expect(told(bench.pass())).toEqual([]);
  bench.decide({ 1: 32, 2: 12 });
  expect(told(bench.pass())).toEqual(['ST-2 lease 12']);
  expect(lastRecord(bench, 1)).not.toHaveProperty('mask');
});

test('MD5 a lease that nobody answered outlives its transaction, and then counts on all wired phases', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.proveSingle(1, 6);
  bench.decide({ 1: 30 });
  bench.pass();
  expect(bench.phases(1)).toEqual(['l1']);
  expect(elsewhereA(bench, 1)).toBe(6);
  bench.endTransaction(1);
  expect(bench.phases(1)).toEqual(ALL);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'unresolved 30']);
  bench.startTransaction(1, 2);
  bench.proveSingle(1, 6);
  expect(bench.phases(1)).toEqual(['l1']);
  // The new car is on L1; the old lease may be obeyed on any phase.
  expect(elsewhereA(bench, 1)).toBe(30);
  bench.after(2 * LEASE_MS);
  bench.pass();
  bench.proveSingle(1, 6);
  expect(elsewhereA(bench, 1)).toBe(6);
});

test('MD5 what was before an accepted decrease is bound to its transaction, or to none where there were two', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.proveSingle(1, 6);
  bench.decide({ 1: 30 });
  for (const command of bench.pass()) bench.answer(command);
  bench.decide({ 1: 10 });
  for (const command of bench.pass()) bench.answer(command);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'acknowledged 10', 'unsettled 30']);
  expect(elsewhereA(bench, 1)).toBe(6);

  const mixed = Bench.charging({ stations: 1 });
  mixed.decide({ 1: 30 });
  mixed.pass();
  mixed.endTransaction(1);
  mixed.startTransaction(1, 2);
  mixed.proveSingle(1, 6);
  // The silence of the first is noticed; the next waits a moment.
  mixed.pass();
  mixed.after(1_000);
  mixed.decide({ 1: 20 }, 600_000, 2);
  for (const command of mixed.pass()) mixed.answer(command);
  mixed.decide({ 1: 10 }, 600_000, 2);
  for (const command of mixed.pass()) mixed.answer(command);
  expect(mixed.kinds(1)).toEqual(['fallback 6', 'acknowledged 10', 'unsettled 30']);
  expect(elsewhereA(mixed, 1)).toBe(30);
});

test('SI6 a draw above everything else counts where the sample shows it, and on all phases once that car is gone', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.proveSingle(1, 7);
  expect(bench.kinds(1)).toEqual(['fallback 6', 'measured 7.4']);
  expect(bench.phases(1)).toEqual(['l1']);
  expect(elsewhereA(bench, 1)).toBe(6);
  bench.measurePhases(1, { l1: 22, l2: 0, l3: 0 }, { transactionId: undefined, sampledAtMs: bench.nowMs + 1 });
  expect(elsewhereA(bench, 1)).toBe(23.1);
});

test('SI6 the last values of a transaction, come after its end, say nothing of the socket now', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.settleAt({ 1: 20 });
  bench.endTransaction(1);
  bench.after(1_000);
  bench.measurePhases(1, { l1: 20, l2: 20, l3: 20 }, { transactionId: transactionOf(1) });
  expect(bench.kinds(1)).toEqual(['fallback 6']);
  bench.measurePhases(1, { l1: 20, l2: 20, l3: 20 }, { transactionId: undefined });
  expect(bench.kinds(1)).toEqual(['fallback 6', 'measured 21']);
});

test('SI5 beside the hardware maximum nothing is taken for granted: all wired phases', () => {
  const bench = new Bench({ stations: 1 });
  bench.boot(1);
  for (const command of bench.pass()) bench.answer(command, 'rejected');
  bench.startTransaction(1);
  bench.proveSingle(1, 6);
  expect(bench.site.controls.get(evseNumber(1))?.phases?.silent).toEqual(['l2', 'l3']);
  expect(bench.phases(1)).toEqual(ALL);
});

test.each<readonly [string, (bench: Bench) => void]>([
  ['boots', (bench) => bench.boot(1)],
  ['is lost', (bench) => bench.disconnect(1)],
  ['connects anew', (bench) => bench.connect(1)],
])(
  'MD5 a station that %s: its car counts on all wired phases, until samples from after that prove fewer again',
  (_title, happens) => {
    const bench = Bench.charging({ stations: 1 });
    bench.proveSingle(1, 6);
    expect(bench.phases(1)).toEqual(['l1']);
    bench.after(1_000);
    happens(bench);
    expect(bench.phases(1)).toEqual(ALL);
    for (const command of bench.pass()) bench.answer(command);
    // What was sampled before it arrives after it.
    bench.measurePhases(1, { l1: 6, l2: 0, l3: 0 }, { sampledAtMs: bench.nowMs });
    bench.proveSingle(1, 6, 10);
    expect(bench.phases(1)).toEqual(ALL);
    bench.after(10_000);
    bench.measurePhases(1, { l1: 6, l2: 0, l3: 0 });
    expect(bench.phases(1)).toEqual(['l1']);
  },
);

test('H41 a station that reports L1 alone proves nothing, however long', () => {
  const bench = Bench.charging({ stations: 1 });
  for (let n = 0; n < 60; n += 1) {
    bench.measurePhases(1, { l1: 16 });
    bench.after(10_000);
  }
  expect(bench.phases(1)).toEqual(ALL);
  expect(transactionOf(1)).toBe(bench.site.controls.get(evseNumber(1))?.phases?.transactionId);
});

test('MD5, SI6: that it counts with more on the other phases is told, though nothing else of it has changed', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.proveSingle(1, 7);
  bench.pass();
  expect(lastRecord(bench, 1)).toMatchObject({ committed: 74, mask: { phases: ['l1'], elsewhere: 60 } });
  // The same draw, of no transaction that its station names: it may be of whoever comes next.
  bench.measurePhases(1, { l1: 7, l2: 0, l3: 0 }, { transactionId: undefined, sampledAtMs: bench.nowMs + 1 });
  bench.pass();
  expect(lastRecord(bench, 1)).toMatchObject({ committed: 74, mask: { phases: ['l1'], elsewhere: 74 } });
});
