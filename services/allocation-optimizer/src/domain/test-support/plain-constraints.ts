import type { EvseId } from '@headroom/kernel';
import { beyondCabinet, type LoadedRow, type PhaseMask, underMask, weighed } from '@headroom/site-model';
import type { ContenderRole, Role } from '../roles.ts';

/** One row as the fill sees it: what the contenders below it may take together. */
export interface Constraint {
  /** Which of the rows of the site. */
  readonly rowIndex: number;
  /** Room in deci-amps for what the members take above what is `counted` of them. */
  readonly room: number;
  /** The worst cases alone break this row: what is given must fit by itself, and the fallbacks stay counted. */
  readonly overfull: boolean;
  readonly members: readonly Member[];
}

export interface Member {
  readonly index: number;
  /** With which its current counts here: `weighed`. Of plain wiring 1 to 3. */
  readonly coefficient: number;
  /** Counted already, summed over its phases here: its fallback, or what the next car may take, taken or not. */
  readonly counted: number;
}

/** Everybody on the site, and the contenders among them in the order in which members name them. */
interface Everybody {
  readonly roles: ReadonlyMap<EvseId, Role>;
  readonly contending: readonly ContenderRole[];
  /** Of contenders whose cars use fewer phases than are wired. */
  readonly masks: ReadonlyMap<EvseId, PhaseMask>;
}

/**
 * The rows as constraints: exactly what the gate lets pass, so that nothing is asked for which it would refuse. A row
 * holds while `fixed + rise + sum of max(given, base) <= limit`; `rise` is kept for the other load, should we die
 * (7.2b). Where the bases alone break it (an override below the fallbacks, a building beyond its worst case) nobody may
 * go above its fallback, and what is given must fit by itself: then lowering helps although the worst case stays. Where they
 * break it only together with the rise, nobody may go above its fallback either, but nothing needs to be lowered below it:
 * now the row holds. That one counts with more than it was told, because it is not seen to obey, is no leave to tell it more.
 */
export function plainConstraintsOf(rows: readonly LoadedRow[], everybody: Everybody): readonly Constraint[] {
  const { contending } = everybody;
  const indexes = new Map(contending.map(({ evse }, index) => [evse.evseId, index]));
  return rows.flatMap((row, rowIndex) => {
    const { members, worst, drawn, bases } = takersOf(row, everybody, indexes);
    if (members.length === 0) return [];
    const room = row.limitDeciA - worst - bases;
    if (room >= row.riseDeciA) return [{ rowIndex, room: room - row.riseDeciA, overfull: false, members }];
    const given: Constraint = {
      rowIndex,
      room: Math.max(0, row.limitDeciA - drawn),
      overfull: true,
      members: members.map((member) => ({ ...member, counted: 0 })),
    };
    // Not even where the next car counts with more than this one (MD5): nobody rises in a row that is lost.
    const stopped = members.map((member) => ({
      ...member,
      counted: weighed(member.coefficient, contending[member.index]?.evse.fallback ?? 0),
    }));
    const nobodyRises = { rowIndex, room: 0, overfull: true, members: stopped };
    return room >= 0 ? [nobodyRises] : [nobodyRises, given];
  });
}

interface Takers {
  readonly members: readonly Member[];
  /** What is counted of the members. */
  readonly bases: number;
  /** Other load and EVSEs that nobody steers. */
  readonly worst: number;
  /** Of these, what really flows while the row is overfull. */
  readonly drawn: number;
}

function takersOf(row: LoadedRow, { roles, masks }: Everybody, indexes: ReadonlyMap<EvseId, number>): Takers {
  const members: Member[] = [];
  let bases = 0;
  let worst: number = row.otherLoadDeciA;
  let drawn: number = row.otherLoadDeciA;
  for (const [evseId, wired] of row.loads) {
    const role = roles.get(evseId);
    if (role?.kind === 'fixed') {
      worst += weighed(wired, role.worst);
      drawn += weighed(wired, role.drawn);
    }
    const index = indexes.get(evseId);
    if (role?.kind !== 'contender' || index === undefined) continue;
    const { following, standing } = underMask(row.kind, wired, masks.get(evseId));
    if (following === 0) {
      // Nothing flows there now, but the next car may take it.
      worst += standing;
      continue;
    }
    const counted = Math.max(weighed(following, role.base), standing);
    members.push({ index, coefficient: following, counted });
    bases += counted;
  }
  // MD14: what nobody steers takes no more than its cabinet gives.
  const fixed = (of: 'worst' | 'drawn') => (evseId: EvseId) => {
    const role = roles.get(evseId);
    return role?.kind === 'fixed' ? role[of] : 0;
  };
  for (const cabinet of row.shared ?? []) {
    worst -= beyondCabinet(cabinet, row.loads, fixed('worst'));
    drawn -= beyondCabinet(cabinet, row.loads, fixed('drawn'));
  }
  return { members, bases, worst, drawn };
}

/** What is given so far, and how full each constraint is with it. Mutable, private to one decision. */
export class Ledger {
  readonly #constraints: readonly Constraint[];
  readonly #used: number[];
  readonly #given: number[];
  readonly #of: readonly (readonly { readonly constraint: number; readonly member: Member }[])[];

  constructor(constraints: readonly Constraint[], contenders: number) {
    this.#constraints = constraints;
    this.#used = constraints.map(() => 0);
    this.#given = Array.from({ length: contenders }, () => 0);
    const of = Array.from({ length: contenders }, (): { constraint: number; member: Member }[] => []);
    constraints.forEach(({ members }, constraint) => {
      for (const member of members) of[member.index]?.push({ constraint, member });
    });
    this.#of = of;
  }

  given(index: number): number {
    return this.#given[index] ?? 0;
  }

  /** The fullest constraint that forbids `current`; undefined where it fits. A decrease always fits. */
  obstacle(index: number, current: number): Constraint | undefined {
    let worst: Constraint | undefined;
    let excess = 0;
    for (const { constraint, member } of this.#of[index] ?? []) {
      const extra = growth(member, this.given(index), current);
      if (extra <= 0) continue;
      const over = (this.#used[constraint] ?? 0) + extra - (this.#constraints[constraint]?.room ?? 0);
      if (over > excess) {
        excess = over;
        worst = this.#constraints[constraint];
      }
    }
    return worst;
  }

  give(index: number, current: number): void {
    for (const { constraint, member } of this.#of[index] ?? []) {
      this.#used[constraint] = (this.#used[constraint] ?? 0) + growth(member, this.given(index), current);
    }
    this.#given[index] = current;
  }
}

/** What a member takes of a constraint's room at `current`. */
export const taken = ({ coefficient, counted }: Member, current: number): number =>
  Math.max(0, weighed(coefficient, current) - counted);

const growth = (member: Member, from: number, to: number): number => taken(member, to) - taken(member, from);
