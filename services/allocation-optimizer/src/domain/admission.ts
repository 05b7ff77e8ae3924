import type { DeciAmps } from '@headroom/kernel';
import type { Constraints } from './flat-constraints.ts';
import { Ledger } from './ledger.ts';
import type { Contender, Policy } from './policies/policy.ts';
import { raiseInSegments } from './raise-in-segments.ts';

/** Who cannot wait longer than this and still leave with what it wants must run now. */
const MUST_RUN_WITHIN_S = 300;

/** What a fill is made of; the contenders in the policy's order. */
export interface Filling {
  readonly contenders: readonly Contender[];
  readonly constraints: Constraints;
  readonly policy: Policy;
}

/** Who is asked, beside what others have already. */
export interface Asked {
  readonly members: readonly number[];
  /** In it they have nothing. */
  readonly beside: Ledger;
}

/** Who may run, in the order in which they were asked. */
export interface Admission {
  /** By contender; who was not asked is not. */
  readonly admitted: boolean[];
  /** All who were asked, first asked first. */
  readonly order: readonly number[];
  /** In which everybody who was admitted has his minimum, beside what others have. */
  readonly ledger: Ledger;
  /** What the policy would give each of them, were there no minima. Absent: nobody asked. */
  readonly entitled?: readonly number[];
}

/**
 * FS3: a minimum is all or nothing, so not all may be able to run. Units and order of `contenders` as in `fill`.
 *
 * @param keeps whether what a session is entitled to is kept for it beyond its minimum, while others of them are asked
 */
export function admit(filling: Filling, asked: Asked, keeps: boolean): Admission {
  const { contenders, policy } = filling;
  const { members, beside } = asked;
  switch (policy.admission) {
    case 'in-order': {
      const order = orderOf(contenders, members, { policy, entitled: undefined });
      return admitInOrder(contenders, beside.copy(), { order, reserve: ({ min }) => min });
    }
    case 'entitled': {
      const entitled = entitlements(filling, asked);
      const order = orderOf(contenders, members, { policy, entitled });
      // To admit everybody at his minimum first would take the share of the urgent.
      const reserve = ({ min }: Contender, i: number): number => (keeps ? Math.max(min, entitled[i] ?? 0) : min);
      const { admitted } = admitInOrder(contenders, beside.copy(), { order, reserve });
      return { admitted, order, ledger: atMinima(contenders, admitted, beside), entitled };
    }
  }
}

/** Everybody, beside nobody. */
export const everybodyOf = ({ contenders, constraints }: Omit<Filling, 'policy'>): Asked => ({
  members: [...contenders.keys()],
  beside: new Ledger(constraints, contenders.length),
});

/** A ledger in which everybody who was admitted has his minimum, beside what others have. */
export function atMinima(contenders: readonly Contender[], admitted: readonly boolean[], beside: Ledger): Ledger {
  const ledger = beside.copy();
  for (const [i, { min }] of contenders.entries()) if (admitted[i] === true) ledger.give(i, min);
  return ledger;
}

/** What the policy would give if there were no minima. Of who wants nothing: nothing. */
function entitlements({ contenders, constraints, policy }: Filling, { members, beside }: Asked): readonly number[] {
  const none = 0 as DeciAmps;
  const free = contenders.map((contender) => ({
    ...contender,
    min: none,
    max: contender.idle || contender.max < contender.min ? none : contender.max,
  }));
  const ledger = beside.copy();
  const admitted = contenders.map(() => false);
  for (const i of members) admitted[i] = true;
  raiseInSegments(free, { constraints, ledger, admitted, policy });
  return contenders.map((_, i) => (admitted[i] === true ? ledger.given(i) : 0));
}

/**
 * TB1: whose turn is not over (OD2); who is to show what its car takes; who must run now to leave in time; who is entitled to his
 * minimum, in the policy's order; then by credit (RF1), and where there are none in the policy's order again; who wants nothing; and
 * at the very end who has given his place up (RF6). Of tiers nothing is known here: they are asked one after the other.
 */
function orderOf(
  contenders: readonly Contender[],
  members: readonly number[],
  { policy: { looksAtNeeds }, entitled }: { readonly policy: Policy; readonly entitled: readonly number[] | undefined },
): readonly number[] {
  const groupOf = ({ idle, gaveUp, probes, min, need, turn }: Contender, i: number): number => {
    if (idle) return gaveUp ? 6 : 5;
    if (turn?.isHeld === true) return 0;
    if (probes) return 1;
    if (looksAtNeeds && need.laxityS >= 0 && need.laxityS < MUST_RUN_WITHIN_S) return 2;
    return entitled === undefined || (entitled[i] ?? 0) >= min ? 3 : 4;
  };
  const groups: number[][] = [[], [], [], [], [], [], []];
  for (const i of members) {
    const contender = contenders[i];
    if (contender !== undefined) groups[groupOf(contender, i)]?.push(i);
  }
  const creditOf = (i: number): number => contenders[i]?.turn?.credit ?? 0;
  groups[4]?.sort((a, b) => creditOf(b) - creditOf(a) || a - b);
  return groups.flat();
}

/**
 * Minima of those whose turn is not over first, and of those who are to show what they take, whatever is kept for others; then one after
 * the other. Who has given his place up is not asked here: he has what is left at the end.
 *
 * @param ledger what others have already; changed
 */
function admitInOrder(
  contenders: readonly Contender[],
  ledger: Ledger,
  {
    order,
    reserve,
  }: { readonly order: readonly number[]; readonly reserve: (contender: Contender, i: number) => number },
): Admission {
  const admitted = contenders.map(() => false);
  const letIn = (i: number, { min, max }: Contender): void => {
    if (admitted[i] === true || max < min || ledger.obstacle(i, min) !== undefined) return;
    admitted[i] = true;
    ledger.give(i, min);
  };
  for (const i of order) {
    const contender = contenders[i];
    if (contender === undefined || contender.idle) continue;
    if (contender.turn?.isHeld === true || contender.probes) letIn(i, contender);
  }
  for (const i of order) {
    const contender = contenders[i];
    if (contender === undefined || contender.gaveUp) continue;
    letIn(i, contender);
    const upTo = reserve(contender, i);
    if (admitted[i] === true && upTo > contender.min)
      ledger.give(i, mostThatFits(ledger, i, { from: contender.min, upTo }));
  }
  return { admitted, order, ledger };
}

/** As much of it as fits, in whole deci-amps: less than an entitlement is still better than a minimum. `from` is known to fit. */
function mostThatFits(
  ledger: Ledger,
  i: number,
  { from, upTo }: { readonly from: number; readonly upTo: number },
): number {
  if (ledger.obstacle(i, upTo) === undefined) return upTo;
  let [fits, fails] = [from, upTo];
  while (fails - fits > 1) {
    const middle = Math.floor((fits + fails) / 2);
    if (ledger.obstacle(i, middle) === undefined) fits = middle;
    else fails = middle;
  }
  return fits;
}
