import {
  type CircuitId,
  type DeciAmps,
  deciAmps,
  type EpochMs,
  type EvseId,
  GRID_PHASES,
  type GridPhase,
  maxPhases,
  type PerPhaseDeciAmps,
} from '@headroom/kernel';
import type { EvseModel, SiteModel } from './model.ts';
import { accumulate, worstOtherLoad } from './other-load.ts';
import { inRow, type RowKind, type RowLimit, rowsOf } from './rows.ts';

/** An EVSE whose car is proven to use fewer conductors than are wired (MD5). */
export interface PhaseMask {
  /** Grid phases on which `committed` counts: some of the wired ones, in their order. */
  readonly phases: readonly GridPhase[];
  /**
   * What the next car may take, on all wired phases: whatever may be obeyed and is not bound to the transaction of this
   * one. Counts never below the fallback, which outlives every transaction.
   */
  readonly elsewhere: DeciAmps;
}

/** What counts at one instant. */
export interface Counted {
  readonly site: SiteModel;
  /** What each EVSE counts with (7.1). Missing or not a current: its maximum. Never counts below its fallback (SI1). */
  readonly committed: ReadonlyMap<EvseId, DeciAmps>;
  /** Missing, or none of the EVSE's: all wired phases. */
  readonly masks?: ReadonlyMap<EvseId, PhaseMask>;
  /** By the circuit on which it sits, as `otherLoadNow` gives it. Missing or not a current: the worst case. */
  readonly otherLoad: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
  /**
   * What that load may come to while the leases of this instant last, as `otherLoadHorizon` gives it. Missing or not a
   * current: the worst case. Counts never below `otherLoad`.
   */
  readonly horizonLoad: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
  readonly nowMs: EpochMs;
  /** What `rowsOf(site, nowMs)` gave, for callers that ask more than once at one instant. */
  readonly rows?: readonly RowLimit[];
}

/**
 * How much of a row is in use. `loads` here: only phases on which the limit of the EVSE counts. One socket has one car:
 * an EVSE counts with the larger of what this car may take and what the next one may (`contribution`), not with both.
 */
export interface RowUse extends RowLimit {
  /** Of EVSEs with wired phases here that their car does not use: what the next one may take, in this row (MD5). */
  readonly standing: ReadonlyMap<EvseId, number>;
  /** Other load plus everything the stations count with. May exceed the limit: then no increase passes (SI20). */
  readonly usedDeciA: DeciAmps;
  readonly otherLoadDeciA: DeciAmps;
  /** What the second row (dead, 7.2b) keeps beside it: by so much may the other load rise while the leases last. */
  readonly riseDeciA: DeciAmps;
}

/**
 * The two rows of the gate (7.2, 7.2b). `now`: other load as it counts now. `dead`: as high as it may come while nobody
 * lives to answer, until the last lease has ended.
 *
 * An EVSE obeys, at any instant until then, some limit that was leased to it, or its fallback. Its committed value
 * contains them all, so `horizon + sum of committed <= limit` holds the dead row for every instant at once. It costs
 * something: a lease of ten seconds' rest counts as long as a fresh one, and the fallback of later is never set
 * against the higher limit of now. The limit is that of this instant, which is the least of the horizon: an override
 * only ever ends (SI27 will bring periods that begin).
 */
export type GateRow = 'now' | 'dead';

/** The room of a row, beside everything that counts in it. Negative: the row is broken. */
export const roomIn = ({ limitDeciA, usedDeciA, riseDeciA }: RowUse, gateRow: GateRow): number =>
  limitDeciA - usedDeciA - (gateRow === 'dead' ? riseDeciA : 0);

/** The tighter of the two; where no load can rise they are the same, and it is `now`. */
export const bindingRow = ({ riseDeciA }: RowUse): GateRow => (riseDeciA > 0 ? 'dead' : 'now');

/** Every row with its use, as the gate counts it. */
export const rowUses = (counted: Counted): readonly RowUse[] =>
  usesOf(counted, counted.rows ?? rowsOf(counted.site, counted.nowMs));

/** The same of some of the rows. */
export function usesOf(counted: Counted, rows: readonly RowLimit[]): readonly RowUse[] {
  const { site, committed } = counted;
  const now = safeLoad(site, counted.otherLoad);
  const otherLoad = accumulate(site, now);
  const horizon = accumulate(site, neverBelow(now, safeLoad(site, counted.horizonLoad)));
  const masks = safeMasks(counted);
  const counts = countsOf(site, committed);
  return rows.map((row) => {
    const load = otherLoad.get(row.circuitId);
    const otherLoadDeciA = load === undefined ? 0 : inRow(load, row.kind);
    const risen = horizon.get(row.circuitId);
    const riseDeciA = deciAmps(risen === undefined ? 0 : inRow(risen, row.kind) - otherLoadDeciA);
    const split = splitLoads(row, masks);
    const used = otherLoadDeciA + stationsIn(row, split, counts);
    return { ...row, ...split, usedDeciA: deciAmps(used), otherLoadDeciA: deciAmps(otherLoadDeciA), riseDeciA };
  });
}

