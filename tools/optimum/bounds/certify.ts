import { IN_LINE, type Phasor, type SlotRow, type SlottedDay } from '../site/slotted.ts';

/** What more of something would bring, in watt-hours. Anything not negative proves a bound; the right ones prove the best one. */
export interface Prices {
  /** By name of a row and slot: of an ampere of its capacity, as an arrow. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<number, Phasor>>;
  /** By place: of a watt-hour of need. */
  readonly needs: ReadonlyMap<number, number>;
}

export interface Certificate {
  /** Nobody delivers more. */
  readonly boundWh: number;
  /** The schedule, made smaller until it keeps every row and every need to the letter. */
  readonly reachedWh: number;
  /** Between the two, relative to the bound. */
  readonly gap: number;
}

/** What a schedule may be beyond a row, a need or a car, relative to it: more is no rounding. */
const TOLERANCE = 1.1e-4;
/** The bound and the schedule may be so far apart. */
export const MAX_GAP = 5e-4;
const SMALL = 1e-6;

/**
 * Holds what a solver claims against the day itself (VF2, VF3). It knows neither the program nor the solver, and uses no code of theirs.
 *
 * Feasible: no car above its maximum, none above its need, no row longer than its capacity. What is a trifle too much is taken off the
 * whole schedule: halving all currents halves every sum.
 *
 * The best: for any prices p of rows and m of needs that are not negative, a schedule r brings at most
 *
 *     sum over rows of capacity |p|  +  sum over sessions of need m  +  sum over r of max(0, w - p·phasors - m w) at full current
 *
 * since an arrow's part in any direction is no longer than the arrow. So the sum is a bound, whoever chose the prices.
 */
export function certify(
  day: SlottedDay,
  currentA: (place: number, slot: number) => number,
  prices: Prices,
): Certificate {
  const shrink = 1 / (1 + worstExcess(day, currentA));
  const scheduledWh = day.sessions.reduce(
    (sum, session, place) => sum + gotWh(session, (slot) => currentA(place, slot)),
    0,
  );
  const reachedWh = scheduledWh * shrink;
  const boundWh = boundOf(day, prices);
  const gap = boundWh <= SMALL ? 0 : (boundWh - reachedWh) / boundWh;
  if (Math.abs(gap) > MAX_GAP) throw new Error(`${reachedWh} Wh are scheduled where ${boundWh} Wh may be possible`);
  return { boundWh, reachedWh, gap };
}

type Session = SlottedDay['sessions'][number];

const HOURS_OF_SLOT = 5 / 60;
const wattHoursPerAmp = ({ car }: Session): number => car.wattsPerAmp * HOURS_OF_SLOT;

function gotWh(session: Session, currentA: (slot: number) => number): number {
  let sumA = 0;
  for (let slot = session.first; slot < session.end; slot += 1) sumA += currentA(slot);
  return sumA * wattHoursPerAmp(session);
}

function worstExcess({ sessions, rows, slots }: SlottedDay, currentA: (place: number, slot: number) => number): number {
  let worst = 0;
  const see = (value: number, most: number, what: () => string): void => {
    if (value <= most) return;
    const excess = (value - most) / Math.max(most, SMALL);
    if (excess > TOLERANCE && value - most > SMALL) throw new Error(`${what()}: ${value} where ${most} is the most`);
    if (value - most > SMALL) worst = Math.max(worst, excess);
  };
  sessions.forEach((session, place) => {
    see(
      gotWh(session, (slot) => currentA(place, slot)),
      session.needWh,
      () => `need of session ${place}`,
    );
    for (let slot = session.first; slot < session.end; slot += 1) {
      const value = currentA(place, slot);
      if (value < -SMALL) throw new Error(`session ${place} in slot ${slot}: ${value} A`);
      see(value, session.car.maxCurrentA, () => `session ${place} in slot ${slot}`);
    }
  });
  for (const row of rows)
    for (const [slot, { x, y }] of sumsOf(row, sessions, slots, currentA))
      see(Math.hypot(x, y), row.capacityA[slot] ?? 0, () => `${row.name} in slot ${slot}`);
  return worst;
}

function sumsOf(
  { members, phasors }: SlotRow,
  sessions: readonly Session[],
  slots: number,
  currentA: (place: number, slot: number) => number,
): ReadonlyMap<number, Phasor> {
  const sums = new Map<number, Phasor>();
  for (const [n, place] of members.entries()) {
    const session = sessions[place];
    if (session === undefined) continue;
    const phasor = phasors?.[n] ?? IN_LINE;
    for (let slot = session.first; slot < Math.min(slots, session.end); slot += 1) {
      const value = currentA(place, slot);
      const { x, y } = sums.get(slot) ?? { x: 0, y: 0 };
      sums.set(slot, { x: x + value * phasor.x, y: y + value * phasor.y });
    }
  }
  return sums;
}

function boundOf({ sessions, rows }: SlottedDay, { rows: ofRows, needs }: Prices): number {
  let boundWh = 0;
  // What an ampere of a session in a slot costs in the rows that it counts in.
  const costs = sessions.map(({ first, end }) => new Float64Array(Math.max(0, end - first)));
  for (const { name, members, phasors, capacityA } of rows) {
    const priced = ofRows.get(name);
    if (priced === undefined) continue;
    for (const [slot, { x, y }] of priced) boundWh += (capacityA[slot] ?? 0) * Math.hypot(x, y);
    for (const [n, place] of members.entries()) {
      const [session, cost, phasor] = [sessions[place], costs[place], phasors?.[n] ?? IN_LINE];
      if (session === undefined || cost === undefined) continue;
      for (let slot = session.first; slot < session.end; slot += 1) {
        const price = priced.get(slot);
        if (price === undefined) continue;
        const at = slot - session.first;
        cost[at] = (cost[at] ?? 0) + price.x * phasor.x + price.y * phasor.y;
      }
    }
  }
  sessions.forEach((session, place) => {
    const ofNeed = needs.get(place) ?? 0;
    boundWh += ofNeed * session.needWh;
    const worth = wattHoursPerAmp(session) * (1 - ofNeed);
    for (const cost of costs[place] ?? []) boundWh += Math.max(0, worth - cost) * session.car.maxCurrentA;
  });
  return boundWh;
}
