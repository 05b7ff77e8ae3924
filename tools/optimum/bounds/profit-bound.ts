import type { Solver } from '@headroom/linear-program/highs';
import { type SlottedDay, slotWh } from '../site/slotted.ts';
import { certifyProfit, type ProfitCertificate, type ProfitPrices, type ProfitTerms } from './certify-profit.ts';
import { DayProgram, type Span } from './day-program.ts';
import { solveProven } from './proven.ts';
import { spansOf } from './spans.ts';

const SLOTS_OF_QUARTER = 3;
const WH_OF_KW_QUARTER = 250;

/**
 * U2 (YS2): the highest profit that any allocator could make over a billing period, one that knows all arrivals and has no minimum
 * included: U1 with prices, and one column for the highest mean of a quarter of an hour. Proven as U1 is, by code that knows neither
 * the program nor the solver. `day`: the whole period, on plain rows.
 */
export function profitBound(solver: Solver, day: SlottedDay, terms: ProfitTerms): ProfitCertificate {
  const spans = withinQuarters(day);
  const program = new DayProgram(day.sessions, { worth: (_, slot) => terms.worthPerWh(slot), spans });
  program.needs(({ needWh }) => needWh);
  for (const row of day.rows) program.conductor(row);
  const peak = program.builder.column({ cost: terms.pricePerKw });
  const quarterRows = quartersOf(program, day, { spans, peak });
  const { colValue, rowDual } = solveProven(solver, program.builder.build(), 'profit bound');
  const clipped = (place: number, slot: number): number =>
    Math.max(0, colValue[program.column(place, slot) ?? -1] ?? 0);
  return certifyProfit(day, clipped, { terms, prices: pricesOf(program, rowDual, { day, spans, quarterRows }) });
}

/** Spans in which nothing changes, none of them over a quarter of the clock. */
function withinQuarters(day: SlottedDay): readonly Span[] {
  return spansOf(day).flatMap(({ fromSlot, untilSlot }) => {
    const parts: Span[] = [];
    for (let from = fromSlot; from < untilSlot; ) {
      const until = Math.min(untilSlot, (Math.floor(from / SLOTS_OF_QUARTER) + 1) * SLOTS_OF_QUARTER);
      parts.push({ fromSlot: from, untilSlot: until });
      from = until;
    }
    return parts;
  });
}

function quartersOf(
  program: DayProgram,
  { sessions, slots }: SlottedDay,
  { spans, peak }: { readonly spans: readonly Span[]; readonly peak: number },
): ReadonlyMap<number, number> {
  const rows = new Map<number, number>();
  const present = Array.from({ length: slots }, (): number[] => []);
  sessions.forEach(({ first, end }, place) => {
    for (let slot = first; slot < end; slot += 1) present[slot]?.push(place);
  });
  for (const { fromSlot, untilSlot } of spans) {
    for (const place of present[fromSlot] ?? []) {
      const [column, session] = [program.column(place, fromSlot), sessions[place]];
      if (column === undefined || session === undefined) continue;
      const quarter = Math.floor(fromSlot / SLOTS_OF_QUARTER);
      let row = rows.get(quarter);
      if (row === undefined) {
        row = program.builder.row({ upper: 0 });
        program.builder.add(row, peak, -WH_OF_KW_QUARTER);
        rows.set(quarter, row);
      }
      program.builder.add(row, column, slotWh(session, 1) * (untilSlot - fromSlot));
    }
  }
  return rows;
}

/** Prices of the solver in the words of the day; below 0 is what a minimisation calls a price of an upper bound. */
function pricesOf(
  program: DayProgram,
  rowDual: Float64Array,
  of: {
    readonly day: SlottedDay;
    readonly spans: readonly Span[];
    readonly quarterRows: ReadonlyMap<number, number>;
  },
): ProfitPrices {
  const priceOf = (row: number): number => Math.max(0, -(rowDual[row] ?? 0));
  const untilOf = new Map(of.spans.map(({ fromSlot, untilSlot }) => [fromSlot, untilSlot]));
  const rows = new Map<string, Float64Array>();
  for (const { row, name, fromSlot } of program.held) {
    const ofRow = rows.get(name) ?? new Float64Array(of.day.slots);
    rows.set(name, ofRow);
    const untilSlot = untilOf.get(fromSlot) ?? fromSlot + 1;
    ofRow.fill(priceOf(row) / (untilSlot - fromSlot), fromSlot, untilSlot);
  }
  const quarters = new Float64Array(Math.ceil(of.day.slots / SLOTS_OF_QUARTER));
  // A row of watt-hours: a kW of its mean is so many of them.
  for (const [quarter, row] of of.quarterRows) quarters[quarter] = priceOf(row) * WH_OF_KW_QUARTER;
  return { rows, needs: new Map([...program.needRows].map(([place, row]) => [place, priceOf(row)])), quarters };
}
