import { expect, test } from '@jest/globals';
import { deciAmps, epochMs } from '@headroom/kernel';
import type { StationLimit } from '@headroom/site-model';
import { snapshotFromWire } from '../adapters/log/state-from-wire.ts';
import { snapshotToWire } from '../adapters/log/state-to-wire.ts';
import { LEASE_MS } from '../testing/bench-site.ts';
import { Bench, RULES, SETTLE_MS, told } from '../testing/bench.ts';
import { takeSnapshot } from './snapshot-sites.ts';

type Schedule = StationLimit['schedules'][number];

/** An energy management system allows station 1 so many amperes. */
function limit(bench: Bench, amps: number, change: Partial<Schedule> = {}, generation?: number): void {
  const of = bench.of(1);
  bench.take({
    kind: 'station-limited',
    ...of,
    ...(generation === undefined ? {} : { generation }),
    limit: {
      ...{ evse: 0, source: 'EMS', isGridCritical: false },
      schedules: [{ unit: 'A', steps: [{ fromMs: bench.nowMs, limit: deciAmps(amps * 10) }], ...change }],
    },
  });
}
const clear = (bench: Bench) =>
  bench.take({ kind: 'station-limit-cleared', ...bench.of(1), limit: { evse: 0, source: 'EMS' } });
const settled = () => {
  const bench = Bench.charging({ stations: 1 });
  bench.settleAt({ 1: 16 });
  return bench;
};

test('P21-7: an EVSE is told no more than somebody else allows its station, before the optimizer has said so', () => {
  const bench = settled();
  limit(bench, 10);
  expect(told(bench.pass())).toEqual(['ST-1 lease 10']);
});

test('SI4, HO-7: its word frees no room, nor does an offer that is as low by its doing: what stood before counts until its lease has ended (simulation, seed 31212)', () => {
  const bench = settled();
  limit(bench, 10);
  expect(bench.committedA(1)).toBe(16);
  for (const command of bench.pass()) bench.answer(command);
  const ended = bench.nowMs + LEASE_MS;
  for (let n = 0; n < 3; n += 1) {
    bench.after(SETTLE_MS);
    bench.measure(1, 10, 10);
    expect(bench.committedA(1)).toBe(16);
  }
  while (bench.nowMs < ended) {
    bench.after(SETTLE_MS);
    bench.measure(1, 10, 10);
    for (const command of bench.pass()) bench.answer(command);
  }
  bench.after(SETTLE_MS);
  bench.pass();
  expect(bench.committedA(1)).toBe(10);
});

test('HO-7: an offer clearly below what somebody else allows is by our limit, and a draw that falls under such a limit proves nothing', () => {
  const shown = (draw: number, offered?: number) => {
    const bench = settled();
    limit(bench, 10);
    bench.decide({ 1: 8 });
    for (const command of bench.pass()) bench.answer(command);
    bench.after(SETTLE_MS);
    bench.measure(1, draw + 8, offered === undefined ? undefined : 16);
    bench.after(SETTLE_MS);
    bench.measure(1, draw, offered);
    return bench.committedA(1);
  };
  expect(shown(8, 8)).toBe(8);
  expect(shown(8, 10)).toBe(16);
  expect(shown(8)).toBe(16);
});

test('HO-7: below what a car can take nothing is offered: under a limit so low that shows nothing of ours (simulation, seed 106 of H78-old)', () => {
  const bench = settled();
  limit(bench, 4);
  const commands = bench.pass();
  expect(told(commands)).toEqual(['ST-1 lease 0']);
  for (const command of commands) bench.answer(command);
  for (let n = 0; n < 3; n += 1) {
    bench.after(SETTLE_MS);
    bench.measure(1, 0, 0);
    expect(bench.committedA(1)).toBe(16);
  }
});

test('HO-7: once the limit beside ours is gone, an offer proves what it always did', () => {
  const bench = settled();
  limit(bench, 10);
  for (const command of bench.pass()) bench.answer(command);
  bench.after(SETTLE_MS);
  clear(bench);
  // Sampled while it held, read when it is gone.
  bench.measure(1, 10, 10);
  expect(bench.committedA(1)).toBe(16);
  bench.after(1_000);
  bench.measure(1, 10, 10);
  expect(bench.committedA(1)).toBe(10);
});

test.each(['connects anew', 'boots'])(
  'HO-7: of a station that %s nobody knows whether it is still held down: no offer proves that what stood before is obeyed no more',
  (how) => {
    const bench = settled();
    limit(bench, 10);
    bench.decide({ 1: 10 });
    for (const command of bench.pass()) bench.answer(command);
    const ended = bench.nowMs + LEASE_MS;
    bench.after(SETTLE_MS);
    if (how === 'boots') bench.boot(1);
    else bench.connect(1);
    while (bench.nowMs < ended - SETTLE_MS) {
      for (const command of bench.pass()) bench.answer(command);
      expect(bench.kinds(1)).toContain('unsettled 16');
      bench.after(SETTLE_MS);
      bench.measure(1, 10, 10);
    }
    bench.after(2 * SETTLE_MS + RULES.leaseMarginMs);
    bench.pass();
    expect(bench.kinds(1)).not.toContain('unsettled 16');
  },
);

test('P21-7: cleared or ended, it is told again what was decided', () => {
  for (const end of [clear, (bench: Bench) => bench.after(31_000)]) {
    const bench = settled();
    limit(bench, 10, { untilMs: epochMs(bench.nowMs + 30_000) });
    for (const command of bench.pass()) bench.answer(command);
    bench.measure(1, 10, 10);
    end(bench);
    expect(told(bench.pass())).toEqual(['ST-1 lease 16']);
  }
});

test('a limit above what was decided changes nothing, and one below what a car can take is 0', () => {
  const bench = settled();
  limit(bench, 20);
  expect(told(bench.pass())).toEqual([]);
  limit(bench, 5.9);
  expect(told(bench.pass())).toEqual(['ST-1 lease 0']);
});

test('what an older connection said, read late, limits nothing; what holds ends with its connection', () => {
  const bench = settled();
  limit(bench, 10, {}, 0);
  expect(told(bench.pass())).toEqual([]);
  const known = () => bench.site.stations.get(bench.of(1).stationId)?.limits.length;
  limit(bench, 10);
  expect(known()).toBe(1);
  bench.connect(1);
  expect(known()).toBe(0);
  limit(bench, 10);
  // On the same connection.
  bench.take({ kind: 'station-booted', ...bench.of(1) });
  expect(known()).toBe(0);
});

test('HO-11: what somebody else allows a station crosses to the heir', () => {
  const bench = settled();
  limit(bench, 10, { untilMs: epochMs(bench.nowMs + 30_000) });
  limit(bench, 11, { unit: 'W' });
  const { stations } = snapshotFromWire(snapshotToWire(takeSnapshot(bench.shard, bench.site, bench.nowMs), 0));
  expect([...stations.values()][0]?.limits).toEqual([...bench.site.stations.values()][0]?.limits);
  expect([...stations.values()][0]?.limits).toHaveLength(1);
});
