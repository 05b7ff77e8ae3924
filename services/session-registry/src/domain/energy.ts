import type { Reading, Session, TransactionFlag } from './session.ts';

export interface MeteredEnergy {
  /** Unknown is undefined, never 0. Never negative. */
  readonly energyWh: number | undefined;
  readonly flags: readonly TransactionFlag[];
}

export interface Metered {
  readonly meterStartWh: number | undefined;
  readonly meterStopWh: number | undefined;
  readonly lastReading: Reading | undefined;
}

/** A stop register that says something: negative means "unknown" (H11). */
const saidStop = (meterStopWh: number | undefined): number | undefined =>
  meterStopWh !== undefined && meterStopWh >= 0 ? meterStopWh : undefined;

/** Energy of a transaction: stop minus start; without a stop, the last reading; a register that went back is flagged (H10). */
export function energyOf({ meterStartWh, meterStopWh, lastReading }: Metered): MeteredEnergy {
  const last = lastReading?.energyWh;
  const end = saidStop(meterStopWh) ?? last;
  if (meterStartWh === undefined || end === undefined) return { energyWh: undefined, flags: [] };
  if (end >= meterStartWh) return { energyWh: end - meterStartWh, flags: [] };
  const fromSeries = last !== undefined && last >= meterStartWh ? last - meterStartWh : 0;
  return { energyWh: fromSeries, flags: ['meter-went-back'] };
}

/** True where the reading moves the last one forward; a jump back is not believed while the transaction runs (H13). */
export const readingCounts = (last: Reading | undefined, next: Reading): boolean =>
  last === undefined || (next.atMs >= last.atMs && next.energyWh >= last.energyWh);

/** The session with one more closed transaction in its sum. */
export const withEnergy = (session: Session, energyWh: number | undefined): Session =>
  energyWh === undefined
    ? { ...session, unknownEnergies: session.unknownEnergies + 1 }
    : { ...session, knownEnergyWh: session.knownEnergyWh + energyWh };

/** The session with one closed transaction taken out of its sum again. */
export const withoutEnergy = (session: Session, energyWh: number | undefined): Session =>
  energyWh === undefined
    ? { ...session, unknownEnergies: Math.max(0, session.unknownEnergies - 1) }
    : { ...session, knownEnergyWh: session.knownEnergyWh - energyWh };

/** Undefined where one of its transactions is of unknown energy. */
export const sessionEnergyWh = (session: Session): number | undefined =>
  session.unknownEnergies === 0 ? session.knownEnergyWh : undefined;
