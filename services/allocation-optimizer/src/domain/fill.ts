import { admit, type Admission, atMinima } from './admission.ts';
import type { Constraint, Constraints } from './flat-constraints.ts';
import type { Contender, Policy } from './policies/policy.ts';
import { raiseInSegments } from './raise-in-segments.ts';
import { Ledger } from './ledger.ts';
import { type CircuitRows, phaseStep } from './phase-step.ts';
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
 * (FS4), the rest of the rounding handed out in order (FS5), and what is left after that to who has given his place up (RF6). All integers.
 *
 * @param contenders in the policy's order; the answer stands in the same order
 * @param rows of the circuit whose lines are divided between cars on one phase and on three (FS2); absent: they are not
 */
export function fill(
  contenders: readonly Contender[],
  constraints: Constraints,
  policy: Policy,
  rows?: CircuitRows,
): readonly Share[] {
  const filling = { contenders, constraints, policy };
  const plain = admit(contenders, constraints, policy);
  const { entitled } = plain;
  // A plan has looked at lines and cars already, and further ahead.
  const isAsked = rows !== undefined && entitled !== undefined && policy.plannedTo === undefined;
  const classed = isAsked ? phaseStep(contenders, constraints, { entitled, rows }) : undefined;
  const admission = classed === undefined ? plain : admit(contenders, classed, policy);
  const filled =
    classed === undefined
      ? raised(filling, admission)
      : acrossClasses(filling, admission, raised({ ...filling, constraints: classed }, admission));
  complete(filling, admission, filled);
  const { ledger, stoppedBy } = filled;
  const positions = queueOf(contenders, admission);
  return contenders.map(({ min, max, gaveUp }, i) => {
    const given = ledger.given(i);
    const queuePosition = positions.get(i);
    // By the policy itself: whoever has less for the sake of classes is owed it.
    const share = entitled === undefined ? { given } : { given, entitled: entitled[i] ?? 0 };
    // By what is full in the end, whatever stood in its way at its turn: so it is the same row when it is asked again.
    if (queuePosition !== undefined) return { ...share, boundBy: ledger.obstacle(i, min), queuePosition };
    const isAtMost = given >= max || gaveUp;
    return { ...share, boundBy: isAtMost ? undefined : (stoppedBy[i] ?? ledger.obstacle(i, given + 1)) };
  });
}

interface Filling {
  readonly contenders: readonly Contender[];
  readonly constraints: Constraints;
  readonly policy: Policy;
}

interface Filled {
  readonly ledger: Ledger;
  readonly stoppedBy: readonly (Constraint | undefined)[];
}

/**
 * What was kept for an entitlement, and not taken in the end, may be enough for a whole minimum (PT3): then all rise anew beside whoever
 * it lets in, as they will the next time, when his turn has begun. Where minima were admitted in order nothing was kept.
 */
function raised({ contenders, constraints, policy }: Filling, admission: Admission): Filled {
  const { admitted, order } = admission;
  for (let { ledger } = admission; ; ledger = atMinima(contenders, constraints, admitted)) {
    const { stoppedBy } = raiseInSegments(contenders, { constraints, ledger, admitted, policy });
    const among = policy.admission === 'entitled' ? order : [];
    const late = letIn(contenders, ledger, { among, admitted, isAsked: ({ gaveUp }) => !gaveUp });
    // Each time somebody more is in: it ends.
    if (late === 0) return { ledger, stoppedBy };
  }
}

/** The same without the limits of classes, which the gate knows nothing of: whoever still waits, or was stopped by one, may go on. */
function acrossClasses({ contenders, constraints }: Filling, { admitted, order }: Admission, filled: Filled): Filled {
  const ledger = new Ledger(constraints, contenders.length);
  for (const i of contenders.keys()) ledger.give(i, filled.ledger.given(i));
  letIn(contenders, ledger, { among: order, admitted, isAsked: ({ gaveUp }) => !gaveUp });
  return { ledger, stoppedBy: [] };
}

/** FS5: nothing is left that would be enough for a step of somebody who runs; then what is left for who has given his place up. */
function complete(
  { contenders }: Pick<Filling, 'contenders'>,
  { admitted, order }: Admission,
  { ledger }: Filled,
): void {
  const running = admitted.flatMap((isAdmitted, i) => (isAdmitted ? [i] : []));
  topUp(running, (i) => contenders[i]?.max ?? 0, ledger);
  letIn(contenders, ledger, { among: order, admitted, isAsked: ({ gaveUp }) => gaveUp });
}

interface Asked {
  readonly among: readonly number[];
  readonly isAsked: (contender: Contender) => boolean;
  readonly admitted: boolean[];
}

/** Whole minima to those of them who wait, as far as they fit. @returns to how many */
function letIn(contenders: readonly Contender[], ledger: Ledger, { among, isAsked, admitted }: Asked): number {
  let count = 0;
  for (const i of among) {
    const contender = contenders[i];
    if (contender === undefined || admitted[i] === true || contender.max < contender.min || !isAsked(contender))
      continue;
    if (ledger.obstacle(i, contender.min) !== undefined) continue;
    ledger.give(i, contender.min);
    admitted[i] = true;
    count += 1;
  }
  return count;
}

/** Who waits, from 1 on in the order of admission. Who has given his place up does not wait. */
function queueOf(contenders: readonly Contender[], { admitted, order }: Admission): ReadonlyMap<number, number> {
  const waiting = order.filter((i) => {
    const contender = contenders[i];
    return contender !== undefined && admitted[i] !== true && contender.max >= contender.min && !contender.gaveUp;
  });
  return new Map(waiting.map((i, n) => [i, n + 1]));
}
