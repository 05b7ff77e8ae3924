import type { Solver } from '@headroom/linear-program/highs';
import { slotWh, type SlottedDay } from '../site/slotted.ts';
import { certify, type Prices } from './certify.ts';
import { DayProgram } from './day-program.ts';
import { solveCut } from './solve-cut.ts';
import { spansOf } from './spans.ts';

export interface EnergyBound {
  /** What nobody can exceed. */
  readonly energyWh: number;
  /** Between that and what the schedule below delivers when it keeps every row to the letter, relative to the bound. */
  readonly gap: number;
  /** Of each session. One of many optima. */
  readonly deliveredWh: readonly number[];
  /** Delivered in each slot, by all. */
  readonly bySlotWh: Float64Array;
}

/**
 * U1 (YS1): the most energy that any allocator could deliver on this day, one that knows all arrivals and has no minimum included.
 * The bound is not the solver's word: it is worked out anew from the day and the prices of its rows, and the schedule is checked
 * against the day (VF2, VF3).
 */
export function energyBound(solver: Solver, day: SlottedDay): EnergyBound {
  const { sessions, rows } = day;
  const spans = spansOf(day);
  const { colValue, rowDual, program, excess } = solveCut(
    solver,
    (tangents) => {
      const made = new DayProgram(sessions, { worth: () => 1, spans });
      made.needs(({ needWh }) => needWh);
      for (const row of rows) made.conductor(row, { tangents });
      return { program: made, rows };
    },
    'energy bound',
  );
  const spanAt = new Int32Array(day.slots);
  for (const { fromSlot, untilSlot } of spans) spanAt.fill(fromSlot, fromSlot, untilSlot);
  // What a row is too long between two tangents is taken off all that flows then: the schedule keeps every row.
  const currentA = (place: number, slot: number): number =>
    (colValue[program.column(place, slot) ?? -1] ?? 0) / (1 + (excess.get(spanAt[slot] ?? 0) ?? 0));
  const certificate = certify(day, currentA, pricesOf(program, rowDual, spans));
  const bySlotWh = new Float64Array(day.slots);
  const deliveredWh = sessions.map((session, place) => {
    let sumWh = 0;
    for (let slot = session.first; slot < session.end; slot += 1) {
      const wh = slotWh(session, currentA(place, slot));
      bySlotWh[slot] = (bySlotWh[slot] ?? 0) + wh;
      sumWh += wh;
    }
    return sumWh;
  });
  return { energyWh: certificate.boundWh, gap: certificate.gap, deliveredWh, bySlotWh };
}

/** Prices of the solver in the words of the day: of a row in a span, spread over its slots; of what a session needs. */
function pricesOf(
  program: DayProgram,
  rowDual: Float64Array,
  spans: readonly { readonly fromSlot: number; readonly untilSlot: number }[],
): Prices {
  const lengths = new Map(spans.map(({ fromSlot, untilSlot }) => [fromSlot, untilSlot - fromSlot]));
  const rows = new Map<string, Map<number, { x: number; y: number }>>();
  for (const { row, name, fromSlot, x, y } of program.held) {
    // A price that helps by being below the bound is positive there: what a minimisation calls negative.
    const slots = lengths.get(fromSlot) ?? 1;
    const price = Math.max(0, -(rowDual[row] ?? 0)) / slots;
    if (price === 0) continue;
    const ofRow = rows.get(name) ?? new Map<number, { x: number; y: number }>();
    rows.set(name, ofRow);
    for (let slot = fromSlot; slot < fromSlot + slots; slot += 1) {
      const known = ofRow.get(slot) ?? { x: 0, y: 0 };
      ofRow.set(slot, { x: known.x + price * x, y: known.y + price * y });
    }
  }
  return {
    rows,
    needs: new Map([...program.needRows].map(([place, row]) => [place, Math.max(0, -(rowDual[row] ?? 0))])),
  };
}
