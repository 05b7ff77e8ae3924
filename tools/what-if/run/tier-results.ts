import { feasibleWh } from '../../optimum/site/slotted.ts';
import type { ReplayDay } from './replay-day.ts';

/** How the cars of one tier did. Shares of 1. */
export interface TierResult {
  readonly tier: number;
  readonly sessions: number;
  /** Of what they could have taken in their stays. */
  readonly delivered: number;
  /** As that of all (ME4). */
  readonly satisfied: number;
}

/**
 * By tier, the lowest first; of a site of one tier, or of none who came, nothing.
 *
 * @param deliveredWh by session
 * @param satisfiedWithinWh so much less than it could have taken is no lack
 */
export function tierResults(
  { sessions, evses }: Pick<ReplayDay, 'sessions' | 'evses'>,
  deliveredWh: readonly number[],
  satisfiedWithinWh: number,
): readonly TierResult[] {
  const groups = Map.groupBy(
    sessions.map((session, place) => ({ feasible: feasibleWh(session), has: deliveredWh[place] ?? 0, ...session })),
    ({ evse }) => evses[evse]?.tier ?? 1,
  );
  if (groups.size < 2) return [];
  return [...groups]
    .toSorted(([a], [b]) => a - b)
    .map(([tier, cars]) => {
      const feasibleInAllWh = cars.reduce((sum, { feasible }) => sum + feasible, 0);
      const hasWh = cars.reduce((sum, { has }) => sum + has, 0);
      const satisfied = cars.filter(({ feasible, has }) => has >= feasible - satisfiedWithinWh);
      return {
        ...{ tier, sessions: cars.length, satisfied: satisfied.length / cars.length },
        delivered: feasibleInAllWh > 0 ? hasWh / feasibleInAllWh : 1,
      };
    });
}
