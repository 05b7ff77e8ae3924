import { assure } from './assure.ts';
import { admit, type Admission, everybodyOf, type Filling } from './admission.ts';
import { type FilledByTiers, fillByTiers, tiersOf } from './fill-by-tiers.ts';
import { type Constraint, type Constraints, takenBy } from './flat-constraints.ts';
import { Ledger } from './ledger.ts';
import { keepsItsPlace, letIn, mayHaveRest } from './let-in.ts';
import { type CircuitRows, phaseStep } from './phase-step.ts';
import type { Contender, Policy } from './policies/policy.ts';
import { ASSURED, type Precedence, precedenceOf } from './precedence.ts';
import { type Filled, raiseAdmitted } from './raise-admitted.ts';
import { topUp } from './top-up.ts';

export interface Share {
  readonly given: number;
  /** What kept it from more; undefined: its own maximum. */
  readonly boundBy: Constraint | undefined;
  /** Not admitted: its minimum does not fit. Counts from 1 in the order of admission. */
  readonly queuePosition?: number;
  /** What the policy would give it, were there no minima. Absent: nobody asked. */
  readonly entitled?: number;
  /** MD13: of those who come before it, and have something of what binds it, who comes first. Absent: nobody. */
  readonly behind?: Precedence;
}

/**
 * Who gets what: admission of minima (FS3), progressive filling to the common level at which a row or a maximum stops each session
 * (FS4), the rest of the rounding handed out in order (FS5), and what is left after that to who has given his place up (RF6). All integers.
 *
 * @param asked in the policy's order; the answer stands in the same order
 * @param rows of the circuit whose lines are divided between cars on one phase and on three (FS2); absent: they are not
 */
export function fill(
  asked: readonly Contender[],
  constraints: Constraints,
  policy: Policy,
  rows?: CircuitRows,
): readonly Share[] {
  const assured = assure(asked, constraints);
  const contenders = assured?.contenders ?? asked;
  const filling = { contenders, constraints, policy };
  const tiers = tiersOf(contenders, policy.isStrict === true);
  const { admission, filled } =
    tiers.length > 1 ? fillByTiers(filling, tiers, assured?.beside) : fillAsOne(filling, rows, assured?.beside);
  complete(filling, admission, filled);
  const { ledger, stoppedBy } = filled;
  const { entitled } = admission;
  const firstIn = tiers.length > 1 || assured !== undefined ? firstOf(filling, ledger) : undefined;
  const positions = queueOf(contenders, admission);
  return contenders.map((contender, i): Share => {
    const { min, max, gaveUp } = contender;
    const own = contender.isAssured === true ? ASSURED : precedenceOf(contender);
    const given = ledger.given(i);
    const queuePosition = positions.get(i);
    const share = entitled === undefined ? { given } : { given, entitled: entitled[i] ?? 0 };
    const bound = (by: Constraint | undefined): Pick<Share, 'boundBy' | 'behind'> => {
      const first = by === undefined ? undefined : firstIn?.(by);
      return first === undefined || first >= own ? { boundBy: by } : { boundBy: by, behind: first };
    };
    // By what is full in the end, whatever stood in its way at its turn: so it is the same row when it is asked again.
    if (queuePosition !== undefined) return { ...share, ...bound(ledger.obstacle(i, min)), queuePosition };
    const isAtMost = given >= max || gaveUp;
    return { ...share, ...bound(isAtMost ? undefined : (stoppedBy[i] ?? ledger.obstacle(i, given + 1))) };
  });
}

/** Without tiers: everybody at once, with the lines divided between classes of cars where that delivers more. */
function fillAsOne(filling: Filling, rows: CircuitRows | undefined, beside: Ledger | undefined): FilledByTiers {
  const { contenders, constraints, policy } = filling;
  const everybody = everybodyOf(filling, beside);
  const plain = admit(filling, everybody, true);
  const { entitled } = plain;
  // A plan has looked at lines and cars already, and further ahead; equal shares are what they are called (FS2).
  // What is assured to somebody counts in rows that know no classes.
  const isAsked =
    rows !== undefined &&
    beside === undefined &&
    entitled !== undefined &&
    policy.keeps === 'entitled' &&
    policy.plannedTo === undefined;
  const classed = isAsked ? phaseStep(contenders, constraints, { entitled, rows }) : undefined;
  if (classed === undefined) return { admission: plain, filled: raiseAdmitted(filling, plain, everybody.beside) };
  const within = { ...filling, constraints: classed };
  const amongClasses = everybodyOf(within);
  const admission = admit(within, amongClasses, true);
  const raised = raiseAdmitted(within, admission, amongClasses.beside);
  return {
    // By the policy itself: whoever has less for the sake of classes is owed it.
    admission: { ...admission, ...(entitled === undefined ? {} : { entitled }) },
    filled: acrossClasses(filling, admission, raised),
  };
}

/** Who comes first of those who have something of a constraint, worked out once for each that is asked for. */
function firstOf(
  { contenders, constraints }: Filling,
  ledger: Ledger,
): (constraint: Constraint) => Precedence | undefined {
  const { list, starts, contenders: who } = constraints;
  const known = new Map<Constraint, number>();
  return (constraint) => {
    const before = known.get(constraint);
    if (before !== undefined) return before;
    const c = list.indexOf(constraint);
    let first = Infinity;
    for (let m = starts[c] ?? 0; m < (starts[c + 1] ?? 0); m += 1) {
      const i = who[m] ?? 0;
      const contender = contenders[i];
      if (contender === undefined || contender.idle) continue;
      // With more than what is assured to it, it shares like everybody.
      const isBeyond = contender.isAssured !== true || ledger.given(i) > contender.min;
      const precedence = isBeyond ? precedenceOf(contender) : ASSURED;
      if (precedence < first && takenBy(constraints, m, ledger.given(i)) > 0) first = precedence;
    }
    known.set(constraint, first);
    return first;
  };
}

/** The same without the limits of classes, which the gate knows nothing of: whoever still waits, or was stopped by one, may go on. */
function acrossClasses({ contenders, constraints }: Filling, { admitted, order }: Admission, filled: Filled): Filled {
  const ledger = new Ledger(constraints, contenders.length);
  for (const i of contenders.keys()) ledger.give(i, filled.ledger.given(i));
  letIn(contenders, ledger, { among: order, admitted, isAsked: keepsItsPlace });
  return { ledger, stoppedBy: [] };
}

/** FS5: nothing is left that would be enough for a step of somebody who runs; then what is left for who was paused (OD3) or has given his place up. */
function complete(
  { contenders }: Pick<Filling, 'contenders'>,
  { admitted, order }: Admission,
  { ledger }: Filled,
): void {
  const running = admitted.flatMap((isAdmitted, i) => (isAdmitted ? [i] : []));
  topUp(running, (i) => contenders[i]?.max ?? 0, ledger);
  letIn(contenders, ledger, { among: order, admitted, isAsked: mayHaveRest });
}

/** Who waits, from 1 on in the order of admission. Who has given his place up does not wait. */
function queueOf(contenders: readonly Contender[], { admitted, order }: Admission): ReadonlyMap<number, number> {
  const waiting = order.filter((i) => {
    const contender = contenders[i];
    return contender !== undefined && admitted[i] !== true && contender.max >= contender.min && !contender.gaveUp;
  });
  return new Map(waiting.map((i, n) => [i, n + 1]));
}
