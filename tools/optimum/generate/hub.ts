import type { Dice, Range } from './dice.ts';
import { atMin, DAY_MIN, dcCar, powerKw, type Visit } from './session.ts';

const PEAK_PER_EVSE_AND_HOUR = 0.9;
/** Arrivals as a share of the peak, until the minute. */
const CURVE: readonly (readonly [untilMin: number, share: number])[] = [
  [atMin(6), 0.15],
  [atMin(9), 0.6],
  [atMin(11), 0.8],
  [atMin(14), 1],
  [atMin(16), 0.8],
  [atMin(20), 1],
  [atMin(22), 0.5],
  [DAY_MIN, 0.25],
];
interface Model {
  readonly powerKw: number;
  readonly batteryKwh: Range;
}
const MODELS: readonly (readonly [number, Model])[] = [
  [0.25, { powerKw: 50, batteryKwh: { least: 38, most: 52 } }],
  [0.35, { powerKw: 100, batteryKwh: { least: 50, most: 78 } }],
  [0.25, { powerKw: 150, batteryKwh: { least: 70, most: 100 } }],
  [0.15, { powerKw: 250, batteryKwh: { least: 70, most: 100 } }],
];
const SOC = { mean: 0.28, deviation: 0.12, least: 0.05, most: 0.6 };
const TARGETS: readonly (readonly [number, number])[] = [
  [0.7, 0.8],
  [0.3, 0.9],
];
/** A driver stays for five minutes, and so many times as long as the car needs at three quarters of its power. */
const SETTLE_MIN = 5;
const PATIENCE: Range = { least: 1.3, most: 2.2 };
const PLANNED_POWER_SHARE = 0.75;

/** BG15: arrivals are a Poisson process, thinned by the curve of the day. */
export function hubVisits(dice: Dice, evses: number): readonly Visit[] {
  const visits: Visit[] = [];
  const meanGapMin = 60 / (PEAK_PER_EVSE_AND_HOUR * evses);
  for (let atMin = gap(dice, meanGapMin); atMin < DAY_MIN; atMin += gap(dice, meanGapMin)) {
    if (dice.uniform() < shareAt(atMin)) visits.push(visitAt(dice, atMin));
  }
  return visits;
}

const gap = (dice: Dice, meanMin: number): number => -Math.log(1 - dice.uniform()) * meanMin;
const shareAt = (atMin: number): number => CURVE.find(([untilMin]) => atMin < untilMin)?.[1] ?? 0;

function visitAt(dice: Dice, arriveMin: number): Visit {
  const model = dice.pick(MODELS);
  const batteryKwh = dice.between(model.batteryKwh.least, model.batteryKwh.most);
  const soc = dice.within(SOC, SOC.mean, () => dice.normal(SOC.mean, SOC.deviation));
  const energyKwh = batteryKwh * (dice.pick(TARGETS) - soc);
  const car = dcCar(model.powerKw);
  const plannedMin = (energyKwh / (powerKw(car) * PLANNED_POWER_SHARE)) * 60;
  const departMin = arriveMin + SETTLE_MIN + dice.between(PATIENCE.least, PATIENCE.most) * plannedMin;
  return { arriveMin, departMin, energyKwh, car, booked: false };
}
