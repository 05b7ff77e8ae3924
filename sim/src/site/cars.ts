import type { Rng } from '@headroom/kernel';
import type { CarSpec } from '../ev.ts';
import { between } from '../rng.ts';

/** How a car follows the pilot: IEC 61851-1 allows 5 s for a decrease; lag and ramp stay inside it mostly. */
export const reactionOf = (
  rng: Rng,
): Pick<CarSpec, 'lagMs' | 'rampUpAPerS' | 'rampDownAPerS' | 'minimumA' | 'reportsSoc'> => ({
  lagMs: between(rng, 1_000, 4_000),
  rampUpAPerS: between(rng, 3, 8),
  rampDownAPerS: between(rng, 12, 25),
  minimumA: 6,
  reportsSoc: rng.next() < 0.5,
});

const SOC_LOW = 0.75;
const SOC_HIGH = 0.97;
const BATTERY_MIN_WH = 3_000;

export interface GeneratedCar {
  readonly car: CarSpec;
  readonly energyKwh: number;
}

/**
 * A car for a short stay: one third single-phase 7.4 kW, the others three-phase 11 or 22 kW. So that cars finish within minutes at x1,
 * the battery is sized from what fits into the stay: it arrives 75-97 % full and lacks a part of what it could take.
 */
export function generatedCar(rng: Rng, stayMs: number): GeneratedCar {
  const single = rng.next() < 1 / 3;
  const maxA = single ? 32 : rng.next() < 0.65 ? 16 : 32;
  const phases = single ? 1 : 3;
  const fullPowerW = maxA * 230 * phases;
  const needWh = Math.max(150, ((fullPowerW * stayMs) / 3_600_000) * between(rng, 0.15, 0.75));
  const socAtArrival = between(rng, SOC_LOW, SOC_HIGH);
  const batteryWh = Math.max(BATTERY_MIN_WH, needWh / (1 - socAtArrival));
  const car: CarSpec = { ...reactionOf(rng), batteryWh, socAtArrival: 1 - needWh / batteryWh, maxA, phases };
  return { car, energyKwh: Math.ceil(needWh / 10) / 100 };
}

export interface GivingCar extends GeneratedCar {
  readonly wearPerKwh: number;
}

const KEEPS_OF_BATTERY = 0.3;
const WEAR_PER_KWH = 0.02;

/** One that stands there with a battery to lend: more is in it than its driver keeps, and he wants a little more than that when he leaves. */
export function givingCar(rng: Rng): GivingCar {
  const batteryWh = between(rng, 30_000, 70_000);
  const socAtArrival = between(rng, 0.35, 0.8);
  const phases = rng.next() < 1 / 3 ? 1 : 3;
  const maxA = rng.next() < 0.5 ? 16 : 32;
  const gives = {
    maxA: between(rng, 10, 20),
    downToSoc: 0.05,
    keepWh: Math.ceil(batteryWh * KEEPS_OF_BATTERY),
    efficiency: Math.floor(between(rng, 0.85, 0.97) * 100) / 100,
  };
  const car: CarSpec = { ...reactionOf(rng), batteryWh, socAtArrival, maxA, phases, gives };
  return { car, energyKwh: Math.ceil(between(rng, 500, 3_000)) / 1_000, wearPerKwh: WEAR_PER_KWH };
}
