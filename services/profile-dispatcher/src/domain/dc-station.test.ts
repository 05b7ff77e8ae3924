import { expect, test } from '@jest/globals';
import { profileToWire } from '../adapters/rpc/gateways.ts';
import { Bench } from '../testing/bench.ts';
import { evseNumber, LEASE_MS, siteModel } from '../testing/bench-site.ts';
import { OBEYS_WITHIN_MS } from './earlier-limit.ts';

const SITE = { stations: 2, ratingA: 64, maxA: 40, fallbackA: 6, minA: 6, dc: true } as const;
/** 20 kW / (0.93 x 0.98 x 3 x 207 V). */
const AT_20_KW_A = 35.4;

/** Two DC stations that booted and said in what they take limits. */
function rig(unit: 'Power' | 'Current' | 'Current,Power' = 'Power') {
  const bench = new Bench(SITE);
  for (const number of [1, 2]) {
    bench.boot(number);
    const settings = [{ name: 'ChargingScheduleAllowedChargingRateUnit', value: unit }];
    bench.take({ kind: 'capabilities-answered', ...bench.of(number), settings });
  }
  return bench;
}
const wires = (bench: Bench) =>
  bench.pass().map((sent) => {
    bench.answer(sent);
    const { rateUnit, periods } = profileToWire(sent.command.profile);
    return [sent.intent.stationId, rateUnit, periods.map(({ limitW, numberPhases }) => [limitW, numberPhases])];
  });

/** Both charge: their fallbacks are accepted, a car each. */
function charging(unit?: 'Power' | 'Current,Power') {
  const bench = rig(unit);
  wires(bench);
  for (const number of [1, 2]) bench.startTransaction(number);
  return bench;
}

test('MD12: a DC station is told the watts of its output that its supply bears, as a lease and for good, and counts with the supply', () => {
  for (const unit of ['Power', 'Current,Power'] as const) {
    const bench = rig(unit);
    expect(bench.committedA(1)).toBe(40);
    // 6 A x 0.93 x 0.98 x 3 x 207 V = 3,395.9 W.
    expect(wires(bench)).toEqual([
      ['ST-1', 2, [[3_395n, 0]]],
      ['ST-2', 2, [[3_395n, 0]]],
    ]);
    expect(bench.committedA(1)).toBe(6);
    for (const number of [1, 2]) bench.startTransaction(number);
    bench.decide({ 1: 30, 2: 20 });
    expect(wires(bench)).toEqual([
      ['ST-1', 2, [[16_979n, 0]]],
      ['ST-2', 2, [[11_319n, 0]]],
    ]);
    expect([bench.committedA(1), bench.committedA(2)]).toEqual([30, 20]);
  }
});

test('MD12, SI5: a DC station that takes amperes only is told nothing and counts with its maximum; once it takes watts it is steered', () => {
  const bench = rig('Current');
  bench.startTransaction(1);
  bench.decide({ 1: 20 });
  expect(wires(bench)).toEqual([]);
  expect([bench.committedA(1), bench.kinds(1)]).toEqual([40, ['fallback 6', 'hardware-maximum 40']]);
  const settings = [{ name: 'ChargingScheduleAllowedChargingRateUnit', value: 'Power' }];
  bench.take({ kind: 'capabilities-answered', ...bench.of(1), settings });
  expect(wires(bench).map(([stationId]) => stationId)).toEqual(['ST-1']);
  expect(wires(bench).map(([stationId]) => stationId)).toEqual(['ST-1']);
  bench.pass();
  expect(bench.committedA(1)).toBe(20);
  bench.take({
    kind: 'capabilities-answered',
    ...bench.of(1),
    settings: [{ ...settings[0], name: 'ChargingScheduleAllowedChargingRateUnit', value: 'Current' }],
  });
  bench.pass();
  const told = bench.records.findLast((record) => record.kind === 'committed-changed' && record.stationId === 'ST-1');
  expect(told).toMatchObject({ committed: 400 });
});

test('SI8: of two DC stations the second rises only once the first has surely gone down', () => {
  const bench = charging();
  bench.decide({ 1: 40, 2: 20 });
  wires(bench);
  bench.decide({ 1: 20, 2: 40 });
  // The gate lets the second have no more than is left beside 40 A.
  wires(bench);
  expect([bench.committedA(1), bench.committedA(2)]).toEqual([40, 24]);
  bench.after(OBEYS_WITHIN_MS + 1_000);
  bench.measurePhases(1, { l1: 50 }, { powerW: 11_000 });
  wires(bench);
  // 11 kW: 19.4 A of each phase. Its car took 0 A before, so far as anybody measured, so it proves nothing.
  expect(bench.committedA(1)).toBe(40);
  bench.after(LEASE_MS + 10_000);
  bench.pass();
  expect(bench.committedA(1)).toBeLessThanOrEqual(20);
});

test('SI6: what a DC station draws is what its power takes of the supply; amperes of its battery, and what it offers of them, count for nothing', () => {
  const bench = charging();
  bench.decide({ 1: 20 });
  wires(bench);
  bench.after(OBEYS_WITHIN_MS + 1_000);
  bench.measurePhases(1, { l1: 350 }, { powerW: 11_000, offered: 350 });
  expect(bench.committedA(1)).toBe(20);
  bench.after(1_000);
  // 20 kW take 35.4 A, and a twentieth more.
  bench.measurePhases(1, { l1: 45 }, { powerW: 20_000 });
  expect(bench.kinds(1).at(-1)).toBe(`measured ${Math.ceil(AT_20_KW_A * 10 * 1.05) / 10}`);
  bench.after(1_000);
  bench.measurePhases(1, { l1: 350 });
  expect(bench.kinds(1).at(-1)).toContain('measured');
});

test('SI4: a draw by power that fell from above a lower limit to below it shows that it is obeyed', () => {
  const bench = charging();
  bench.decide({ 1: 40 });
  wires(bench);
  bench.after(5_000);
  bench.measurePhases(1, {}, { powerW: 20_000 });
  bench.decide({ 1: 20 });
  wires(bench);
  expect(bench.committedA(1)).toBe(40);
  bench.after(OBEYS_WITHIN_MS + 1_000);
  // 10 A of its battery, so it says; they prove nothing.
  bench.measurePhases(1, { l1: 10 }, { powerW: 20_000, offered: 10 });
  expect(bench.committedA(1)).toBe(40);
  bench.after(1_000);
  bench.measurePhases(1, {}, { powerW: 11_000 });
  expect(bench.committedA(1)).toBe(20);
});

test('a document that makes a DC station of an EVSE forgets what was measured of it; before the first document nothing is proven', () => {
  const bench = new Bench({ ...SITE, dc: false });
  bench.measure(1, 30);
  const sampleOf = () => bench.site.controls.get(evseNumber(1))?.set.sample;
  expect(sampleOf()?.draw).toBe(300);
  bench.take({ kind: 'site-configured', siteId: bench.site.siteId, model: siteModel({ ...SITE, version: 2 }) });
  expect(sampleOf()).toBeUndefined();
  bench.site.model = undefined;
  bench.measure(1, 30);
  bench.take({ kind: 'site-configured', siteId: bench.site.siteId, model: siteModel({ ...SITE, version: 3 }) });
  expect(sampleOf()).toBeUndefined();
});
