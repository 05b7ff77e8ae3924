import { type IntendedFact, limitsOf, type Resolution } from './decisions.ts';

/** A lease by the log, as far as it bears on the next one. */
export interface Intent {
  readonly fact: IntendedFact;
  /**
   * The lowest that a raise planned then may have begun at: the leases of its transaction of which any may hold, or none, which
   * is the fallback.
   */
  readonly fromA: number;
  /** No lease need hold: none of them is known to have reached its station. */
  readonly mayHoldNone: boolean;
  /** Those of which any may hold: nobody need know whether one that is not answered arrived. */
  readonly held: readonly IntendedFact[];
}

export interface Leases {
  intended(fact: IntendedFact, fallbackA: number): void;
  resolved(evseId: string, commandId: string, resolution: Resolution): void;
  /** It reached its station. Undefined: no intent of that name stands in the log. */
  received(evseId: string, commandId: string): Intent | undefined;
}

/** Leases of one EVSE that are remembered; a dispatcher has three on their way at most, and half a lease between two. */
const MAX_OF_EVSE = 50;

interface Known extends Intent {
  isReceived: boolean;
  /** What it says may hold, or may have held when the next one was planned. */
  isStanding: boolean;
}

/** Which leases each EVSE was meant to have, in the order of the log. */
export function createLeases(): Leases {
  const byEvse = new Map<string, Known[]>();
  const of = (evseId: string): Known[] => {
    const known = byEvse.get(evseId) ?? [];
    byEvse.set(evseId, known);
    return known;
  };
  return {
    intended(fact, fallbackA) {
      const known = of(fact.evseId);
      const standing = known.filter(
        (each) => each.isStanding && each.fact.untilMs > fact.atMs && each.fact.transactionId === fact.transactionId,
      );
      const limits = standing.flatMap((each) => limitsOf(each.fact));
      // One that never left its dispatcher is forgotten there, and stands in the log all the same.
      const mayHoldNone = !standing.some(({ isReceived }) => isReceived);
      if (mayHoldNone) limits.push(fallbackA);
      const held = standing.map((each) => each.fact);
      known.push({ fact, fromA: Math.min(...limits), held, mayHoldNone, isReceived: false, isStanding: true });
      if (known.length > MAX_OF_EVSE) known.shift();
    },
    resolved(evseId, commandId, resolution) {
      const known = of(evseId);
      const at = known.findIndex(({ fact }) => fact.commandId === commandId);
      const resolved = known[at];
      if (resolved === undefined) return;
      if (resolution === 'void') resolved.isStanding = false;
      else if (resolution === 'stands') for (const earlier of known.slice(0, at)) earlier.isStanding = false;
    },
    received(evseId, commandId) {
      const intent = of(evseId).find(({ fact }) => fact.commandId === commandId);
      if (intent !== undefined) intent.isReceived = true;
      return intent;
    },
  };
}
