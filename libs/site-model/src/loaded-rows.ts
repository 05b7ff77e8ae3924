import {
  type CircuitId,
  deciAmps,
  type DeciAmps,
  type EpochMs,
  GRID_PHASES,
  mapPhases,
  maxPhases,
  ZERO_PHASES,
} from '@headroom/kernel';
import type { PerPhaseDeciAmps } from '@headroom/kernel';
import type { SiteModel } from './model.ts';
import { accumulate, sumByCircuit, worstOtherLoad } from './other-load.ts';
import { inRow, type RowLimit, rowsOf } from './rows.ts';

type LoadByCircuit = ReadonlyMap<CircuitId, PerPhaseDeciAmps>;

/** The other load of a site at one instant. */
export interface LoadView {
  readonly site: SiteModel;
  /** By the circuit on which it sits, as `otherLoadNow` gives it. Missing or not a current: the worst case. */
  readonly otherLoad: LoadByCircuit;
  /**
   * What that load may come to while the leases of this instant last, as `otherLoadHorizon` gives it. Missing or not a
   * current: the worst case. Counts never below `otherLoad`.
   */
  readonly horizonLoad: LoadByCircuit;
  /**
   * What sources are proven to supply now, as `sourcesNow` gives it. It covers other load on its circuit and above in the row of now; what
   * it supplies beyond that flows out, and is no room for anybody. In the row of the dead it does not count. Missing: none.
   */
  readonly supplied?: LoadByCircuit;
  readonly nowMs: EpochMs;
}

/** A row with the other load in it: what is the same for every question about the stations at one instant. */
export interface LoadedRow extends RowLimit {
  readonly otherLoadDeciA: DeciAmps;
  /**
   * What the second row (dead, 7.2b) keeps beside it: by so much may the other load rise, and the limit come down (`deratesByDeciA`),
   * while the leases last.
   */
  readonly riseDeciA: DeciAmps;
  /** Of that rise, what is not kept, because the circuit may exceed its rating by it (SI29). Absent: nothing. */
  readonly allowedDeciA?: DeciAmps;
}

/** Every row of the site, or those that are given, with its other load. */
export function loadedRows(view: LoadView, rows = rowsOf(view.site, view.nowMs)): readonly LoadedRow[] {
  const { site } = view;
  const now = safeLoad(site, view.otherLoad);
  const otherLoad = accumulate(site, now);
  const horizon = accumulate(site, neverBelow(now, safeLoad(site, view.horizonLoad)));
  const supplied = view.supplied === undefined ? undefined : accumulate(site, onlyCurrents(view.supplied));
  const hidden = rows.some((row) => row.overloadDeciA !== undefined) ? hiddenIn(site) : undefined;
  return rows.map((row) => {
    const drawn = otherLoad.get(row.circuitId);
    const load = uncovered(drawn, supplied?.get(row.circuitId));
    const otherLoadDeciA = load === undefined ? 0 : inRow(load, row.kind);
    const risen = horizon.get(row.circuitId);
    const riseDeciA = risen === undefined ? 0 : inRow(risen, row.kind) - otherLoadDeciA;
    const loaded = { ...row, otherLoadDeciA: deciAmps(otherLoadDeciA) };
    const derates = row.deratesByDeciA ?? 0;
    if (row.overloadDeciA === undefined) return { ...loaded, riseDeciA: deciAmps(riseDeciA + derates) };
    // Of the rise of what is drawn alone: what flows now never exceeds the rating, what is hot is allowed nothing for being so, and that a
    // source may vanish, metered or not, makes no room (MD15, MD16).
    const covered = drawn === undefined ? 0 : inRow(drawn, row.kind) - otherLoadDeciA;
    const behind = hidden?.get(row.circuitId);
    const rises = Math.max(0, riseDeciA - covered - (behind === undefined ? 0 : inRow(behind, row.kind)));
    const allowedDeciA = Math.min(rises, row.overloadDeciA);
    return { ...loaded, riseDeciA: deciAmps(riseDeciA - allowedDeciA + derates), allowedDeciA: deciAmps(allowedDeciA) };
  });
}

/** What may be generated behind meters; undefined: nowhere. */
const hiddenIn = (site: SiteModel): LoadByCircuit | undefined =>
  site.otherLoads.some(({ hides }) => hides !== undefined)
    ? accumulate(
        site,
        sumByCircuit(site.otherLoads, ({ hides }) => hides ?? ZERO_PHASES),
      )
    : undefined;

const uncovered = (
  load: PerPhaseDeciAmps | undefined,
  supplied: PerPhaseDeciAmps | undefined,
): PerPhaseDeciAmps | undefined =>
  load === undefined || supplied === undefined
    ? load
    : mapPhases(load, (current, phase) => deciAmps(Math.max(0, current - supplied[phase])));

/** What is no current proves nothing. */
const onlyCurrents = (loads: LoadByCircuit): LoadByCircuit =>
  new Map([...loads].filter(([, load]) => GRID_PHASES.every((phase) => isCurrent(load[phase]))));

function safeLoad(site: SiteModel, given: LoadByCircuit): LoadByCircuit {
  const loads = new Map(worstOtherLoad(site));
  for (const [circuitId, load] of given) {
    if (GRID_PHASES.every((phase) => isCurrent(load[phase]))) loads.set(circuitId, load);
  }
  return loads;
}

function neverBelow(floor: LoadByCircuit, loads: LoadByCircuit): LoadByCircuit {
  const result = new Map(floor);
  for (const [id, load] of loads) result.set(id, maxPhases(load, floor.get(id) ?? load));
  return result;
}

/** 10 MA: above it a number is no current, and sums over 2,000 EVSEs stay exact integers below it. */
const MAX_COUNTED_DECI_A = 100_000_000;
export const isCurrent = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value <= MAX_COUNTED_DECI_A;
