import { type DeciAmps, deciAmps, type EvseId, type GridPhase } from '@headroom/kernel';
import { weighed } from './coefficient.ts';
import { isCurrent, type LoadedRow, loadedRows, type LoadView } from './loaded-rows.ts';
import type { EvseModel, SiteModel } from './model.ts';
import type { RowKind, RowLoads, SharedOutput } from './row-loads.ts';
import type { RowLimit } from './rows.ts';

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

/** What counts of the stations at one instant. */
export interface Stations {
  readonly site: SiteModel;
  /** What each EVSE counts with (7.1). Missing or not a current: its maximum. Never counts below its fallback (SI1). */
  readonly committed: ReadonlyMap<EvseId, DeciAmps>;
  /** Missing, or none of the EVSE's: all wired phases. */
  readonly masks?: ReadonlyMap<EvseId, PhaseMask>;
}

/** What counts at one instant. */
export interface Counted extends Stations, LoadView {
  /** What `rowsOf(site, nowMs)` gave, for callers that ask more than once at one instant. */
  readonly rows?: readonly RowLimit[];
}

/** A row with all that counts in it. */
export interface UsedRow extends LoadedRow {
  /** Other load plus everything the stations count with. May exceed the limit: then no increase passes (SI20). */
  readonly usedDeciA: DeciAmps;
}

/**
 * A used row with who can still change it. `loads` here: only phases on which the limit of the EVSE counts. One socket
 * has one car: an EVSE counts with the larger of what this car may take and what the next one may (`contribution`), not
 * with both.
 */
