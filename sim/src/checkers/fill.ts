import type { SiteFacts, SiteRow } from './site-facts.ts';

/** What the checkers' own idea of a fair share needs of one EVSE. */
export interface Demand {
  readonly evseId: string;
  /** A per phase that it would take; 0 for none. */
  readonly wantsA: number;
  /** A per phase that stay reserved for it whatever it wants. */
  readonly floorA: number;
}

const EPSILON_A = 1e-9;

/** The share of each: all rise together until a row is full, then those behind it stop (DS-13, no code of the platform). */
export function fairFill(
  site: SiteFacts,
  demands: readonly Demand[],
  otherLoadA: (row: SiteRow) => number,
): ReadonlyMap<string, number> {
  const given = new Map(demands.map(({ evseId, floorA }) => [evseId, floorA]));
  const rising = new Map(
    demands.filter(({ wantsA, floorA }) => wantsA > floorA).map((demand) => [demand.evseId, demand]),
  );
  const weight = (row: SiteRow, evseId: string): number => {
    if (!row.evses.has(evseId)) return 0;
    return site.evses.get(evseId)?.gridPhases.filter((phase) => row.phases.includes(phase)).length ?? 0;
  };
  const roomOf = (row: SiteRow): number => {
    let used = otherLoadA(row);
    for (const [evseId, amps] of given) used += amps * weight(row, evseId);
    return row.limitA - used;
  };
  while (rising.size > 0) {
    let step = Math.min(...[...rising.values()].map(({ evseId, wantsA }) => wantsA - (given.get(evseId) ?? 0)));
    const rows = site.rows.map((row) => {
      const weights = [...rising.keys()].reduce((sum, evseId) => sum + weight(row, evseId), 0);
      return { row, weights, room: Math.max(0, roomOf(row)) };
    });
    for (const { weights, room } of rows) if (weights > 0) step = Math.min(step, room / weights);
    for (const evseId of rising.keys()) given.set(evseId, (given.get(evseId) ?? 0) + step);
    for (const [evseId, { wantsA }] of rising)
      if ((given.get(evseId) ?? 0) >= wantsA - EPSILON_A) rising.delete(evseId);
    for (const { row, weights, room } of rows) {
      if (weights === 0 || room - step * weights > EPSILON_A) continue;
      for (const evseId of rising.keys()) if (weight(row, evseId) > 0) rising.delete(evseId);
    }
  }
  return given;
}
