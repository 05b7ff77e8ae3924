import type { Report } from './violation.ts';

/** Of readings that are sent to the platform and answered: whose, and when it was sampled. */
export interface Reading {
  readonly whose: string;
  readonly sampledAtMs: number;
}

export interface TakenReadingsChecker<R extends Reading> {
  /** It stands in the log. */
  stored(reading: R): void;
  /** Who told it has heard that it was taken. */
  acknowledged(nowMs: number, reading: R): void;
  /** What the books say, once all that was acknowledged has had its time to come into them. */
  compare(nowMs: number, booked: readonly R[]): void;
}

export interface TakenReadingsRules<R extends Reading> {
  /** What stands there is what was told. */
  readonly says: (stands: R, told: R) => boolean;
  /** How it stands where it is not: "with other currents". */
  readonly otherwise: string;
}

/** From an answer until what it promises stands in the books, with nothing in its way. */
const BOOKED_WITHIN_MS = 60_000;

const keyOf = ({ whose, sampledAtMs }: Reading): string => `${whose} ${sampledAtMs}`;
const nameOf = ({ whose, sampledAtMs }: Reading): string =>
  `the reading of ${whose} at ${new Date(sampledAtMs).toISOString()}`;

/** A reading that was acknowledged stands in the log when the answer comes, and in the books later, each once there and as it was told. */
export function createTakenReadingsChecker<R extends Reading>(
  report: Report,
  { says, otherwise }: TakenReadingsRules<R>,
): TakenReadingsChecker<R> {
  const inLog = new Map<string, R>();
  const taken: { readonly reading: R; readonly atMs: number }[] = [];
  return {
    stored: (reading) => void inLog.set(keyOf(reading), reading),
    acknowledged(nowMs, reading) {
      taken.push({ reading, atMs: nowMs });
      const stands = inLog.get(keyOf(reading));
      if (stands !== undefined && says(stands, reading)) return;
      const how = stands === undefined ? 'is in no log' : `stands in the log ${otherwise}`;
      report({ checker: 'acknowledged', atMs: nowMs, detail: `${nameOf(reading)} ${how}` });
    },
    compare(nowMs, booked) {
      const rows = Map.groupBy(booked, keyOf);
      for (const { reading, atMs } of taken) {
        if (atMs > nowMs - BOOKED_WITHIN_MS) continue;
        const [row, ...more] = rows.get(keyOf(reading)) ?? [];
        if (row !== undefined && more.length === 0 && says(row, reading)) continue;
        const how = row === undefined ? 'nowhere' : more.length > 0 ? `${more.length + 1} times` : otherwise;
        report({ checker: 'books', atMs: nowMs, detail: `${nameOf(reading)} was acknowledged and stands ${how}` });
      }
    },
  };
}
