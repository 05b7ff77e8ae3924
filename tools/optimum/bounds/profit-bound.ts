import type { Solver } from '@headroom/linear-program/highs';
import { IN_LINE, isCone, type SlotRow, type SlottedDay, slotWh } from '../site/slotted.ts';
import { certifyProfit, type ProfitCertificate, type ProfitPrices, type ProfitTerms } from './certify-profit.ts';
import { DayProgram, type Span } from './day-program.ts';
import { solveProven } from './proven.ts';
import { CONE_TOLERANCE } from './solve-cut.ts';
import { spansOf } from './spans.ts';
import { Tangents } from './tangents.ts';

const SLOTS_OF_QUARTER = 3;
const WH_OF_KW_QUARTER = 250;
/** A month of a thousand sessions takes a few seconds; what takes longer than this hangs. */
const TIME_LIMIT_S = 600;
/** Each round holds rows where the last schedule was too long for them; a contract of power leaves few such places. */
const MAX_ROUNDS = 40;

/**
 * U2 (YS2): the highest profit that any allocator could make over a billing period, one that knows all arrivals and has no minimum
 * included: U1 with prices, and one column a charge for the highest mean of a quarter of an hour. Proven as U1 is, by code that knows
 * neither the program nor the solver. Rows that are sums of arrows are left out until a schedule breaks them, and held by tangents then.
 * `day`: the whole period.
 */
export function profitBound(solver: Solver, day: SlottedDay, terms: ProfitTerms): ProfitCertificate {
  const spans = withinQuarters(day);
  const cuts = new Cuts(day, spans);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const built = build(day, { terms, spans, cuts });
    const { program } = built;
    const { colValue, rowDual } = solveProven(solver, program.builder.build(), 'profit bound', TIME_LIMIT_S);
    const claimedA = (place: number, slot: number): number =>
      Math.max(0, colValue[program.column(place, slot) ?? -1] ?? 0);
    const excess = cuts.tighten(claimedA);
    if (excess === undefined) continue;
    // What a row is too long between two tangents is taken off all that flows then: the schedule keeps every row.
    const currentA = (place: number, slot: number): number => claimedA(place, slot) / (1 + (excess[slot] ?? 0));
    return certifyProfit(day, currentA, { terms, prices: pricesOf(built, rowDual, { day, spans }) });
  }
  throw new Error(`profit bound: rows are still too long after ${MAX_ROUNDS} rounds`);
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

/** Where rows that are sums of arrows are held, and by which tangents. */
class Cuts {
  readonly tangents = new Tangents();
  readonly #day: SlottedDay;
  readonly #spans: readonly Span[];
  /** By name of a row: first slots of the spans in which it is held. */
  readonly #held = new Map<string, Set<number>>();

  constructor(day: SlottedDay, spans: readonly Span[]) {
    this.#day = day;
    this.#spans = spans;
  }

