import { NOMINAL_VOLTAGE_V } from '../documents.ts';
import type { SiteEvse } from './site-facts.ts';

const EPSILON_A = 1e-6;
/** A limit in watts keeps its current down to here. */
const LOWEST_VOLTAGE_V = 0.9 * NOMINAL_VOLTAGE_V;

/** How a limit is said to a station. */
export interface Told {
  readonly isInWatts: boolean;
  /** The station takes whole amperes only. */
  readonly isWhole: boolean;
  /** Its watts are those of its output, and of all three phases of its supply. */
  readonly dc: SiteEvse['dc'];
}

/** What a limit comes to on the wire, in amperes of one phase. Watts are those that one phase bears at nine tenths of the voltage. */
export function sayable(limitA: number, { isInWatts, isWhole: inWhole, dc }: Told): number {
  const saidA = inWhole ? Math.floor(limitA + EPSILON_A) : limitA;
  const saidW = Math.min(dc?.mostW ?? Infinity, Math.floor(saidA * wattsPerAmp(dc) + EPSILON_A));
  return isInWatts ? saidW / NOMINAL_VOLTAGE_V : saidA;
}

const DC_PHASES = 3;
const wattsPerAmp = (dc: SiteEvse['dc']): number =>
  dc === undefined ? LOWEST_VOLTAGE_V : LOWEST_VOLTAGE_V * DC_PHASES * dc.outputPart;

const STEPS_OF_AMP = 10;
/** Of a limit in watts, which may come to less at the car, so many tenths of an ampere that it is offered its minimum. */
export const leastTakenA = (minimumA: number, { isInWatts, dc }: Told): number =>
  isInWatts && dc === undefined
    ? Math.ceil((minimumA * STEPS_OF_AMP * NOMINAL_VOLTAGE_V) / LOWEST_VOLTAGE_V - EPSILON_A) / STEPS_OF_AMP
    : minimumA;

export const isSame = (a: number, b: number): boolean => Math.abs(a - b) < EPSILON_A;

/** The whole amperes that come to this on the wire; undefined: none do. */
export function wholeAmpsOf(saidA: number, how: Told): number | undefined {
  const wholeA = Math.round(how.isInWatts ? (saidA * NOMINAL_VOLTAGE_V) / wattsPerAmp(how.dc) : saidA);
  return isSame(saidA, sayable(wholeA, how)) ? wholeA : undefined;
}
