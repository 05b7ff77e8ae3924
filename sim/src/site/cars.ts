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
