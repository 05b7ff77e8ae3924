import type { CarSpec } from '../ev.ts';
import type { MeterSample } from './dialect.ts';

/** A pilot cannot say less: below it an AC station offers nothing (IEC 61851-1). */
const PILOT_MINIMUM_A = 6;
/** Below it a DC station offers nothing: amperes of its supply. */
const DC_MINIMUM_A = 1;
const BATTERY_V = 400;

export interface OutputConfig {
  readonly wiredPhases: number;
  readonly nominalVoltageV: number;
  /** Of a DC station: of each watt that its supply gives, what comes out. Absent: AC. */
  readonly outputPart?: number;
}

/** What comes out of an EVSE of what its supply gives. Amperes are those of one phase of the supply. */
export interface Output {
  /** Less is nothing. */
  readonly leastA: number;
  /** How a car charges there. */
  carAs(car: CarSpec): CarSpec;
  /** Watts or watt-hours that come out of so many. */
  of(supplied: number): number;
  /** What its meter shows of currents. */
  shows(now: { readonly currentA: number; readonly offeredA: number; readonly phasesUsed: number }): Shown;
}

type Shown = Pick<MeterSample, 'currentA' | 'offeredA' | 'voltageV'>;

export const createOutput = (config: OutputConfig): Output =>
  config.outputPart === undefined ? acOutput(config) : dcOutput(config, config.outputPart);

const acOutput = ({ wiredPhases, nominalVoltageV }: OutputConfig): Output => ({
  leastA: PILOT_MINIMUM_A,
  carAs: (car) => car,
  of: (supplied) => supplied,
  shows: ({ currentA, offeredA, phasesUsed }) => ({
    currentA: Array.from({ length: wiredPhases }, (_, i) => (i < phasesUsed ? currentA : 0)),
    offeredA,
    voltageV: nominalVoltageV,
  }),
});

/** It draws evenly from all phases, and its meter shows the battery. */
const dcOutput = ({ wiredPhases, nominalVoltageV }: OutputConfig, outputPart: number): Output => {
  const batteryA = (amps: number): number => (amps * wiredPhases * nominalVoltageV * outputPart) / BATTERY_V;
  return {
    leastA: DC_MINIMUM_A,
    carAs: (car) => ({ ...car, phases: 3, minimumA: DC_MINIMUM_A }),
    of: (supplied) => supplied * outputPart,
    shows: ({ currentA, offeredA }) => ({
      currentA: [batteryA(currentA)],
      offeredA: batteryA(offeredA),
      voltageV: BATTERY_V,
    }),
  };
};
