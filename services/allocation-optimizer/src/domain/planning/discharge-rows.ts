import type { ProgramBuilder } from '@headroom/linear-program';
import { NOWHERE, place, type PlanColumns } from './plan-columns.ts';
import { hoursOf, type PlanQuestion } from './question.ts';

/** PC1, PC7 and PC12 of a car that gives back: what is in it from interval to interval, and at the end all that it came for. */
export function inBattery(
  { intervals, sessions }: PlanQuestion,
  builder: ProgramBuilder,
  columns: PlanColumns,
  n: number,
): void {
  const session = sessions[n];
  const given = session?.discharge;
  if (session === undefined || given === undefined) return;
  let before = NOWHERE;
  intervals.forEach((interval, t) => {
    const held = columns.held[n]?.[t] ?? NOWHERE;
    if (held === NOWHERE) return;
    const hours = hoursOf(interval);
    const start = before === NOWHERE ? given.heldKwh : 0;
    const row = builder.row({ lower: start, upper: start });
    place(builder, row, held, 1);
    place(builder, row, before, -1);
    place(builder, row, columns.charge[n]?.[t], -session.efficiency * hours);
    place(builder, row, columns.discharge[n]?.[t], hours / given.efficiency);
    before = held;
  });
  const wanted = given.heldKwh + session.needKwh;
  const row = builder.row({ lower: wanted, upper: wanted });
  place(builder, row, before, 1);
  place(builder, row, columns.shortfall[n], 1);
}

/** MD18: what is given back through a conductor, with nobody beside it who takes any of it. */
export function backwards(
  { rows, intervals, sessions }: PlanQuestion,
  builder: ProgramBuilder,
  { discharge }: PlanColumns,
): void {
  for (const { backA = Infinity, members } of rows) {
    if (!Number.isFinite(backA)) continue;
    intervals.forEach((_, t) => {
      const giving = members.filter((member) => (discharge[member.place]?.[t] ?? NOWHERE) !== NOWHERE);
      const mostA = giving.reduce(
        (sum, member) => sum + (sessions[member.place]?.discharge?.maxKw ?? 0) * member.ampsPerKw,
        0,
      );
      if (mostA <= backA) return;
      const row = builder.row({ upper: backA });
      for (const member of giving) place(builder, row, discharge[member.place]?.[t], member.ampsPerKw);
    });
  }
}

/**
 * MD16: no hard limit is kept by what cars give back, for it may end at any moment; and what the grid asks without a contract is first kept
 * as well as it can be without, so that no car gives away for it what its driver needs (PC12).
 */
export function withoutDischarge(question: PlanQuestion, builder: ProgramBuilder, columns: PlanColumns): void {
  question.intervals.forEach((_, t) => {
    const giving = columns.discharge.filter((column) => (column[t] ?? NOWHERE) !== NOWHERE);
    const limit = question.importLimitKw[t] ?? Infinity;
    const asked = question.askedLimitKw[t] ?? Infinity;
    const row = (upper: number, excess: number): void => {
      const at = builder.row({ upper });
      place(builder, at, columns.imported[t], 1);
      place(builder, at, columns.exported[t], -1);
      for (const column of giving) place(builder, at, column[t], 1);
      place(builder, at, excess, -1);
    };
    if (giving.length > 0 && Number.isFinite(limit)) row(limit, NOWHERE);
    if (columns.excessLeft !== undefined && Number.isFinite(asked)) row(asked, columns.excess[t] ?? NOWHERE);
  });
}
