import type { Use } from './behaviour.ts';
import { type SiteFacts, type SiteRow, stationIdOf } from './site-facts.ts';

/** Above the minima, A for each phase of each EVSE: with less room below a lowered limit shares are no longer equal, for some need more to start. */
const LEAST_ROOM_A = 2;

export interface ScarcityOptions {
  readonly limitOf: (row: SiteRow, nowMs: number) => number;
  /** What counts of the building, A. */
  readonly otherLoadA: (row: SiteRow) => number;
  /** Of a share, what a station can be told of it. */
  readonly passes: (stationId: string) => number;
  readonly isHeldBack: (stationId: string) => boolean;
  /** What it may still count with, whatever it is told now. */
  readonly unprovenA: (evseId: string, nowMs: number) => number;
}

/** Where the minima of all find no room, who has to stop is not for a judge to say. */
export interface Scarcity {
  /** What a car there needs to be charged at all, A per phase of its share. */
  startsAt(evseId: string): number;
  /** EVSEs of which nothing is said now: of all where a lowered limit is too tight, otherwise of those behind the row that is. */
  unsaid(nowMs: number): ReadonlySet<string>;
  /**
   * Shares cannot be equal: below a limit that was lowered all have their minima and hardly more, or some charge and not all who want to have room for
   * their minima. Then nothing is to be left over, and no more is asked.
   */
  isCramped(nowMs: number, uses: readonly Use[]): boolean;
  /** Its minimum fits beside what the others have. */
  fitsBeside(use: Use, uses: readonly Use[], nowMs: number): boolean;
}

export function createScarcity(
  site: SiteFacts,
  { limitOf, otherLoadA, passes, isHeldBack, unprovenA }: ScarcityOptions,
): Scarcity {
  /** Of watts one phase may bear all (H82): a car there needs more to start. What a DC station needs counts as its limits do. */
  const startsAt = (evseId: string): number => {
    const { minimumA = 0, dc } = site.evses.get(evseId) ?? {};
    return dc === undefined ? minimumA / passes(stationIdOf(evseId)) : minimumA;
  };
  /** Of one EVSE in a row, A: the least that leaves nobody out; of who is held back all that it bears, and then of others their fallbacks. */
  const leastOf = (evseId: string, leavesNobodyOut: boolean): number => {
    const { fallbackA = 0, maxA = 0 } = site.evses.get(evseId) ?? {};
    if (isHeldBack(stationIdOf(evseId))) return maxA;
    return leavesNobodyOut ? Math.max(startsAt(evseId), fallbackA) : fallbackA;
  };
  const isLowered = (row: SiteRow, nowMs: number): boolean => limitOf(row, nowMs) < row.limitA;
  /** @param ampsOf each EVSE, for each of its phases */
  const isFullWith = (ampsOf: (evseId: string) => number, row: SiteRow, nowMs: number): boolean => {
    let sumA = otherLoadA(row);
    for (const evseId of row.evses) {
      const { gridPhases = [] } = site.evses.get(evseId) ?? {};
      sumA += gridPhases.filter((phase) => row.phases.includes(phase)).length * ampsOf(evseId);
    }
    return sumA > limitOf(row, nowMs);
  };
  const isTight = (row: SiteRow, nowMs: number): boolean => {
    const lowered = isLowered(row, nowMs);
    if (!lowered && ![...row.evses].some((evseId) => isHeldBack(stationIdOf(evseId)))) return false;
    const countsA = (evseId: string): number =>
      Math.max(leastOf(evseId, lowered), lowered ? unprovenA(evseId, nowMs) : 0);
    return isFullWith(countsA, row, nowMs);
  };
  /** Even alone behind its rows no car could start there. */
  const isHopeless = (evseId: string, nowMs: number): boolean =>
    site.rows.some(
      (row) => row.evses.has(evseId) && isFullWith((each) => (each === evseId ? startsAt(evseId) : 0), row, nowMs),
    );
  return {
    startsAt,
    unsaid(nowMs) {
      const tight = site.rows.filter((row) => isTight(row, nowMs));
      if (tight.some((row) => isLowered(row, nowMs))) return new Set(site.evses.keys());
      const hopeless = [...site.evses.keys()].filter((evseId) => isHopeless(evseId, nowMs));
      return new Set([...hopeless, ...tight.flatMap(({ evses }) => [...evses])]);
    },
    isCramped(nowMs, uses) {
      const wanting = new Set(uses.flatMap(({ evseId, wantsA }) => (wantsA > 0 ? [evseId] : [])));
      const doesCharge = uses.some(({ wantsA, offeredA }) => wantsA > 0 && offeredA > 0);
      return site.rows.some((row) =>
        isLowered(row, nowMs)
          ? isFullWith((evseId) => leastOf(evseId, true) + LEAST_ROOM_A, row, nowMs)
          : doesCharge && isFullWith((evseId) => leastOf(evseId, wanting.has(evseId)), row, nowMs),
      );
    },
    fitsBeside({ evseId: own }, uses, nowMs) {
      const hasA = new Map(uses.map(({ evseId, offeredA }) => [evseId, offeredA / passes(stationIdOf(evseId))]));
      const countsA = (evseId: string): number =>
        evseId === own ? startsAt(own) : Math.max(leastOf(evseId, false), hasA.get(evseId) ?? 0);
      return !site.rows.some((row) => row.evses.has(own) && isFullWith(countsA, row, nowMs));
    },
  };
}
