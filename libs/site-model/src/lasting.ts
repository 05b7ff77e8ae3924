import { type DeciAmps, deciAmps, epochMs, type EvseId } from '@headroom/kernel';
import { isCurrent } from './loaded-rows.ts';
import type { EvseModel, SiteModel } from './model.ts';
import { worstOtherLoad } from './other-load.ts';
import { contribution, countsAt, roomIn, type RowUse, rowUses } from './row-use.ts';

/**
 * The third row of the gate (SI28): at rest, when the last lease that ends has ended with nobody alive, and every other load has come to
 * its worst. An EVSE has its fallback then; one whose leases do not end has what it was leased, for ever.
 */
export interface Rest {
  /**
   * The most that this EVSE may be leased for ever, so that every row holds at rest beside what the others keep; what it may keep already
   * where nothing above that fits: it raises nothing.
   *
   * @param told what it was told last: no more than that is passed without room. By default all that counts of it.
   */
  most(evse: EvseModel, told?: DeciAmps): DeciAmps;
  /** From now on this EVSE keeps at least this. */
  grant(evse: EvseModel, limit: DeciAmps): void;
}

/**
 * The rows are those of the document as built: no override, nothing imposed, which end by themselves, and no overload allowance, which is for
 * the time in which leases last. What is derated by its temperature is at its hottest: it may get there while nobody looks.
 *
 * @param kept what each EVSE may go on obeying with nobody alive. Missing: its fallback. No current: its maximum.
 */
export function createRest(site: SiteModel, kept: ReadonlyMap<EvseId, DeciAmps>): Rest {
  const counts = new Map(
    [...site.evses].map(([evseId, evse]) => [
      evseId,
      kept.has(evseId) ? countsAt(evse, kept.get(evseId)) : evse.fallback,
    ]),
  );
  let rows: readonly RowUse[] | undefined;
  return {
    most(evse, told) {
      rows ??= rowsAtRest(site, counts);
      const has = counts.get(evse.evseId) ?? evse.maxCurrent;
      let most: number = evse.maxCurrent;
      for (const row of rows) {
        const times = row.loads.get(evse.evseId);
        if (times === undefined || times <= 0) continue;
        const room = roomIn(row, 'now') + contribution(row, evse.evseId, has);
        most = Math.min(most, Math.floor(room / times));
      }
      return deciAmps(Math.max(told ?? has, most));
    },
    grant({ evseId }, limit) {
      if (!isCurrent(limit) || limit <= (counts.get(evseId) ?? 0)) return;
      counts.set(evseId, limit);
      rows = undefined;
    },
  };
}

/**
 * Every row when the last lease has ended and every load has come to its worst.
 *
 * @param kept by default all have their fallbacks
 */
export function rowsAtRest(site: SiteModel, kept = fallbacksOf(site)): readonly RowUse[] {
  const { limitOverride: _o, imposed: _i, derated: _d, ...asBuilt } = site;
  const worst = worstOtherLoad(site);
  return rowUses({ site: asBuilt, committed: kept, otherLoad: worst, horizonLoad: worst, nowMs: epochMs(0) });
}

/** Who shares what is left at rest. */
export interface AtRest {
  /** Whose leases do not end. */
  readonly lasting: ReadonlySet<EvseId>;
  /** Who counts with its maximum for good, so whatever it is leased takes nothing more: it has no part in what is shared. Absent: nobody does. */
  readonly atMaximum?: ReadonlySet<EvseId>;
  /** What others go on to have, above their fallbacks. Absent: nothing. */
  readonly keeping?: ReadonlyMap<EvseId, DeciAmps>;
}

/**
 * What each EVSE whose leases do not end may have at most, whatever the others of them have: beside all fallbacks, and the maximum of who counts with
 * that, what is left in each row is shared by number. Who decides by it never asks for more than the gate passes once all keep to it.
 */
export function mostThatLasts(
  site: SiteModel,
  { lasting, atMaximum = NOBODY, keeping }: AtRest,
): ReadonlyMap<EvseId, DeciAmps> {
  const evses = [...lasting].flatMap((evseId) => site.evses.get(evseId) ?? []);
  if (evses.length === 0) return new Map();
  const kept = new Map(fallbacksOf(site));
  for (const evseId of atMaximum) {
    const evse = site.evses.get(evseId);
    if (evse !== undefined) kept.set(evseId, deciAmps(Math.max(evse.maxCurrent, evse.fallback)));
  }
  for (const [evseId, current] of keeping ?? []) {
    kept.set(evseId, deciAmps(Math.max(kept.get(evseId) ?? 0, current)));
  }
  const sharing = evses.filter(({ evseId }) => !atMaximum.has(evseId));
  const rise = new Map<EvseId, number>(sharing.map(({ evseId, maxCurrent }) => [evseId, maxCurrent]));
  for (const row of rowsAtRest(site, kept)) {
    const inRow = sharing.filter(({ evseId }) => (row.loads.get(evseId) ?? 0) > 0);
    // One step more for each that is rounded up by its coefficient.
    const times = inRow.reduce((sum, { evseId }) => sum + (row.loads.get(evseId) ?? 0), 0);
    const each = Math.max(0, Math.floor((roomIn(row, 'now') - inRow.length) / times));
    for (const { evseId } of inRow) rise.set(evseId, Math.min(rise.get(evseId) ?? 0, each));
  }
  return new Map(
    evses.map(({ evseId, fallback, maxCurrent }) => [
      evseId,
      deciAmps(Math.min(maxCurrent, fallback + (rise.get(evseId) ?? maxCurrent))),
    ]),
  );
}

const NOBODY: ReadonlySet<EvseId> = new Set();

const fallbacksOf = ({ evses }: SiteModel): ReadonlyMap<EvseId, DeciAmps> =>
  new Map([...evses.values()].map(({ evseId, fallback }) => [evseId, fallback]));
