import { type DeciAmps, limitDeciAmps } from '@headroom/kernel';

export type StationName = 'A' | 'B';

/** What D1 still means to do, and does whenever it wakes: it has not heard that it lost the shard. */
export interface StaleCommand {
  readonly station: StationName;
  readonly limit: DeciAmps;
  /** As D1 sees it. */
  readonly decrease: boolean;
  /** It goes on only when the station has answered its command before this one. */
  readonly waitsForAnswer: boolean;
}

/** Where the two dispatchers stand when the shard changes hands. */
export interface Scenario {
  /** Rating of the one circuit on which A and B hang. */
  readonly circuit: DeciAmps;
  readonly fallback: DeciAmps;
  /** What one station may have while the other has its fallback. */
  readonly raised: DeciAmps;
  /** A has had this from D1 since long before; undefined: both stations stand at their fallbacks. */
  readonly heldByA: DeciAmps | undefined;
  readonly stale: readonly StaleCommand[];
  /** `once` more after no answer came: as an attempt of its own, or the same attempt again. D1 records each refusal. */
  readonly repeats: 'never' | 'as-new-attempt' | 'as-same-attempt';
  /** To which station D2 means to give `raised`. */
  readonly wanted: StationName;
  /** Gateways that die and come back with an empty memory, in all. */
  readonly crashes: number;
  /** Whether A may, once, dial G3, which knows epoch 1: never, until D2 has given its increase, or at any time. */
  readonly dials: 'never' | 'until-the-raise' | 'at-any-time';
}

const FALLBACK = limitDeciAmps(6);
const RAISED = limitDeciAmps(26);
const raise = (station: StationName): StaleCommand => ({
  station,
  limit: RAISED,
  decrease: false,
  waitsForAnswer: false,
});
const lower = (station: StationName, limit: DeciAmps): StaleCommand => ({
  station,
  limit,
  decrease: true,
  waitsForAnswer: false,
});

/** 32 A for two stations: 26 A for one while the other has 6 A. D1 is about to raise A, D2 will raise B. */
export const TWO_RAISE: Scenario = {
  circuit: limitDeciAmps(32),
  fallback: FALLBACK,
  raised: RAISED,
  heldByA: undefined,
  stale: [raise('A')],
  repeats: 'never',
  wanted: 'B',
  crashes: 1,
  dials: 'never',
};

/** The same with nothing for a station that nobody tells anything: 32 A or 0 A. */
export const TWO_RAISE_FROM_ZERO: Scenario = {
  ...TWO_RAISE,
  fallback: limitDeciAmps(0),
  raised: limitDeciAmps(32),
  stale: [{ ...raise('A'), limit: limitDeciAmps(32) }],
};

/** A has 26 A, and D1 is about to lower it to 20 A; D2 wants all of it for B. */
export const OLD_DECREASE: Scenario = { ...TWO_RAISE, heldByA: RAISED, stale: [lower('A', limitDeciAmps(20))] };

/** A has 26 A. D1 is moving them to B, D2 means to leave them with A. */
export const CURRENT_MOVES: Scenario = {
  ...TWO_RAISE,
  heldByA: RAISED,
  stale: [lower('A', FALLBACK), { ...raise('B'), waitsForAnswer: true }],
  wanted: 'A',
};

/** D1 raises A, hears nothing, and tries once more: a new attempt, or the same one again. */
export const TRIED_TWICE: Scenario = { ...TWO_RAISE, repeats: 'as-new-attempt', crashes: 0 };
export const SENT_TWICE: Scenario = { ...TWO_RAISE, repeats: 'as-same-attempt' };

/** Both raise, and A leaves its gateway for one where it has not been. None dies: with three that is more than the bound of states. */
export const A_MOVES: Scenario = { ...TWO_RAISE, crashes: 0, dials: 'at-any-time' };
export const A_MOVES_EARLY: Scenario = { ...TWO_RAISE, crashes: 0, dials: 'until-the-raise' };
export const A_MOVES_OLD_DECREASE: Scenario = { ...OLD_DECREASE, crashes: 0, dials: 'at-any-time' };
