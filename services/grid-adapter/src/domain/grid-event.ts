import type { Duration, Start } from './times.ts';

/** When an interval holds. What is absent is inherited (DR-T1, DR-T2). */
export interface IntervalPeriod {
  readonly start?: Start;
  readonly duration?: Duration;
  /** The start may move by so much to both sides (DR-T9). */
  readonly randomizeStartMs?: number;
}

/** What an interval asks for. Watts are floored, prices rounded to millionths of the currency. */
export type Payload =
  | { readonly kind: 'limit'; readonly limitW: number }
  /** Several prices share the interval evenly (DR-T7). */
  | { readonly kind: 'price'; readonly currency: string; readonly microPerKwh: readonly number[] }
  /** What a kWh emits, in milligrams of CO2 equivalent; several share the interval evenly. */
  | { readonly kind: 'carbon'; readonly mgPerKwh: readonly number[] }
  /** 0: normal, to 3: emergency. */
  | { readonly kind: 'level'; readonly level: number };

/** How many values share its interval. */
export function valuesIn(payload: Payload): number {
  if (payload.kind === 'price') return payload.microPerKwh.length;
  return payload.kind === 'carbon' ? payload.mgPerKwh.length : 1;
}

export interface EventInterval {
  /** Reports name it (DR-N17). */
  readonly id: number;
  readonly period: IntervalPeriod;
  /** At most one of each kind; empty in events that only ask for reports. */
  readonly payloads: readonly Payload[];
}

/** One event of OpenADR 3, read and bounded. Plain data: it survives JSON as it is. */
export interface GridEvent {
  readonly eventId: string;
  readonly programId: string;
  readonly name?: string;
  readonly modifiedAtMs: number;
  /** 0 is the highest; absent is lower than any (DR-N15). */
  readonly priority?: number;
  /** Empty: whom it may concern. Targets of 3.0 read `TYPE:value`. */
  readonly targets: readonly string[];
  readonly period?: IntervalPeriod;
  /** Shorter than the intervals it cuts them off, longer it repeats them (DR-T8). */
  readonly duration?: Duration;
  readonly intervals: readonly EventInterval[];
  /** Payload types of the standard that we do not act on. */
  readonly ignoredTypes: readonly string[];
  /** The VTN wants to hear what came of it (DR-N17). */
  readonly asksReport?: true;
  /** Says "now, for no time" (DR-T12). */
  readonly isCancelled: boolean;
}

export const optional = <K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } =>
  // A computed key widens to string.
  (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V };
