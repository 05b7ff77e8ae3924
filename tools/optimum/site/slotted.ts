import type { Car, Claim, Conduct, Day } from '../generate/session.ts';

/** Of the grid of time on which bounds and policies are compared (BG3). */
export const SLOT_MIN = 5;
export const SLOT_H = SLOT_MIN / 60;
export type LinePhase = 0 | 1 | 2;

/** A session on the grid of slots: it may charge in slots `first` to `end - 1`. */
export interface SlotSession {
  readonly index: number;
  readonly evse: number;
  readonly first: number;
  readonly end: number;
  readonly needWh: number;
  readonly car: Car;
  /** On which its current flows. */
  readonly lines: readonly LinePhase[];
  readonly claim: Claim;
  readonly conduct: Conduct;
  /** What it can give back, and its driver lets it (V2G). Absent: nothing. */
  readonly discharge?: SlotDischarge;
}

/** Energies as a meter counts them when the car charges: what is lost on both ways is lost when it gives back. */
export interface SlotDischarge {
  /** In its battery when it comes. */
  readonly heldWh: number;
  readonly keepWh: number;
  readonly efficiencyPercent: number;
  /** For a kWh given back, in millionths of the currency. */
  readonly wearMicroPerKwh: number;
}

/** How an ampere of a member counts in a row: as an arrow, of which a row has the length of the sum. Plain wiring: (1, 0). */
export interface Phasor {
  readonly x: number;
  readonly y: number;
}
export const IN_LINE: Phasor = { x: 1, y: 0 };

/** A conductor of a circuit, and who hangs on it; or its contract, in amperes of one phase at the nominal voltage. */
export interface SlotRow {
  readonly name: string;
  readonly circuit: string;
  /** Places in the list of sessions. */
  readonly members: readonly number[];
  /** Of each member, in their order. Absent: all are `IN_LINE`, and the row is a plain sum. */
  readonly phasors?: readonly Phasor[];
  /** What is left for cars in each slot. */
  readonly capacityA: Float64Array;
}

/** A day's row is a plain sum, or the length of a sum of arrows: then a linear program holds it by tangents only. */
export const isCone = ({ phasors }: Pick<SlotRow, 'phasors'>): boolean => phasors?.some(({ y }) => y !== 0) === true;

/** A day on a site: all that a bound knows. */
export interface SlottedDay {
  readonly slots: number;
  readonly sessions: readonly SlotSession[];
  readonly rows: readonly SlotRow[];
}

/** Arrivals move up to the next slot, departures down: what is left of a slot is nobody's (BG3). */
export function slotSessions({ sessions }: Day): readonly SlotSession[] {
  return sessions.map(({ index, evse, arriveMin, departMin, energyKwh, car, claim, conduct }) => ({
    ...{ index, evse, car, claim, conduct },
    first: Math.ceil(arriveMin / SLOT_MIN),
    end: Math.max(Math.ceil(arriveMin / SLOT_MIN), Math.floor(departMin / SLOT_MIN)),
    needWh: energyKwh * 1_000,
    lines: car.phases === 3 ? [0, 1, 2] : [(evse % 3) as LinePhase],
  }));
}

export const slotsOf = (sessions: readonly SlotSession[]): number =>
  sessions.reduce((most, { end }) => Math.max(most, end), 0);

/** Of one slot at full rate. */
export const slotWh = ({ car }: SlotSession, currentA = car.maxCurrentA): number => currentA * car.wattsPerAmp * SLOT_H;

/** What it could get with no limit but its own (ME2). */
export const feasibleWh = (session: SlotSession): number =>
  Math.min(session.needWh, slotWh(session) * (session.end - session.first));

export const isPresent = ({ first, end }: SlotSession, slot: number): boolean => first <= slot && slot < end;
