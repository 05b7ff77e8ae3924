import type { Dice, Range } from './dice.ts';
import { acCar, atMin, type Car, DAY_MIN, type Visit } from './session.ts';

interface When extends Range {
  readonly meanMin: number;
  readonly deviationMin: number;
}

const AT_HOME = 0.45;
const ARRIVALS: readonly (readonly [number, When])[] = [
  [0.75, { meanMin: atMin(18, 20), deviationMin: 75, least: atMin(14), most: atMin(23, 20) }],
  [0.25, { meanMin: atMin(13, 30), deviationMin: 150, least: atMin(8), most: atMin(20) }],
];
const DEPARTURES: readonly (readonly [number, When])[] = [
  [0.85, { meanMin: atMin(7, 20), deviationMin: 55, least: atMin(4, 40), most: atMin(11) }],
  [0.15, { meanMin: atMin(10, 30), deviationMin: 120, least: atMin(5), most: atMin(16) }],
];
const ENERGY = { medianKwh: 8.5, deviation: 0.6, least: 1.5, most: 55 };
const CARS: readonly (readonly [number, Car])[] = [
  [0.55, acCar(1, 32)],
  [0.2, acCar(1, 16)],
  [0.25, acCar(3, 16)],
];

/** BG14: each dwelling has an EVSE of its own. */
export function residentialVisits(dice: Dice, evses: number): readonly Visit[] {
  return Array.from({ length: evses }, (_, ownEvse) => ownEvse).flatMap((ownEvse) => {
    if (dice.uniform() >= AT_HOME) return [];
    const arriveMin = timeIn(dice, dice.pick(ARRIVALS));
    const departMin = DAY_MIN + timeIn(dice, dice.pick(DEPARTURES));
    const energyKwh = dice.within(ENERGY, ENERGY.medianKwh, () => dice.logNormal(ENERGY.medianKwh, ENERGY.deviation));
    return [{ arriveMin, departMin, energyKwh, car: dice.pick(CARS), booked: false, ownEvse }];
  });
}

const timeIn = (dice: Dice, when: When): number =>
  dice.within(when, when.meanMin, () => dice.normal(when.meanMin, when.deviationMin));
