import { type LinearProgram, ProgramBuilder } from '@headroom/linear-program';
import { assuredKwOf } from './assured.ts';
import { backwards, inBattery, withoutDischarge } from './discharge-rows.ts';
import { QUARTER_MS, windowOf } from './horizon.ts';
import { type Level, levelsOf } from './plan-levels.ts';
import { columnsOf, NOWHERE, place, type PlanColumns } from './plan-columns.ts';
import { countsIn, hoursOf, type PlanQuestion, presenceIn } from './question.ts';
import type { Ruled } from './ruled.ts';
import { assured, lastTurns } from './rule-rows.ts';

/** What a level came to. Those after it make it no worse. */
export interface Held {
  readonly level: Level;
  readonly atMost: number;
  /** Of its smallest share, if it has one. */
  readonly shareAtLeast: number;
}

/** By row of the question, then by interval: the row of the program; -1: it cannot bind and was left out. */
export type PlanLines = readonly Int32Array[];

export interface PlanProgram {
  readonly program: LinearProgram;
  readonly columns: PlanColumns;
  readonly lines: PlanLines;
  readonly levels: readonly Level[];
}

/** The model of a plan as arrays (5.1, 5.2). Which level is minimised, and which are held, is said to its copy: see `atLevel`. */
export function planProgram(question: PlanQuestion, ruled: Ruled = { assuredKw: assuredKwOf(question) }): PlanProgram {
  const builder = new ProgramBuilder();
  const columns = columnsOf(question, builder, ruled);
  needs(question, builder, columns);
  const lines = conductors(question, builder, columns);
  backwards(question, builder, columns);
  balance(question, builder, columns);
  withoutDischarge(question, builder, columns);
  storage(question, builder, columns);
  demand(question, builder, columns);
  deviations(question, builder, columns);
  assured(question, builder, columns, ruled);
  lastTurns(question, builder, columns, ruled);
  const levels = levelsOf(question, builder, columns);
  return { program: builder.build(), columns, lines, levels };
}

/** PC1. More than it needs is of no use to a car. */
function needs(question: PlanQuestion, builder: ProgramBuilder, columns: PlanColumns): void {
  const { intervals, sessions } = question;
  const { charge, shortfall } = columns;
  sessions.forEach(({ needKwh, efficiency }, n) => {
    if (columns.held[n]?.some((column) => column !== NOWHERE) === true) {
      inBattery(question, builder, columns, n);
      return;
    }
    const row = builder.row({ lower: needKwh, upper: needKwh });
    intervals.forEach((interval, t) => place(builder, row, charge[n]?.[t], efficiency * hoursOf(interval)));
    place(builder, row, shortfall[n], 1);
  });
}

/** PC4. */
function conductors(
  { rows, intervals, sessions, battery }: PlanQuestion,
  builder: ProgramBuilder,
  { charge, batteryIn }: PlanColumns,
): PlanLines {
  return rows.map(({ roomA, members, batteryAmpsPerKw }) =>
    Int32Array.from(intervals, (interval, t) => {
      const mostA = members.reduce(
        (sum, member) => {
          const session = sessions[member.place];
          return sum + (session === undefined ? 0 : session.maxKw * presenceIn(session, interval) * member.ampsPerKw);
        },
        batteryAmpsPerKw * (battery?.maxChargeKw ?? 0),
      );
      const room = Math.max(0, roomA[t] ?? 0);
      if (mostA <= room) return NOWHERE;
      const row = builder.row({ upper: room });
      for (const member of members) place(builder, row, charge[member.place]?.[t], member.ampsPerKw);
      place(builder, row, batteryIn[t], batteryAmpsPerKw);
      return row;
    }),
  );
}

