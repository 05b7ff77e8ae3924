import type { PhaseTriple } from './circuits.ts';
import type { Report } from './violation.ts';

/** What a site meter told. */
export interface MeterReading {
  readonly meterId: string;
  readonly sampledAtMs: number;
  readonly currentA: PhaseTriple;
}

export interface MeterReadingsChecker {
  /** It stands in the log. */
  stored(reading: MeterReading): void;
  /** Who told it has heard that it was taken. */
  acknowledged(nowMs: number, reading: MeterReading): void;
  /** What the books say, once all that was acknowledged has had its time to come into them. */
  compare(nowMs: number, booked: readonly MeterReading[]): void;
}

/** From an answer until what it promises stands in the books, with nothing in its way. */
const BOOKED_WITHIN_MS = 60_000;
/** Told in tenths of an ampere, rounded up: a demand. */
const STEP_A = 0.1 + 1e-6;

const keyOf = ({ meterId, sampledAtMs }: MeterReading): string => `${meterId} ${sampledAtMs}`;
const nameOf = ({ meterId, sampledAtMs }: MeterReading): string =>
  `the reading of ${meterId} at ${new Date(sampledAtMs).toISOString()}`;

const says = ({ currentA }: MeterReading, told: MeterReading): boolean =>
  currentA.every((amps, phase) => Math.abs(amps - (told.currentA[phase] ?? Number.NaN)) <= STEP_A);

/**
 * A reading of a site meter that was acknowledged stands in the log when the answer comes, and in the books later, each once
 * there and with the currents that were told.
 */
export function createMeterReadingsChecker(report: Report): MeterReadingsChecker {
  const inLog = new Map<string, MeterReading>();
  const taken: { readonly reading: MeterReading; readonly atMs: number }[] = [];
  return {
    stored: (reading) => void inLog.set(keyOf(reading), reading),
    acknowledged(nowMs, reading) {
      taken.push({ reading, atMs: nowMs });
      const stands = inLog.get(keyOf(reading));
      if (stands !== undefined && says(stands, reading)) return;
      const how = stands === undefined ? 'is in no log' : 'stands in the log with other currents';
      report({ checker: 'acknowledged', atMs: nowMs, detail: `${nameOf(reading)} ${how}` });
    },
    compare(nowMs, booked) {
      const rows = Map.groupBy(booked, keyOf);
      for (const { reading, atMs } of taken) {
        if (atMs > nowMs - BOOKED_WITHIN_MS) continue;
        const [row, ...more] = rows.get(keyOf(reading)) ?? [];
        if (row !== undefined && more.length === 0 && says(row, reading)) continue;
        const how =
          row === undefined ? 'nowhere' : more.length > 0 ? `${more.length + 1} times` : 'with other currents';
        report({ checker: 'books', atMs: nowMs, detail: `${nameOf(reading)} was acknowledged and stands ${how}` });
      }
    },
  };
}
