import { deciAmps, type EvseId } from '@headroom/kernel';
import { weighed } from './coefficient.ts';
import type { LoadedRow } from './loaded-rows.ts';
import type { SiteModel } from './model.ts';
import {
  beyondCabinet,
  countsAt,
  type PhaseMask,
  safeMasks,
  type Stations,
  underMask,
  type UsedRow,
} from './row-use.ts';
import type { RowLimit } from './rows.ts';

/**
 * Who is wired to which row, as numbers: for loops over all rows and all that is wired to them, which a decision of a large site is made
 * of. Entry `e` of row `r` lies in `[starts[r], starts[r + 1])`: EVSE `evses[e]`
 * counts there with the coefficient `coefficients[e]`. EVSEs are numbered in the order of the model.
 */
export interface RowIndex {
  readonly numberOf: ReadonlyMap<EvseId, number>;
  readonly starts: Int32Array;
  readonly evses: Int32Array;
  readonly coefficients: Float64Array;
}

/** @param rows as `rowsOf` gave them: the same array has the same index, and it is made only once */
export function rowIndexOf(site: SiteModel, rows: readonly RowLimit[]): RowIndex {
  const known = INDEXES.get(rows);
  if (known?.evses === site.evses) return known.index;
  const index = makeIndex(site, rows);
  INDEXES.set(rows, { evses: site.evses, index });
  return index;
}

const INDEXES = new WeakMap<readonly RowLimit[], { readonly evses: SiteModel['evses']; readonly index: RowIndex }>();

function makeIndex(site: SiteModel, rows: readonly RowLimit[]): RowIndex {
  const numberOf = new Map<EvseId, number>();
  for (const evseId of site.evses.keys()) numberOf.set(evseId, numberOf.size);
  const entries = rows.reduce((sum, row) => sum + row.loads.size, 0);
  const starts = new Int32Array(rows.length + 1);
  const evses = new Int32Array(entries);
  const coefficients = new Float64Array(entries);
  let entry = 0;
  for (const [r, row] of rows.entries()) {
    for (const [evseId, coefficient] of row.loads) {
      evses[entry] = numberOf.get(evseId) ?? -1;
      coefficients[entry] = coefficient;
      entry += 1;
    }
    starts[r + 1] = entry;
  }
  return { numberOf, starts, evses, coefficients };
}

/** Loaded rows with all that counts in them: what `rowUses` says, but not who can change it. */
export function indexedUse(stations: Stations, rows: readonly LoadedRow[], index: RowIndex): readonly UsedRow[] {
  const { evses } = stations.site;
  const safe = safeMasks(stations);
  const counts = new Float64Array(evses.size);
  const masks: (PhaseMask | undefined)[] = [];
  for (const [evseId, evse] of evses) {
    counts[masks.length] = countsAt(evse, stations.committed.get(evseId));
    masks.push(safe.get(evseId));
  }
  const countOf = (evseId: EvseId): number => counts[index.numberOf.get(evseId) ?? -1] ?? 0;
  return rows.map((row, r) => {
    let used: number = row.otherLoadDeciA;
    for (let entry = index.starts[r] ?? 0; entry < (index.starts[r + 1] ?? 0); entry += 1) {
      const number = index.evses[entry] ?? 0;
      const wired = index.coefficients[entry] ?? 0;
      const limit = counts[number] ?? 0;
      const mask = masks[number];
      if (mask === undefined) {
        used += weighed(wired, limit);
        continue;
      }
      const { following, standing } = underMask(row.kind, wired, mask);
      used += Math.max(weighed(following, limit), standing);
    }
    for (const cabinet of row.shared ?? []) used -= beyondCabinet(cabinet, row.loads, countOf);
    return { ...row, usedDeciA: deciAmps(used) };
  });
}
