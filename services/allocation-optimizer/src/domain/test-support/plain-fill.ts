import { deciAmps, invariant } from '@headroom/kernel';
import { type Constraint, Ledger, type Member, taken } from './plain-constraints.ts';
import { LEVEL_PARTS } from '../levels.ts';
import type { Contender, Kernel, Policy } from '../policies/policy.ts';

interface Share {
  readonly given: number;
  /** What kept it from more; undefined: its own maximum. */
  readonly boundBy: Constraint | undefined;
  /** Not admitted: its minimum does not fit. Counts from 1 in the order of admission. */
  readonly queuePosition?: number;
}

/**
 * The fill as it was first written, round after round over everybody: what the fast one is compared with. It shares no line with it.
 *
 * Who gets what: admission of minima in the policy's order (FS3), or, where not all have theirs, first to those who would have theirs if
 * there were none; progressive filling to the common level at which a row or a maximum stops each session (FS4), the rest of the rounding
 * handed out in order (FS5). All integers. Nobody has waited yet: of turns it knows nothing.
 *
 * @param contenders in the policy's order; the answer stands in the same order
 */
export function plainFill(
  contenders: readonly Contender[],
  constraints: readonly Constraint[],
  policy: Policy,
): readonly Share[] {
  const boundBy: (Constraint | undefined)[] = contenders.map(() => undefined);
  const plain = contenders.map((_, index) => index);
  let { ledger, admitted } = admittedIn(contenders, constraints, plain);
  let order = plain;
  if (contenders.some(({ idle, max, min }, index) => !admitted[index] && !idle && max >= min)) {
    const entitled = entitlements(contenders, constraints, policy);
    const isEntitled = (index: number): boolean => (entitled[index] ?? 0) >= (contenders[index]?.min ?? 0);
    const groupOf = (index: number): number => (contenders[index]?.idle ? 2 : isEntitled(index) ? 0 : 1);
    order = plain.toSorted((a, b) => groupOf(a) - groupOf(b) || a - b);
    ({ ledger, admitted } = admittedIn(contenders, constraints, order));
  }
  raiseTogether({ contenders, constraints, kernels: contenders.map(policy.kernelOf), admitted, ledger, boundBy });
  topUp(contenders, (index) => admitted[index] === true, ledger);
  const queue = order.filter(
    (index) => !admitted[index] && (contenders[index]?.max ?? 0) >= (contenders[index]?.min ?? 0),
  );
  return contenders.map((contender, index) => {
    const given = ledger.given(index);
    if (queue.includes(index))
      return { given, boundBy: ledger.obstacle(index, contender.min), queuePosition: queue.indexOf(index) + 1 };
    return {
      given,
      boundBy: given >= contender.max ? undefined : (boundBy[index] ?? ledger.obstacle(index, given + 1)),
    };
  });
}

function admittedIn(
  contenders: readonly Contender[],
  constraints: readonly Constraint[],
  order: readonly number[],
): { readonly ledger: Ledger; readonly admitted: readonly boolean[] } {
  const ledger = new Ledger(constraints, contenders.length);
  const admitted = contenders.map(() => false);
  for (const index of order) {
    const contender = contenders[index];
    if (contender === undefined || contender.max < contender.min) continue;
    if (ledger.obstacle(index, contender.min) !== undefined) continue;
    ledger.give(index, contender.min);
    admitted[index] = true;
  }
  return { ledger, admitted };
}

/** What each would have if there were no minima; who wants nothing has nothing. */
function entitlements(
  contenders: readonly Contender[],
  constraints: readonly Constraint[],
  policy: Policy,
): readonly number[] {
  const free = contenders.map((contender): Contender => {
    const max = contender.idle || contender.max < contender.min ? deciAmps(0) : contender.max;
    return { ...contender, min: deciAmps(0), max };
  });
  const ledger = new Ledger(constraints, free.length);
  const kernels = free.map(policy.kernelOf);
  const [admitted, boundBy] = [free.map(() => true), free.map(() => undefined)];
  raiseTogether({ contenders: free, constraints, kernels, admitted, ledger, boundBy });
  return free.map((_, index) => ledger.given(index));
}

interface Rising {
  readonly contenders: readonly Contender[];
  readonly constraints: readonly Constraint[];
  readonly kernels: readonly Kernel[];
  readonly admitted: readonly boolean[];
  readonly ledger: Ledger;
  readonly boundBy: (Constraint | undefined)[];
}

