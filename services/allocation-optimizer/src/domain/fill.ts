import { admit, type Admission } from './admission.ts';
import type { Constraint, Constraints } from './flat-constraints.ts';
import type { Levels } from './levels.ts';
import type { Contender, Policy } from './policies/policy.ts';
import { raiseInSegments } from './raise-in-segments.ts';
import { topUp } from './top-up.ts';

export interface Share {
  readonly given: number;
  /** What kept it from more; undefined: its own maximum. */
  readonly boundBy: Constraint | undefined;
  /** Not admitted: its minimum does not fit. Counts from 1 in the order of admission. */
  readonly queuePosition?: number;
  /** What the policy would give it, were there no minima. Absent: nobody asked. */
  readonly entitled?: number;
}

/**
 * Who gets what: admission of minima (FS3), progressive filling to the common level at which a row or a maximum stops each session
 * (FS4), the rest of the rounding handed out in order (FS5). All integers.
 *
 * @param contenders in the policy's order; the answer stands in the same order
 */
export function fill(contenders: readonly Contender[], constraints: Constraints, policy: Policy): readonly Share[] {
  const admission = admit(contenders, constraints, policy);
  const { admitted, ledger } = admission;
  const { levels, stoppedBy } = raiseInSegments(contenders, { constraints, ledger, admitted, policy });
  const refusedBy = complete(contenders, { admission, levels, policy });
  const positions = queueOf(contenders, admission);
  return contenders.map(({ max }, i) => {
    const given = ledger.given(i);
    const queuePosition = positions.get(i);
    const entitled = admission.entitled?.[i];
    const share = entitled === undefined ? { given } : { given, entitled };
    if (queuePosition !== undefined) return { ...share, boundBy: refusedBy[i], queuePosition };
    return { ...share, boundBy: given >= max ? undefined : (stoppedBy[i] ?? ledger.obstacle(i, given + 1)) };
  });
}

interface Filled {
  readonly admission: Admission;
  readonly levels: Levels;
  readonly policy: Policy;
}

/** FS5: nothing is left that would be enough for a step of somebody who runs, nor for the minimum of somebody who waits (PT3). */
function complete(
  contenders: readonly Contender[],
  { admission, levels, policy }: Filled,
): readonly (Constraint | undefined)[] {
  const { admitted, order, ledger } = admission;
  const refusedBy = [...admission.refusedBy];
  // What was kept for an entitlement, and not taken in the end, may be enough for a whole minimum: before it is crumbled. Where minima
  // were admitted in order nothing was kept.
  for (const i of policy.admission === 'entitled' ? order : []) {
    const contender = contenders[i];
    if (contender === undefined || admitted[i] === true || contender.max < contender.min) continue;
    refusedBy[i] = ledger.obstacle(i, contender.min);
    if (refusedBy[i] !== undefined) continue;
    ledger.give(i, contender.min);
    admitted[i] = true;
  }
  const running = admitted.flatMap((isAdmitted, i) => (isAdmitted ? [i] : []));
  topUp(running, (i) => levels.maximum(i), ledger);
  return refusedBy;
}

/** Who waits, from 1 on in the order of admission. */
function queueOf(contenders: readonly Contender[], { admitted, order }: Admission): ReadonlyMap<number, number> {
  const waiting = order.filter((i) => {
    const contender = contenders[i];
    return contender !== undefined && admitted[i] !== true && contender.max >= contender.min;
  });
  return new Map(waiting.map((i, n) => [i, n + 1]));
}