/** What each EVSE counts with: asked once for all rows. */
const countsOf = (site: SiteModel, committed: ReadonlyMap<EvseId, DeciAmps>): ReadonlyMap<EvseId, DeciAmps> => {
  const counts = new Map<EvseId, DeciAmps>();
  for (const [evseId, evse] of site.evses) counts.set(evseId, countsWith(evse, committed));
  return counts;
};

function stationsIn({ loads }: RowLimit, split: Split, counts: ReadonlyMap<EvseId, DeciAmps>): number {
  const isPlain = split.loads === loads && split.standing.size === 0;
  let used = 0;
  for (const [evseId, wired] of loads) {
    const limit = counts.get(evseId) ?? 0;
    used += isPlain ? wired * limit : contribution(split, evseId, limit);
  }
  return used;
}

type Split = Pick<RowUse, 'loads' | 'standing'>;
const NOBODY: ReadonlyMap<EvseId, number> = new Map();

/** What an EVSE takes of a row at this limit. */
export const contribution = ({ loads, standing }: Split, evseId: EvseId, limit: number): number =>
  Math.max((loads.get(evseId) ?? 0) * limit, standing.get(evseId) ?? 0);

/** Of the wired phases of each EVSE in a row: those that follow its limit, and what counts without it. */
function splitLoads({ kind, loads }: RowLimit, masks: ReadonlyMap<EvseId, PhaseMask>): Split {
  if (!anyOf(masks, loads)) return { loads, standing: NOBODY };
  const following = new Map<EvseId, number>();
  const standing = new Map<EvseId, number>();
  for (const [evseId, wired] of loads) {
    const mask = masks.get(evseId);
    const used = mask === undefined ? wired : phasesIn(kind, mask.phases);
    if (used > 0) following.set(evseId, used);
    if (mask !== undefined && used < wired) standing.set(evseId, wired * mask.elsewhere);
  }
  return { loads: following, standing };
}

function anyOf(masks: ReadonlyMap<EvseId, PhaseMask>, loads: ReadonlyMap<EvseId, number>): boolean {
  for (const evseId of masks.keys()) if (loads.has(evseId)) return true;
  return false;
}

const phasesIn = (kind: RowKind, phases: readonly GridPhase[]): number =>
  kind === 'power' ? phases.length : Number(phases.includes(kind));

/** Masks that can be true; without one an EVSE counts on all its phases. */
function safeMasks({ site, masks }: Counted): ReadonlyMap<EvseId, PhaseMask> {
  const safe = new Map<EvseId, PhaseMask>();
  for (const [evseId, { phases, elsewhere }] of masks ?? []) {
    const evse = site.evses.get(evseId);
    if (evse === undefined || !isCurrent(elsewhere) || !isPart(phases, evse.phases)) continue;
    safe.set(evseId, { phases, elsewhere: deciAmps(Math.max(elsewhere, evse.fallback)) });
  }
  return safe;
}

const isPart = (some: readonly GridPhase[], wired: readonly GridPhase[]): boolean =>
  some.length > 0 && new Set(some).size === some.length && some.every((phase) => wired.includes(phase));

/** What an EVSE counts with in every sum: ignorance is its maximum, and the fallback is always a member (SI1). */
export const countsWith = (evse: EvseModel, committed: ReadonlyMap<EvseId, DeciAmps>): DeciAmps =>
  countsAt(evse, committed.get(evse.evseId));

/** The same of its committed value itself; undefined: nobody told. */
export function countsAt(evse: EvseModel, value: DeciAmps | undefined): DeciAmps {
  if (value === undefined || !isCurrent(value)) return evse.maxCurrent;
  return deciAmps(Math.max(value, evse.fallback));
}

function safeLoad(site: SiteModel, given: LoadByCircuit): LoadByCircuit {
  const loads = new Map(worstOtherLoad(site));
  for (const [circuitId, load] of given) {
    if (GRID_PHASES.every((phase) => isCurrent(load[phase]))) loads.set(circuitId, load);
  }
  return loads;
}

type LoadByCircuit = ReadonlyMap<CircuitId, PerPhaseDeciAmps>;

const neverBelow = (floor: LoadByCircuit, loads: LoadByCircuit): LoadByCircuit =>
  new Map([...floor, ...[...loads].map(([id, load]) => [id, maxPhases(load, floor.get(id) ?? load)] as const)]);

/** 10 MA: above it a number is no current, and sums over 2,000 EVSEs stay exact integers below it. */
const MAX_COUNTED_DECI_A = 100_000_000;
export const isCurrent = (value: number): boolean =>
  Number.isSafeInteger(value) && value >= 0 && value <= MAX_COUNTED_DECI_A;