/** PC6, and what the grid asks without a contract (PC10). */
function balance(question: PlanQuestion, builder: ProgramBuilder, columns: PlanColumns): void {
  question.intervals.forEach((_, t) => {
    const net = (question.buildingKw[t] ?? 0) - (question.pvKw[t] ?? 0);
    const row = builder.row({ lower: net, upper: net });
    place(builder, row, columns.imported[t], 1);
    place(builder, row, columns.exported[t], -1);
    for (const charge of columns.charge) place(builder, row, charge[t], -1);
    for (const discharge of columns.discharge) place(builder, row, discharge[t], 1);
    place(builder, row, columns.batteryIn[t], -1);
    place(builder, row, columns.batteryOut[t], 1);
    place(builder, row, columns.curtailed[t], -1);
    const asked = question.askedLimitKw[t] ?? Infinity;
    if (!Number.isFinite(asked)) return;
    const soft = builder.row({ upper: asked });
    place(builder, soft, columns.imported[t], 1);
    place(builder, soft, (columns.excessLeft ?? columns.excess)[t], -1);
  });
}

/** PC7: from interval to interval, never as a sum from the beginning. */
function storage({ intervals, battery }: PlanQuestion, builder: ProgramBuilder, columns: PlanColumns): void {
  if (battery === undefined) return;
  intervals.forEach((interval, t) => {
    const hours = hoursOf(interval);
    const before = t === 0 ? battery.energyKwh : 0;
    const row = builder.row({ lower: before, upper: before });
    place(builder, row, columns.stored[t], 1);
    if (t > 0) place(builder, row, columns.stored[t - 1], -1);
    place(builder, row, columns.batteryIn[t], -battery.efficiency * hours);
    place(builder, row, columns.batteryOut[t], hours / battery.efficiency);
  });
  // What is in it is worth something tomorrow: it ends with no less than it began with.
  const last = builder.row({ lower: battery.energyKwh });
  place(builder, last, columns.stored.at(-1), 1);
}

/** PC9: the mean of each window that begins in a billing period. */
function demand(question: PlanQuestion, builder: ProgramBuilder, { imported, peak }: PlanColumns): void {
  const { intervals, windowSoFarKwh } = question;
  const first = windowOf(question.intervals[0] ?? { fromMs: 0, toMs: 0 });
  question.demand.forEach((period, k) => {
    const windows = new Map<number, number[]>();
    intervals.forEach((interval, t) => {
      const window = windowOf(interval);
      const beginsMs = window * QUARTER_MS;
      if (!countsIn(period, beginsMs)) return;
      windows.set(window, [...(windows.get(window) ?? []), t]);
    });
    for (const [window, places] of windows) {
      const row = builder.row({ lower: window === first ? windowSoFarKwh : 0 });
      place(builder, row, peak[k], QUARTER_MS / 3_600_000);
      for (const t of places) place(builder, row, imported[t], -hoursOf(intervals[t] ?? { fromMs: 0, toMs: 0 }));
      if (period.isEven !== true) continue;
      for (const t of places) {
        const even = builder.row({ lower: 0 });
        place(builder, even, peak[k], 1);
        place(builder, even, imported[t], -1);
      }
    }
  });
}

/** PO5: `charged - above + below = what the plan before gave`. */
function deviations({ sessions, intervals }: PlanQuestion, builder: ProgramBuilder, columns: PlanColumns): void {
  sessions.forEach(({ lastKw }, n) =>
    intervals.forEach((_, t) => {
      const above = columns.above[n]?.[t] ?? NOWHERE;
      if (above === NOWHERE) return;
      const last = lastKw?.[t] ?? 0;
      const row = builder.row({ lower: last, upper: last });
      place(builder, row, columns.charge[n]?.[t], 1);
      place(builder, row, above, -1);
      place(builder, row, columns.below[n]?.[t], 1);
    }),
  );
}

/** The program that minimises one level while those before it stay as good as they were. */
export function atLevel(program: LinearProgram, level: Level, held: readonly Held[]): LinearProgram {
  const colCost = new Float64Array(program.columns);
  colCost[level.column] = 1;
  const colUpper = Float64Array.from(program.colUpper);
  const colLower = Float64Array.from(program.colLower);
  for (const { level: before, atMost, shareAtLeast } of held) {
    colUpper[before.column] = atMost;
    if (before.share !== undefined) colLower[before.share] = shareAtLeast;
  }
  return { ...program, colCost, colLower, colUpper };
}
