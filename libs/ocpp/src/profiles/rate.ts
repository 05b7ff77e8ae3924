import { assertNever } from '@headroom/kernel';
import type { Period, Rate, RateUnit } from './profile.ts';

/** What feeds an EVSE. OCPP converts with the set voltage of the area, not with a measured one (2.1 K01.FR.50). */
export type Supply =
  /** Line to neutral, in whole volts. */
  | { readonly kind: 'ac'; readonly voltageV: number; readonly phases: 1 | 2 | 3 }
  | { readonly kind: 'dc'; readonly voltageV: number };

/** 2.x K01.FR.49; 1.6 7.14. */
const DEFAULT_PHASES = 3;

/** Phases that a period may use, at most those of the supply (K01.FR.45). DC counts as one conductor (K01.FR.44). */
export function phasesOf(period: Pick<Period, 'numberPhases'>, supply: Supply): number {
  switch (supply.kind) {
    case 'ac':
      return Math.max(0, Math.min(period.numberPhases ?? DEFAULT_PHASES, supply.phases));
    case 'dc':
      return 1;
    default:
      return assertNever(supply);
  }
}

/** How a rate of one profile is said in the unit of a composite. */
export interface Conversion {
  readonly from: RateUnit;
  readonly to: RateUnit;
  readonly voltageV: number;
  /** Phases of the profile's own period, over which its W are spread (K01.FR.50). */
  readonly ownPhases: number;
  /** Phases in use: the lowest of all that lead (K01.FR.140). */
  readonly phases: number;
}

/** Never more power than was said, in either direction: limits floor, and so do the sizes of negative ones. */
const towardsZero = (numerator: number, denominator: number): number =>
  denominator === 0 ? 0 : Math.trunc(numerator / denominator) + 0;

/**
 * One number: deci-amps of each phase in use, or W of all of them. Every conversion goes by the current of a phase, so that both
 * units of a composite tell of the same current.
 */
export function evenRate(value: number, how: Conversion): number {
  const { from, to, voltageV, ownPhases, phases } = how;
  if (phases === 0 || ownPhases === 0) return 0;
  if (from === 'A') return to === 'A' ? value : towardsZero(value * voltageV * phases, 10);
  if (to === 'A') return towardsZero(value * 10, voltageV * ownPhases);
  return phases === ownPhases ? value : towardsZero(value * phases, ownPhases);
}

export type PhaseRates = readonly [l1: number, l2: number, l3: number];

export const isPerPhase = (rate: Rate): boolean => rate.l2 !== undefined || rate.l3 !== undefined;

/** Deci-amps or W of each phase conductor by itself; undefined where the rate says nothing at all. */
export function phaseRates(rate: Rate, how: Conversion): PhaseRates | undefined {
  const { all, l2, l3 } = rate;
  const first = all ?? l2 ?? l3;
  if (first === undefined) return undefined;
  if (!isPerPhase(rate)) {
    const each = evenRate(first, { ...how, phases: 1 });
    return [each, each, each];
  }
  const one = { ...how, ownPhases: 1, phases: 1 };
  return [evenRate(first, one), evenRate(l2 ?? first, one), evenRate(l3 ?? first, one)];
}
