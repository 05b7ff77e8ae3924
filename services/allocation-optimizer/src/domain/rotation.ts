import { type EpochMs, epochMs } from '@headroom/kernel';

/** RF2, OD2: a turn lasts so long: who was let in stays for it, as far as any limit allows. */
export const QUANTUM_MS = 900_000;
export const QUANTUM_S = QUANTUM_MS / 1_000;

/**
 * OD7: whoever was let in is preferred for so long, by policies that know how to. It ends: where needs are hopeless, and so all alike, who waits
 * would wait for ever.
 */
export const PREFERRED_FOR_MS = 10_800_000;

/** What turns are made of: who waits for his minimum while others have theirs (RF1 to RF5). Whole numbers, or ties break one way for ever. */
export interface Turn {
  /**
   * Deci-amp seconds by which it got less than the policy would give it, were there no minima; negative: more. Who has most comes first.
   * In it whoever is on has no bonus but the rest of his turn: with one of any size he would be let in a second time before all had theirs.
   */
  readonly credit: number;
  /** OD2: its turn is not over. Only a limit that leaves no room for it may end it. */
  readonly isHeld: boolean;
  /** OD7: it was let in not long ago. Of two who are about as urgent the one who charges goes on. */
  readonly isPreferred: boolean;
}

/**
 * RF1, as it is remembered: it grows by so much a second from an instant on. While a decision stands nothing of it changes, and a look
 * that decides the same leaves the same.
 */
export interface Credit {
  /** Deci-amp seconds, a whole number. */
  readonly amount: number;
  /** A whole step of needs (`NEED_STEP_MS`): in them time counts here, so that within one nobody changes places. */
  readonly asOfMs: EpochMs;
  /** Deci-amps. */
  readonly perS: number;
}

/** In deci-amp seconds. `mostDeciAS`: RF3, it is bounded in either direction. A clock that was set back adds nothing. */
export function creditAt(credit: Credit | undefined, stepMs: EpochMs, mostDeciAS: number): number {
  if (credit === undefined) return 0;
  const elapsedS = Math.max(0, stepMs - credit.asOfMs) / 1_000;
  return Math.max(-mostDeciAS, Math.min(mostDeciAS, credit.amount + credit.perS * elapsedS));
}

export interface Served {
  /** What the policy would give it, were there no minima. */
  readonly entitledDeciA: number;
  readonly givenDeciA: number;
  readonly minDeciA: number;
  readonly stepMs: EpochMs;
  readonly mostDeciAS: number;
}

/** What is remembered once it has been decided again. Absent: it has what it is entitled to, and always had. */
export function creditAfter(credit: Credit | undefined, served: Served): Credit | undefined {
  const { entitledDeciA, givenDeciA, minDeciA, stepMs } = served;
  // What it has beyond is a remainder that nobody who waits could have used.
  const perS = entitledDeciA - Math.min(givenDeciA, Math.max(minDeciA, entitledDeciA));
  if (credit?.perS === perS && credit.asOfMs <= stepMs) return credit;
  const amount = creditAt(credit, stepMs, served.mostDeciAS);
  return perS === 0 && amount === 0 ? undefined : { amount, asOfMs: epochMs(stepMs), perS };
}

/** RF3: of so many sessions that take turns: what they all take for one turn each, and one turn more. */
export const mostCredit = (sessions: number, minDeciA: number): number => (sessions + 1) * QUANTUM_S * minDeciA;

/** Until when somebody stays who was let in then. */
export const heldUntil = (onSinceMs: EpochMs): EpochMs => epochMs(onSinceMs + QUANTUM_MS);

/** And until when he is preferred. */
export const preferredUntil = (onSinceMs: EpochMs): EpochMs => epochMs(onSinceMs + PREFERRED_FOR_MS);
