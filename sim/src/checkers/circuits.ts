import type { SiteEvse, SiteFacts, SiteRow } from './site-facts.ts';
import type { CheckerName, Report } from './violation.ts';

/** One EVSE at one instant, by its own book. */
export interface EvseNow {
  /** What it may offer to whatever car charges there now, A per phase. */
  readonly obeyedA: number;
  /** What flows in the phases that the car uses. */
  readonly flowA: number;
  /** Phases of the socket that can carry current: the car's, or all wired where none is plugged. */
  readonly usedPhases: number;
  /** It can be told, and could have been for the time that a reaction takes. */
  readonly isReachable: boolean;
}

export type PhaseTriple = readonly [number, number, number];

export interface CircuitCheckerOptions {
  readonly site: SiteFacts;
  readonly report: Report;
  /**
   * From when on the building's load is forgiven to have been lower: within the time that a rise takes to be measured,
   * decided on and obeyed (SI21), commands cannot have undone it (allocation.md 7.6).
   */
  readonly reactionSinceMs: (nowMs: number) => number;
}

export interface CircuitChecker {
  look(nowMs: number, evses: ReadonlyMap<string, EvseNow>, building: PhaseTriple): void;
  /**
   * Looks at which a row was over its limit with every station that can be told at its fallback: the building rose while
   * the others were away. Nobody can answer that by commands; the second row of the gate would have (allocation.md 7.2b).
   */
  unanswerable(): number;
  /** Highest share of its limit that any row came to, by what stations obeyed. */
  fullest(): number;
}

/** A and rounding of stations that know tenths only: one tenth each way for the fullest site. */
const TOLERANCE_A = 0.3;
/** IEC 61851-1: a car follows its pilot within 5 s; the pulse of the books adds one. */
const FOLLOWS_WITHIN_MS = 6_000;

interface Reading {
  readonly atMs: number;
  readonly load: PhaseTriple;
}

/**
 * No row over its limit: by the worst that each station may obey, and by what flows. What the building added within the
 * reaction time is left out; everything else counts, with every station at the most that its own profiles allow.
 */
export function createCircuitChecker({ site, report, reactionSinceMs }: CircuitCheckerOptions): CircuitChecker {
  const readings: Reading[] = [];
  const overSince = new Map<string, number>();
  const told = new Set<string>();
  let fullest = 0;
  let unanswerable = 0;

  const tell = (checker: CheckerName, row: SiteRow, nowMs: number, overA: number): void => {
    const key = `${checker} ${row.name}`;
    if (told.has(key)) return;
    told.add(key);
    const sum = (row.limitA + overA).toFixed(1);
    report({ checker, atMs: nowMs, detail: `${row.name} at ${sum} A of ${row.limitA.toFixed(1)} A` });
  };
  const judgeFlow = (row: SiteRow, nowMs: number, overA: number): void => {
    if (overA <= TOLERANCE_A) return void overSince.delete(row.name);
    const since = overSince.get(row.name) ?? nowMs;
    overSince.set(row.name, since);
    if (nowMs - since > FOLLOWS_WITHIN_MS) tell('flow', row, nowMs, overA);
  };

  return {
    look(nowMs, evses, building) {
      const sinceMs = reactionSinceMs(nowMs);
      readings.push({ atMs: nowMs, load: building });
      while (readings.length > 1 && (readings[1]?.atMs ?? nowMs) <= sinceMs) readings.shift();
      for (const row of site.rows) {
        const forgiven = row.hasBuilding ? lowest(readings, row) : 0;
        const obeyed = forgiven + sumOf(site, row, evses, ({ obeyedA }) => obeyedA);
        fullest = Math.max(fullest, obeyed / row.limitA);
        if (obeyed > row.limitA + TOLERANCE_A) {
          const reducible = sumOf(site, row, evses, (now, { fallbackA }) =>
            now.isReachable ? Math.max(0, now.obeyedA - fallbackA) : 0,
          );
          if (row.hasBuilding && reducible <= TOLERANCE_A) unanswerable += 1;
          else tell('circuit', row, nowMs, obeyed - row.limitA);
        }
        judgeFlow(row, nowMs, forgiven + sumOf(site, row, evses, ({ flowA }) => flowA) - row.limitA);
      }
    },
    unanswerable: () => unanswerable,
    fullest: () => fullest,
  };
}

const loadOf = (row: SiteRow, load: PhaseTriple): number =>
  row.phases.reduce((sum, phase) => sum + (load[phase] ?? 0), 0);

const lowest = (readings: readonly Reading[], row: SiteRow): number =>
  readings.reduce((least, { load }) => Math.min(least, loadOf(row, load)), Number.POSITIVE_INFINITY);

function sumOf(
  { evses: all }: SiteFacts,
  row: SiteRow,
  evses: ReadonlyMap<string, EvseNow>,
  amps: (now: EvseNow, evse: SiteEvse) => number,
): number {
  let sum = 0;
  for (const evseId of row.evses) {
    const [now, evse] = [evses.get(evseId), all.get(evseId)];
    if (now === undefined || evse === undefined) continue;
    for (const grid of evse.gridPhases.slice(0, now.usedPhases)) if (row.phases.includes(grid)) sum += amps(now, evse);
  }
  return sum;
}
