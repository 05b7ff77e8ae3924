import type { SiteFacts, SiteRow } from './site-facts.ts';
import type { CheckerName, Report } from './violation.ts';

/** One EVSE at one instant, by its own book. */
export interface EvseNow {
  /** What it may offer to whatever car charges there now, A per phase. */
  readonly obeyedA: number;
  /** What flows in the phases that the car uses. */
  readonly flowA: number;
  /** Phases of the socket that can carry current: the car's, or all wired where none is plugged. */
  readonly usedPhases: number;
}

export type PhaseTriple = readonly [number, number, number];

export interface CircuitCheckerOptions {
  readonly site: SiteFacts;
  /** Limits of the grid, each with when it holds. */
  readonly grid?: readonly { readonly row: SiteRow; readonly startMs: number; readonly endMs: number }[];
  readonly report: Report;
}

export interface CircuitChecker {
  look(nowMs: number, evses: ReadonlyMap<string, EvseNow>, building: PhaseTriple): void;
  /** Highest share of its limit that any row came to, by what stations obeyed. */
  fullest(): number;
}

/** A and rounding of stations that know tenths only: one tenth each way for the fullest site. */
const TOLERANCE_A = 0.3;
/** IEC 61851-1: a car follows its pilot within 5 s; the pulse of the books adds one. */
const FOLLOWS_WITHIN_MS = 6_000;

/**
 * No row over its limit: by the worst that each station may obey, and by what flows, with the building as it is at this
 * moment. Nothing is excused: room for what the building may add is kept beforehand (allocation.md 7.2b).
 */
export function createCircuitChecker({ site, grid = [], report }: CircuitCheckerOptions): CircuitChecker {
  const ids = [...site.evses.keys()];
  const always = { startMs: Number.NEGATIVE_INFINITY, endMs: Number.POSITIVE_INFINITY };
  const rows = [...site.rows.map((row) => ({ ...always, row })), ...grid].map(({ row, ...when }) => ({
    ...{ row, ...when, wired: wiredOf(site, row, ids) },
  }));
  const overSince = new Map<string, number>();
  const told = new Set<string>();
  let fullest = 0;

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
      const nows = ids.map((evseId) => evses.get(evseId));
      for (const { row, wired, startMs, endMs } of rows) {
        if (nowMs < startMs || nowMs >= endMs) continue;
        const load = row.hasBuilding ? loadOf(row, building) : 0;
        let obeyed = load;
        let flow = load;
        for (const { place, phasesIn } of wired) {
          const now = nows[place];
          if (now === undefined) continue;
          const phases = phasesIn[Math.min(now.usedPhases, phasesIn.length - 1)] ?? 0;
          obeyed += phases * now.obeyedA;
          flow += phases * now.flowA;
        }
        fullest = Math.max(fullest, obeyed / row.limitA);
        if (obeyed > row.limitA + TOLERANCE_A) tell('circuit', row, nowMs, obeyed - row.limitA);
        judgeFlow(row, nowMs, flow - row.limitA);
      }
    },
    fullest: () => fullest,
  };
}

const loadOf = (row: SiteRow, load: PhaseTriple): number =>
  row.phases.reduce((sum, phase) => sum + (load[phase] ?? 0), 0);

/** An EVSE of a row; `phasesIn[n]`: how many of its first n phases count there. */
interface Wired {
  /** Among all EVSEs of the site. */
  readonly place: number;
  readonly phasesIn: readonly number[];
}

const wiredOf = ({ evses }: SiteFacts, row: SiteRow, ids: readonly string[]): readonly Wired[] =>
  [...row.evses].flatMap((evseId) => {
    const gridPhases = evses.get(evseId)?.gridPhases ?? [];
    const phasesIn = gridPhases.map(
      (_, n) => gridPhases.slice(0, n).filter((grid) => row.phases.includes(grid)).length,
    );
    return [
      {
        place: ids.indexOf(evseId),
        phasesIn: [...phasesIn, gridPhases.filter((grid) => row.phases.includes(grid)).length],
      },
    ];
  });