/** Raises all admitted sessions together; whoever meets a full row or its maximum stays there, the others go on. */
function raiseTogether(rising: Rising): void {
  const { contenders, constraints, admitted, ledger, boundBy } = rising;
  const active = new Set(contenders.flatMap((_, index) => (admitted[index] ? [index] : [])));
  let level = lowestUseful(rising, active);
  while (active.size > 0) {
    const before = active.size;
    const top = highestUseful(rising, active);
    const climbs = constraints.flatMap((constraint) => climbOf(constraint, active, ledger) ?? []);
    level = highestFeasible(rising, climbs, { from: level, to: top });
    const next = level + 1;
    const stopped = level >= top ? new Map<number, Constraint>() : stoppedAt(rising, climbs, next);
    for (const index of [...active]) {
      ledger.give(index, riseTo(rising, index, level));
      const atMaximum = ledger.given(index) >= (contenders[index]?.max ?? 0);
      if (!atMaximum && !stopped.has(index)) continue;
      if (!atMaximum) boundBy[index] = stopped.get(index);
      active.delete(index);
    }
    invariant(active.size < before, 'a round of the fill stopped nobody');
    // What is left of a full row goes to those it stopped, before others take it by another row.
    topUp(contenders, (index) => stopped.has(index) && ledger.given(index) < riseTo(rising, index, next), ledger);
  }
}

/** Who still rises in a constraint, and the room that those who have stopped leave them. */
interface Climb {
  readonly constraint: Constraint;
  readonly climbers: readonly Member[];
  readonly room: number;
}

/** Undefined where nobody rises any more. */
function climbOf(constraint: Constraint, active: ReadonlySet<number>, ledger: Ledger): Climb | undefined {
  const climbers = constraint.members.filter((member) => active.has(member.index));
  if (climbers.length === 0) return undefined;
  let { room } = constraint;
  for (const member of constraint.members) {
    if (!active.has(member.index)) room -= taken(member, ledger.given(member.index));
  }
  return { constraint, climbers, room };
}

/** Whom a row stops: it takes part in one that does not hold at this level, and takes of it. */
function stoppedAt(rising: Rising, climbs: readonly Climb[], level: number): ReadonlyMap<number, Constraint> {
  const stopped = new Map<number, Constraint>();
  for (const climb of climbs) {
    if (holdsAt(rising, climb, level)) continue;
    for (const member of climb.climbers) {
      if (stopped.has(member.index) || taken(member, riseTo(rising, member.index, level)) === 0) continue;
      stopped.set(member.index, climb.constraint);
    }
  }
  return stopped;
}

const riseTo = ({ contenders, kernels }: Rising, index: number, level: number): number => {
  const contender = contenders[index];
  const kernel = kernels[index];
  if (contender === undefined || kernel === undefined) return 0;
  const current = kernel.base + Math.floor((kernel.weight * (level - (kernel.from ?? 0))) / LEVEL_PARTS);
  return Math.min(contender.max, Math.max(contender.min, current));
};

/** The level at which every active session is still at its minimum: admission proved that it fits. */
function lowestUseful({ contenders, kernels }: Rising, active: ReadonlySet<number>): number {
  let lowest = 0;
  for (const index of active) {
    const { base, weight, from = 0 } = kernels[index] ?? { base: 0, weight: 1 };
    lowest = Math.min(lowest, from + Math.floor((((contenders[index]?.min ?? 0) - base) * LEVEL_PARTS) / weight));
  }
  return lowest;
}

/** The level at which the last of the active sessions is at its maximum. */
function highestUseful({ contenders, kernels }: Rising, active: ReadonlySet<number>): number {
  let top = 0;
  for (const index of active) {
    const { base, weight, from = 0 } = kernels[index] ?? { base: 0, weight: 1 };
    invariant(Number.isSafeInteger(weight) && weight > 0, `the weight ${weight} of a policy is no positive integer`);
    top = Math.max(top, from + Math.ceil((((contenders[index]?.max ?? 0) - base) * LEVEL_PARTS) / weight));
  }
  return top;
}

function holdsAt(rising: Rising, { climbers, room }: Climb, level: number): boolean {
  let used = 0;
  for (const member of climbers) used += taken(member, riseTo(rising, member.index, level));
  return used <= room;
}

/**
 * The largest level in [from, to] at which every constraint holds; `from` is known to. Most of them hold at the level
 * that another one leaves, and are asked only once.
 */
function highestFeasible(
  rising: Rising,
  climbs: readonly Climb[],
  { from, to }: { readonly from: number; readonly to: number },
): number {
  let feasible = Math.max(from, to);
  for (const climb of climbs) {
    if (holdsAt(rising, climb, feasible)) continue;
    let low = from;
    while (feasible - low > 1) {
      const middle = Math.floor((low + feasible) / 2);
      if (holdsAt(rising, climb, middle)) low = middle;
      else feasible = middle;
    }
    feasible = low;
  }
  return feasible;
}

/** One deci-amp each in order, until a whole pass changes nothing: less than one per member of a row is left. */
function topUp(contenders: readonly Contender[], takesPart: (index: number) => boolean, ledger: Ledger): void {
  for (let changed = true; changed; ) {
    changed = false;
    contenders.forEach((contender, index) => {
      const next = ledger.given(index) + 1;
      if (!takesPart(index) || next > contender.max || ledger.obstacle(index, next) !== undefined) return;
      ledger.give(index, next);
      changed = true;
    });
  }
}
