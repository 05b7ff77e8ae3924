import type { Solver } from '@headroom/linear-program/highs';
import { slotWh, type SlottedDay } from '../site/slotted.ts';
import { DayProgram } from './day-program.ts';
import { solveProven } from './proven.ts';

export interface EnergyBound {
  readonly energyWh: number;
  readonly gap: number;
  /** Of each session. One of many optima. */
  readonly deliveredWh: readonly number[];
}

/** U1 (YS1): the most energy that any allocator could deliver on this day, one that knows all arrivals and has no minimum included. */
export function energyBound(solver: Solver, { sessions, rows }: SlottedDay): EnergyBound {
  const program = new DayProgram(sessions, { worth: () => 1 });
  program.needs(({ needWh }) => needWh);
  for (const row of rows) program.conductor(row);
  const { colValue, objective, gap } = solveProven(solver, program.builder.build(), 'energy bound');
  const deliveredWh = sessions.map((session, place) => {
    let sumA = 0;
    for (let slot = session.first; slot < session.end; slot += 1)
      sumA += colValue[program.column(place, slot) ?? -1] ?? 0;
    return slotWh(session, sumA);
  });
  return { energyWh: 0 - objective, gap, deliveredWh };
}
