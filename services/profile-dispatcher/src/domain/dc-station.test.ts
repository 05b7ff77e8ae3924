import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import { committedOf, membersOf } from './committed-set.ts';
import { Bench } from '../testing/bench.ts';
import { evseNumber } from '../testing/bench-site.ts';

test('SI5 a DC station counts with its maximum however well it seems to obey, and with nothing that it measures', () => {
  const bench = Bench.charging({ stations: 1 });
  bench.settleAt({ 1: 10 });
  const set = bench.site.controls.get(evseNumber(1))?.set;
  if (set === undefined) throw new Error('no control');
  const counting = {
    ...{ fallback: deciAmps(60), maxCurrent: deciAmps(320) },
    ...{ leaseNowMs: bench.nowMs, leaseMarginMs: 5_000, isDistrusted: false },
  };
  expect(committedOf(membersOf(set, counting))).toBe(100);
  const measured = { ...set, sample: set.sample && { ...set.sample, draw: deciAmps(2_000) } };
  const unsteered = membersOf(measured, { ...counting, isUnsteered: true });
  expect(unsteered.map(({ kind }) => kind)).toContain('hardware-maximum');
  expect(committedOf(unsteered)).toBe(320);
});
