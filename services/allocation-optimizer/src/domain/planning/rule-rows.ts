import type { ProgramBuilder } from '@headroom/linear-program';
import { lastOf } from './assured.ts';
import { NOWHERE, place, type PlanColumns } from './plan-columns.ts';
import { hoursOf, type PlanQuestion, presenceIn } from './question.ts';
import type { Ruled } from './ruled.ts';

/** Nearer than this, two energies are one (kWh). */
const SAME_KWH = 1e-7;

/**
 * C61, C70: who is assured a power has it in each step until its need is met. That is no program in lines: after a step with more it needs fewer of
 * them. What is known before it is solved is that at the end of a step it has no less than with just what is assured to it (`least`), and no more than with
 * its highest power (`most`). Between the two what it has next, `min(need, has + assured)`, is at or above a straight line, and that line is asked for. So
 * as long as it cannot be full, each step has what is assured; and never has it less in all than with that alone.
 */
export function assured(
  { sessions, intervals }: PlanQuestion,
  builder: ProgramBuilder,
  { charge }: PlanColumns,
  { assuredKw }: Ruled,
): void {
  sessions.forEach((session, n) => {
    const kw = assuredKw[n] ?? [];
    let [least, most] = [0, 0];
    let before = NOWHERE;
    intervals.slice(0, lastOf(kw) + 1).forEach((interval, t) => {
      const column = charge[n]?.[t] ?? NOWHERE;
      if (column === NOWHERE) return;
      const perKw = session.efficiency * hoursOf(interval);
      const has = builder.column();
      const sum = builder.row({ lower: 0, upper: 0 });
      builder.add(sum, has, 1);
      place(builder, sum, before, -1);
      builder.add(sum, column, -perKw);
      const then = (kwh: number): number => Math.min(session.needKwh, kwh + (kw[t] ?? 0) * perKw);
      const slope = most - least > SAME_KWH ? (then(most) - then(least)) / (most - least) : 0;
      const row = builder.row({ lower: then(least) - slope * least });
      builder.add(row, has, 1);
      place(builder, row, before, -slope);
      least = then(least);
      most = Math.min(session.needKwh, most + session.maxKw * presenceIn(session, interval) * perKw);
      before = has;
    });
  });
}

/** C65: whose turn is too short for its least power has what it needs by then, and so no less than that power until it is full. */
export function lastTurns(
  { sessions, intervals }: PlanQuestion,
  builder: ProgramBuilder,
  { charge }: PlanColumns,
  { turns = [] }: Ruled,
): void {
  sessions.forEach(({ needKwh, efficiency }, n) => {
    const last = turns[n]?.findIndex(({ isLast }) => isLast === true) ?? -1;
    if (last < 0) return;
    const row = builder.row({ lower: needKwh });
    intervals
      .slice(0, last + 1)
      .forEach((interval, t) => place(builder, row, charge[n]?.[t], efficiency * hoursOf(interval)));
  });
}
