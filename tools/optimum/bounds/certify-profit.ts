import type { SlottedDay } from '../site/slotted.ts';

/** What energy is worth and the highest power costs, in one currency. */
export interface ProfitTerms {
  /** Of a watt-hour in a slot: what a driver pays less what it costs. */
  readonly worthPerWh: (slot: number) => number;
  /** Of each kW of the highest mean of a quarter of an hour. */
  readonly pricePerKw: number;
}

/** What more of something would bring. Anything not negative proves a bound; the right ones prove the best one. */
export interface ProfitPrices {
  /** By name of a row: of an ampere of its capacity in each slot. */
  readonly rows: ReadonlyMap<string, Float64Array>;
  /** By place: of a watt-hour of need. */
  readonly needs: ReadonlyMap<number, number>;
  /** By quarter of an hour: of a kW of its mean. */
  readonly quarters: Float64Array;
}

export interface ProfitCertificate {
  /** Nobody earns more. */
  readonly bound: number;
  /** What the schedule earns. */
  readonly reached: number;
  readonly peakKw: number;
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
 * uses no code of theirs; rows are plain sums here. For any prices y of rows, m of needs and q of quarters that are not negative, where
 * those of the quarters add up to no more than a kW of the peak costs, no schedule earns more than
 *
 *     sum of capacity y  +  sum of need m  +  sum over currents of max(0, worth - y - m - q) at full current
 */
export function certifyProfit(
  day: SlottedDay,
  currentA: (place: number, slot: number) => number,
  { terms, prices }: { readonly terms: ProfitTerms; readonly prices: ProfitPrices },
): ProfitCertificate {
  checkFeasible(day, currentA);
  const { reached, peakKw } = earned(day, currentA, terms);
  const bound = boundOf(day, terms, prices);
  const gap = (bound - reached) / Math.max(1, Math.abs(bound));
  if (!(Math.abs(gap) <= MAX_GAP)) throw new Error(`${reached} are earned where ${bound} may be possible`);
  return { bound, reached, peakKw, gap };
}

const whPerAmp = ({ car }: SlottedDay['sessions'][number]): number => car.wattsPerAmp * HOURS_OF_SLOT;

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
    if (phasors?.some(({ x, y }) => x !== 1 || y !== 0) === true) throw new Error(`${name} is no plain sum`);
    const sums = new Float64Array(slots);
    for (const place of members) {
      const { first = 0, end = 0 } = sessions[place] ?? {};
      for (let slot = first; slot < end; slot += 1) sums[slot] = (sums[slot] ?? 0) + currentA(place, slot);
    }
    for (const [slot, sum] of sums.entries()) hold(sum, capacityA[slot] ?? 0, `${name} in slot ${slot}`);
  }
}

function earned(
  { sessions, slots }: SlottedDay,
  currentA: (place: number, slot: number) => number,
  { worthPerWh, pricePerKw }: ProfitTerms,
): { readonly reached: number; readonly peakKw: number } {
  const quarterWh = new Float64Array(Math.ceil(slots / SLOTS_OF_QUARTER));
  let worth = 0;
  for (const [place, session] of sessions.entries()) {
    for (let slot = session.first; slot < session.end; slot += 1) {
      const wh = currentA(place, slot) * whPerAmp(session);
      const quarter = Math.floor(slot / SLOTS_OF_QUARTER);
      quarterWh[quarter] = (quarterWh[quarter] ?? 0) + wh;
      worth += wh * worthPerWh(slot);
    }
  }
  const peakKw = quarterWh.reduce((most, wh) => Math.max(most, wh / WH_OF_KW_QUARTER), 0);
  return { reached: worth - pricePerKw * peakKw, peakKw };
}

function boundOf({ sessions, rows }: SlottedDay, terms: ProfitTerms, prices: ProfitPrices): number {
  const ofQuarters = prices.quarters.reduce((sum, price) => sum + Math.max(0, price), 0);
  // More than the peak costs they must not come to; less of each proves a bound as well.
  const shrink = ofQuarters > terms.pricePerKw ? terms.pricePerKw / ofQuarters : 1;
  const costs = sessions.map(({ first, end }) => new Float64Array(Math.max(0, end - first)));
  let bound = 0;
  for (const { name, members, capacityA } of rows) {
    const ofRow = prices.rows.get(name);
    if (ofRow === undefined) continue;
    for (const [slot, price] of ofRow.entries()) bound += Math.max(0, price) * (capacityA[slot] ?? 0);
    for (const place of members) {
      const [session, cost] = [sessions[place], costs[place]];
      if (session === undefined || cost === undefined) continue;
      for (let slot = session.first; slot < session.end; slot += 1)
        cost[slot - session.first] = (cost[slot - session.first] ?? 0) + Math.max(0, ofRow[slot] ?? 0);
    }
  }
  for (const [place, session] of sessions.entries()) {
    const ofNeed = Math.max(0, prices.needs.get(place) ?? 0);
    bound += ofNeed * session.needWh;
    for (let slot = session.first; slot < session.end; slot += 1) {
      const ofQuarter = Math.max(0, prices.quarters[Math.floor(slot / SLOTS_OF_QUARTER)] ?? 0) * shrink;
      const left = (terms.worthPerWh(slot) - ofNeed - ofQuarter / WH_OF_KW_QUARTER) * whPerAmp(session);
      bound += Math.max(0, left - (costs[place]?.[slot - session.first] ?? 0)) * session.car.maxCurrentA;
    }
  }
  return bound;
}
