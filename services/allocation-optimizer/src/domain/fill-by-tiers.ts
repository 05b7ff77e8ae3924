import { type Admission, admit, type Filling } from './admission.ts';
import type { Constraint } from './flat-constraints.ts';
import { Ledger } from './ledger.ts';
import { keepsItsPlace, letIn } from './let-in.ts';
import type { Contender } from './policies/policy.ts';
import { BOOSTED, type Precedence, precedenceOf } from './precedence.ts';
import { type Filled, raiseAdmitted } from './raise-admitted.ts';
import { raiseInSegments } from './raise-in-segments.ts';
import { topUp } from './top-up.ts';

/** Those who come one after the other as one: a tier, or a part of it that comes first. */
export interface Tier {
  /** By their places. */
  readonly members: readonly number[];
  /** It has all that it can use before anybody of the next one has a minimum. */
  readonly isWhole: boolean;
}

/** Who comes first, first: of who wants current and may have any. Whoever wants nothing is of no tier here (TB1). */
export function tiersOf(contenders: readonly Contender[], isStrict: boolean): readonly Tier[] {
  const members = new Map<Precedence, number[]>();
  for (const [i, contender] of contenders.entries()) {
    if (contender.idle || contender.max < contender.min) continue;
    const precedence = precedenceOf(contender);
    const known = members.get(precedence);
    if (known === undefined) members.set(precedence, [i]);
    else known.push(i);
  }
  const inOrder = [...members].toSorted(([a], [b]) => a - b);
  return inOrder.map(([precedence, places]) => ({ members: places, isWhole: isStrict || precedence === BOOSTED }));
}

/** Of everybody, as of one tier. */
export interface FilledByTiers {
  readonly admission: Admission;
  readonly filled: Filled;
}

/**
 * MD13, PT7: each tier is asked, and rises, beside what the tiers before it have, so that none of it goes to a later one while an earlier
 * one could use it. Inside a tier all is as without tiers: turns, entitlements, what is planned first. By `policy.isStrict` a tier is filled
 * before the next one is asked; else the minima of all come first, in the order of tiers, and nothing beyond them is kept for anybody. Who is
 * boosted is filled before the others are asked in any case.
 *
 * @param beside what is assured to some of them. Absent: nothing is
 */
export function fillByTiers(filling: Filling, tiers: readonly Tier[], beside?: Ledger): FilledByTiers {
  const { contenders, constraints, policy } = filling;
  const everybody = new Everybody(contenders.length);
  let ledger = beside ?? new Ledger(constraints, contenders.length);
  for (const { members, isWhole } of tiers) {
    const admission = admit(filling, { members, beside: ledger }, isWhole);
    if (isWhole) {
      const raised = raiseAdmitted(filling, admission, ledger);
      everybody.stopped(members, raised.stoppedBy);
      ({ ledger } = raised);
      topUpAmong(
        contenders,
        members.filter((i) => admission.admitted[i]),
        ledger,
      );
    } else ({ ledger } = admission);
    everybody.asked(members, admission);
  }
  const others = [...contenders.keys()].filter((i) => !everybody.isAsked(i));
  // First those who keep their place, as in the order of one tier.
  everybody.order.push(...others.filter((i) => contenders[i]?.gaveUp === false));
  everybody.order.push(...others.filter((i) => contenders[i]?.gaveUp !== false));
  const { order, admitted } = everybody;
  letIn(contenders, ledger, { among: order, admitted, isAsked: (one) => one.idle && keepsItsPlace(one) });
  for (const { members, isWhole } of tiers) {
    if (isWhole) continue;
    const rising = contenders.map(() => false);
    for (const i of members) rising[i] = admitted[i] === true;
    const { stoppedBy } = raiseInSegments(contenders, { constraints, ledger, admitted: rising, policy });
    everybody.stopped(members, stoppedBy);
    topUpAmong(
      contenders,
      members.filter((i) => admitted[i]),
      ledger,
    );
  }
  const { stoppedBy } = everybody;
  const entitled = everybody.entitled.map((value, i) => {
    const given = ledger.given(i);
    return policy.isStrict === true && value !== undefined ? value : owedTo(contenders[i], value ?? given, given);
  });
  const admission = { admitted, order, ledger, ...(everybody.isEntitled ? { entitled } : {}) };
  return { admission, filled: { ledger, stoppedBy } };
}

/**
 * What it is entitled to beside what other tiers have in the end. Where their minima came before what is left, whoever is entitled to
 * his minimum and has it is owed nothing: what he has less went to them by the order of tiers.
 */
function owedTo(contender: Contender | undefined, entitled: number, given: number): number {
  const min = contender?.min ?? 0;
  return given >= min && entitled >= min ? Math.min(entitled, given) : entitled;
}

/** FS5 inside a tier: what rounding left of it is not the next one's. */
function topUpAmong(contenders: readonly Contender[], running: readonly number[], ledger: Ledger): void {
  topUp(running, (i) => contenders[i]?.max ?? 0, ledger);
}

/** What is known of each so far. Mutable, private to one fill. */
class Everybody {
  readonly admitted: boolean[];
  readonly order: number[] = [];
  /** Undefined: of his tier all have their minimum, and nobody asked. */
  readonly entitled: (number | undefined)[];
  /** Somebody asked. */
  isEntitled = false;
  readonly stoppedBy: (Constraint | undefined)[];
  readonly #isAsked: boolean[];

  constructor(count: number) {
    this.admitted = Array.from({ length: count }, () => false);
    this.entitled = Array.from({ length: count }, () => 0);
    this.stoppedBy = Array.from({ length: count });
    this.#isAsked = Array.from({ length: count }, () => false);
  }

  isAsked(i: number): boolean {
    return this.#isAsked[i] === true;
  }

  asked(members: readonly number[], { admitted, order, entitled }: Admission): void {
    this.order.push(...order);
    for (const i of members) {
      this.#isAsked[i] = true;
      this.admitted[i] = admitted[i] === true;
      this.entitled[i] = entitled?.[i];
    }
    if (entitled !== undefined) this.isEntitled = true;
  }

  stopped(members: readonly number[], stoppedBy: readonly (Constraint | undefined)[]): void {
    for (const i of members) this.stoppedBy[i] = stoppedBy[i];
  }
}
