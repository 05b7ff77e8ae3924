import { invariant } from './invariant.ts';

declare const brand: unique symbol;
type Quantity<Unit extends string> = number & { readonly [brand]: Unit };

/** Current of one conductor in tenths of an ampere, an integer. */
export type DeciAmps = Quantity<'dA'>;
/** Active power in watts, an integer. */
export type Watts = Quantity<'W'>;
/** Energy in watt-hours, an integer. */
export type WattHours = Quantity<'Wh'>;

function whole(value: number, unit: string): number {
  invariant(Number.isSafeInteger(value), `${value} ${unit} is not a safe integer`);
  return value === 0 ? 0 : value;
}

export const deciAmps = (value: number): DeciAmps => whole(value, 'dA') as DeciAmps;
export const watts = (value: number): Watts => whole(value, 'W') as Watts;
export const wattHours = (value: number): WattHours => whole(value, 'Wh') as WattHours;

// 1e-6 A lies far below any meter and above the noise of one multiplication: 0.3 A is 3 dA, not 2.
const NOISE = 1e-6;

/** A limit in amperes, rounded down to tenths: what is allowed is never rounded up. */
export const limitDeciAmps = (amps: number): DeciAmps => deciAmps(Math.floor(amps * 10 + NOISE));
/** A load or demand in amperes, rounded up to tenths: what is drawn is never rounded down. */
export const demandDeciAmps = (amps: number): DeciAmps => deciAmps(Math.ceil(amps * 10 - NOISE));
/** Amperes with one decimal, for the OCPP and HTTP edges. */
export const ampsFromDeciAmps = (value: DeciAmps): number => value / 10;
