import type { DeciAmps, EpochMs, EvseId } from '@headroom/kernel';

/** A session that competes for current. */
export interface Contender {
  readonly evseId: EvseId;
  /** When its session began. */
  readonly startedAtMs: EpochMs;
  /** Least current it can use; below it gets 0. */
  readonly min: DeciAmps;
  /** Most it may have now, whatever the reason. */
  readonly max: DeciAmps;
  /** Its car seems to want nothing at the moment. */
  readonly idle: boolean;
}

/** The integers of the kernel (allocation 3.1): at the common level L a session gets `base + weight * (L - from)`. */
export interface Kernel {
  /** Deci-amps at level 0; negative: it starts later than others. */
  readonly base: number;
  /** Deci-amps per level, a positive integer. */
  readonly weight: number;
  /** Level from which it rises, in parts of a level (`LEVEL_PARTS`). Absent: 0. */
  readonly from?: number;
}

/**
 * How a site shares what is left. A policy says two things and nothing about limits: who comes first when not even
 * the minima fit, and how fast each session rises with the common level. The fill does the rest.
 */
export interface Policy {
  readonly name: string;
  /** Total order: `compare(a, b) < 0` admits `a` first. Ends in the EVSE's id, so that no tie is left to chance. */
  readonly compare: (a: Contender, b: Contender) => number;
  readonly kernelOf: (contender: Contender) => Kernel;
  /** How a full circuit is shared, as it stands in the sentence: "..., shared equally with 5 cars." */
  readonly sharedHow: string;
}
