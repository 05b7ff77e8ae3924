import {
  hoursOf,
  type Interval,
  type PlanAssured,
  type PlanQuestion,
  type PlanSession,
  presenceIn,
} from './question.ts';
import type { AssuredKw } from './ruled.ts';

const NOTHING = 1e-9;

/** The last interval in which it is assured anything; -1: none. */
export const lastOf = (kw: AssuredKw[number]): number => kw?.findLastIndex((power) => power > 0) ?? -1;

/**
 * What each session is to have at least (kW), were it to have nothing more before.
 *
 * As in the fast loop (`assure.ts`): accessible bays come first, then who is boosted; of each of the two first a minimum for all, as far as it
 * fits, then one after the other as much as fits. A bay whose need is met that way leaves its room to those after it. What fits is what the rows
 * of conductors leave, and what may be imported with nothing out of a battery, what the grid asks without a contract included (PO1). So all of
 * it together is always possible, and no plan is lost for it.
 */
export function assuredKwOf(question: PlanQuestion): AssuredKw {
  const { sessions, intervals } = question;
  const claimants = sessions.flatMap((session, place): readonly Claimant[] =>
    session.assured === undefined ? [] : [{ place, session, assured: session.assured, hasKwh: 0 }],
  );
  const kw = sessions.map(({ assured }) => (assured === undefined ? undefined : intervals.map(() => 0)));
  if (claimants.length === 0) return kw;
  const room = new Room(question);
  intervals.forEach((interval, t) => {
    room.openAt(t);
    const given = givenIn(room, claimants, interval);
    claimants.forEach((claimant, n) => {
      const { place, session } = claimant;
      claimant.hasKwh += (given[n] ?? 0) * session.efficiency * hoursOf(interval);
      (kw[place] ?? [])[t] = given[n] ?? 0;
    });
  });
  return kw;
}

interface Claimant {
  readonly place: number;
  readonly session: PlanSession;
  readonly assured: PlanAssured;
  /** So far in the plan, with nothing but what is assured to it. */
  hasKwh: number;
}

function givenIn(room: Room, claimants: readonly Claimant[], interval: Interval): readonly number[] {
  const given: (number | undefined)[] = claimants.map(() => undefined);
  const give = (n: number, place: number, kw: number): void => {
    room.take(place, kw);
    given[n] = (given[n] ?? 0) + kw;
  };
  for (const wishOf of [bayKw, boostedKw]) {
    const asking = claimants.flatMap(({ place, session, assured, hasKwh }, n) => {
      const left = Math.max(0, session.needKwh - hasKwh) / (session.efficiency * hoursOf(interval));
      const wish = Math.min(left, wishOf(session, assured, interval));
      const least = Math.min(wish, assured.minKw * presenceIn(session, interval));
      return wish > NOTHING ? [{ n, place, wish, least }] : [];
    });
    for (const { n, place, least } of asking) {
      const fits = room.fits(place);
      if (given[n] === undefined && fits >= least - NOTHING) give(n, place, Math.min(fits, least));
    }
    for (const { n, place, wish } of asking) {
      const has = given[n];
      if (has !== undefined) give(n, place, Math.max(0, Math.min(wish - has, room.fits(place))));
    }
  }
  return given.map((kw) => kw ?? 0);
}

const bayKw = (session: PlanSession, { kw }: PlanAssured, interval: Interval): number =>
  Math.min(kw, session.maxKw) * presenceIn(session, interval);

/** In the part of the interval in which it is boosted all that it can take; in the rest what is assured to its bay, and its least in any case. */
function boostedKw(session: PlanSession, assured: PlanAssured, interval: Interval): number {
  const { boostedUntilMs } = assured;
  if (boostedUntilMs === undefined || boostedUntilMs <= interval.fromMs) return 0;
  const boosted = presenceIn({ ...session, byMs: Math.min(session.byMs, boostedUntilMs) }, interval);
  const usual = presenceIn(session, interval) - boosted;
  const mean = session.maxKw * boosted + Math.min(assured.kw, session.maxKw) * usual;
  // Whoever was let in is not sent away for the rest of it.
  return Math.max(mean, assured.minKw * (boosted + usual));
}

/** What is left of every row in one interval, and of what may be imported. Mutable, private to one plan. */
export class Room {
  readonly #question: PlanQuestion;
  /** By place: its rows, and what a kW of it takes of each. The last of them is what may be imported. */
  readonly #rowsOf: readonly (readonly { readonly row: number; readonly each: number }[])[];
  #left: number[] = [];

  constructor(question: PlanQuestion) {
    const { rows, sessions } = question;
    this.#question = question;
    const rowsOf = sessions.map((): { row: number; each: number }[] => [{ row: rows.length, each: 1 }]);
    rows.forEach(({ members }, row) => {
      for (const { place, ampsPerKw } of members) rowsOf[place]?.push({ row, each: ampsPerKw });
    });
    this.#rowsOf = rowsOf;
  }

  /** All of an interval is free again. */
  openAt(t: number): void {
    const { rows, importLimitKw, askedLimitKw, buildingKw, pvKw } = this.#question;
    const importKw = Math.min(importLimitKw[t] ?? Infinity, askedLimitKw[t] ?? Infinity);
    const left = importKw - (buildingKw[t] ?? 0) + (pvKw[t] ?? 0);
    this.#left = [...rows.map(({ roomA }) => roomA[t] ?? 0), left].map((room) => Math.max(0, room));
  }

  /** In kW. */
  fits(place: number): number {
    let most = Infinity;
    for (const { row, each } of this.#rowsOf[place] ?? [])
      if (each > 0) most = Math.min(most, (this.#left[row] ?? 0) / each);
    return most;
  }

  take(place: number, kw: number): void {
    for (const { row, each } of this.#rowsOf[place] ?? [])
      this.#left[row] = Math.max(0, (this.#left[row] ?? 0) - kw * each);
  }
}
