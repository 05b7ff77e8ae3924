import type { MeterReading } from './meter-readings.ts';
import type { TemperatureReading } from './temperatures.ts';
import { createSaid, type Said, type SaidTurn } from './said.ts';
import type { Report } from './violation.ts';

/** A transaction as the books have it. */
export interface BookedTransaction {
  readonly stationId: string;
  readonly transactionId: string;
  /** `closed`: it has ended. */
  readonly state: string;
  /** Undefined: not known. */
  readonly meterStartWh?: number | undefined;
  readonly meterStopWh?: number | undefined;
  readonly energyWh?: number | undefined;
}

/** A reading of an EVSE as the books have it. */
export interface BookedReading {
  readonly stationId: string;
  readonly stationTimeMs: number;
}

export interface Books {
  readonly transactions: readonly BookedTransaction[];
  /** Of each EVSE the newest; what is older than all of them may have gone. */
  readonly readings: readonly (readonly BookedReading[])[];
  /** Of the meters of all sites. */
  readonly meterReadings: readonly BookedMeterReading[];
  /** Of the sensors of all sites. */
  readonly temperatures: readonly BookedTemperature[];
}

/** A reading of a meter as the books have it: meters of two sites may have one name. */
export interface BookedMeterReading extends MeterReading {
  readonly siteId: string;
}

/** The same of a sensor of temperature. */
export interface BookedTemperature extends TemperatureReading {
  readonly siteId: string;
}

export interface BooksChecker extends Pick<Said, 'sent' | 'written'> {
  /** What the books say, once all that was acknowledged has had its time to come into them. */
  compare(nowMs: number, books: Omit<Books, 'meterReadings' | 'temperatures'>): void;
}

/** From an answer until what it promises stands in the books, with nothing in its way. */
const BOOKED_WITHIN_MS = 60_000;
/** Registers are told in whole Wh. */
const ROUNDING_WH = 1;

type Say = (detail: string) => void;

/**
 * The books against what stations were told: each transaction that was acknowledged stands there once, ended if its end was
 * acknowledged, with the registers that the station named and the energy between them; none began more often than a station
 * said. An end whose start was never acknowledged (a station's queue was full) stands there with its register. Each reading
 * that was acknowledged stands there, and none more often than it was said.
 */
export function createBooksChecker(report: Report): BooksChecker {
  const said = createSaid();
  return {
    sent: said.sent,
    written: said.written,
    compare(nowMs, { transactions, readings }) {
      const say: Say = (detail) => report({ checker: 'books', atMs: nowMs, detail });
      const dueMs = nowMs - BOOKED_WITHIN_MS;
      compareTransactions(said, transactions, { say, dueMs });
      compareReadings(said, readings, { say, dueMs });
    },
  };
}

interface Comparing {
  readonly say: Say;
  /** What was acknowledged up to then must stand there. */
  readonly dueMs: number;
}

function compareTransactions(said: Said, booked: readonly BookedTransaction[], { say, dueMs }: Comparing): void {
  const rows = Map.groupBy(booked, keyOf);
  const due = (turns: Said['starts']): readonly SaidTurn[] =>
    [...turns.values()].filter(({ acknowledgedAtMs }) => acknowledgedAtMs <= dueMs);
  for (const start of due(said.starts)) {
    const own = rows.get(keyOf(start)) ?? [];
    if (own.length !== 1) say(`${nameOf(start)} was acknowledged and stands ${own.length} times`);
    const [row] = own;
    if (row !== undefined && !isNear(row.meterStartWh, start.meterWh))
      say(`${nameOf(start)} began at ${start.meterWh} Wh and stands with ${row.meterStartWh} Wh`);
  }
  for (const end of due(said.ends)) {
    const problem = problemOfEnd(end, rows.get(keyOf(end))?.[0], said.starts.has(keyOf(end)));
    if (problem !== undefined) say(`${nameOf(end)} ${problem}`);
  }
  const begun = Map.groupBy(booked, ({ stationId, meterStartWh }) => `${stationId} ${meterStartWh}`);
  for (const [first, ...more] of begun.values()) {
    if (first?.meterStartWh === undefined) continue;
    const { stationId, meterStartWh } = first;
    const times = said.startsAt(stationId, meterStartWh);
    if (more.length < times) continue;
    say(`a start of ${stationId} at ${meterStartWh} Wh was said ${times} times and stands ${more.length + 1} times`);
  }
}

/** `isBegun`: its start was acknowledged. One that was not may be known by its end alone (H6, H73). */
function problemOfEnd({ meterWh }: SaidTurn, row: BookedTransaction | undefined, isBegun: boolean): string | undefined {
  const isWhole = row?.state === 'closed' || (row?.state === 'orphan' && !isBegun);
  if (row === undefined || !isWhole) return `was ended and is ${row?.state ?? 'nowhere'}`;
  const { meterStartWh, meterStopWh, energyWh } = row;
  if (!isNear(meterStopWh, meterWh)) return `ended at ${meterWh} Wh and stands with ${meterStopWh} Wh`;
  if (meterStartWh === undefined || isNear(energyWh, meterWh - meterStartWh)) return undefined;
  return `took ${meterWh - meterStartWh} Wh and stands with ${energyWh} Wh`;
}

function compareReadings(said: Said, booked: Books['readings'], { say, dueMs }: Comparing): void {
  const times = new Map<string, number>();
  const oldestMs = new Map<string, number>();
  for (const ofEvse of booked) {
    for (const { stationId, stationTimeMs } of ofEvse) {
      const key = `${stationId} ${stationTimeMs}`;
      times.set(key, (times.get(key) ?? 0) + 1);
    }
    const stationId = ofEvse[0]?.stationId ?? '';
    const firstMs = Math.min(...ofEvse.map(({ stationTimeMs }) => stationTimeMs));
    oldestMs.set(stationId, Math.max(firstMs, oldestMs.get(stationId) ?? firstMs));
  }
  for (const [key, { stationId, stationTimeMs, acknowledgedAtMs, messages }] of said.readings) {
    const stand = times.get(key) ?? 0;
    const isDue = acknowledgedAtMs !== undefined && acknowledgedAtMs <= dueMs;
    const isKept = stationTimeMs >= (oldestMs.get(stationId) ?? Number.NEGATIVE_INFINITY);
    const name = `the reading of ${stationId} at ${new Date(stationTimeMs).toISOString()}`;
    if (stand === 0 && isDue && isKept) say(`${name} was acknowledged and stands nowhere`);
    if (stand > messages.size) say(`${name} was said ${messages.size} times and stands ${stand} times`);
  }
}

const keyOf = ({ stationId, transactionId }: Pick<BookedTransaction, 'stationId' | 'transactionId'>): string =>
  `${stationId} ${transactionId}`;
const nameOf = ({ stationId, transactionId }: SaidTurn): string => `transaction ${transactionId} of ${stationId}`;
const isNear = (a: number | undefined, b: number): boolean => a !== undefined && Math.abs(a - b) <= ROUNDING_WH;