export interface RowUse extends UsedRow {
  /** Of EVSEs with wired phases here that their car does not use: what the next one may take, in this row (MD5). */
  readonly standing: ReadonlyMap<EvseId, number>;
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
export const roomIn = ({ limitDeciA, usedDeciA, riseDeciA }: UsedRow, gateRow: GateRow): number =>
  limitDeciA - usedDeciA - (gateRow === 'dead' ? riseDeciA : 0);

/** The tighter of the two; where no load can rise they are the same, and it is `now`. */
export const bindingRow = ({ riseDeciA }: UsedRow): GateRow => (riseDeciA > 0 ? 'dead' : 'now');

/** Every row with its use, as the gate counts it. */
export const rowUses = (counted: Counted): readonly RowUse[] => usesOf(counted, counted.rows);

/** The same of some of the rows. */
export function usesOf(counted: Counted, rows?: readonly RowLimit[]): readonly RowUse[] {
  const masks = safeMasks(counted);
  return use({ ...counted, masks }, loadedRows(counted, rows)).map((row) => ({ ...row, ...splitLoads(row, masks) }));
}

function use({ site, committed, masks }: Required<Stations>, rows: readonly LoadedRow[]): readonly UsedRow[] {
  const counts = new Map<EvseId, DeciAmps>();
  for (const [evseId, evse] of site.evses) counts.set(evseId, countsAt(evse, committed.get(evseId)));
  return rows.map((row) => ({ ...row, usedDeciA: deciAmps(row.otherLoadDeciA + stationsIn(row, counts, masks)) }));
}

function stationsIn(
  { kind, loads, shared }: RowLimit,
  counts: ReadonlyMap<EvseId, DeciAmps>,
  masks: ReadonlyMap<EvseId, PhaseMask>,
): number {
  let used = 0;
  for (const [evseId, wired] of loads) used += weighed(wired, counts.get(evseId) ?? 0);
  // With all its phases: too much for a car that is proven to use fewer.
  for (const [evseId, mask] of masks) {
    const wired = loads.get(evseId);
    if (wired === undefined) continue;
    const limit = counts.get(evseId) ?? 0;
    const { following, standing } = underMask(kind, wired, mask);
    used += Math.max(weighed(following, limit), standing) - weighed(wired, limit);
  }
  for (const cabinet of shared ?? []) used -= beyondCabinet(cabinet, loads, (evseId) => counts.get(evseId) ?? 0);
  return used;
}

/**
 * By how much EVSEs count with more than their cabinet gives them together. Who asks what one of them may rise to need not know of it: a
 * raise counts in full, on the safe side of what the cabinet would not give anyway.
 */
export function beyondCabinet(
  { evses, atMostDeciA }: SharedOutput,
  loads: RowLoads,
  countsWith: (evseId: EvseId) => number,
): number {
  let sum = 0;
  for (const evseId of evses) sum += weighed(loads.get(evseId) ?? 0, countsWith(evseId));
  return Math.max(0, sum - atMostDeciA);
}

/** What an EVSE takes of a row at this limit. */
export const contribution = (
  { loads, standing }: Pick<RowUse, 'loads' | 'standing'>,
  evseId: EvseId,
  limit: number,
): number => Math.max(weighed(loads.get(evseId) ?? 0, limit), standing.get(evseId) ?? 0);

/** Of an EVSE with this coefficient in a row: how much of it follows its limit, and what counts there without it (MD5). */
export function underMask(
  kind: RowKind,
  wired: number,
  mask: PhaseMask | undefined,
): { readonly following: number; readonly standing: number } {
  const following = mask === undefined ? wired : followingIn(kind, wired, mask.phases);
  return { following, standing: mask === undefined || following >= wired ? 0 : weighed(wired, mask.elsewhere) };
}

/** Of the wired phases of each EVSE in a row: those that follow its limit, and what counts without it. */
function splitLoads(
  { kind, loads }: RowLimit,
  masks: ReadonlyMap<EvseId, PhaseMask>,
): Pick<RowUse, 'loads' | 'standing'> {
  const standing = new Map<EvseId, number>();
  let following: Map<EvseId, number> | undefined;
  for (const [evseId, mask] of masks) {
    const wired = loads.get(evseId);
    const split = underMask(kind, wired ?? 0, mask);
    if (wired === undefined || split.following >= wired) continue;
    following ??= new Map(loads);
    if (split.following > 0) following.set(evseId, split.following);
    else following.delete(evseId);
    standing.set(evseId, split.standing);
  }
  return { loads: following ?? loads, standing };
}

/** A conductor carries all of its current or nothing; of a sum over phases each that is used is one part. */
function followingIn(kind: RowKind, wired: number, used: readonly GridPhase[]): number {
  if (kind === 'power') return used.length;
  return used.includes(kind) ? wired : 0;
}

/** Masks that can be true; without one an EVSE counts on all its phases. */
export function safeMasks({ site, masks }: Stations): ReadonlyMap<EvseId, PhaseMask> {
  const safe = new Map<EvseId, PhaseMask>();
  for (const [evseId, { phases, elsewhere }] of masks ?? []) {
    const evse = site.evses.get(evseId);
    // Between two conductors no car can leave one of them out, and a rectifier takes from all of them.
    if (evse === undefined || evse.wiring !== undefined || evse.dc !== undefined) continue;
    if (!isCurrent(elsewhere) || !isPart(phases, evse.phases)) continue;
    safe.set(evseId, { phases, elsewhere: deciAmps(Math.max(elsewhere, evse.fallback)) });
  }
  return safe;
}

const isPart = (some: readonly GridPhase[], wired: readonly GridPhase[]): boolean =>
  some.length > 0 && some.every((phase, index) => wired.includes(phase) && some.indexOf(phase) === index);

/** What an EVSE counts with in every sum: ignorance is its maximum, and the fallback is always a member (SI1). */
export const countsWith = (evse: EvseModel, committed: ReadonlyMap<EvseId, DeciAmps>): DeciAmps =>
  countsAt(evse, committed.get(evse.evseId));

/** The same of its committed value itself; undefined: nobody told. */
export function countsAt(evse: EvseModel, value: DeciAmps | undefined): DeciAmps {
  if (value === undefined || !isCurrent(value)) return evse.maxCurrent;
  return deciAmps(Math.max(value, evse.fallback));
}
