import { BUDGET_MS } from './horizon.ts';
import { dischargeOf, firstKwhOf, hoursOf, type PlanQuestion, type PlanSession, presenceIn } from './question.ts';
import type { Schedule } from './schedule.ts';

/** kW or kWh, relative to the larger of 1 and what is compared. */
const TOLERANCE = 1e-5;

const isBelow = (value: number, limit: number): boolean => value < limit - TOLERANCE * Math.max(1, Math.abs(limit));

/**
 * Whether a schedule keeps the rules of its bays (C61, C65, C70): from the question and the powers, by sums of its own. Undefined: it does.
 */
export function ruleObjection(question: PlanQuestion, schedule: Schedule): string | undefined {
  return (
    assuredObjection(question, schedule) ?? leastObjection(question, schedule) ?? firstObjection(question, schedule)
  );
}

/** Of each it is known what it would have with nothing but what is assured to it, and with all that it can take. */
interface Bounds {
  leastKwh: number;
  mostKwh: number;
  hasKwh: number;
}

/**
 * C61, C70: who is assured something has it in each step in which it cannot have met its need before, and in none of them less in all than if it
 * had had just that.
 */
function assuredObjection(question: PlanQuestion, { chargeKw }: Schedule): string | undefined {
  const { sessions, intervals } = question;
  const known = new Map<number, Bounds>();
  for (const [n, { assured }] of sessions.entries())
    if (assured !== undefined) known.set(n, { leastKwh: 0, mostKwh: 0, hasKwh: 0 });
  if (known.size === 0) return undefined;
  for (const [t, interval] of intervals.entries()) {
    const assuredKw = assuredIn(question, t, known);
    for (const [n, of] of known) {
      const session = sessions[n];
      if (session === undefined) continue;
      const perKw = session.efficiency * hoursOf(interval);
      const [kw, is] = [assuredKw.get(n) ?? 0, chargeKw[n]?.[t] ?? 0];
      if (of.mostKwh + kw * perKw <= session.needKwh && isBelow(is, kw))
        return `${session.sessionId} is given ${is} kW in interval ${t}, and is assured ${kw} kW`;
      of.leastKwh = Math.min(session.needKwh, of.leastKwh + kw * perKw);
      of.mostKwh += session.maxKw * presenceIn(session, interval) * perKw;
      of.hasKwh += is * perKw;
      if (isBelow(of.hasKwh, of.leastKwh))
        return `${session.sessionId} has ${of.hasKwh} kWh after interval ${t}, and is assured ${of.leastKwh} kWh`;
    }
  }
  return undefined;
}

/** C65: as far as budgets go a session has nothing or its least power, unless it is full by the end of the interval. */
function leastObjection(question: PlanQuestion, { chargeKw }: Schedule): string | undefined {
  const { sessions, intervals, nowMs } = question;
  for (const [n, session] of sessions.entries()) {
    const { sessionId, leastKw = 0, needKwh, efficiency } = session;
    // Who may give back takes and gives in turn, with any power.
    if (leastKw <= 0 || dischargeOf(session, question) !== undefined) continue;
    let hasKwh = 0;
    for (const [t, interval] of intervals.entries()) {
      if (interval.fromMs >= nowMs + BUDGET_MS) break;
      const kw = chargeKw[n]?.[t] ?? 0;
      hasKwh += kw * efficiency * hoursOf(interval);
      const least = leastKw * presenceIn(session, interval);
      if (kw > TOLERANCE && isBelow(kw, least) && isBelow(hasKwh, needKwh))
        return `${sessionId} is given ${kw} kW in interval ${t}, and takes at least ${least} kW`;
    }
  }
  return undefined;
}

/** By place (kW). First bays, then who is boosted; of each the least that a car can take for all of them, then the rest one after the other. */
function assuredIn(question: PlanQuestion, t: number, known: ReadonlyMap<number, Bounds>): ReadonlyMap<number, number> {
  const { sessions, intervals } = question;
  const interval = intervals[t] ?? { fromMs: 0, toMs: 0 };
  const has = new Map<number, number>();
  const raise = (n: number, toKw: number): void => {
    has.set(n, Math.max(has.get(n) ?? 0, Math.min(toKw, (has.get(n) ?? 0) + leftFor(question, t, { n, has }))));
  };
  for (const isForBoosted of [false, true]) {
    const wishes = [...known].map(([n, { leastKwh }]): readonly [number, PlanSession | undefined, number] => {
      const session = sessions[n];
      if (session === undefined) return [n, session, 0];
      const { maxKw, needKwh, efficiency, assured, fromMs, byMs } = session;
      const kw = Math.min(maxKw, assured?.kw ?? 0);
      const until = Math.min(byMs, isForBoosted ? (assured?.boostedUntilMs ?? 0) : 0);
      const boostedMs = Math.max(0, Math.min(until, interval.toMs) - Math.max(fromMs, interval.fromMs));
      if (isForBoosted && boostedMs === 0) return [n, session, 0];
      const mean = kw * presenceIn(session, interval) + ((maxKw - kw) * boostedMs) / (interval.toMs - interval.fromMs);
      const wish = Math.max(mean, (assured?.minKw ?? 0) * presenceIn(session, interval));
      return [
        n,
        session,
        Math.min(kw > 0 || isForBoosted ? wish : 0, (needKwh - leastKwh) / efficiency / hoursOf(interval)),
      ];
    });
    for (const [n, session, wish] of wishes) {
      if (session === undefined || wish <= 0 || has.has(n)) continue;
      const least = Math.min(wish, (session.assured?.minKw ?? 0) * presenceIn(session, interval));
      if (!isBelow(leftFor(question, t, { n, has }), least)) raise(n, least);
    }
    for (const [n, , wish] of wishes) if (has.has(n)) raise(n, wish);
  }
  return has;
}

