import type { Dice } from './dice.ts';
import { acCar, atMin, type Car, DAY_MIN, type Visit } from './session.ts';

const ARRIVAL = { meanMin: atMin(17, 30), deviationMin: 40, least: atMin(15, 30), most: atMin(20) };
const LATE = { share: 0.05, leastMin: 90, mostMin: 180 };
const WAVES: readonly (readonly [number, number])[] = [
  [0.3, DAY_MIN + atMin(5, 30)],
  [0.4, DAY_MIN + atMin(6, 15)],
  [0.3, DAY_MIN + atMin(7)],
];
const WAVE_DEVIATION_MIN = 8;
const ENERGY = { meanKwh: 42, deviationKwh: 14, least: 10, most: 90 };
const CARS: readonly (readonly [number, Car])[] = [
  [0.7, acCar(3, 32)],
  [0.3, acCar(3, 16)],
];

/** BG13: one vehicle for each EVSE, all known the day before. */
export function depotVisits(dice: Dice, evses: number): readonly Visit[] {
  return Array.from({ length: evses }, () => {
    const inTime = dice.within(ARRIVAL, ARRIVAL.meanMin, () => dice.normal(ARRIVAL.meanMin, ARRIVAL.deviationMin));
    const isLate = dice.uniform() < LATE.share;
    const delayMin = dice.between(LATE.leastMin, LATE.mostMin);
    const departMin = dice.pick(WAVES) + dice.normal(0, WAVE_DEVIATION_MIN);
    const energyKwh = dice.within(ENERGY, ENERGY.meanKwh, () => dice.normal(ENERGY.meanKwh, ENERGY.deviationKwh));
    const arriveMin = inTime + (isLate ? delayMin : 0);
    return { arriveMin, departMin, energyKwh, car: dice.pick(CARS), booked: true };
  });
}
