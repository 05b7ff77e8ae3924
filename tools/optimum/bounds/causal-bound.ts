import type { Solver } from '@headroom/linear-program/highs';
import { IN_LINE, isPresent, type SlotRow, slotWh, type SlottedDay } from '../site/slotted.ts';
import { DayProgram } from './day-program.ts';
import { type Built, solveCut } from './solve-cut.ts';
import type { Tangents } from './tangents.ts';

/** So little that it never outweighs energy: among equal plans the one that charges early, for nobody knows who comes (PO5). */
const EARLY = 1e-6;

/**
 * U5 (YS5), of each session: what a planner reaches that knows the cars that are present and their true departures, and no arrival.
 * What it planned stays the best until somebody comes: it plans anew then, and only then.
 */
export function causalBound(solver: Solver, { sessions, rows, slots }: SlottedDay): readonly number[] {
  const deliveredWh = sessions.map(() => 0);
  const arrivals = [...new Set(sessions.map(({ first }) => first))].toSorted((a, b) => a - b);
  arrivals.forEach((fromSlot, n) => {
    const untilSlot = arrivals[n + 1] ?? slots;
    const present = sessions.flatMap((session, place) => (isPresent(session, fromSlot) ? [place] : []));
    const places = new Map(present.map((place, inProgram) => [place, inProgram]));
    const now = present.flatMap((place) => sessions[place] ?? []);
    const rowsNow = rows.map((row) => ofPresent(row, places));
    const build = (tangents: Tangents): Built => {
      const program = new DayProgram(now, { fromSlot, worth: (_, slot) => 1 - EARLY * (slot - fromSlot) });
      program.needs((session) => session.needWh - (deliveredWh[session.index] ?? 0));
      for (const row of rowsNow) program.conductor(row, { tangents });
      return { program, rows: rowsNow };
    };
    const { colValue, program } = solveCut(solver, build, 'causal bound');
    now.forEach((session, inProgram) => {
      let sumA = 0;
      for (let slot = fromSlot; slot < Math.min(untilSlot, session.end); slot += 1)
        sumA += colValue[program.column(inProgram, slot) ?? -1] ?? 0;
      deliveredWh[session.index] = (deliveredWh[session.index] ?? 0) + slotWh(session, sumA);
    });
  });
  return deliveredWh;
}

/** A row with only those members that are there, by their new places. */
function ofPresent(row: SlotRow, places: ReadonlyMap<number, number>): SlotRow {
  const { phasors, ...rest } = row;
  const there = row.members.flatMap((place, n) => {
    const now = places.get(place);
    return now === undefined ? [] : [{ now, phasor: phasors?.[n] ?? IN_LINE }];
  });
  const members = there.map(({ now }) => now);
  return { ...rest, members, ...(phasors === undefined ? {} : { phasors: there.map(({ phasor }) => phasor) }) };
}
