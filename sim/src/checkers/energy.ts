import type { BookedTransaction } from './books.ts';
import type { Report } from './violation.ts';

/** What the car of one transaction took, by its own reckoning. */
export interface CarsTurn {
  readonly stationId: string;
  /** By the platform's clock. */
  readonly beganAtMs: number;
  /** Undefined: its station was not told one yet. */
  readonly transactionId: () => string | undefined;
  /** Its station threw its start or its end away (H73). */
  readonly isUnsaid: () => boolean;
  /** Undefined: it is still being charged. */
  readonly ended: () => { readonly atMs: number; readonly tookWh: number } | undefined;
}

export interface EnergyChecker {
  began(turn: CarsTurn): void;
  /** What the books say, after a time without any trouble. */
  compare(nowMs: number, transactions: readonly BookedTransaction[]): void;
  /** kWh that cars took in transactions that stand in the books. */
  bookedKwh(): number;
}

/** From the end of a transaction until its energy stands in the books, with nothing in its way: a whole outbox is sent in that. */
const BOOKED_WITHIN_MS = 120_000;
/** A register is told in whole Wh, at both ends. */
const STEP_WH = 1;
/** What comes within a minute counts as of its arrival, what comes later by the clock of its station, which may be 15 s off; and it is a while on its way. */
const DATED_WITHIN_MS = 90_000;

/**
 * The ledger of energy: what each car took by its own integral is what stands in the books of its transaction, whatever the
 * station said on the way, and whether or not anybody acknowledged it. Nothing is lost, nothing stands twice, and no energy
 * is booked that no car took. When it was taken, by which its price is found, stands there as it was, or nearly. Of a transaction whose start or end its station has thrown away (H73) nobody can know all: what stands
 * of it is no more than its car took, and once at most.
 */
export function createEnergyChecker(report: Report): EnergyChecker {
  const turns: CarsTurn[] = [];
  let bookedWh = 0;
  return {
    began: (turn) => void turns.push(turn),
    compare(nowMs, transactions) {
      const say = (detail: string): void => report({ checker: 'energy', atMs: nowMs, detail });
      const rows = Map.groupBy(transactions, keyOf);
      for (const { stationId, beganAtMs, transactionId, ended, isUnsaid } of turns) {
        const end = ended();
        if (end === undefined || end.atMs > nowMs - BOOKED_WITHIN_MS) continue;
        const id = transactionId();
        const name = `transaction ${id ?? 'without an id'} of ${stationId}`;
        const own = id === undefined ? [] : (rows.get(keyOf({ stationId, transactionId: id })) ?? []);
        const [row] = own;
        if (isUnsaid()) {
          const tooMuch = own.length > 1 || (row?.energyWh ?? 0) > end.tookWh + STEP_WH;
          if (tooMuch) say(`${name} took ${end.tookWh.toFixed(1)} Wh, half unsaid, and stands ${own.length} times`);
          continue;
        }
        if (own.length !== 1) say(`${name} took ${end.tookWh.toFixed(1)} Wh and stands ${own.length} times`);
        else if (row?.energyWh === undefined || Math.abs(row.energyWh - end.tookWh) > STEP_WH)
          say(`${name} took ${end.tookWh.toFixed(1)} Wh and stands with ${row?.energyWh ?? 'none'}`);
        else bookedWh += end.tookWh;
        if (row === undefined) continue;
        for (const [what, wasMs, standsMs] of [
          ['began', beganAtMs, row.startedAtMs],
          ['ended', end.atMs, row.endedAtMs],
        ] as const)
          if (!isThen(standsMs, wasMs)) say(`${name} ${what} at ${timeOf(wasMs)} and stands with ${timeOf(standsMs)}`);
      }
      const known = new Set(turns.map(({ stationId, transactionId }) => `${stationId} ${transactionId()}`));
      for (const [key, [row]] of rows) {
        const energyWh = row?.energyWh ?? 0;
        if (energyWh > STEP_WH && !known.has(key)) say(`${energyWh} Wh stand in transaction ${key} that no car took`);
      }
    },
    bookedKwh: () => bookedWh / 1_000,
  };
}

const isThen = (standsMs: number | undefined, wasMs: number): boolean =>
  standsMs !== undefined && Math.abs(standsMs - wasMs) <= DATED_WITHIN_MS;
const timeOf = (atMs: number | undefined): string => (atMs === undefined ? 'none' : new Date(atMs).toISOString());

const keyOf = ({ stationId, transactionId }: Pick<BookedTransaction, 'stationId' | 'transactionId'>): string =>
  `${stationId} ${transactionId}`;
