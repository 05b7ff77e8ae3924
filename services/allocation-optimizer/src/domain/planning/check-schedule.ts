import { ruleObjection } from './check-rules.ts';
import { QUARTER_MS } from './horizon.ts';
import { hoursOf, type PlanQuestion, type PlanSession, presenceIn } from './question.ts';
import type { Schedule } from './schedule.ts';

/** kW, kWh or A, relative to the larger of 1 and what is compared. */
const TOLERANCE = 1e-5;
/** kWh: a level is held to a ten-millionth of itself, and of a whole site that is more than the above. */
const MISSING_KWH = 1e-3;

/**
 * Whether a schedule is physically possible and keeps every limit (VF4, VF6): from the question and the powers, by sums of its own.
 * It shares nothing with the program that was solved, so a mistake in the model is found as well as one of the solver. Undefined: it is.
 */
export function objectionTo(question: PlanQuestion, schedule: Schedule): string | undefined {
  const numbers = Object.values(schedule).flat(2);
  if (!numbers.every(Number.isFinite)) return 'a value is no number';
  if (numbers.some((value) => value < -TOLERANCE)) return 'a value is below 0';
  return (
    dischargeObjection(question, schedule) ??
    sessionObjection(question, schedule) ??
    rowObjection(question, schedule) ??
    siteObjection(question, schedule) ??
    batteryObjection(question, schedule) ??
    peakObjection(question, schedule) ??
    ruleObjection(question, schedule)
  );
}

const isAbove = (value: number, limit: number): boolean => value > limit + TOLERANCE * Math.max(1, Math.abs(limit));
const differ = (a: number, b: number): boolean => isAbove(a, b) || isAbove(b, a);

function sessionObjection(
  { sessions, intervals }: PlanQuestion,
  { chargeKw, dischargeKw, shortfallKwh }: Schedule,
): string | undefined {
  for (const [n, session] of sessions.entries()) {
    let deliveredKwh = 0;
    for (const [t, interval] of intervals.entries()) {
      const power = chargeKw[n]?.[t] ?? 0;
      if (isAbove(power, session.maxKw * presenceIn(session, interval)))
        return `${session.sessionId} is given ${power} kW in interval ${t}, more than it can take`;
      const lostKwh = ((dischargeKw[n]?.[t] ?? 0) / (session.discharge?.efficiency ?? 1)) * hoursOf(interval);
      deliveredKwh += power * hoursOf(interval) * session.efficiency - lostKwh;
    }
    if (differ(deliveredKwh + (shortfallKwh[n] ?? 0), session.needKwh))
      return `${session.sessionId} needs ${session.needKwh} kWh and gets ${deliveredKwh} kWh`;
  }
  return undefined;
}

/** Who gives back: that it may, no more than it can, never what it is to keep, never while it takes, and never at its driver's cost (PC12). */
function dischargeObjection({ sessions, intervals }: PlanQuestion, schedule: Schedule): string | undefined {
  for (const [n, session] of sessions.entries()) {
    const { sessionId, discharge } = session;
    let heldKwh = discharge?.heldKwh ?? 0;
    let givenKwh = 0;
    for (const [t, interval] of intervals.entries()) {
      const [inKw, outKw] = [schedule.chargeKw[n]?.[t] ?? 0, schedule.dischargeKw[n]?.[t] ?? 0];
      const most = (discharge?.maxKw ?? 0) * presenceIn(session, interval);
      const isThere = presenceIn(session, interval) > 0;
      if (isAbove(outKw, most)) return `${sessionId} gives back ${outKw} kW in interval ${t}, and may ${most} kW`;
      if (inKw > TOLERANCE && outKw > TOLERANCE) return `${sessionId} takes and gives back in interval ${t}`;
      heldKwh += (inKw * session.efficiency - outKw / (discharge?.efficiency ?? 1)) * hoursOf(interval);
      givenKwh += outKw * hoursOf(interval);
      const wrong = heldObjection(session, { heldKwh, givenKwh, told: isThere ? schedule.heldKwh[n]?.[t] : undefined });
      if (wrong !== undefined) return `${wrong} after interval ${t}`;
    }
    const missingKwh = schedule.shortfallKwh[n] ?? 0;
    if (givenKwh > MISSING_KWH && missingKwh > MISSING_KWH)
      return `${sessionId} gives back ${givenKwh} kWh and misses ${missingKwh} kWh`;
  }
  return undefined;
}

function heldObjection(
  { sessionId, discharge, needKwh }: PlanSession,
  of: { readonly heldKwh: number; readonly givenKwh: number; readonly told: number | undefined },
): string | undefined {
  const { heldKwh, givenKwh, told } = of;
  if (discharge === undefined) return undefined;
  // Whatever comes later: what goes in before anything is given has to have room as well.
  if (isAbove(heldKwh, discharge.heldKwh + needKwh)) return `${sessionId} holds ${heldKwh} kWh, more than it wants,`;
  if (givenKwh <= TOLERANCE) return undefined;
  if (isAbove(discharge.keepKwh, heldKwh)) return `${sessionId} holds ${heldKwh} kWh, less than it is to keep,`;
  return told !== undefined && differ(told, heldKwh) ? `${sessionId} holds other than it is told` : undefined;
}

