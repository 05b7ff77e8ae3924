import { expect, test } from '@jest/globals';
import { Bench, told } from '../testing/bench.ts';
import { LEASE_MS } from '../testing/bench-site.ts';
import { readTemperature } from '../testing/read-temperature.ts';

const DERATING = {
  ...{ sensorId: 'duct', staleAfterMs: 60_000, risesAtMostDeciC: 10 },
  steps: [
    { aboveDeciC: 300, percent: 75 },
    { aboveDeciC: 400, percent: 50 },
  ],
};
const SITE = { stations: 1, ratingA: 40, derating: DERATING };
const toldAt = (celsius: number | undefined, staleMs = 0): readonly string[] => {
  const bench = Bench.charging(SITE);
  if (celsius !== undefined) readTemperature(bench, celsius);
  bench.after(staleMs);
  bench.decide({ 1: 32 });
  return told(bench.pass());
};

test('LC2: a raise is passed up to what the circuit bears at its temperature, now and within the lease', () => {
  expect(toldAt(20)).toEqual(['ST-1 lease 32']);
  // 30 + 1 C: 75 % of 40 A.
  expect(toldAt(29.1)).toEqual(['ST-1 lease 30']);
  expect(toldAt(30.1)).toEqual(['ST-1 lease 30']);
  expect(toldAt(39.5)).toEqual(['ST-1 lease 20']);
});

test('LC2: while no fresh temperature is known the last step counts', () => {
  expect(toldAt(undefined)).toEqual(['ST-1 lease 20']);
  expect(toldAt(20, 60_000)).toEqual(['ST-1 lease 32']);
  expect(toldAt(20, 60_001)).toEqual(['ST-1 lease 20']);
});

test('LC2: what was given while it was cold is not renewed when it is hot, and a decrease passes', () => {
  const bench = Bench.charging(SITE);
  readTemperature(bench, 20);
  bench.settleAt({ 1: 32 });
  readTemperature(bench, 45);
  bench.decide({ 1: 20 });
  expect(told(bench.pass())).toEqual(['ST-1 lease 20']);
});

test('LC2: a temperature that falls counts by so much more than it was read', () => {
  const bench = Bench.charging(SITE);
  readTemperature(bench, 41);
  readTemperature(bench, 40.1);
  expect(bench.site.readings.get('duct')?.temperatureDeciC).toBe(410);
  readTemperature(bench, 38);
  expect(bench.site.readings.get('duct')?.temperatureDeciC).toBe(400);
});

test('LC2: a drop that is announced counts beside the temperature of now, not beside the hottest', () => {
  const bench = Bench.charging({ ...SITE, powerW: 100_000 });
  readTemperature(bench, 20);
  bench.decide({ 1: 32 }, 600_000, 1, { drop: { atMs: bench.nowMs + 60_000, powerW: 90_000 } });
  const [command] = bench.pass();
  // 90 kW are 130 A: it bears 32 A then as well, so that its lease need not end before.
  expect([command?.intent.limit, command?.intent.untilMs]).toEqual([320, bench.nowMs - 1_000 + LEASE_MS]);
});
