import { createTakenReadingsChecker, type TakenReadingsChecker } from './taken-readings.ts';
import type { Report } from './violation.ts';

/** What a sensor of temperature told, C. */
export interface TemperatureReading {
  readonly whose: string;
  readonly sampledAtMs: number;
  readonly celsius: number;
}

export type TemperaturesChecker = TakenReadingsChecker<TemperatureReading>;

/** Told in tenths of a degree, rounded up: never cooler than it was. */
const STEP_C = 0.1;
const ROUNDING_C = 1e-6;

const says = ({ celsius }: TemperatureReading, told: TemperatureReading): boolean =>
  celsius >= told.celsius - ROUNDING_C && celsius <= told.celsius + STEP_C + ROUNDING_C;

/** Readings of sensors (LC2), none of them cooler than it was told. */
export const createTemperaturesChecker = (report: Report): TemperaturesChecker =>
  createTakenReadingsChecker(report, { says, otherwise: 'with another temperature' });
