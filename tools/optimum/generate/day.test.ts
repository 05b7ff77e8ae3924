import { expect, test } from '@jest/globals';
import { day, DAY_KINDS, EVSES, feasibleKwh } from './day.ts';
import { diceOf, MAX_DRAWS } from './dice.ts';
import type { Day, DayKind } from './session.ts';

const SEEDS = Array.from({ length: 200 }, (_, seed) => seed + 1);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

interface Means {
  readonly sessions: number;
  readonly energyKwh: number;
  readonly stayH: number;
  readonly turnedAway: number;
  readonly infeasiblePercent: number;
}

function meansOf(kind: DayKind): Means {
  const days = SEEDS.map((seed) => day(kind, seed));
  const sessions = days.flatMap((one) => one.sessions);
  return {
    sessions: mean(days.map((one) => one.sessions.length)),
    energyKwh: mean(sessions.map(({ energyKwh }) => energyKwh)),
    stayH: mean(sessions.map(({ arriveMin, departMin }) => (departMin - arriveMin) / 60)),
    turnedAway: mean(days.map((one) => one.turnedAway)),
    infeasiblePercent: mean(sessions.map((session) => Number(feasibleKwh(session) < session.energyKwh - 1e-9))) * 100,
  };
}

// Published means of 200 other seeds: the mean of ours differs by chance. Beside each the tolerance, some three
// deviations of the difference of two such means.
test('BG12: the workplace day has the published means', () => {
  const means = meansOf('workplace');
  expect(Math.abs(means.sessions - 42)).toBeLessThan(0.7);
  expect(Math.abs(means.energyKwh - 15.1)).toBeLessThan(0.4);
  expect(Math.abs(means.stayH - 6.98)).toBeLessThan(0.12);
  expect(Math.abs(means.turnedAway - 0.34)).toBeLessThan(0.25);
  expect(Math.abs(means.infeasiblePercent - 5.5)).toBeLessThan(1.1);
});

test('BG13: the depot day has the published means', () => {
  const means = meansOf('depot');
  expect(means.sessions).toBe(30);
  expect(means.turnedAway).toBe(0);
  expect(Math.abs(means.energyKwh - 42.1)).toBeLessThan(0.8);
  expect(Math.abs(means.stayH - 12.6)).toBeLessThan(0.1);
});

test('BG14: the residential day has the published means', () => {
  const means = meansOf('residential');
  expect(Math.abs(means.sessions - 27.4)).toBeLessThan(1.2);
  expect(means.turnedAway).toBe(0);
  expect(Math.abs(means.energyKwh - 10.2)).toBeLessThan(0.4);
  expect(Math.abs(means.stayH - 14.6)).toBeLessThan(0.2);
});

test('BG15: the day of the DC hub has the published means', () => {
  const means = meansOf('hub');
  expect(Math.abs(means.sessions - 145.9)).toBeLessThan(3);
  expect(Math.abs(means.energyKwh - 36.6)).toBeLessThan(0.6);
  expect(Math.abs(means.stayH - 0.9)).toBeLessThan(0.02);
  expect(Math.abs(means.turnedAway - 9.2)).toBeLessThan(2.2);
});

test('BG1: a day is a function of its kind, its seed and its size', () => {
  for (const kind of DAY_KINDS) {
    expect(day(kind, 7)).toEqual(day(kind, 7));
    expect(day(kind, 8).sessions).not.toEqual(day(kind, 7).sessions);
    expect(day(kind, 7, 2 * EVSES[kind]).sessions.length).toBeGreaterThan(day(kind, 7).sessions.length);
  }
});

test('BG1: the first numbers of the generator', () => {
  const dice = diceOf(1);
  expect([dice.uniform(), dice.uniform(), dice.uniform()].map((value) => Math.round(value * 4_294_967_296))).toEqual([
    2_693_262_067, 11_749_833, 2_265_367_787,
  ]);
});

test('BG1: what cannot be drawn from a range becomes the middle, moved into the range', () => {
  const dice = diceOf(1);
  let draws = 0;
  const value = dice.within({ least: 5, most: 6 }, 4, () => {
    draws += 1;
    return 0;
  });
  expect([value, draws]).toEqual([5, MAX_DRAWS]);
});

const overlapping = ({ sessions }: Day): number =>
  sessions.filter((one, index) =>
    sessions.slice(0, index).some((other) => other.evse === one.evse && other.departMin > one.arriveMin),
  ).length;

test('BG2: sessions stand in the order of arrival, and no EVSE has two cars at once', () => {
  for (const kind of DAY_KINDS) {
    for (const seed of SEEDS.slice(0, 20)) {
      const one = day(kind, seed);
      const arrivals = one.sessions.map(({ arriveMin }) => arriveMin);
      expect(arrivals).toEqual(arrivals.toSorted((a, b) => a - b));
      expect(overlapping(one)).toBe(0);
      expect(one.sessions.every(({ evse, arriveMin, departMin }) => evse < one.evses && departMin > arriveMin)).toBe(
        true,
      );
    }
  }
});

test('BG6: one driver in five says no departure, one in five no energy, the others err as told', () => {
  const sessions = SEEDS.flatMap((seed) => day('depot', seed).sessions);
  const departures = sessions.flatMap(({ claim, departMin }) =>
    claim.departMin === undefined ? [] : [claim.departMin - departMin],
  );
  const energies = sessions.flatMap(({ claim, energyKwh }) =>
    claim.energyKwh === undefined ? [] : [Math.log(claim.energyKwh / energyKwh)],
  );
  const spread = (values: readonly number[]): number => Math.sqrt(mean(values.map((value) => value ** 2)));
  expect(Math.abs(departures.length / sessions.length - 0.8)).toBeLessThan(0.02);
  expect(Math.abs(energies.length / sessions.length - 0.8)).toBeLessThan(0.02);
  expect(Math.abs(spread(departures) - 45)).toBeLessThan(2);
  expect(Math.abs(spread(energies) - 0.25)).toBeLessThan(0.01);
});

test('BG7: one car in ten takes 1 to 3 A less than it is offered, one in fifty wants an edge', () => {
  const conducts = SEEDS.flatMap((seed) => day('hub', seed).sessions.map(({ conduct }) => conduct));
  const below = conducts.filter(({ belowOfferA }) => belowOfferA > 0);
  expect(Math.abs(below.length / conducts.length - 0.1)).toBeLessThan(0.006);
  expect(below.every(({ belowOfferA }) => belowOfferA >= 1 && belowOfferA <= 3)).toBe(true);
  expect(Math.abs(conducts.filter(({ needsEdge }) => needsEdge).length / conducts.length - 0.02)).toBeLessThan(0.003);
});
