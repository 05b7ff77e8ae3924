import type { Solver } from '@headroom/linear-program/highs';
import type { BenchTable } from '@headroom/testing';
import { limitedDay } from '../optimum/bounds/limited-day.ts';
import type { Car } from '../optimum/generate/session.ts';
import { type Compared, compareOn, summarise } from '../optimum/run/compare.ts';
import { rowOf, TABLE_NOTES } from '../optimum/run/table.ts';
import { bareSite } from '../optimum/site/topology.ts';
import type { WhatIf } from './arguments.ts';
import type { RecordedSession } from './read-sessions.ts';
import { recordedDays } from './recorded-days.ts';

/** Recorded sessions under another limit: what each policy would have delivered of what was delivered then. */
export function replay(
  solver: Solver,
  recorded: readonly RecordedSession[],
  what: Pick<WhatIf, 'limitA' | 'maxCurrentA' | 'voltageV' | 'phases' | 'days'>,
  say: (line: string) => void,
): BenchTable {
  const car: Car = { phases: what.phases, maxCurrentA: what.maxCurrentA, wattsPerAmp: what.phases * what.voltageV };
  const { days, overlapping, leftOut } = recordedDays(recorded, car);
  const chosen = days.slice(0, what.days);
  let boundKwh = 0;
  let neededKwh = 0;
  const compared = chosen.map(({ date, day }): Compared => {
    say(`  ${date}: ${day.sessions.length} sessions`);
    const one = compareOn(solver, limitedDay(bareSite(day, 'one'), what.limitA), { knows: 'claims', cars: 'ideal' });
    boundKwh += one.boundWh / 1_000;
    neededKwh += day.sessions.reduce((sum, { energyKwh }) => sum + energyKwh, 0);
    return one;
  });
  return {
    title: `${chosen.length} recorded days on ${what.limitA} A a conductor`,
    rows: summarise(compared).map(rowOf),
    notes: [
      `The best possible allocator delivers ${boundKwh.toFixed(0)} of ${neededKwh.toFixed(0)} kWh that were delivered then.`,
      `Cars of ${what.phases === 1 ? 'one phase' : 'three phases'}, ${what.maxCurrentA} A at ${what.voltageV} V; each day for itself.`,
      `Left out: ${leftOut} sessions too short or too small, ${overlapping} at an EVSE that had a car.`,
      ...TABLE_NOTES,
    ],
  };
}
