import { IN_LINE, type SlottedDay } from '../site/slotted.ts';

/** What energy is worth, and what it and the highest powers cost, in one currency. */
export interface ProfitTerms {
  /** Of a watt-hour in a car: what its driver pays. */
  readonly valuePerWh: number;
  /** Of a watt-hour from the grid in a slot. */
  readonly pricePerWh: (slot: number) => number;
  readonly charges: readonly PeakCharge[];
}

/** For each kW of the highest mean of a quarter of an hour, of those that count. */
export interface PeakCharge {
  readonly perKw: number;
  readonly counts: (quarter: number) => boolean;
}

/** An ampere of a row as an arrow, in each slot. */
export interface RowPrices {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** What more of something would bring. Anything proves a bound, but below 0 no price counts; the right ones prove the best one. */
export interface ProfitPrices {
  /** By name of a row: of its capacity. */
  readonly rows: ReadonlyMap<string, RowPrices>;
  /** By place: of a watt-hour of need. */
  readonly needs: ReadonlyMap<number, number>;
  /** By charge, and by quarter of an hour: of a kW of its mean. */
  readonly quarters: readonly Float64Array[];
}

export interface ProfitCertificate {
  /** Nobody earns more. */
  readonly bound: number;
  /** What the schedule earns. */
  readonly reached: number;
  readonly deliveredWh: number;
  /** By charge: the highest mean that it counts. */
  readonly peaksKw: readonly number[];
  /** Between the two, relative to the bound. */
  readonly gap: number;
}

const HOURS_OF_SLOT = 5 / 60;
const SLOTS_OF_QUARTER = 3;
const WH_OF_KW_QUARTER = 250;
/** What a schedule may be beyond a row, a need or a car, relative to it: more is no rounding. */
const TOLERANCE = 1e-6;
/** The bound and the schedule may be so far apart. */
const MAX_GAP = 5e-4;

/**
 * Holds what a solver claims of the highest profit against the day itself (VF2, VF3). It knows neither the program nor the solver, and
 * uses no code of theirs. For any prices y of rows (arrows), m of needs and q of the quarters of a charge that are not negative, where
 * those of a charge add up to no more than a kW of its peak costs, no schedule earns more than
 *
 *     sum of capacity |y|  +  sum of need m  +  sum over currents of max(0, worth - y·phasors - m - q) at full current
 *
 * since an arrow's part in any direction is no longer than the arrow. Worth of a current: what its driver pays, less what it costs.
 */
export function certifyProfit(
  day: SlottedDay,
  currentA: (place: number, slot: number) => number,
  { terms, prices }: { readonly terms: ProfitTerms; readonly prices: ProfitPrices },
): ProfitCertificate {
  checkFeasible(day, currentA);
  const earnings = earned(day, currentA, terms);
  const { reached } = earnings;
  const bound = boundOf(day, terms, prices);
  const gap = (bound - reached) / Math.max(1, Math.abs(bound));
  if (!(Math.abs(gap) <= MAX_GAP)) throw new Error(`${reached} are earned where ${bound} may be possible`);
  return { bound, ...earnings, gap };
}

type Session = SlottedDay['sessions'][number];

/** Into the car. */
const whPerAmp = ({ car }: Session): number => car.wattsPerAmp * HOURS_OF_SLOT;
/** From the grid for a watt-hour in the car. */
const takenPerWh = ({ car }: Session): number => 1 / (car.efficiency ?? 1);
const quarterOf = (slot: number): number => Math.floor(slot / SLOTS_OF_QUARTER);

function checkFeasible({ sessions, rows, slots }: SlottedDay, currentA: (place: number, slot: number) => number): void {
  const hold = (value: number, most: number, what: string): void => {
    if (!(value <= most + TOLERANCE * Math.max(1, most)))
      throw new Error(`${what}: ${value} where ${most} is the most`);
  };
  for (const [place, session] of sessions.entries()) {
    let gotWh = 0;
    for (let slot = session.first; slot < session.end; slot += 1) {
      const value = currentA(place, slot);
      hold(value, session.car.maxCurrentA, `session ${place} in slot ${slot}`);
      hold(-value, 0, `session ${place} in slot ${slot}, below 0`);
      gotWh += value * whPerAmp(session);
    }
    hold(gotWh, session.needWh, `need of session ${place}`);
  }
  for (const { name, members, phasors, capacityA } of rows) {
    const [sumsX, sumsY] = [new Float64Array(slots), new Float64Array(slots)];
    for (const [n, place] of members.entries()) {
      const { first = 0, end = 0 } = sessions[place] ?? {};
      const { x, y } = phasors?.[n] ?? IN_LINE;
      for (let slot = first; slot < end; slot += 1) {
        const value = currentA(place, slot);
        sumsX[slot] = (sumsX[slot] ?? 0) + value * x;
        sumsY[slot] = (sumsY[slot] ?? 0) + value * y;
      }
    }
    for (let slot = 0; slot < slots; slot += 1)
      hold(Math.hypot(sumsX[slot] ?? 0, sumsY[slot] ?? 0), capacityA[slot] ?? 0, `${name} in slot ${slot}`);
  }
}

function earned(
  { sessions, slots }: SlottedDay,
  currentA: (place: number, slot: number) => number,
  { valuePerWh, pricePerWh, charges }: ProfitTerms,
): Pick<ProfitCertificate, 'reached' | 'deliveredWh' | 'peaksKw'> {
  const quarterWh = new Float64Array(Math.ceil(slots / SLOTS_OF_QUARTER));
  let [worth, deliveredWh] = [0, 0];
  for (const [place, session] of sessions.entries()) {
    for (let slot = session.first; slot < session.end; slot += 1) {
      const wh = currentA(place, slot) * whPerAmp(session);
      const takenWh = wh * takenPerWh(session);
      quarterWh[quarterOf(slot)] = (quarterWh[quarterOf(slot)] ?? 0) + takenWh;
      deliveredWh += wh;
      worth += wh * valuePerWh - takenWh * pricePerWh(slot);
    }
  }
  const peaksKw = charges.map(({ counts }) =>
    quarterWh.reduce((most, wh, quarter) => (counts(quarter) ? Math.max(most, wh / WH_OF_KW_QUARTER) : most), 0),
  );
  const paid = charges.reduce((sum, { perKw }, n) => sum + perKw * (peaksKw[n] ?? 0), 0);
  return { reached: worth - paid, deliveredWh, peaksKw };
}

function boundOf({ sessions, rows, slots }: SlottedDay, terms: ProfitTerms, prices: ProfitPrices): number {
  const ofQuarters = quarterPrices(slots, terms.charges, prices.quarters);
  const costs = sessions.map(({ first, end }) => new Float64Array(Math.max(0, end - first)));
  let bound = 0;
  for (const { name, members, phasors, capacityA } of rows) {
    const ofRow = prices.rows.get(name);
    if (ofRow === undefined) continue;
    for (let slot = 0; slot < slots; slot += 1)
      bound += Math.hypot(ofRow.x[slot] ?? 0, ofRow.y[slot] ?? 0) * (capacityA[slot] ?? 0);
    for (const [n, place] of members.entries()) {
      const [session, cost, { x, y }] = [sessions[place], costs[place], phasors?.[n] ?? IN_LINE];
      if (session === undefined || cost === undefined) continue;
      for (let slot = session.first; slot < session.end; slot += 1)
        cost[slot - session.first] =
          (cost[slot - session.first] ?? 0) + (ofRow.x[slot] ?? 0) * x + (ofRow.y[slot] ?? 0) * y;
    }
  }
  for (const [place, session] of sessions.entries()) {
    const ofNeed = Math.max(0, prices.needs.get(place) ?? 0);
    bound += ofNeed * session.needWh;
    for (let slot = session.first; slot < session.end; slot += 1) {
      const taken = terms.pricePerWh(slot) + (ofQuarters[quarterOf(slot)] ?? 0) / WH_OF_KW_QUARTER;
      const left = (terms.valuePerWh - ofNeed - taken * takenPerWh(session)) * whPerAmp(session);
      bound += Math.max(0, left - (costs[place]?.[slot - session.first] ?? 0)) * session.car.maxCurrentA;
    }
  }
  return bound;
}

/** Of a kW in each quarter, all charges together. Those of one must not come to more than its peak costs; less proves a bound as well. */
function quarterPrices(slots: number, charges: readonly PeakCharge[], quarters: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(Math.ceil(slots / SLOTS_OF_QUARTER));
  for (const [n, { perKw, counts }] of charges.entries()) {
    const priceIn = (quarter: number): number => (counts(quarter) ? Math.max(0, quarters[n]?.[quarter] ?? 0) : 0);
    const sum = all.reduce((total, _, quarter) => total + priceIn(quarter), 0);
    const shrink = sum > perKw ? perKw / sum : 1;
    for (let quarter = 0; quarter < all.length; quarter += 1)
      all[quarter] = (all[quarter] ?? 0) + priceIn(quarter) * shrink;
  }
  return all;
}
