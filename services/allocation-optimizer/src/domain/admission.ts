import type { DeciAmps } from '@headroom/kernel';
import type { Constraint, Constraints } from './flat-constraints.ts';
import { Ledger } from './ledger.ts';
import type { Contender, Policy } from './policies/policy.ts';
import { LAXITY_WINDOW_S } from './policies/smoothed.ts';
import { raiseInSegments } from './raise-in-segments.ts';
import { isHeld } from './rotation.ts';

/** Who may run, in the order in which they were asked, and what keeps the others out. */
export interface Admission {
  readonly admitted: boolean[];
  readonly refusedBy: readonly (Constraint | undefined)[];
  /** All contenders, first asked first. */
  readonly order: readonly number[];
  /** In which everybody who was admitted has his minimum, and nobody else anything. */
  readonly ledger: Ledger;
  /** What the policy would give each of them, were there no minima. Absent: nobody asked. */
  readonly entitled?: readonly number[];
}

/** FS3: a minimum is all or nothing, so not all may be able to run. Units and order of `contenders` as in `fill`. */
export function admit(contenders: readonly Contender[], constraints: Constraints, policy: Policy): Admission {
  switch (policy.admission) {
    case 'in-order':
      return admitInOrder(contenders, constraints, { order: contenders.map((_, i) => i), reserve: ({ min }) => min });
    case 'entitled': {
      const entitled = entitlements(contenders, constraints, policy);
      const order = entitledFirst(contenders, entitled, policy);
      // What a session is entitled to is kept for it: to admit everybody at his minimum first would take the share of the urgent.
      const reserve = ({ min }: Contender, i: number): number => Math.max(min, entitled[i] ?? 0);
      const { admitted, refusedBy } = admitInOrder(contenders, constraints, { order, reserve });
      const ledger = new Ledger(constraints, contenders.length);
      for (const [i, { min }] of contenders.entries()) if (admitted[i] === true) ledger.give(i, min);
      return { admitted, refusedBy, order, ledger, entitled };
    }
  }
}

/** What the policy would give if there were no minima. Of who wants nothing: nothing. */
function entitlements(contenders: readonly Contender[], constraints: Constraints, policy: Policy): readonly number[] {
  const none = 0 as DeciAmps;
  const free = contenders.map((contender) => ({
    ...contender,
    min: none,
    max: contender.idle || contender.max < contender.min ? none : contender.max,
  }));
  const ledger = new Ledger(constraints, contenders.length);
  raiseInSegments(free, { constraints, ledger, admitted: free.map(() => true), policy });
  return contenders.map((_, i) => ledger.given(i));
}

/**
 * TB1: whose turn is not over (OD2); who must run now to leave in time; who is entitled to his minimum, in the policy's order; then by
 * credit (RF1), and where there are none in the policy's order again; who wants nothing last.
 *
 * TODO(#7): tiers; and turns that are remembered: `ControlMemory` and the log of decisions have no credits yet, so `turn` is absent.
 */
function entitledFirst(
  contenders: readonly Contender[],
  entitled: readonly number[],
  { looksAtNeeds }: Policy,
): readonly number[] {
  const groupOf = ({ idle, min, need, turn }: Contender, i: number): number => {
    if (idle) return 4;
    if (turn !== undefined && isHeld(turn)) return 0;
    if (looksAtNeeds && need.laxityS >= 0 && need.laxityS < LAXITY_WINDOW_S) return 1;
    return (entitled[i] ?? 0) >= min ? 2 : 3;
  };
  const places = contenders.map((contender, i) => {
    const group = groupOf(contender, i);
    return { i, group, credit: group === 3 ? (contender.turn?.credit ?? 0) : 0 };
  });
  return places.toSorted((a, b) => a.group - b.group || b.credit - a.credit || a.i - b.i).map(({ i }) => i);
}

function admitInOrder(
  contenders: readonly Contender[],
  constraints: Constraints,
  {
    order,
    reserve,
  }: { readonly order: readonly number[]; readonly reserve: (contender: Contender, i: number) => number },
): Admission {
  const ledger = new Ledger(constraints, contenders.length);
  const admitted = contenders.map(() => false);
  const refusedBy: (Constraint | undefined)[] = contenders.map(() => undefined);
  for (const i of order) {
    const contender = contenders[i];
    if (contender === undefined || contender.max < contender.min) continue;
    refusedBy[i] = ledger.obstacle(i, contender.min);
    if (refusedBy[i] !== undefined) continue;
    admitted[i] = true;
    const wished = reserve(contender, i);
    ledger.give(i, ledger.obstacle(i, wished) === undefined ? wished : contender.min);
  }
  return { admitted, refusedBy, order, ledger };
}
