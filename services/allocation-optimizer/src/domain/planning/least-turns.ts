import { Room } from './assured.ts';
import { BUDGET_MS, windowOf } from './horizon.ts';
import { dischargeOf, hoursOf, type PlanQuestion, type PlanSession, presenceIn } from './question.ts';
import type { AssuredKw, LeastTurns, Turn } from './ruled.ts';
import type { Schedule } from './schedule.ts';

const NOTHING_KW = 1e-6;
const NOTHING_KWH = 1e-9;
/** Who is behind by so much of a turn has one. */
const BEHIND_TURNS = 0.5 - 1e-6;
const OFF: Turn = { fromKw: 0, toKw: 0 };

/** C65: who has nothing or at least so much in each interval as far as budgets go. Who gives back is not asked: it takes and gives by the interval. */
const isRuled = (session: PlanSession, question: PlanQuestion): boolean =>
  (session.leastKw ?? 0) > 0 && dischargeOf(session, question) === undefined;

/**
 * In which quarters of an hour each session with a least power charges, so that all of them fit with it: from a schedule that knows no least power, whose
 * energies they follow as nearly as whole turns can. Undefined: that schedule keeps all of them already.
 *
 * Quarter by quarter: whoever is most behind that schedule, as a part of what a turn gives him at least, has his turn if he is behind by half of one, in
 * the intervals in which it fits beside those before him; who is assured something (C61, C70) has his when that is so. A turn has his least power in each interval, but
 * for the one in which his need is met. All turns at their least fit together, so there is a plan with them.
 */
export function leastTurnsOf(question: PlanQuestion, schedule: Schedule, assuredKw: AssuredKw): LeastTurns | undefined {
  const { sessions } = question;
  const ruled = sessions.flatMap((session, place) =>
    isRuled(session, question) ? [new Waiting(question, { session, place, assuredKw: assuredKw[place] })] : [],
  );
  if (ruled.every((one) => one.keepsIt(schedule))) return undefined;
  const quarters = quartersOf(question);
  for (const quarter of quarters) {
    const rooms = new Map(quarter.map((t) => [t, roomAt(question, assuredKw, t)]));
    for (const one of ruled) one.plan(schedule, quarter);
    const inOrder = ruled.toSorted((a, b) => b.behind(quarter) - a.behind(quarter) || a.place - b.place);
    for (const one of inOrder) one.decide(schedule, quarter, rooms);
  }
  const turns = new Map(ruled.map((one) => [one.place, one.turns]));
  return sessions.map((_, place) => turns.get(place));
}

/** The intervals in which budgets are, by quarters of an hour. */
function quartersOf({ intervals, nowMs }: PlanQuestion): readonly (readonly number[])[] {
  const quarters = new Map<number, number[]>();
  intervals.forEach((interval, t) => {
    if (interval.fromMs >= nowMs + BUDGET_MS) return;
    const window = windowOf(interval);
    quarters.set(window, [...(quarters.get(window) ?? []), t]);
  });
  return [...quarters.values()];
}

/** What is left beside all that is assured. */
function roomAt(question: PlanQuestion, assuredKw: AssuredKw, t: number): Room {
  const room = new Room(question);
  room.openAt(t);
  assuredKw.forEach((kw, place) => room.take(place, kw?.[t] ?? 0));
  return room;
}

/** One session with a least power. Mutable, private to the above. */
class Waiting {
  readonly place: number;
  readonly turns: Turn[] = [];
  readonly #question: PlanQuestion;
  readonly #session: PlanSession;
  readonly #assuredKw: readonly number[];
  /** What the schedule gives it that it has not had in its turns. */
  #behindKwh = 0;
  /** At least, in its turns so far. */
  #hasKwh = 0;
  #isDone = false;

  constructor(
    question: PlanQuestion,
    of: { readonly session: PlanSession; readonly place: number; readonly assuredKw: readonly number[] | undefined },
  ) {
    this.#question = question;
    this.#session = of.session;
    this.#assuredKw = of.assuredKw ?? [];
    this.place = of.place;
  }

