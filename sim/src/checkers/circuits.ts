import type { Kept } from './kept-leases.ts';
import { magnitude, type Part, partIn } from './conductors.ts';
import type { SiteFacts, SiteRow } from './site-facts.ts';
import type { CheckerName, Report } from './violation.ts';

/** One EVSE at one instant, by its own book. */
export interface EvseNow extends Kept {
  /** What it may offer to whatever car charges there now, A per phase. */
  readonly obeyedA: number;
  /** What flows in the phases that the car uses. */
  readonly flowA: number;
  /** Phases of the socket that can carry current: the car's, or all wired where none is plugged. */
  readonly usedPhases: number;
  /** It has lost what it was told, and no limit takes away what it obeys (see `Forgotten`). Default: it has not. */
  readonly hasForgotten?: boolean;
}

export type PhaseTriple = readonly [number, number, number];

export interface CircuitCheckerOptions {
  readonly site: SiteFacts;
  /** Rows that no document has: what the grid asks for. Their limits come by `limitOf`; infinite: none holds now. */
  readonly grid?: readonly SiteRow[];
  readonly report: Report;
  /** The limit of a row at this moment, A. Default: what the document says. */
  readonly limitOf?: (row: SiteRow, nowMs: number) => number;
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
 * moment. Nothing is excused: room for what the building may add is kept beforehand (allocation.md 7.2b). Only where an operator
 * has lowered a limit that far that not even the fallbacks fit beside the building, those may stay; and so they may beside
 * a station that has forgotten what it was told. Below a limit in kW that is lower than the document's so may what a station keeps of a lease that is over.
 */
export function createCircuitChecker({
  site,
  grid = [],
  report,
  limitOf = ({ limitA }) => limitA,
}: CircuitCheckerOptions): CircuitChecker {
  const ids = [...site.evses.keys()];
  const rows = [...site.rows, ...grid].map((row) => ({ row, wired: wiredOf(site, row, ids) }));
  const fallbacksA = ids.map((evseId) => site.evses.get(evseId)?.fallbackA ?? 0);
  const overSince = new Map<string, number>();
  const told = new Set<string>();
  let fullest = 0;

  const tell = (checker: CheckerName, { name }: SiteRow, nowMs: number, { sumA, limitA }: Filled): void => {
    const key = `${checker} ${name}`;
    if (told.has(key)) return;
    told.add(key);
    report({ checker, atMs: nowMs, detail: `${name} at ${sumA.toFixed(1)} A of ${limitA.toFixed(1)} A` });
  };
  const judgeFlow = (row: SiteRow, nowMs: number, flow: Filled): void => {
    if (!isOver(flow)) return void overSince.delete(row.name);
    const since = overSince.get(row.name) ?? nowMs;
    overSince.set(row.name, since);
    if (nowMs - since > FOLLOWS_WITHIN_MS) tell('flow', row, nowMs, flow);
  };

  return {
    look(nowMs, evses, building) {
      const nows = ids.map((evseId) => evses.get(evseId));
      for (const { row, wired } of rows) {
        const limitA = limitOf(row, nowMs);
        if (limitA === Number.POSITIVE_INFINITY) continue;
        const load = row.hasBuilding ? loadOf(row, building) : 0;
        const obeyed = { limitA, sumA: load, leastA: load, isBroken: limitA < row.limitA };
        const flow = { ...obeyed };
        const across = { obeyedA: 0, flowA: 0 };
        for (const { place, partsIn } of wired) {
          const now = nows[place];
          if (now === undefined) continue;
          const part = partsIn[Math.min(now.usedPhases, partsIn.length - 1)] ?? NO_PART;
          const { along: phases } = part;
          const { hasForgotten = false } = now;
          const keepsA = isInKw(row) && now.isKept === true ? now.obeyedA : 0;
          const fallbackA = hasForgotten ? Number.POSITIVE_INFINITY : Math.max(fallbacksA[place] ?? 0, keepsA);
          if (hasForgotten) [obeyed.isBroken, flow.isBroken] = [true, true];
          obeyed.sumA += phases * now.obeyedA;
          obeyed.leastA += phases * Math.min(now.obeyedA, fallbackA);
          flow.sumA += phases * now.flowA;
          flow.leastA += phases * Math.min(now.flowA, fallbackA);
          across.obeyedA += part.across * now.obeyedA;
          across.flowA += part.across * now.flowA;
        }
        obeyed.sumA = magnitude(obeyed.sumA, across.obeyedA);
        flow.sumA = magnitude(flow.sumA, across.flowA);
        fullest = Math.max(fullest, obeyed.sumA / row.limitA);
        if (isOver(obeyed)) tell('circuit', row, nowMs, obeyed);
        judgeFlow(row, nowMs, flow);
      }
    },
    fullest: () => fullest,
  };
}

/** All phases of a circuit together. */
export const isInKw = ({ phases }: SiteRow): boolean => phases.length > 1;

/** What a row has, A summed over its phases. */
interface Filled {
  readonly limitA: number;
  readonly sumA: number;
  /** What no limit takes away: the building, and of each station as much as its fallback. */
  readonly leastA: number;
  /** What no limit takes away may be more than the limit. */
  readonly isBroken: boolean;
}

const isOver = ({ limitA, sumA, leastA, isBroken }: Filled): boolean =>
  // A document whose fallbacks do not fit is refused: only a limit that was lowered may lie below them.
  sumA > (isBroken ? Math.max(limitA, leastA) : limitA) + TOLERANCE_A;

const loadOf = (row: SiteRow, load: PhaseTriple): number =>
  row.phases.reduce((sum, phase) => sum + (load[phase] ?? 0), 0);

/** An EVSE of a row; `partsIn[n]`: what the first n phases of its socket come to there. */
interface Wired {
  /** Among all EVSEs of the site. */
  readonly place: number;
  readonly partsIn: readonly Part[];
}

const NO_PART: Part = { along: 0, across: 0 };

const wiredOf = ({ evses }: SiteFacts, row: SiteRow, ids: readonly string[]): readonly Wired[] =>
  [...row.evses].flatMap((evseId) => {
    const evse = evses.get(evseId);
    if (evse === undefined) return [];
    const partsIn = Array.from({ length: evse.gridPhases.length + 1 }, (_, n) => partIn(row, evse, n));
    return [{ place: ids.indexOf(evseId), partsIn }];
  });
