import { type Admission, atMinima, type Filling } from './admission.ts';
import type { Constraint } from './flat-constraints.ts';
import type { Ledger } from './ledger.ts';
import { keepsItsPlace, letIn } from './let-in.ts';
import { raiseInSegments } from './raise-in-segments.ts';

export interface Filled {
  readonly ledger: Ledger;
  readonly stoppedBy: readonly (Constraint | undefined)[];
}

/**
 * What was kept for an entitlement, and not taken in the end, may be enough for a whole minimum (PT3): then all rise anew beside whoever
 * it lets in, as they will the next time, when his turn has begun. Where minima alone are kept all of them were asked already.
 *
 * @param beside what others have, who do not rise
 */
export function raiseAdmitted(
  { contenders, constraints, policy }: Filling,
  admission: Admission,
  beside: Ledger,
): Filled {
  const { admitted, order } = admission;
  for (let { ledger } = admission; ; ledger = atMinima(contenders, admitted, beside)) {
    const { stoppedBy } = raiseInSegments(contenders, { constraints, ledger, admitted, policy });
    const among = policy.keeps === 'entitled' ? order : [];
    const late = letIn(contenders, ledger, { among, admitted, isAsked: keepsItsPlace });
    // Each time somebody more is in: it ends.
    if (late === 0) return { ledger, stoppedBy };
  }
}
