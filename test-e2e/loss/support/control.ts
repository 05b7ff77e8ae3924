import { eventually } from '../../support/eventually.ts';
import { during, usedShare } from './judge.ts';
import type { LossSite } from './site.ts';

/** Room for stations on a phase of the grid connection, while the building draws `buildingA` (allocation.md 7.2b). */
export function roomA({ order }: LossSite, buildingA: number): number {
  const horizonA = order.risesA === undefined ? order.worstA : Math.min(order.worstA, buildingA + order.risesA);
  return order.ratingA - horizonA;
}

/** Waits until the stations use what they may. */
export const whenFull = (site: LossSite, withinMs: number, share = 0.95): Promise<true> =>
  eventually(`${share * 100} % of the room used`, withinMs, () => {
    const looks = during(site.judge, Date.now() - 1_000, Date.now());
    return looks.length > 0 && usedShare(looks, roomA(site, site.buildingA())) >= share ? true : undefined;
  });

/**
 * Moves the building, and waits for the first command that answers it: one of another limit than its station had. Resolves
 * with the ms since `sinceMs`.
 */
export async function controlAnswers(site: LossSite, sinceMs: number, withinMs: number): Promise<number> {
  const levels: readonly number[] = [LOW_A, HIGH_A];
  const before = new Map(site.benches.map(({ station }) => [station.stationId, lastLease(site, station.stationId)]));
  site.building(levels[site.buildingA() === LOW_A ? 1 : 0] ?? LOW_A);
  const movedAtMs = Date.now();
  return eventually(
    'a command that answers the building',
    withinMs - (movedAtMs - sinceMs),
    () => {
      const answer = site.tap
        .commands()
        .find(
          ({ atMs, stationId, limitDeciA, purpose }) =>
            purpose === 'lease' && atMs >= movedAtMs && limitDeciA !== before.get(stationId),
        );
      return answer === undefined ? undefined : answer.atMs - sinceMs;
    },
    20,
  );
}

/** Levels of the building between which the tests move it: the difference is within what its site declares. */
export const LOW_A = 20;
export const HIGH_A = 45;

const lastLease = (site: LossSite, stationId: string): number | undefined =>
  site.tap.commands().findLast((command) => command.stationId === stationId && command.purpose === 'lease')?.limitDeciA;
