import type { MeterReading } from './meter-readings.ts';
import type { TemperatureReading } from './temperatures.ts';
import { createSaid, type Said, type SaidReading, type SaidTurn } from './said.ts';
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
  /** By which its price is found. Absent: not known. */
  readonly startedAtMs?: number | undefined;
  readonly endedAtMs?: number | undefined;
  /** Absent: only its end is known. */
  readonly sessionId?: string | undefined;
}

/** A reading of an EVSE as the books have it. */
export interface BookedReading {
  readonly stationId: string;
  readonly stationTimeMs: number;
  /** Absent: its station said none. */
  readonly energyRegisterWh?: number | undefined;
}

/** From plug-in to plug-out, as the books have it. */
export interface BookedSession {
  readonly stationId: string;
  readonly sessionId: string;
  /** Of its transactions that have ended, those whose energy is known. */
  readonly knownEnergyWh: number;
}

export interface Books {
  readonly transactions: readonly BookedTransaction[];
  readonly sessions: readonly BookedSession[];
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
 * that was acknowledged stands there with its register, and none more often than it was said. A session has the energy of its transactions.
 */
export function createBooksChecker(report: Report): BooksChecker {
  const said = createSaid();
  return {
    sent: said.sent,
    written: said.written,
    compare(nowMs, { transactions, sessions, readings }) {
      const say: Say = (detail) => report({ checker: 'books', atMs: nowMs, detail });
      const dueMs = nowMs - BOOKED_WITHIN_MS;
      compareTransactions(said, transactions, { say, dueMs });
      compareSessions(sessions, transactions, say);
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

/** Both are written in one turn, so they agree at any time. */
function compareSessions(sessions: Books['sessions'], transactions: Books['transactions'], say: Say): void {
  const ended = Map.groupBy(
    transactions.filter(({ state }) => state === 'closed'),
    ({ sessionId }) => sessionId,
  );
  for (const { sessionId, knownEnergyWh } of sessions) {
    const sumWh = (ended.get(sessionId) ?? []).reduce((sum, { energyWh = 0 }) => sum + energyWh, 0);
    if (!isNear(knownEnergyWh, sumWh))
      say(`the session ${sessionId} stands with ${knownEnergyWh} Wh, and its transactions with ${sumWh} Wh`);
  }
}

function compareReadings(said: Said, booked: Books['readings'], { say, dueMs }: Comparing): void {
  /** What stands of each instant: its registers. */
  const rows = new Map<string, (number | undefined)[]>();
  const oldestMs = new Map<string, number>();
  for (const ofEvse of booked) {
    for (const { stationId, stationTimeMs, energyRegisterWh } of ofEvse) {
      const key = `${stationId} ${stationTimeMs}`;
      rows.set(key, [...(rows.get(key) ?? []), energyRegisterWh]);
    }
    const stationId = ofEvse[0]?.stationId ?? '';
    const firstMs = Math.min(...ofEvse.map(({ stationTimeMs }) => stationTimeMs));
    oldestMs.set(stationId, Math.max(firstMs, oldestMs.get(stationId) ?? firstMs));
  }
  for (const [key, reading] of said.readings) {
    const { stationId, stationTimeMs, acknowledgedAtMs, messages } = reading;
    const stand = rows.get(key) ?? [];
    const isDue = acknowledgedAtMs !== undefined && acknowledgedAtMs <= dueMs;
    const isKept = stationTimeMs >= (oldestMs.get(stationId) ?? Number.NEGATIVE_INFINITY);
    const name = `the reading of ${stationId} at ${new Date(stationTimeMs).toISOString()}`;
    if (stand.length === 0 && isDue && isKept) say(`${name} was acknowledged and stands nowhere`);
    if (stand.length > messages.size) say(`${name} was said ${messages.size} times and stands ${stand.length} times`);
    for (const standsWh of stand)
      if (!isSaidIn(reading, standsWh))
        say(
          `${name} was said with ${[...reading.registersWh].map(inWh).join(' and ')} and stands with ${inWh(standsWh)}`,
        );
  }
}

const keyOf = ({ stationId, transactionId }: Pick<BookedTransaction, 'stationId' | 'transactionId'>): string =>
  `${stationId} ${transactionId}`;
const nameOf = ({ stationId, transactionId }: SaidTurn): string => `transaction ${transactionId} of ${stationId}`;
/** Whose station says nothing of its register stands without one. */
const isSaidIn = ({ registersWh }: SaidReading, standsWh: number | undefined): boolean =>
  [...registersWh].some((wh) => (Number.isNaN(wh) ? standsWh === undefined : isNear(standsWh, wh)));
const inWh = (wh: number = Number.NaN): string => (Number.isNaN(wh) ? 'no register' : `${wh} Wh`);
const isNear = (a: number | undefined, b: number): boolean => a !== undefined && Math.abs(a - b) <= ROUNDING_WH;
