import type { Constraint, Constraints } from './flat-constraints.ts';
import { Ledger } from './ledger.ts';
import { Levels } from './levels.ts';
import type { Contender, Policy } from './policies/policy.ts';
import { raiseTogether } from './raise-together.ts';
import { topUp } from './top-up.ts';

export interface Share {
  readonly given: number;
  /** What kept it from more; undefined: its own maximum. */
  readonly boundBy: Constraint | undefined;
  /** Not admitted: its minimum does not fit. Counts from 1 in the order of admission. */
  readonly queuePosition?: number;
}

/**
 * Who gets what: admission of minima in the policy's order (FS3), progressive filling to the common level at which
 * a row or a maximum stops each session (FS4), the rest of the rounding handed out in order (FS5). All integers.
 *
 * @param contenders in the policy's order; the answer stands in the same order
 */
export function fill(contenders: readonly Contender[], constraints: Constraints, policy: Policy): readonly Share[] {
  const ledger = new Ledger(constraints, contenders.length);
  const refusedBy: (Constraint | undefined)[] = [];
  const admitted = contenders.map((contender, index) => {
    if (contender.max < contender.min) return false;
    refusedBy[index] = ledger.obstacle(index, contender.min);
    if (refusedBy[index] !== undefined) return false;
    ledger.give(index, contender.min);
    return true;
  });
  const levels = new Levels(contenders, contenders.map(policy.kernelOf));
  const stoppedBy = raiseTogether({ constraints, levels, ledger, admitted });
  const everybody = admitted.flatMap((isAdmitted, index) => (isAdmitted ? [index] : []));
  topUp(everybody, (index) => levels.maximum(index), ledger);
  let queue = 0;
  return contenders.map((contender, index) => {
    const given = ledger.given(index);
    if (!admitted[index] && contender.max >= contender.min) {
      queue += 1;
      return { given, boundBy: refusedBy[index], queuePosition: queue };
    }
    return {
      given,
      boundBy: given >= contender.max ? undefined : (stoppedBy[index] ?? ledger.obstacle(index, given + 1)),
    };
  });
}
