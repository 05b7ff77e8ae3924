import type { BareSite } from '../site/topology.ts';
import type { TightDay } from './tight-limit.ts';

/** A day on a site with a limit that is given, which its cars have to themselves. */
export function limitedDay({ sessions, slots, roots, panels, circuitOf }: BareSite, limitA: number): TightDay {
  const capacityA = new Float64Array(slots).fill(limitA);
  return {
    sessions,
    slots,
    circuitOf,
    limitA,
    buildingA: undefined,
    rows: [...roots.map((row) => ({ ...row, capacityA })), ...panels],
  };
}
