import { hoursOf, type PlanQuestion } from './question.ts';
import type { Schedule } from './schedule.ts';

/** What of a plan's cost and emission is one session's. */
export interface SessionShare {
  /** In millionths of the currency, its driver's wear included. Absent: prices are not known. */
  readonly costMicro?: number;
  /** Absent: nobody says what a kWh emits. */
  readonly carbonG?: number;
}

/**
 * By session: of what it takes, less what it gives back, the part that the grid supplies then. Everybody on the site is supplied alike: nobody has the
 * sun for himself. What a demand charge costs is nobody's alone.
 */
export function sharesOf(question: PlanQuestion, schedule: Schedule): readonly SessionShare[] {
  const { intervals, importPerKwh, carbonGPerKwh, isPriced } = question;
  const fromGrid = intervals.map((_, t) => gridShareOf(question, schedule, t));
  return question.sessions.map(({ discharge }, n) => {
    let [cost, carbon] = [0, 0];
    intervals.forEach((interval, t) => {
      const [inKw, outKw] = [schedule.chargeKw[n]?.[t] ?? 0, schedule.dischargeKw[n]?.[t] ?? 0];
      const gridKwh = (inKw - outKw) * (fromGrid[t] ?? 1) * hoursOf(interval);
      cost += gridKwh * (importPerKwh[t] ?? 0) + outKw * hoursOf(interval) * (discharge?.wearPerKwh ?? 0);
      carbon += gridKwh * (carbonGPerKwh?.[t] ?? 0);
    });
    return {
      ...(isPriced === false ? {} : { costMicro: whole(cost * 1e6) }),
      ...(carbonGPerKwh === undefined ? {} : { carbonG: whole(carbon) }),
    };
  });
}

/** What all that is imported emits, in grams. What is sold is nobody's saving. Undefined: nobody says. */
export function carbonOf({ intervals, carbonGPerKwh }: PlanQuestion, { importKw }: Schedule): number | undefined {
  if (carbonGPerKwh === undefined) return undefined;
  return whole(
    intervals.reduce((sum, interval, t) => sum + (importKw[t] ?? 0) * hoursOf(interval) * (carbonGPerKwh[t] ?? 0), 0),
  );
}

/** Not -0: it is written and compared. */
const whole = (value: number): number => Math.round(value) + 0;

/** The part of what is drawn on the site that is imported, in parts of 1. */
function gridShareOf({ buildingKw }: PlanQuestion, schedule: Schedule, t: number): number {
  const cars = schedule.chargeKw.reduce((sum, powers) => sum + (powers[t] ?? 0), 0);
  const drawn = (buildingKw[t] ?? 0) + cars + (schedule.batteryInKw[t] ?? 0);
  return drawn > 0 ? Math.min(1, (schedule.importKw[t] ?? 0) / drawn) : 1;
}
