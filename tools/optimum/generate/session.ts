import type { Dice } from './dice.ts';

export type DayKind = 'workplace' | 'depot' | 'residential' | 'hub';

/** From each phase to neutral. */
export const PHASE_V = 230;
/** Of the input of a DC station, between two phases, and how much of it reaches the car (BG3). */
export const DC_INPUT_V = 400;
export const DC_EFFICIENCY = 0.95;

/** What a car takes: all currents are of the grid side, in each of its phases. */
export interface Car {
  readonly phases: 1 | 3;
  readonly maxCurrentA: number;
  /** That reach the car for each ampere in each of its phases. */
  readonly wattsPerAmp: number;
  /** Of what its EVSE takes from the supply, the share that reaches it. Absent: all. */
  readonly efficiency?: number;
  /** The least that it runs on, if not the 6 A of AC. */
  readonly leastA?: number;
}

export const acCar = (phases: 1 | 3, maxCurrentA: number): Car => ({
  phases,
  maxCurrentA,
  wattsPerAmp: phases * PHASE_V,
});

/** Of a DC car, by the power that reaches it at most. */
export function dcCar(maxPowerKw: number): Car {
  const wattsPerAmp = Math.sqrt(3) * DC_INPUT_V * DC_EFFICIENCY;
  return { phases: 3, maxCurrentA: (maxPowerKw * 1_000) / wattsPerAmp, wattsPerAmp };
}

export const powerKw = ({ maxCurrentA, wattsPerAmp }: Car): number => (maxCurrentA * wattsPerAmp) / 1_000;

/** Minutes count from 00:00 of the day on which it begins. */
export interface Visit {
  readonly arriveMin: number;
  readonly departMin: number;
  readonly energyKwh: number;
  readonly car: Car;
  /** Known before the day begins. */
  readonly booked: boolean;
  /** Absent: it takes any that is free. */
  readonly ownEvse?: number;
}

/** What its driver says (BG6). Absent: nothing. The truth is for bounds only. */
export interface Claim {
  readonly departMin?: number;
  readonly energyKwh?: number;
}

/** How a real car differs from an ideal one (BG7). An ideal one has none of it. */
export interface Conduct {
  /** It takes so much less than it is offered. */
  readonly belowOfferA: number;
  /** It begins only after its offer went away and came back. */
  readonly needsEdge: boolean;
}

export interface DaySession extends Omit<Visit, 'ownEvse'> {
  /** Its place in the list of the day. */
  readonly index: number;
  /** From 0. A single-phase car hangs on the phase of this number modulo 3. */
  readonly evse: number;
  readonly claim: Claim;
  readonly conduct: Conduct;
}

export interface Day {
  readonly kind: DayKind;
  readonly seed: number;
  readonly evses: number;
  /** In the order of arrival. */
  readonly sessions: readonly DaySession[];
  readonly turnedAway: number;
}

const SAYS_NOTHING = 0.2;
const DEPARTURE_ERROR_MIN = 45;
const ENERGY_ERROR = 0.25;
/** A claim is never before it could be of any use. */
const LEAST_CLAIMED_STAY_MIN = 5;

export function claimOf(dice: Dice, { arriveMin, departMin, energyKwh }: Omit<Visit, 'ownEvse'>): Claim {
  const saysDeparture = dice.uniform() >= SAYS_NOTHING;
  const departs = Math.max(arriveMin + LEAST_CLAIMED_STAY_MIN, departMin + dice.normal(0, DEPARTURE_ERROR_MIN));
  const saysEnergy = dice.uniform() >= SAYS_NOTHING;
  const wants = energyKwh * dice.logNormal(1, ENERGY_ERROR);
  return { ...(saysDeparture ? { departMin: departs } : {}), ...(saysEnergy ? { energyKwh: wants } : {}) };
}

const BELOW_OFFER = 0.1;
const NEEDS_EDGE = 0.02;

export function conductOf(dice: Dice): Conduct {
  const isBelow = dice.uniform() < BELOW_OFFER;
  const belowOfferA = dice.between(1, 3);
  return { belowOfferA: isBelow ? belowOfferA : 0, needsEdge: dice.uniform() < NEEDS_EDGE };
}

/** Of the clock, in minutes of the day. */
export const atMin = (hours: number, minutes = 0): number => hours * 60 + minutes;
export const DAY_MIN = 1_440;
