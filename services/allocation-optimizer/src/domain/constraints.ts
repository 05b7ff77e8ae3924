import { type EvseId, invariant } from '@headroom/kernel';
import { beyondCabinet, type LoadedRow, type PhaseMask, type RowIndex, underMask, weighed } from '@headroom/site-model';
import { type Constraint, type Constraints, ConstraintsBuilder } from './flat-constraints.ts';
import type { ContenderRole, Role } from './roles.ts';

/** Everybody on the site, and the contenders among them in the order in which members name them. */
export interface Everybody {
  readonly roles: ReadonlyMap<EvseId, Role>;
  readonly contending: readonly ContenderRole[];
  /** Of contenders whose cars use fewer phases than are wired. */
  readonly masks: ReadonlyMap<EvseId, PhaseMask>;
  /** Contenders, by their places, whom one of the rows does not hold back: there counts the most that each may have. Absent: none. */
  readonly spared?: { readonly rowIndex: number; readonly who: ReadonlySet<number> };
}

/**
 * The rows as constraints: exactly what the gate lets pass, so that nothing is asked for which it would refuse. A row
 * holds while `fixed + rise + sum of max(given, base) <= limit`; `rise` is kept for the other load, should we die
 * (7.2b). Where the bases alone break it (an override below the fallbacks, a building beyond its worst case) nobody may
 * go above its fallback, and what is given must fit by itself: then lowering helps although the worst case stays. Where they
 * break it only together with the rise, nobody may go above its fallback either, but nothing needs to be lowered below it:
 * now the row holds. That one counts with more than it was told, because it is not seen to obey, is no leave to tell it more.
 *
 * @param index of these rows
 */
export function constraintsOf(rows: readonly LoadedRow[], index: RowIndex, everybody: Everybody): Constraints {
  const numbered = numberedOf(index, everybody);
  const builder = new ConstraintsBuilder(everybody.contending.length, index.evses.length);
  for (const [rowIndex, row] of rows.entries()) {
    const takers = takersOf(row, rowIndex, {
      index,
      numbered,
      roles: everybody.roles,
      sparedMost: sparedIn(rowIndex, everybody),
    });
    if (takers.count === 0) continue;
    for (const constraint of constraintsIn(row, rowIndex, takers)) addTo(builder, constraint, { takers, numbered });
  }
  return builder.build();
}

function constraintsIn(row: LoadedRow, rowIndex: number, { worst, drawn, bases }: Takers): readonly Constraint[] {
  const room = row.limitDeciA - worst - bases;
  if (room >= row.riseDeciA) return [{ rowIndex, room: room - row.riseDeciA, overfull: false, counts: 'counted' }];
  // Not even where the next car counts with more than this one (MD5): nobody rises in a row that is lost.
  const nobodyRises: Constraint = { rowIndex, room: 0, overfull: true, counts: 'fallback' };
  if (room >= 0) return [nobodyRises];
  return [nobodyRises, { rowIndex, room: Math.max(0, row.limitDeciA - drawn), overfull: true, counts: 'nothing' }];
}

function addTo(
  builder: ConstraintsBuilder,
  constraint: Constraint,
  { takers, numbered }: { readonly takers: Takers; readonly numbered: Numbered },
): void {
  builder.begin(constraint);
  for (let n = 0; n < takers.count; n += 1) {
    const contender = takers.contenders[n] ?? 0;
    const coefficient = takers.coefficients[n] ?? 0;
    builder.add(
      contender,
      coefficient,
      countedIn(constraint, coefficient, { takers, n, fallback: numbered.fallbacks[contender] ?? 0 }),
    );
  }
}

function countedIn(
  { counts }: Constraint,
  coefficient: number,
  { takers, n, fallback }: { readonly takers: Takers; readonly n: number; readonly fallback: number },
): number {
  if (counts === 'counted') return takers.counted[n] ?? 0;
  return counts === 'fallback' ? weighed(coefficient, fallback) : 0;
}

/** What the sums need of everybody, by the number of the EVSE; `bases` and `fallbacks` by the number of the contender. */
interface Numbered {
  /** Number of the contender; -1: it is none. */
  readonly contenders: Int32Array;
  readonly bases: Float64Array;
  readonly fallbacks: Float64Array;
  readonly masks: readonly (PhaseMask | undefined)[];
  readonly worst: Float64Array;
  readonly drawn: Float64Array;
}

