import type { DeciAmps, EpochMs } from '@headroom/kernel';
import type { SharePolicy } from './site-document.ts';

/** Why an EVSE has what it has, in the words of the optimizer. */
export interface Reason {
  /** Empty: there is nothing to explain. */
  readonly code: string;
  readonly circuitId: string;
  readonly row: string;
  readonly sentence: string;
}

export interface LimitTerm {
  readonly source: string;
  readonly limitDeciA: DeciAmps;
  readonly limitW?: number;
  readonly validUntilMs?: EpochMs;
}

/** A row that binds, as the decision leaves it. */
export interface BindingRow {
  readonly circuitId: string;
  readonly circuitName: string;
  readonly row: string;
  readonly limitDeciA: DeciAmps;
  readonly usedDeciA: DeciAmps;
  readonly otherLoadDeciA: DeciAmps;
  readonly riseDeciA: DeciAmps;
  readonly terms: readonly LimitTerm[];
}

/** What would give an EVSE more; all raises together. */
export interface Counterfactual {
  readonly raises: readonly { readonly circuitId: string; readonly byDeciA?: DeciAmps; readonly byW?: number }[];
  readonly limitDeciA: DeciAmps;
  readonly sentence: string;
}

export interface ExplainedEvse {
  readonly stationId: string;
  readonly evse: number;
  readonly name: string;
  readonly limitDeciA: DeciAmps;
  readonly reason: Reason;
  /** What its car is to give back on each phase, and why. Absent: nothing. */
  readonly givesBack?: { readonly deciA: DeciAmps; readonly sentence: string };
  readonly row?: BindingRow;
  readonly counterfactual?: Counterfactual;
}

/** The last decision of a site, explained. */
export interface Explanation {
  readonly siteId: string;
  readonly ownerEpoch: bigint;
  readonly decisionSeq: bigint;
  readonly decidedAtMs: EpochMs;
  readonly share: SharePolicy;
  readonly evses: readonly ExplainedEvse[];
  /** EVSEs of which it is not told what would give them more: the site is too large for one question. */
  readonly leftOut: number;
}

/** Something that might be otherwise. It is tried, and never done. Circuit '': the grid connection. */
export type Change =
  | { readonly kind: 'circuit-power' | 'grid-limit'; readonly circuitId: string; readonly powerW: number }
  | { readonly kind: 'circuit-rating'; readonly circuitId: string; readonly ratingDeciA: DeciAmps }
  | { readonly kind: 'car'; readonly stationId: string; readonly evse: number }
  | { readonly kind: 'share'; readonly share: SharePolicy };

/** As many as the optimizer tries at a time. */
export const CHANGES_MAX = 8;

export interface Difference {
  readonly stationId: string;
  readonly evse: number;
  readonly name: string;
  readonly beforeDeciA: DeciAmps;
  readonly afterDeciA: DeciAmps;
  readonly beforeReason: Reason;
  readonly afterReason: Reason;
}

export interface Previewed {
  readonly decidedAtMs: EpochMs;
  readonly differences: readonly Difference[];
  readonly unchanged: number;
  readonly overRating: boolean;
  readonly overPower: boolean;
}

export type WhichDecision =
  | { readonly kind: 'at'; readonly atMs: EpochMs }
  | { readonly kind: 'id'; readonly ownerEpoch: bigint; readonly seq: bigint };

export interface Replayed {
  readonly ownerEpoch: bigint;
  readonly seq: bigint;
  readonly decidedAtMs: EpochMs;
  readonly siteVersion: number;
  readonly trigger: string;
  readonly recordedHash: string;
  readonly stateHash: string;
  readonly isSame: boolean;
  readonly differences: readonly string[];
  readonly limits: readonly {
    readonly stationId: string;
    readonly evse: number;
    readonly limitDeciA: DeciAmps;
    readonly reason: Reason;
  }[];
}
