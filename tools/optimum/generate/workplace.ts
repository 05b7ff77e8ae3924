import type { Dice } from './dice.ts';
import { acCar, atMin, type Car, type Visit } from './session.ts';

const ARRIVALS: readonly (readonly [number, { readonly meanMin: number; readonly deviationMin: number }])[] = [
  [0.8, { meanMin: atMin(8, 10), deviationMin: 45 }],
  [0.12, { meanMin: atMin(10), deviationMin: 60 }],
  [0.08, { meanMin: atMin(13), deviationMin: 50 }],
];
const OPEN = { least: atMin(6), most: atMin(16) };
const STAYS: typeof ARRIVALS = [
  [0.75, { meanMin: atMin(8, 15), deviationMin: 60 }],
  [0.25, { meanMin: atMin(3, 30), deviationMin: 75 }],
];
const STAY = { least: 30, most: Infinity };
const CLOSED_MIN = atMin(20);
const ENERGY = { medianKwh: 13, deviation: 0.55, least: 2, most: 60 };
const CARS: readonly (readonly [number, Car])[] = [
  [0.45, acCar(1, 32)],
  [0.15, acCar(1, 16)],
  [0.3, acCar(3, 16)],
  [0.1, acCar(3, 32)],
];

/** BG12. */
export function workplaceVisits(dice: Dice, evses: number): readonly Visit[] {
  const count = Math.max(0, Math.round(dice.normal(1.05 * evses, 0.06 * evses)));
  return Array.from({ length: count }, () => {
    const arrival = dice.pick(ARRIVALS);
    const arriveMin = dice.within(OPEN, arrival.meanMin, () => dice.normal(arrival.meanMin, arrival.deviationMin));
    const stay = dice.pick(STAYS);
    const stayMin = dice.within(STAY, stay.meanMin, () => dice.normal(stay.meanMin, stay.deviationMin));
    const energyKwh = dice.within(ENERGY, ENERGY.medianKwh, () => dice.logNormal(ENERGY.medianKwh, ENERGY.deviation));
    const departMin = Math.min(arriveMin + stayMin, CLOSED_MIN);
    return { arriveMin, departMin, energyKwh, car: dice.pick(CARS), booked: false };
  });
}
