import { type CircuitId, GRID_PHASES } from '@headroom/kernel';
import type { RowLimit } from '@headroom/site-model';
import { type Constraint, type Constraints, ConstraintsBuilder, takenBy } from './flat-constraints.ts';
import type { Contender } from './policies/policy.ts';
import { oneTurn, QUANTUM_MS, STARVES_AFTER_S, type Turn } from './rotation.ts';

/** The rows of one circuit, by their number among all rows. */
export interface CircuitRows {
  readonly lines: readonly number[];
  /** Absent: it has no power limit. */
  readonly power?: number;
}

/** Undefined: it has not three lines. */
export function circuitRowsOf(rows: readonly RowLimit[], circuitId: CircuitId): CircuitRows | undefined {
  const numberOf = (kind: string): number => rows.findIndex((row) => row.circuitId === circuitId && row.kind === kind);
  const lines = GRID_PHASES.map(numberOf);
  if (lines.includes(-1)) return undefined;
  const power = numberOf('power');
  return power === -1 ? { lines } : { lines, power };
}

/**
 * FS2, in its closed form for one wye circuit: where cars on one phase and cars on three compete, sharing by the policy alone can leave
 * lines idle that nobody else could use. `g` deci-amps of each line to those on three phases, and the rest of each line to those on it
 * alone, deliver `3 g + sum of min(what those on the line can take, line - g)`. Of all `g` with which that is most, the one nearest to
 * what the policy gives by itself: where that delivers as much already, nothing is changed. Each class keeps half of what the policy
 * gives it, and one minimum: else it would wait for as long as there are others (RF7). Whole numbers.
 *
 * @param entitled what the policy gives by itself, by contender
 * @returns the constraints and one more for each class; undefined: as they are. They are finer than the gate's: what is left under them
 * is handed out without them afterwards.
 */
export function phaseStep(
  contenders: readonly Contender[],
  constraints: Constraints,
  { entitled, rows }: { readonly entitled: readonly number[]; readonly rows: CircuitRows },
): Constraints | undefined {
  const classes = classesOf(contenders, constraints, { entitled, rows });
  if (classes === undefined) return undefined;
  const { three, singles } = classes;
  if (three.members.length === 0 || singles.every(({ members }) => members.length === 0)) return undefined;
  const best = nearestBest(classes);
  return best === undefined ? undefined : withClasses(contenders.length, constraints, { classes, best });
}

/** RF1, RF4: a whole turn, or it has waited too long: then its class has room for it. */
const isOwed = (turn: Turn | undefined, min: number): boolean =>
  turn !== undefined && (turn.credit >= oneTurn(min, QUANTUM_MS) || turn.waitedS >= STARVES_AFTER_S);

interface Class {
  /** Members of its line (of the first one, of those on three phases). */
  readonly members: readonly number[];
  /** What the policy gives them by itself; what they can take together at most; what they keep whatever is decided. */
  readonly plain: number;
  readonly most: number;
  readonly kept: number;
}

interface Classes {
  readonly lines: readonly Constraint[];
  /** Infinity: there is no power limit. */
  readonly powerRoom: number;
  readonly three: Class;
  readonly singles: readonly Class[];
}