  heldIn(row: SlotRow): ReadonlySet<number> | undefined {
    return isCone(row) ? (this.#held.get(row.name) ?? new Set()) : undefined;
  }

  /** By slot, what the longest row is too long, as a share of its capacity; undefined: some are so by too much, and are held now. */
  tighten(currentA: (place: number, slot: number) => number): Float64Array | undefined {
    const excess = new Float64Array(this.#day.slots);
    let isCut = false;
    for (const row of this.#day.rows.filter(isCone)) {
      const sums = sumsOf(this.#day, row, currentA);
      for (const { fromSlot, untilSlot } of this.#spans) {
        const [x, y, capacityA] = [sums.x[fromSlot] ?? 0, sums.y[fromSlot] ?? 0, row.capacityA[fromSlot] ?? 0];
        const over = Math.hypot(x, y) / Math.max(capacityA, CONE_TOLERANCE) - 1;
        if (over <= 0) continue;
        excess.fill(Math.max(over, excess[fromSlot] ?? 0), fromSlot, untilSlot);
        if (over <= CONE_TOLERANCE) continue;
        isCut = true;
        this.#held.set(row.name, (this.#held.get(row.name) ?? new Set<number>()).add(fromSlot));
        const angle = Math.atan2(y, x);
        this.tangents.add(row.name, fromSlot, { x: Math.cos(angle), y: Math.sin(angle) });
      }
    }
    return isCut ? undefined : excess;
  }
}

function sumsOf(
  { sessions, slots }: SlottedDay,
  { members, phasors }: SlotRow,
  currentA: (place: number, slot: number) => number,
): { readonly x: Float64Array; readonly y: Float64Array } {
  const sums = { x: new Float64Array(slots), y: new Float64Array(slots) };
  for (const [n, place] of members.entries()) {
    const { first = 0, end = 0 } = sessions[place] ?? {};
    const { x, y } = phasors?.[n] ?? IN_LINE;
    for (let slot = first; slot < end; slot += 1) {
      const value = currentA(place, slot);
      sums.x[slot] = (sums.x[slot] ?? 0) + value * x;
      sums.y[slot] = (sums.y[slot] ?? 0) + value * y;
    }
  }
  return sums;
}

interface Built {
  readonly program: DayProgram;
  /** By charge, rows of its quarters by their numbers. */
  readonly quarterRows: readonly ReadonlyMap<number, number>[];
}

function build(
  day: SlottedDay,
  { terms, spans, cuts }: { readonly terms: ProfitTerms; readonly spans: readonly Span[]; readonly cuts: Cuts },
): Built {
  const program = new DayProgram(day.sessions, {
    worth: ({ car }, slot) => terms.valuePerWh - terms.pricePerWh(slot) / (car.efficiency ?? 1),
    spans,
  });
  program.needs(({ needWh }) => needWh);
  for (const row of day.rows) {
    const only = cuts.heldIn(row);
    if (only?.size !== 0) program.conductor(row, { tangents: cuts.tangents, ...(only === undefined ? {} : { only }) });
  }
  const present = presentIn(day);
  const quarterRows = terms.charges.map(({ perKw, counts }) => {
    const peak = program.builder.column({ cost: perKw });
    const counted = spans.filter(({ fromSlot }) => counts(quarterOf(fromSlot)));
    return quartersOf(program, day, { spans: counted, peak, present });
  });
  return { program, quarterRows };
}

const quarterOf = (slot: number): number => Math.floor(slot / SLOTS_OF_QUARTER);

function presentIn({ sessions, slots }: SlottedDay): readonly (readonly number[])[] {
  const present = Array.from({ length: slots }, (): number[] => []);
  sessions.forEach(({ first, end }, place) => {
    for (let slot = first; slot < end; slot += 1) present[slot]?.push(place);
  });
  return present;
}

function quartersOf(
  program: DayProgram,
  { sessions }: SlottedDay,
  of: {
    readonly spans: readonly Span[];
    readonly peak: number;
    readonly present: readonly (readonly number[])[];
  },
): ReadonlyMap<number, number> {
  const rows = new Map<number, number>();
  for (const { fromSlot, untilSlot } of of.spans) {
    for (const place of of.present[fromSlot] ?? []) {
      const [column, session] = [program.column(place, fromSlot), sessions[place]];
      if (column === undefined || session === undefined) continue;
      const quarter = quarterOf(fromSlot);
      let row = rows.get(quarter);
      if (row === undefined) {
        row = program.builder.row({ upper: 0 });
        program.builder.add(row, of.peak, -WH_OF_KW_QUARTER);
        rows.set(quarter, row);
      }
      const takenWh = slotWh(session, 1) / (session.car.efficiency ?? 1);
      program.builder.add(row, column, takenWh * (untilSlot - fromSlot));
    }
  }
  return rows;
}

/** Prices of the solver in the words of the day; below 0 is what a minimisation calls a price of an upper bound. */
function pricesOf(
  { program, quarterRows }: Built,
  rowDual: Float64Array,
  of: { readonly day: SlottedDay; readonly spans: readonly Span[] },
): ProfitPrices {
  const priceOf = (row: number): number => Math.max(0, -(rowDual[row] ?? 0));
  const { slots } = of.day;
  const untilOf = new Map(of.spans.map(({ fromSlot, untilSlot }) => [fromSlot, untilSlot]));
  const rows = new Map<string, { readonly x: Float64Array; readonly y: Float64Array }>();
  for (const { row, name, fromSlot, x, y } of program.held) {
    const price = priceOf(row);
    if (price === 0) continue;
    const ofRow = rows.get(name) ?? { x: new Float64Array(slots), y: new Float64Array(slots) };
    rows.set(name, ofRow);
    const untilSlot = untilOf.get(fromSlot) ?? fromSlot + 1;
    // Of a span, spread over its slots; tangents of one place add up to an arrow.
    const each = price / (untilSlot - fromSlot);
    for (let slot = fromSlot; slot < untilSlot; slot += 1) {
      ofRow.x[slot] = (ofRow.x[slot] ?? 0) + each * x;
      ofRow.y[slot] = (ofRow.y[slot] ?? 0) + each * y;
    }
  }
  const quarters = quarterRows.map((ofCharge) => {
    const prices = new Float64Array(Math.ceil(slots / SLOTS_OF_QUARTER));
    // A row of watt-hours: a kW of its mean is so many of them.
    for (const [quarter, row] of ofCharge) prices[quarter] = priceOf(row) * WH_OF_KW_QUARTER;
    return prices;
  });
  return { rows, needs: new Map([...program.needRows].map(([place, row]) => [place, priceOf(row)])), quarters };
}
