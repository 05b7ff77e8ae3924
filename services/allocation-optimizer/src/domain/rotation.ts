/** RF2, OD2: a turn lasts so long: who was let in stays for it, as far as any limit allows. */
export const QUANTUM_S = 900;

/** What turns are made of: who waits for his minimum while others have theirs (RF1 to RF5). Whole numbers, or ties break one way for ever. */
export interface Turn {
  /**
   * Deci-amp seconds by which it got less than the policy would give it, were there no minima; negative: more. Who has most comes first.
   * Whoever is on has no bonus but the rest of his turn: with one of any size he would be let in a second time before all had theirs.
   */
  readonly credit: number;
  /** It has its minimum, or more, now. */
  readonly isOn: boolean;
  /** For how many seconds it has had it. */
  readonly onForS: number;
}

/** Of a session that has only just come. */
export const FIRST_TURN: Turn = { credit: 0, isOn: false, onForS: 0 };

/** OD2: its turn is not over. Only a limit that leaves no room for it may end it. */
export const isHeld = ({ isOn, onForS }: Turn): boolean => isOn && onForS < QUANTUM_S;

export interface Served {
  /** What the policy would give it, were there no minima. */
  readonly entitledDeciA: number;
  /** What it kept from the others: what it counted with, not what its car drew. */
  readonly committedDeciA: number;
  readonly minDeciA: number;
  readonly elapsedS: number;
  /** RF3: how many turns are remembered at most, in either direction: those that all who wait take, and one. */
  readonly turnsMost: number;
}

/** RF1: after some time under one decision. */
export function turnAfter(turn: Turn, { entitledDeciA, committedDeciA, minDeciA, elapsedS, turnsMost }: Served): Turn {
  const most = turnsMost * QUANTUM_S * minDeciA;
  // What it has beyond is a remainder that nobody who waits could have used.
  const kept = Math.min(committedDeciA, Math.max(minDeciA, entitledDeciA));
  const credit = turn.credit + (entitledDeciA - kept) * elapsedS;
  const isOn = committedDeciA >= minDeciA;
  return {
    credit: Math.max(-most, Math.min(most, credit)),
    isOn,
    onForS: isOn ? (turn.isOn ? turn.onForS : 0) + elapsedS : 0,
  };
}

/** RF3: of `waiting` sessions with so many places between them. */
export const turnsMostOf = (waiting: number, places: number): number => Math.ceil(waiting / Math.max(1, places)) + 1;
