import type { PlanColumns } from './plan-columns.ts';
import { hoursOf, type PlanQuestion } from './question.ts';

/** What a solution says will happen, in powers of each interval (kW) and energies (kWh). */
export interface Schedule {
  /** By session, then by interval: the mean of the interval. */
  readonly chargeKw: readonly (readonly number[])[];
  /** What it gives back, as its supply sees it; empty: nothing. */
  readonly dischargeKw: readonly (readonly number[])[];
  /** In its battery at the end of each interval in which it is there; empty: it gives nothing back, and nobody counts. */
  readonly heldKwh: readonly (readonly number[])[];
  readonly shortfallKwh: readonly number[];
  readonly importKw: readonly number[];
  readonly exportKw: readonly number[];
  readonly curtailedKw: readonly number[];
  readonly batteryInKw: readonly number[];
  readonly batteryOutKw: readonly number[];
  /** At the end of each interval. */
  readonly storedKwh: readonly number[];
  /** Beyond what the grid asked. */
  readonly excessKw: readonly number[];
  /** By billing period. */
  readonly peakKw: readonly number[];
}

export function scheduleOf(columns: PlanColumns, colValue: Float64Array): Schedule {
  const value = (column: number): number => (column < 0 ? 0 : (colValue[column] ?? 0));
  const each = (of: Int32Array): readonly number[] => Array.from(of, value);
  return {
    chargeKw: columns.charge.map(each),
    dischargeKw: columns.discharge.map(each),
    heldKwh: columns.held.map(each),
    shortfallKwh: columns.shortfall.map(value),
    importKw: each(columns.imported),
    exportKw: each(columns.exported),
    curtailedKw: each(columns.curtailed),
    batteryInKw: each(columns.batteryIn),
    batteryOutKw: each(columns.batteryOut),
    storedKwh: each(columns.stored),
    excessKw: each(columns.excessLeft ?? columns.excess),
    peakKw: columns.peak.map(value),
  };
}

/** What a schedule costs (PO4), counted from the powers and not from the objective of a solver. */
export function costOf(question: PlanQuestion, schedule: Schedule): number {
  const energy = question.intervals.reduce((sum, interval, t) => {
    const bought = (schedule.importKw[t] ?? 0) * (question.importPerKwh[t] ?? 0);
    const sold = (schedule.exportKw[t] ?? 0) * Math.min(question.exportPerKwh[t] ?? 0, question.importPerKwh[t] ?? 0);
    const worn = (schedule.batteryOutKw[t] ?? 0) * (question.battery?.wearPerKwh ?? 0);
    const givenBack = question.sessions.reduce(
      (total, { discharge }, n) => total + (schedule.dischargeKw[n]?.[t] ?? 0) * (discharge?.wearPerKwh ?? 0),
      0,
    );
    return sum + (bought - sold + worn + givenBack) * hoursOf(interval);
  }, 0);
  return question.demand.reduce((sum, { pricePerKw }, k) => sum + pricePerKw * (schedule.peakKw[k] ?? 0), energy);
}
