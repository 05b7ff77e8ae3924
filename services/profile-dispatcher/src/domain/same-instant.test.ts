import { expect, test } from '@jest/globals';
import { deciAmps, epochMs } from '@headroom/kernel';
import { Bench } from '../testing/bench.ts';
import { SITE } from '../testing/bench-site.ts';
import { UNKNOWN_SET, type Sample } from './limit-set.ts';
import { takeSample } from './resolve-limit.ts';

const sampleOf = (amps: number, sampledAtMs: number): Sample => ({
  ...{ draw: deciAmps(amps * 10), transactionId: undefined, offered: undefined },
  sampledAtMs: epochMs(sampledAtMs),
});

test('SI6: of two samples of one instant the higher one counts, whichever comes first; a newer one replaces both', () => {
  for (const [first, second] of [
    [6, 20],
    [20, 6],
  ] as const) {
    const both = takeSample(takeSample(UNKNOWN_SET, sampleOf(first, 1_000)), sampleOf(second, 1_000));
    expect(both.sample?.draw).toBe(200);
    expect(takeSample(both, sampleOf(7, 2_000)).sample?.draw).toBe(70);
    expect(takeSample(both, sampleOf(30, 999)).sample?.draw).toBe(200);
  }
});

test('SI20: of two readings of a site meter of one instant the higher one counts on each conductor', () => {
  const bench = Bench.charging({ stations: 1 });
  const read = ([l1, l2, l3]: readonly [number, number, number]): void => {
    const current = { l1: deciAmps(l1 * 10), l2: deciAmps(l2 * 10), l3: deciAmps(l3 * 10) };
    const reading = { meterId: 'building', current, sampledAtMs: bench.nowMs, receivedAtMs: bench.nowMs };
    bench.take({ kind: 'site-meter-read', siteId: SITE, reading });
  };
  read([40, 10, 0]);
  read([0, 20, 5]);
  expect([...bench.site.readings.values()].map(({ current }) => current)).toEqual([{ l1: 400, l2: 200, l3: 50 }]);
  bench.after(1_000);
  read([1, 1, 1]);
  expect([...bench.site.readings.values()].map(({ current }) => current)).toEqual([{ l1: 10, l2: 10, l3: 10 }]);
});
