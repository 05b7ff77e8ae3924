import type { PhaseTriple } from './circuits.ts';
import { createTakenReadingsChecker, type TakenReadingsChecker } from './taken-readings.ts';
import type { Report } from './violation.ts';

/** What a site meter told. */
export interface MeterReading {
  readonly whose: string;
  readonly sampledAtMs: number;
  readonly currentA: PhaseTriple;
}

export type MeterReadingsChecker = TakenReadingsChecker<MeterReading>;

/** Told in tenths of an ampere, rounded up: a demand. */
const STEP_A = 0.1 + 1e-6;

const says = ({ currentA }: MeterReading, told: MeterReading): boolean =>
  currentA.every((amps, phase) => Math.abs(amps - (told.currentA[phase] ?? Number.NaN)) <= STEP_A);

/** Readings of a site meter, with the currents that were told. */
export const createMeterReadingsChecker = (report: Report): MeterReadingsChecker =>
  createTakenReadingsChecker(report, { says, otherwise: 'with other currents' });
