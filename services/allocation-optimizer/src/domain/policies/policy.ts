import type { DeciAmps, EpochMs, EvseId } from '@headroom/kernel';
import type { Need } from '../need.ts';
import type { Turn } from '../rotation.ts';

/** A session that competes for current. */
export interface Contender {
  readonly evseId: EvseId;
  /** MD13: whoever is of a lower one comes first. */
  readonly tier: number;
  /** How much it counts inside its tier, a positive integer. */
  readonly weight: number;
  /** It comes before all others of its tier: until its battery holds what is to be in it first (C65), or before all others of the site, for a while (C70). */
  readonly ahead?: 'low' | 'boosted';
  /** C61: what it has before anybody else has anything, as far as it fits. Absent: no more than others. */
  readonly assured?: DeciAmps;
  /** Its minimum is what is assured to it, and counts already. */
  readonly isAssured?: true;
  /** When its session began. */
  readonly startedAtMs: EpochMs;
  /** Least current it can use; below it gets 0. */
  readonly min: DeciAmps;
  /** Most it may have now, whatever the reason. */
  readonly max: DeciAmps;
  /** Its car seems to want nothing at the moment. */
  readonly idle: boolean;
  /** RF6: it has wanted nothing for so long that its place is anybody's who wants it; it has what is left at the end. Implies `idle`. */
  readonly gaveUp: boolean;
  /** It is let in before the others, at its minimum, to show what its car takes (`probing.ts`). */
  readonly probes: boolean;
  readonly need: Need;
  /** Absent: there are no turns, and the policy's order alone decides who waits. */
  readonly turn?: Turn;
}

/** The integers of the kernel (allocation 3.1): at the common level L a session gets `base + weight * (L - from)`. */
export interface Kernel {
  /** Deci-amps at the level `from`; negative: it starts later than others. */
  readonly base: number;
  /** Deci-amps per level, a positive integer. */
  readonly weight: number;
  /** Level from which it rises, in parts of a level (`LEVEL_PARTS`). Absent: 0. */
  readonly from?: number;
}

/**
 * How a site shares what is left. A policy says who comes first when not even the minima fit, and how fast each session rises with the
 * common level; nothing about limits. The fill does the rest.
 */
export interface Policy {
  /** As in the site document (`spec.policy.share`). */
  readonly name: string;
  /** Total order: `compare(a, b) < 0` admits `a` first. Ends in the EVSE's id, so that no tie is left to chance. */
  readonly compare: (a: Contender, b: Contender) => number;
  /** @param place among all contenders, in the order of `compare`; from 0 */
  readonly kernelOf: (contender: Contender, place: number) => Kernel;
  /**
   * What is kept for who is let in (FS3), where not all can have their minimum. `minimum`: just that, so that as many charge as can.
   * `entitled`: what the policy would give him if there were no minima, before others have theirs.
   */
  readonly keeps: 'minimum' | 'entitled';
  /**
   * Who comes before those whom the policy would give their minimum, so that nobody starves. `owed`: whoever is owed a turn by now
   * (RF1), and who has waited too long. `starving`: only the latter. `nobody`: a queue is a queue.
   */
  readonly turns: 'owed' | 'starving' | 'nobody';
  /** OD2: how long who is let in stays. Absent: `QUANTUM_MS`. */
  readonly turnMs?: number;
  /**
   * KP12: the current up to which each rises first, in deci-amps; only then does anybody rise beyond. Absent: no plan steers, and all rise
   * together from their minima on.
   */
  readonly plannedTo?: (contender: Contender) => number;
  /** A plan may steer it. One that is named for an order or for equal shares gives just these, whatever is planned. */
  readonly followsPlan?: true;
  /** MD13: a tier has all that it can use before the next one has its minima. Absent: the minima of all tiers come first, in their order. */
  readonly isStrict?: true;
  /** It looks at needs, which change with time and with every Wh; else nothing of a need may bear on it. */
  readonly looksAtNeeds: boolean;
  /** It serves one after the other, whatever they weigh. */
  readonly ignoresWeights?: true;
  /** How a full circuit is shared, as it stands in the sentence: "..., shared equally with 5 cars." */
  readonly sharedHow: string;
}
