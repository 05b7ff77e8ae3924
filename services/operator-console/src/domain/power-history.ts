import type { EpochMs, EvseId } from '@headroom/kernel';
import type { Drawn } from './grid-view.ts';
import type { LiveView } from './live-view.ts';

/** One hour of seconds. */
const HISTORY_POINTS = 3_600;
/** EVSEs of a site whose draw is kept; the rest is only in the sum. */
export const MAX_HISTORY_EVSES = 500;

/** Watts a second, per column; NaN where it was not known. */
export interface PowerHistory {
  readonly atMs: readonly EpochMs[];
  readonly limitW: readonly (number | null)[];
  readonly buildingW: readonly (number | null)[];
  readonly drawnW: readonly (number | null)[];
  readonly evses: ReadonlyMap<EvseId, readonly (number | null)[]>;
}

/** A ring of the last hour: as much memory on its first day as on its last. */
export interface PowerHistoryRing {
  push(view: LiveView): void;
  /** The last `seconds` points at most, oldest first. */
  last(seconds: number): PowerHistory;
  /** What the whole site drew over the points of [`fromMs`, `toMs`) at which it was known. */
  drawnBetween(fromMs: EpochMs, toMs: EpochMs): Drawn;
}

interface Column {
  put(index: number, value: number | null): void;
  at(index: number): number;
  read(order: readonly number[]): readonly (number | null)[];
}

function createColumn(points: number): Column {
  const values = new Float32Array(points).fill(Number.NaN);
  return {
    put: (index, value) => {
      values[index] = value ?? Number.NaN;
    },
    at: (index) => values[index] ?? Number.NaN,
    read: (order) =>
      order.map((index) => {
        const value = values[index] ?? Number.NaN;
        return Number.isNaN(value) ? null : value;
      }),
  };
}

export function createPowerHistory(points = HISTORY_POINTS): PowerHistoryRing {
  const times = new Float64Array(points);
  const limit = createColumn(points);
  const building = createColumn(points);
  const drawn = createColumn(points);
  const evses = new Map<EvseId, Column>();
  let pushed = 0;

  const columnOf = (evseId: EvseId): Column | undefined => {
    const known = evses.get(evseId);
    if (known !== undefined || evses.size >= MAX_HISTORY_EVSES) return known;
    const made = createColumn(points);
    evses.set(evseId, made);
    return made;
  };

  const forgetAllBut = (view: LiveView): void => {
    const present = new Set(view.evses.map((evse) => evse.snapshot.evseId));
    for (const evseId of [...evses.keys()]) if (!present.has(evseId)) evses.delete(evseId);
  };

  return {
    push: (view) => {
      const index = pushed % points;
      times[index] = view.atMs;
      limit.put(index, view.limit.powerW);
      building.put(index, view.building.powerW);
      drawn.put(index, view.total.drawnW);
      for (const column of evses.values()) column.put(index, null);
      if (evses.size >= MAX_HISTORY_EVSES) forgetAllBut(view);
      for (const evse of view.evses) columnOf(evse.snapshot.evseId)?.put(index, evse.drawnW);
      pushed += 1;
    },
    last: (seconds) => {
      const count = Math.min(pushed, points, Math.max(0, Math.floor(seconds)));
      const order = Array.from({ length: count }, (_, position) => (pushed - count + position) % points);
      return {
        atMs: order.map((index) => times[index] ?? 0),
        limitW: limit.read(order),
        buildingW: building.read(order),
        drawnW: drawn.read(order),
        evses: new Map([...evses].map(([evseId, column]) => [evseId, column.read(order)])),
      };
    },
    drawnBetween: (fromMs, toMs) => {
      let [sumW, count, peakW] = [0, 0, Number.NEGATIVE_INFINITY];
      for (let index = 0; index < Math.min(pushed, points); index += 1) {
        const atMs = times[index] ?? 0;
        const siteW = building.at(index) + drawn.at(index);
        if (atMs < fromMs || atMs >= toMs || Number.isNaN(siteW)) continue;
        sumW += siteW;
        count += 1;
        peakW = Math.max(peakW, siteW);
      }
      return count === 0 ? { meanW: null, peakW: null } : { meanW: sumW / count, peakW };
    },
  };
}
