import type { StationId } from '@headroom/kernel';
import type { EmergencyInbox } from '../ports.ts';

/** Stations asked about in one look. */
const LOOK_STATIONS = 1_000;

/**
 * Stations whose records go to the emergency inbox, because earlier ones of theirs wait there: nothing may overtake them.
 * Bounded by the stations that connect here.
 */
export interface Diversions {
  has(stationId: StationId): boolean;
  add(stationId: StationId): void;
  /** Keeps records, and diverts their station where that succeeded. */
  keep(stationId: StationId, put: () => Promise<boolean>): Promise<boolean>;
  /** Sends stations of which no record waits any more back to the log. */
  review(inbox: Pick<EmergencyInbox, 'waitingOf'>): Promise<void>;
}

interface Puts {
  /** Grows at the beginning and at the end of each put: a look that one of them touched counts for nothing. */
  changes: number;
  underWay: number;
  diverted: boolean;
}

export function createDiversions(): Diversions {
  const stations = new Map<StationId, Puts>();
  const of = (stationId: StationId): Puts => {
    const known = stations.get(stationId) ?? { changes: 0, underWay: 0, diverted: false };
    stations.set(stationId, known);
    return known;
  };
  const forgetIdle = (stationId: StationId, puts: Puts): void => {
    if (!puts.diverted && puts.underWay === 0) stations.delete(stationId);
  };

  async function look(ids: readonly StationId[], inbox: Pick<EmergencyInbox, 'waitingOf'>): Promise<void> {
    const before = new Map(ids.map((id) => [id, of(id).changes]));
    const waiting = await inbox.waitingOf(ids);
    if (waiting === undefined) return;
    for (const id of ids) {
      const puts = of(id);
      if (waiting.has(id) || puts.underWay > 0 || puts.changes !== before.get(id)) continue;
      puts.diverted = false;
      forgetIdle(id, puts);
    }
  }

  return {
    has: (stationId) => stations.get(stationId)?.diverted === true,
    add(stationId) {
      const puts = of(stationId);
      puts.diverted = true;
      puts.changes += 1;
    },
    async keep(stationId, put) {
      const puts = of(stationId);
      puts.changes += 1;
      puts.underWay += 1;
      const kept = await put();
      puts.changes += 1;
      puts.underWay -= 1;
      if (kept) puts.diverted = true;
      forgetIdle(stationId, puts);
      return kept;
    },
    async review(inbox) {
      const ids = [...stations].flatMap(([id, { diverted }]) => (diverted ? [id] : []));
      for (let from = 0; from < ids.length; from += LOOK_STATIONS) {
        await look(ids.slice(from, from + LOOK_STATIONS), inbox);
      }
    },
  };
}
