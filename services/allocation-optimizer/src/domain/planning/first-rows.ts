import type { ProgramBuilder } from '@headroom/linear-program';
import { type Add, NOWHERE, place, type PlanColumns } from './plan-columns.ts';
import { firstKwhOf, hoursOf, type PlanQuestion, type PlanSession } from './question.ts';

/**
 * C65: what is missing of what is to be in batteries first, for as long as it is missing (kWh times hours, by weight): so it comes as early as it can,
 * as in the fast loop, where such a car waits for nobody of its tier and for no lower price. What a car leaves without is missing to the end of the plan:
 * no other one is served sooner at that price.
 */
export function missingFirst(
  { intervals }: PlanQuestion,
  builder: ProgramBuilder,
  { charge }: PlanColumns,
  of: { readonly low: readonly { readonly session: PlanSession; readonly n: number }[]; readonly add: Add },
): void {
  const endMs = intervals.at(-1)?.toMs ?? 0;
  for (const { session, n } of of.low) {
    const columns = charge[n] ?? new Int32Array(0);
    const last = columns.findLastIndex((column) => column !== NOWHERE);
    let before = NOWHERE;
    intervals.slice(0, last + 1).forEach((interval, t) => {
      const column = columns[t] ?? NOWHERE;
      if (column === NOWHERE) return;
      const has = builder.column();
      const sum = builder.row({ lower: 0, upper: 0 });
      place(builder, sum, has, 1);
      place(builder, sum, before, -1);
      place(builder, sum, column, -session.efficiency * hoursOf(interval));
      const missing = builder.column();
      const row = builder.row({ lower: firstKwhOf(session) });
      place(builder, row, has, 1);
      place(builder, row, missing, 1);
      of.add(missing, session.weight * hoursOf(t < last ? interval : { fromMs: interval.fromMs, toMs: endMs }));
      before = has;
    });
  }
}