/** What is free for one of them beside what all have (kW). */
function leftFor(
  { rows, importLimitKw, askedLimitKw, buildingKw, pvKw }: PlanQuestion,
  t: number,
  { n, has }: { readonly n: number; readonly has: ReadonlyMap<number, number> },
): number {
  const all = [...has.values()].reduce((sum, kw) => sum + kw, 0);
  const site = Math.min(importLimitKw[t] ?? Infinity, askedLimitKw[t] ?? Infinity);
  let left = Math.max(0, site - (buildingKw[t] ?? 0) + (pvKw[t] ?? 0)) - all;
  for (const { roomA, members } of rows) {
    const each = members.find(({ place }) => place === n)?.ampsPerKw ?? 0;
    if (each <= 0) continue;
    const carries = members.reduce((sum, { place, ampsPerKw }) => sum + (has.get(place) ?? 0) * ampsPerKw, 0);
    left = Math.min(left, (Math.max(0, roomA[t] ?? 0) - carries) / each);
  }
  return Math.max(0, left);
}

/** Sooner by less than this (kWh times hours), in all that is missing of a site, is what one level may lose to those after it. */
const SOONER_KWH_H = 1e-3;
const SOONER_PART = 1e-6;

/**
 * C65: nobody who comes after a car with too little in its battery has what it could have had instead: at no time is there room for it, what
 * they have included, on all of its conductors and in what may be imported. It looks at cars that have no other rule.
 */
function firstObjection(question: PlanQuestion, schedule: Schedule): string | undefined {
  const { sessions, intervals } = question;
  const isPlain = (session: PlanSession): boolean =>
    session.assured === undefined && session.leastKw === undefined && dischargeOf(session, question) === undefined;
  const wanted = sessions.map(firstKwhOf);
  const endMs = intervals.at(-1)?.toMs ?? 0;
  const mostKwhH = wanted.reduce((sum, kwh) => sum + kwh, 0) * ((endMs - question.nowMs) / 3_600_000);
  for (const [n, session] of sessions.entries()) {
    if ((wanted[n] ?? 0) <= 0 || !isPlain(session)) continue;
    const after = sessions.map(
      (other, m) => isPlain(other) && (other.tier > session.tier || (other.tier === session.tier && wanted[m] === 0)),
    );
    let lacksKwh = wanted[n] ?? 0;
    for (const [t, interval] of intervals.entries()) {
      const [hours, is] = [hoursOf(interval), schedule.chargeKw[n]?.[t] ?? 0];
      lacksKwh -= is * hours * session.efficiency;
      if (lacksKwh <= 0) break;
      const own = session.maxKw * presenceIn(session, interval) - is;
      const more = Math.min(own, roomKw(question, schedule, { n, t, after }), lacksKwh / hours / session.efficiency);
      if (more * hours * hours * session.efficiency > SOONER_KWH_H + SOONER_PART * mostKwhH)
        return `${session.sessionId} lacks ${lacksKwh} kWh after interval ${t}, and ${more} kW more are others' or nobody's`;
    }
  }
  return undefined;
}

/** What a session could have more in an interval if those who come after it had less (kW). */
function roomKw(
  { rows, importLimitKw, askedLimitKw }: PlanQuestion,
  { chargeKw, dischargeKw, importKw, exportKw, curtailedKw, batteryInKw }: Schedule,
  { n, t, after }: { readonly n: number; readonly t: number; readonly after: readonly boolean[] },
): number {
  const others = (place: number): number => (after[place] === true ? (chargeKw[place]?.[t] ?? 0) : 0);
  // What cars give back makes no room for anybody (MD16).
  const given = dischargeKw.reduce((sum, powers) => sum + (powers[t] ?? 0), 0);
  const unused = (exportKw[t] ?? 0) + (curtailedKw[t] ?? 0) - (importKw[t] ?? 0) - given;
  const site = Math.min(importLimitKw[t] ?? Infinity, askedLimitKw[t] ?? Infinity);
  let room = site + unused + after.reduce((sum, _, place) => sum + others(place), 0);
  for (const { roomA, members, batteryAmpsPerKw } of rows) {
    const each = members.find(({ place }) => place === n)?.ampsPerKw ?? 0;
    if (each <= 0) continue;
    const standing = members.reduce(
      (sum, { place, ampsPerKw }) => sum + ((chargeKw[place]?.[t] ?? 0) - others(place)) * ampsPerKw,
      (batteryInKw[t] ?? 0) * batteryAmpsPerKw,
    );
    room = Math.min(room, ((roomA[t] ?? 0) - standing) / each);
  }
  return room;
}
