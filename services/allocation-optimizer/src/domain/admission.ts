import type { DeciAmps } from '@headroom/kernel';
import type { Constraints } from './flat-constraints.ts';
import { Ledger, mostThatFits } from './ledger.ts';
import { comesLast } from './let-in.ts';
import { mustRun } from './need.ts';
import type { Contender, Policy } from './policies/policy.ts';
import { raiseInSegments } from './raise-in-segments.ts';
import { oneTurn, STARVES_AFTER_S, type Turn, turnMsOf } from './rotation.ts';

/** What a fill is made of; the contenders in the policy's order. */
export interface Filling {
  readonly contenders: readonly Contender[];
  readonly constraints: Constraints;
  readonly policy: Policy;
}

/** Who is asked, beside what others have already. */
export interface Asked {
  readonly members: readonly number[];
  /** In it they have nothing but what is assured to them, which is their minimum. */
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
  if (policy.keeps === 'minimum') {
    // Where all have theirs nobody is owed a turn, and most sites most of the time are asked no more than this.
    const plain = admitInOrder(contenders, beside.copy(), {
      order: orderOf(filling, members),
      reserve: justTheMinimum,
    });
    if (members.every((i) => plain.admitted[i] === true || !isWaiting(contenders[i]))) return plain;
  }
  const entitled = entitlements(filling, asked);
  const order = orderOf(filling, members, entitled);
  if (policy.keeps === 'minimum')
    return { ...admitInOrder(contenders, beside.copy(), { order, reserve: justTheMinimum }), entitled };
  // To admit everybody at his minimum first would take the share of the urgent.
  const reserve = (contender: Contender, i: number): number => {
    const share = entitled[i] ?? 0;
    return keeps ? Math.max(contender.min, share) : contender.min;
  };
  const { admitted } = admitInOrder(contenders, beside.copy(), { order, reserve });
  return { admitted, order, ledger: atMinima(contenders, admitted, beside), entitled };
}

const justTheMinimum = ({ min }: Contender): number => min;

/** It has nothing, and could use its minimum. */
const isWaiting = (contender: Contender | undefined): boolean =>
  contender !== undefined && !contender.idle && contender.max >= contender.min;

/** Everybody, beside nobody, or beside what is assured to them. */
export const everybodyOf = ({ contenders, constraints }: Omit<Filling, 'policy'>, beside?: Ledger): Asked => ({
  members: [...contenders.keys()],
  beside: beside ?? new Ledger(constraints, contenders.length),
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
    min: contender.isAssured === true ? contender.min : none,
    max: contender.idle || contender.max < contender.min ? none : contender.max,
  }));
  const ledger = beside.copy();
  const admitted = contenders.map(() => false);
  for (const i of members) admitted[i] = true;
  raiseInSegments(free, { constraints, ledger, admitted, policy });
  return contenders.map((_, i) => (admitted[i] === true ? ledger.given(i) : 0));
}

/**
 * TB1: whose turn is not over (OD2); who is to show what its car takes; who must run now to leave in time; who starves (RF4); who charges and could not start
 * again for a while, were he paused (`switching-budget.ts`), also of those whose turn is not over; who is owed a turn (RF1); who is entitled to his minimum, in the policy's order; then by credit, and where there are none in the policy's order again; who wants
 * nothing; and at the very end who has given his place up (RF6). Of tiers nothing is known here: they are asked one after the other.
 *
 * @param entitled absent: nobody asked, and everybody is taken to be entitled to his minimum
 */
function orderOf(
  { contenders, policy }: Pick<Filling, 'contenders' | 'policy'>,
  members: readonly number[],
  entitled?: readonly number[],
): readonly number[] {
  const groupOf = (contender: Contender, i: number): number => {
    const { idle, gaveUp, probes, min, need, turn } = contender;
    if (idle) return gaveUp ? 7 : 6;
    if (turn?.isHeld === true) return 0;
    if (probes) return 1;
    if (policy.looksAtNeeds && mustRun(need)) return 2;
    if (isStarving(contender, policy) || turn?.isSpent === true || isOwedATurn(contender, policy)) return 3;
    return entitled === undefined || (entitled[i] ?? 0) >= min ? 4 : 5;
  };
  const groups: number[][] = [[], [], [], [], [], [], [], []];
  for (const i of members) {
    const contender = contenders[i];
    if (contender !== undefined) groups[groupOf(contender, i)]?.push(i);
  }
  const creditOf = (i: number): number => contenders[i]?.turn?.credit ?? 0;
  const byCredit = (a: number, b: number): number => creditOf(b) - creditOf(a) || a - b;
  const starvedOf = (i: number): number => starvedS(contenders[i]?.turn);
  const spentOf = (i: number): number => (contenders[i]?.turn?.isSpent === true ? 1 : 0);
  groups[0]?.sort((a, b) => spentOf(b) - spentOf(a) || a - b);
  groups[3]?.sort((a, b) => starvedOf(b) - starvedOf(a) || spentOf(b) - spentOf(a) || byCredit(a, b));
  groups[5]?.sort(byCredit);
  return groups.flat();
}

/** RF1: by now he is owed more of a turn than not. On the mean he has what he is owed, whenever it is looked at. */
const isOwedATurn = ({ min, turn }: Contender, policy: Policy): boolean =>
  policy.turns === 'owed' && turn !== undefined && 2 * turn.credit >= oneTurn(min, turnMsOf(policy));

/**
 * RF4: he has waited for so long that he starves. Of who can still have all that he wants nobody says so: he will have to charge sooner or
 * later, and then he comes first. Whose departure is over is always taken to stay for another hour: that `later` never comes, so he starves like others.
 */
const isStarving = ({ need, turn }: Contender, { turns, looksAtNeeds }: Policy): boolean =>
  turns !== 'nobody' && starvedS(turn) > 0 && (!looksAtNeeds || need.laxityS < 0 || need.isOverdue === true);

/** For how long it has waited, if that is too long; else 0. */
const starvedS = (turn: Turn | undefined): number =>
  turn !== undefined && turn.waitedS >= STARVES_AFTER_S ? turn.waitedS : 0;

/**
 * Minima of those whose turn is not over first, and of those who are to show what they take, whatever is kept for others; then one after
 * the other. Who was paused or has given his place up is not asked here: he has what is left at the end.
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
    if (contender === undefined || comesLast(contender)) continue;
    letIn(i, contender);
    const upTo = reserve(contender, i);
    if (admitted[i] === true && upTo > contender.min)
      ledger.give(i, mostThatFits(ledger, i, { from: contender.min, upTo }));
  }
  return { admitted, order, ledger };
}