/** Undefined where a line is lost already, or somebody counts otherwise than whole on one line or on all three. */
function classesOf(
  contenders: readonly Contender[],
  constraints: Constraints,
  { entitled, rows }: { readonly entitled: readonly number[]; readonly rows: CircuitRows },
): Classes | undefined {
  const { list, starts, contenders: who, coefficients } = constraints;
  const at = rows.lines.map((rowIndex) => list.findIndex((one) => one.rowIndex === rowIndex));
  const lines = at.flatMap((c) => list[c] ?? []);
  if (lines.length < 3 || lines.some(({ overfull }) => overfull)) return undefined;
  const on = contenders.map((): number[] => []);
  for (const c of at) {
    for (let m = starts[c] ?? 0; m < (starts[c + 1] ?? 0); m += 1) {
      if (coefficients[m] !== 1) return undefined;
      on[who[m] ?? 0]?.push(m);
    }
  }
  const isAsked = (i: number): boolean => {
    const contender = contenders[i];
    return contender !== undefined && !contender.idle && contender.max >= contender.min;
  };
  const classOf = (members: readonly number[]): Class => {
    let [plain, most, kept, owed] = [0, 0, 0, 0];
    for (const m of members) {
      const { max = 0, min = 0, turn, probes } = contenders[who[m] ?? 0] ?? {};
      plain += takenAt(constraints, m, entitled);
      most += takenBy(constraints, m, max);
      const least = takenBy(constraints, m, min);
      if (turn?.isHeld === true || probes === true) kept += least;
      else if (isOwed(turn, min)) owed = Math.max(owed, least);
    }
    kept += owed;
    return { members, plain, most, kept };
  };
  const threes: number[] = [];
  const alone: number[][] = [[], [], []];
  for (const [i, members] of on.entries()) {
    const [first] = members;
    if (first === undefined || !isAsked(i)) continue;
    if (members.length === 3) threes.push(first);
    else if (members.length === 1)
      alone[at.findIndex((c) => first < (starts[c + 1] ?? 0) && first >= (starts[c] ?? 0))]?.push(first);
    else return undefined;
  }
  const power = rows.power === undefined ? undefined : list.find(({ rowIndex }) => rowIndex === rows.power);
  return { lines, powerRoom: power?.room ?? Infinity, three: classOf(threes), singles: alone.map(classOf) };
}

/** For those on three phases, in deci-amps of each line. Undefined: what the policy gives by itself delivers as much. */
function nearestBest({ lines, powerRoom, three, singles }: Classes): number | undefined {
  const rooms = lines.map(({ room }) => room);
  const delivered = (g: number): number =>
    Math.min(
      powerRoom,
      rooms.reduce((sum, room, line) => sum + Math.min(singles[line]?.most ?? 0, room - g), 3 * g),
    );
  const upTo = Math.min(three.most, ...rooms.map((room, line) => room - (singles[line]?.kept ?? 0)));
  const from = Math.min(upTo, three.kept);
  if (upTo < 0) return undefined;
  const within = (g: number): number => Math.max(from, Math.min(upTo, g));
  const now = within(three.plain);
  // It is concave and bends at these only, so the best of them is the best of all; and from there towards `now` as far as it stays so.
  const bends = [from, upTo, ...rooms.map((room, line) => within(room - (singles[line]?.most ?? 0)))];
  const most = Math.max(...bends.map(delivered), delivered(now));
  if (delivered(now) === most) return undefined;
  return bends
    .filter((g) => delivered(g) === most)
    .reduce((nearest, g) => (Math.abs(g - now) < Math.abs(nearest - now) ? g : nearest));
}

function withClasses(
  count: number,
  constraints: Constraints,
  { classes: { lines, three, singles }, best }: { readonly classes: Classes; readonly best: number },
): Constraints {
  const { list, starts, contenders: who, coefficients, counted } = constraints;
  const builder = new ConstraintsBuilder(count, who.length * 2);
  const add = (m: number): void => builder.add(who[m] ?? 0, coefficients[m] ?? 0, counted[m] ?? 0);
  for (const [c, constraint] of list.entries()) {
    builder.begin(constraint);
    for (let m = starts[c] ?? 0; m < (starts[c + 1] ?? 0); m += 1) add(m);
  }
  const [first] = lines;
  if (first !== undefined) builder.begin({ ...first, room: best });
  for (const m of three.members) add(m);
  for (const [line, { members }] of singles.entries()) {
    const constraint = lines[line];
    if (constraint === undefined || members.length === 0) continue;
    builder.begin({ ...constraint, room: constraint.room - best });
    for (const m of members) add(m);
  }
  return builder.build();
}

const takenAt = (constraints: Constraints, m: number, currents: readonly number[]): number =>
  takenBy(constraints, m, currents[constraints.contenders[m] ?? 0] ?? 0);