  /** Does a schedule give it nothing or its least power already? */
  keepsIt(schedule: Schedule): boolean {
    const { intervals, nowMs } = this.#question;
    let leftKwh = this.#session.needKwh;
    return intervals.every((interval, t) => {
      const kw = schedule.chargeKw[this.place]?.[t] ?? 0;
      leftKwh -= this.#plannedKwh(schedule, t);
      const isMet = leftKwh <= NOTHING_KW * this.#perKw(t);
      return interval.fromMs >= nowMs + BUDGET_MS || kw <= NOTHING_KW || kw >= this.#leastKw(t) - NOTHING_KW || isMet;
    });
  }

  plan(schedule: Schedule, quarter: readonly number[]): void {
    for (const t of quarter) this.#behindKwh += this.#plannedKwh(schedule, t);
  }

  /** In turns of this quarter; 0: it is not there. */
  behind(quarter: readonly number[]): number {
    const turnKwh = Math.min(this.#leftKwh(), this.#turnKwh(quarter));
    return turnKwh > 0 ? this.#behindKwh / turnKwh : 0;
  }

  decide(schedule: Schedule, quarter: readonly number[], rooms: ReadonlyMap<number, Room>): void {
    const isOn = this.behind(quarter) >= BEHIND_TURNS;
    for (const t of quarter) {
      const assuredKw = this.#assuredKw[t] ?? 0;
      const beyondKw = this.#takesKw(t) - assuredKw;
      const fits = beyondKw <= 0 || (rooms.get(t)?.fits(this.place) ?? 0) >= beyondKw;
      const turn = assuredKw > 0 || (isOn && fits) ? this.#turnAt(t) : OFF;
      this.turns[t] = turn;
      if (turn === OFF) continue;
      rooms.get(t)?.take(this.place, beyondKw);
      this.#take(schedule, t, turn);
    }
  }

  #take(schedule: Schedule, t: number, { isLast }: Turn): void {
    const kwh = Math.min(this.#leftKwh(), this.#takesKw(t) * this.#perKw(t));
    this.#hasKwh += kwh;
    // Where the schedule gives it more at once, so may the next one.
    this.#behindKwh -= Math.max(kwh, this.#plannedKwh(schedule, t));
    this.#isDone ||= isLast === true || this.#leftKwh() <= NOTHING_KWH;
  }

  #plannedKwh({ chargeKw }: Schedule, t: number): number {
    return (chargeKw[this.place]?.[t] ?? 0) * this.#perKw(t);
  }

  #turnAt(t: number): Turn {
    const toKw = this.#session.maxKw * presenceIn(this.#session, this.#interval(t));
    if (this.#isDone || toKw <= 0) return OFF;
    // A rounding above is no reason to have no plan.
    const fromKw = Math.min(toKw, this.#takesKw(t));
    return fromKw * this.#perKw(t) > this.#leftKwh() ? { fromKw: 0, toKw, isLast: true } : { fromKw, toKw };
  }

  /** At least, while it is on: what is assured to it is no less where it is assured. */
  #takesKw(t: number): number {
    return Math.max(this.#leastKw(t), this.#assuredKw[t] ?? 0);
  }

  #leastKw(t: number): number {
    return (this.#session.leastKw ?? 0) * presenceIn(this.#session, this.#interval(t));
  }

  #turnKwh(quarter: readonly number[]): number {
    return quarter.reduce((sum, t) => sum + this.#takesKw(t) * this.#perKw(t), 0);
  }

  #leftKwh(): number {
    return this.#isDone ? 0 : Math.max(0, this.#session.needKwh - this.#hasKwh);
  }

  #perKw(t: number): number {
    return hoursOf(this.#interval(t)) * this.#session.efficiency;
  }

  #interval(t: number): PlanQuestion['intervals'][number] {
    return this.#question.intervals[t] ?? { fromMs: 0, toMs: 0 };
  }
}
