import { type EpochMs, epochMs } from '@headroom/kernel';

/** RF2, OD2: a turn lasts so long, where the policy says nothing else: who was let in stays for it, as far as any limit allows. */
export const QUANTUM_MS = 900_000;

/** The same of a policy. */
export const turnMsOf = ({ turnMs = QUANTUM_MS }: { readonly turnMs?: number }): number => turnMs;

/**
 * OD7: whoever was let in is preferred for so long, by policies that know how to. It ends: where needs are hopeless, and so all alike, who waits
 * would wait for ever.
 */
export const PREFERRED_FOR_MS = 10_800_000;

/** Whoever wants current and has had none for so long is owed a turn, whatever the policy thinks of him. */
export const STARVES_AFTER_MS = 10_800_000;
export const STARVES_AFTER_S = STARVES_AFTER_MS / 1_000;

/**
 * OD3: whoever charged and had to stop starts again after this time at the soonest, unless something is left that nobody else can use: a
 * limit that trembles, or two who are owed the same, would start it again and again.
 */
export const MIN_OFF_MS = 300_000;

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
  /** Seconds since it had anything, or came, in whole steps of needs (`NEED_STEP_MS`), never negative; 0: it has something. */
  readonly waitedS: number;
  /** OD3: it charged, and had to stop not long ago. Absent: not so. */
  readonly isPaused?: true;
  /** It charges, and has closed as often within an hour as it may: were it paused, it would stay so. Absent: not so. */
  readonly isSpent?: true;
  /** It has nothing, and has closed so often within an hour that until then it has what others leave (`isAsked`), or not even that. Absent: not so. */
  readonly closesAgain?: { readonly times: number; readonly fromMs: EpochMs; readonly isAsked: boolean };
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
  /** What it has beyond what it is entitled to counts against what it is owed, down to nothing. Absent: it does not count. */
  readonly paysBack?: boolean;
}

/** What is remembered once it has been decided again. Absent: it has what it is entitled to, and always had. */
export function creditAfter(credit: Credit | undefined, served: Served): Credit | undefined {
  const { entitledDeciA, givenDeciA, minDeciA, stepMs } = served;
  const amount = creditAt(credit, stepMs, served.mostDeciAS);
  // What it has beyond is a remainder that nobody who waits could have used: nobody owes for it, though it may be owed less.
  const taken = served.paysBack === true && amount > 0 ? givenDeciA : Math.max(minDeciA, entitledDeciA);
  const perS = entitledDeciA - Math.min(givenDeciA, taken);
  if (credit?.perS === perS && credit.asOfMs <= stepMs) return credit;
  return perS === 0 && amount === 0 ? undefined : { amount, asOfMs: epochMs(stepMs), perS };
}

/** RF3: of so many sessions that take turns: what they all take for one turn each, and one turn more. */
export const mostCredit = (sessions: number, minDeciA: number, turnMs: number): number =>
  (sessions + 1) * oneTurn(minDeciA, turnMs);

/** What a whole turn at its minimum comes to, in deci-amp seconds. */
export const oneTurn = (minDeciA: number, turnMs: number): number => Math.ceil(turnMs / 1_000) * minDeciA;

/** When somebody waits who has nothing since then: from when on he starves. */
export const starvesFrom = (waitsSinceMs: EpochMs): EpochMs => epochMs(waitsSinceMs + STARVES_AFTER_MS);

/** How turns go under a policy. */
export interface TurnRules {
  readonly turnMs: number;
  /** Who has not given his place up when his turn ends has another one; else he may lose it at any time from then on. */
  readonly renews: boolean;
}

/**
 * So long after the end of a turn it may be given to somebody else, before the next one of the same car begins: a step of needs, in which
 * credits are looked at once. Without it who has had to give his place up would have that of another a minute later.
 */
export const OPEN_FOR_MS = 60_000;

export const turnRulesOf = (policy: { readonly turnMs?: number; readonly turns: string }): TurnRules => ({
  turnMs: turnMsOf(policy),
  renews: policy.turns === 'owed',
});

/** OD2. A clock that was set back ends no turn. */
export function isHeldAt(onSinceMs: EpochMs, nowMs: EpochMs, { turnMs, renews }: TurnRules): boolean {
  const onMs = nowMs - onSinceMs;
  return onMs < turnMs || (renews && onMs % turnMs >= OPEN_FOR_MS);
}

/** The end of the turn that lasts at an instant; where turns are not renewed that of the only one, which may be over. */
export function turnEndsAt(onSinceMs: EpochMs, nowMs: EpochMs, { turnMs, renews }: TurnRules): EpochMs {
  const turns = renews ? Math.max(1, Math.floor((nowMs - onSinceMs) / turnMs) + 1) : 1;
  return epochMs(onSinceMs + turns * turnMs);
}

/** And until when he is preferred. */
export const preferredUntil = (onSinceMs: EpochMs): EpochMs => epochMs(onSinceMs + PREFERRED_FOR_MS);
