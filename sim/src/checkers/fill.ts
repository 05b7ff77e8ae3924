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

/** Of each row, how many of its phases each EVSE behind it is wired to. */
export type Weights = readonly { readonly row: SiteRow; readonly of: ReadonlyMap<string, number> }[];

export const weightsOf = (site: SiteFacts): Weights =>
  site.rows.map((row) => ({
    row,
    of: new Map(
      [...row.evses].map((evseId) => {
        const gridPhases = site.evses.get(evseId)?.gridPhases ?? [];
        return [evseId, gridPhases.filter((phase) => row.phases.includes(phase)).length];
      }),
    ),
  }));

/** What bounds a row at one moment, A. */
export interface Bounds {
  limitA(row: SiteRow): number;
  otherLoadA(row: SiteRow): number;
}

/** The share of each: all rise together until a row is full, then those behind it stop (DS-13, no code of the platform). */
export function fairFill(
  weights: Weights,
  demands: readonly Demand[],
  { limitA, otherLoadA }: Bounds,
): ReadonlyMap<string, number> {
  const rows = weights.map(({ row, of }) => ({ of, limitA: limitA(row), otherA: otherLoadA(row) }));
  const given = new Map(demands.map(({ evseId, floorA }) => [evseId, floorA]));
  const rising = new Map(
    demands.filter(({ wantsA, floorA }) => wantsA > floorA).map((demand) => [demand.evseId, demand]),
  );
  const roomOf = ({ of, limitA, otherA }: (typeof rows)[number]): number => {
    let used = otherA;
    for (const [evseId, weight] of of) used += (given.get(evseId) ?? 0) * weight;
    return limitA - used;
  };
  while (rising.size > 0) {
    let step = Math.min(...[...rising.values()].map(({ evseId, wantsA }) => wantsA - (given.get(evseId) ?? 0)));
    const rooms = rows.map((row) => {
      let sum = 0;
      for (const evseId of rising.keys()) sum += row.of.get(evseId) ?? 0;
      return { of: row.of, sum, room: Math.max(0, roomOf(row)) };
    });
    for (const { sum, room } of rooms) if (sum > 0) step = Math.min(step, room / sum);
    for (const evseId of rising.keys()) given.set(evseId, (given.get(evseId) ?? 0) + step);
    for (const [evseId, { wantsA }] of rising)
      if ((given.get(evseId) ?? 0) >= wantsA - EPSILON_A) rising.delete(evseId);
    for (const { of, sum, room } of rooms) {
      if (sum === 0 || room - step * sum > EPSILON_A) continue;
      for (const evseId of rising.keys()) if ((of.get(evseId) ?? 0) > 0) rising.delete(evseId);
    }
  }
  return given;
}
