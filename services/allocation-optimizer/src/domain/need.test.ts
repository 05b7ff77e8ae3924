import { expect, test } from '@jest/globals';
import { epochMs, wattHours } from '@headroom/kernel';
import { after, asking, car, drawing, idOf, T0 } from './given.fixture.ts';
import {
  ASSUMED_SOC_PERMILLE,
  ASSUMED_STAY_MS,
  LEAST_LAXITY_S,
  MOST_LAXITY_S,
  type NeedQuestion,
  needOf,
  STAYS_ON_MS,
} from './need.ts';
import { EMPTY_EVSE_STATE, type EvseState } from './site-state.ts';

const HOUR_MS = 3_600_000;
const stateOf = (...facts: Parameters<typeof after>[0]): EvseState =>
  after([...car(1, T0), ...facts]).evses.get(idOf(1)) ?? EMPTY_EVSE_STATE;
/** Three phases of 230 V at 16 A: 11.04 kW. */
const need = (facts: EvseState, change: Partial<NeedQuestion> = {}) =>
  needOf({ facts, startedAtMs: T0, maxDeciA: 160, wattsPerAmp: 3 * 230, idle: false, nowMs: T0, ...change });

test('MD9, MD10, MD11: of a session that nobody said anything of, 20 kWh in four hours', () => {
  // 20 kWh at 11.04 kW take 6,522 s.
  expect(need(stateOf())).toEqual({
    ...{ departureAtMs: T0 + ASSUMED_STAY_MS, laxityS: 4 * 3_600 - 6_522 },
    // 20 kWh in 4 h are 5 kW, 7.247 A on each phase.
    ...{ meanMilliA: 7_247, socPermille: ASSUMED_SOC_PERMILLE },
  });
});

test('MD9, MD10: what its driver asks for counts, less what was delivered', () => {
  const asked = stateOf(asking(1, 12_000, T0 + 2 * HOUR_MS));
  expect(need(asked)).toMatchObject({ departureAtMs: T0 + 2 * HOUR_MS, laxityS: 2 * 3_600 - 3_914 });
  const sample = drawing(1, { l1: 100 }, T0 + 1);
  if (sample.kind !== 'evse-measured') throw new Error('it is a sample');
  const registered = (wh: number, atMs: number) => ({
    ...sample,
    sample: { ...sample.sample, register: wattHours(wh), socPercent: 80, sampledAtMs: epochMs(atMs) },
  });
  const delivered = stateOf(asking(1, 12_000, T0 + 2 * HOUR_MS), registered(5_000, T0 + 1), registered(11_000, T0 + 2));
  expect(need(delivered)).toMatchObject({ laxityS: 2 * 3_600 - 1_957, socPermille: 800 });
});

test('MD9: a car that draws wants 1 kWh more, whatever was delivered; one that seems to want nothing wants nothing', () => {
  expect(need(stateOf(asking(1, 0, T0 + HOUR_MS))).laxityS).toBe(3_600 - 327);
  expect(need(stateOf(asking(1, 9_000, T0 + HOUR_MS)), { idle: true })).toMatchObject({
    laxityS: 3_600,
    meanMilliA: 1,
  });
});

test('MD10: who stays longer than assumed is taken to stay for an hour more, from one step to the next', () => {
  const nowMs = epochMs(T0 + ASSUMED_STAY_MS + 30_000);
  expect(need(stateOf(), { nowMs }).departureAtMs).toBe(T0 + ASSUMED_STAY_MS + STAYS_ON_MS);
});

test('MD10: who is still there when it was to leave is taken to stay for an hour more, and is not the most urgent of all', () => {
  const nowMs = epochMs(T0 + 2 * HOUR_MS + 60_000);
  const late = need(stateOf(asking(1, 12_000, T0 + 2 * HOUR_MS)), { nowMs });
  expect(late).toMatchObject({ departureAtMs: nowMs + STAYS_ON_MS, laxityS: 3_600 - 3_914 });
});

test('MD11: laxity is clamped at both ends', () => {
  expect(need(stateOf(asking(1, 90_000, T0 - HOUR_MS))).laxityS).toBe(LEAST_LAXITY_S);
  expect(need(stateOf(asking(1, 1_000, T0 + 100 * HOUR_MS))).laxityS).toBe(MOST_LAXITY_S);
});

test('within a minute time alone changes no need', () => {
  const at = (nowMs: number) => need(stateOf(asking(1, 12_000, T0 + 2 * HOUR_MS)), { nowMs: epochMs(nowMs) });
  expect(at(T0 + 59_999)).toEqual(at(T0));
  expect(at(T0 + 60_000).laxityS).toBe(at(T0).laxityS - 60);
});
