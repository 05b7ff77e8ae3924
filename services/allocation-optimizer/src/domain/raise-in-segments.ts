import type { Constraint, Constraints } from './flat-constraints.ts';
import type { Ledger } from './ledger.ts';
import { Levels } from './levels.ts';
import type { Contender, Policy } from './policies/policy.ts';
import { raiseTogether } from './raise-together.ts';

export interface Raised {
  /** From the minimum of each contender to its maximum. */
  readonly levels: Levels;
  /** What stopped each of them; undefined: its maximum, or it does not rise. */
  readonly stoppedBy: readonly (Constraint | undefined)[];
}

/**
 * FS4. Where a plan steers in two rounds: all rise to what is planned for them, whoever has a plan; then all rise from there on (KP12).
 * Both rounds are those of the policy, with the levels that it gives.
 */
export function raiseInSegments(
  contenders: readonly Contender[],
  of: {
    readonly constraints: Constraints;
    /** In which all that rise are at their minimum, and fit. */
    readonly ledger: Ledger;
    readonly admitted: readonly boolean[];
    readonly policy: Policy;
  },
): Raised {
  const { constraints, ledger, admitted, policy } = of;
  const kernels = contenders.map(policy.kernelOf);
  const levels = new Levels(contenders, kernels);
  const { plannedTo } = policy;
  if (plannedTo === undefined) return { levels, stoppedBy: raiseTogether({ constraints, levels, ledger, admitted }) };
  const first = contenders.map((contender) => ({
    min: contender.min,
    max: Math.max(contender.min, Math.min(contender.max, plannedTo(contender))),
  }));
  raiseTogether({ constraints, levels: new Levels(first, kernels), ledger, admitted });
  const second = contenders.map(({ min, max }, i) => ({ min: admitted[i] === true ? ledger.given(i) : min, max }));
  return {
    levels,
    stoppedBy: raiseTogether({ constraints, levels: new Levels(second, kernels), ledger, admitted }),
  };
}