function rowObjection(question: PlanQuestion, { chargeKw, dischargeKw, batteryInKw }: Schedule): string | undefined {
  for (const { circuitId, kind, roomA, members, batteryAmpsPerKw, backA = Infinity } of question.rows) {
    for (let t = 0; t < question.intervals.length; t += 1) {
      let backwardsA = 0;
      for (const { place, ampsPerKw } of members) backwardsA += (dischargeKw[place]?.[t] ?? 0) * ampsPerKw;
      if (isAbove(backwardsA, backA)) return `${circuitId} ${kind} carries ${backwardsA} A back in interval ${t}`;
      // What somebody gives back makes no room for anybody (MD18).
      let currentA = (batteryInKw[t] ?? 0) * batteryAmpsPerKw;
      for (const { place, ampsPerKw } of members) currentA += (chargeKw[place]?.[t] ?? 0) * ampsPerKw;
      if (isAbove(currentA, Math.max(0, roomA[t] ?? 0)))
        return `${circuitId} ${kind} carries ${currentA} A in interval ${t}`;
    }
  }
  return undefined;
}

function siteObjection(question: PlanQuestion, schedule: Schedule): string | undefined {
  for (let t = 0; t < question.intervals.length; t += 1) {
    const imported = schedule.importKw[t] ?? 0;
    const exported = schedule.exportKw[t] ?? 0;
    const given = schedule.dischargeKw.reduce((sum, powers) => sum + (powers[t] ?? 0), 0);
    // MD16: and not only as long as cars give something back.
    const withoutThem = Math.max(imported, given > 0 ? imported - exported + given : 0);
    if (isAbove(withoutThem, question.importLimitKw[t] ?? 0)) return `${withoutThem} kW are imported in interval ${t}`;
    if (isAbove(exported, question.exportLimitKw)) return `${exported} kW are exported in interval ${t}`;
    if (isAbove(imported - (schedule.excessKw[t] ?? 0), question.askedLimitKw[t] ?? Infinity))
      return `${imported} kW are imported in interval ${t}, against what the grid asks`;
    const sources = (question.pvKw[t] ?? 0) - (schedule.curtailedKw[t] ?? 0) + (schedule.batteryOutKw[t] ?? 0);
    const comesIn = imported + sources + given;
    const cars = schedule.chargeKw.reduce((sum, powers) => sum + (powers[t] ?? 0), 0);
    if (differ(comesIn, exported + (question.buildingKw[t] ?? 0) + cars + (schedule.batteryInKw[t] ?? 0)))
      return `interval ${t} does not balance`;
    if (isAbove(schedule.curtailedKw[t] ?? 0, question.pvKw[t] ?? 0))
      return `more than the PV is curtailed in interval ${t}`;
  }
  return undefined;
}

function batteryObjection({ battery, intervals }: PlanQuestion, schedule: Schedule): string | undefined {
  if (battery === undefined) return undefined;
  let storedKwh = battery.energyKwh;
  for (const [t, interval] of intervals.entries()) {
    const [inKw, outKw] = [schedule.batteryInKw[t] ?? 0, schedule.batteryOutKw[t] ?? 0];
    if (isAbove(inKw, battery.maxChargeKw) || isAbove(outKw, battery.maxDischargeKw))
      return `the battery is overloaded in interval ${t}`;
    // One program in lines cannot forbid both at once; where prices are below 0 it would burn energy so.
    if (inKw > TOLERANCE && outKw > TOLERANCE) return `the battery charges and discharges in interval ${t}`;
    storedKwh += (inKw * battery.efficiency - outKw / battery.efficiency) * hoursOf(interval);
    if (isAbove(storedKwh, battery.capacityKwh) || isAbove(0, storedKwh))
      return `the battery holds ${storedKwh} kWh after interval ${t}`;
    if (differ(storedKwh, schedule.storedKwh[t] ?? 0))
      return `the battery holds other than it is told after interval ${t}`;
  }
  return undefined;
}

/** The meter of the grid operator: the mean of each quarter of an hour. */
function peakObjection(question: PlanQuestion, { importKw, peakKw }: Schedule): string | undefined {
  const { intervals, demand, windowSoFarKwh } = question;
  const inQuarter = new Map<number, number>();
  for (const [t, interval] of intervals.entries()) {
    const beginsMs = interval.fromMs - (interval.fromMs % QUARTER_MS);
    const before = inQuarter.get(beginsMs) ?? (t === 0 ? windowSoFarKwh : 0);
    inQuarter.set(beginsMs, before + (importKw[t] ?? 0) * hoursOf(interval));
  }
  for (const [k, period] of demand.entries()) {
    for (const [beginsMs, importedKwh] of inQuarter) {
      const counts = period.only?.some(({ fromMs, toMs }) => fromMs <= beginsMs && beginsMs < toMs) ?? true;
      if (!counts) continue;
      const meanKw = importedKwh / (QUARTER_MS / 3_600_000);
      if (beginsMs >= period.fromMs && beginsMs < period.toMs && isAbove(meanKw, peakKw[k] ?? 0))
        return `${meanKw} kW are drawn in a quarter of an hour of billing period ${k}, whose peak is said to be ${peakKw[k]} kW`;
    }
  }
  return undefined;
}