function numberedOf({ numberOf }: RowIndex, { roles, contending, masks }: Everybody): Numbered {
  const contenders = new Int32Array(numberOf.size).fill(-1);
  const bases = new Float64Array(contending.length);
  const fallbacks = new Float64Array(contending.length);
  const worst = new Float64Array(numberOf.size);
  const drawn = new Float64Array(numberOf.size);
  const maskOf: (PhaseMask | undefined)[] = Array.from({ length: numberOf.size });
  for (const [evseId, role] of roles) {
    if (role.kind !== 'fixed') continue;
    const number = numberIn(numberOf, evseId);
    worst[number] = role.worst;
    drawn[number] = role.drawn;
  }
  for (const [contender, { evse, base }] of contending.entries()) {
    bases[contender] = base;
    fallbacks[contender] = evse.fallback;
    const number = numberIn(numberOf, evse.evseId);
    contenders[number] = contender;
    maskOf[number] = masks.get(evse.evseId);
  }
  return { contenders, bases, fallbacks, masks: maskOf, worst, drawn };
}

function numberIn(numberOf: RowIndex['numberOf'], evseId: EvseId): number {
  const number = numberOf.get(evseId);
  invariant(number !== undefined, `${evseId} is no EVSE of the site`);
  return number;
}

const sparedIn =
  (rowIndex: number, { spared, contending }: Everybody) =>
  (contender: number): number | undefined =>
    spared?.rowIndex === rowIndex && spared.who.has(contender) ? contending[contender]?.contender.max : undefined;

/** Who takes part in a row, and what counts there beside what they are given. The first `count` entries are its own. */
interface Takers {
  readonly contenders: Int32Array;
  readonly coefficients: Float64Array;
  readonly counted: Float64Array;
  readonly count: number;
  /** What is counted of the members. */
  readonly bases: number;
  /** Other load and EVSEs that nobody steers. */
  readonly worst: number;
  /** Of these, what really flows while the row is overfull. */
  readonly drawn: number;
}

function takersOf(
  row: LoadedRow,
  rowIndex: number,
  {
    index,
    numbered,
    roles,
    sparedMost,
  }: {
    readonly index: RowIndex;
    readonly numbered: Numbered;
    /** What a contender counts with whom the row does not hold back; undefined: it holds him back. */
    readonly sparedMost: (contender: number) => number | undefined;
  } & Pick<Everybody, 'roles'>,
): Takers {
  const from = index.starts[rowIndex] ?? 0;
  const end = index.starts[rowIndex + 1] ?? 0;
  const contenders = new Int32Array(end - from);
  const coefficients = new Float64Array(end - from);
  const countedOf = new Float64Array(end - from);
  let count = 0;
  let bases = 0;
  let worst: number = row.otherLoadDeciA;
  let drawn: number = row.otherLoadDeciA;
  for (let entry = from; entry < end; entry += 1) {
    const number = index.evses[entry] ?? 0;
    const wired = index.coefficients[entry] ?? 0;
    const contender = numbered.contenders[number] ?? -1;
    if (contender === -1) {
      worst += weighed(wired, numbered.worst[number] ?? 0);
      drawn += weighed(wired, numbered.drawn[number] ?? 0);
      continue;
    }
    const mask = numbered.masks[number];
    const { following, standing } =
      mask === undefined ? { following: wired, standing: 0 } : underMask(row.kind, wired, mask);
    if (following === 0) {
      // Nothing flows there now, but the next car may take it.
      worst += standing;
      continue;
    }
    const most = sparedMost(contender);
    if (most !== undefined) {
      const taken = Math.max(weighed(following, Math.max(most, numbered.bases[contender] ?? 0)), standing);
      worst += taken;
      drawn += taken;
      continue;
    }
    const counted = Math.max(weighed(following, numbered.bases[contender] ?? 0), standing);
    contenders[count] = contender;
    coefficients[count] = following;
    countedOf[count] = counted;
    count += 1;
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
  return { contenders, coefficients, counted: countedOf, count, bases, worst, drawn };
}
