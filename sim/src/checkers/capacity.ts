import { type Demand, fairFill } from './fill.ts';
import type { PhaseTriple } from './circuits.ts';
import type { SiteFacts } from './site-facts.ts';
import type { Report } from './violation.ts';

/** One EVSE at one instant. */
export interface Use {
  readonly evseId: string;
  /** What its car would take now, without any limit, A per phase; 0: no transaction, or full. */
  readonly wantsA: number;
  readonly obeyedA: number;
}

export interface CapacityChecker {
  /** Once a second, after the trouble and the time that recovery may take. */
  look(nowMs: number, uses: readonly Use[], building: PhaseTriple): void;
  /** Share of what the limits allowed; undefined: nobody wanted more, or nothing was looked at. */
  used(): number | undefined;
  conclude(nowMs: number): void;
}

export const LEAST_USED = 0.95;
/** A load that fell is believed within this time (TL3), so its highest value of this time counts. */
const BELIEVED_WITHIN_MS = 40_000;
/** What is kept aside for the error of the meter (LC7), A on each conductor: 1 % of the connection, in steps of it. */
const RESERVE_SHARE = 0.02;
const WANTS_MORE_A = 1;
/** Seconds that somebody must have wanted more for a verdict. */
const LEAST_SECONDS = 60;

/** What stations were allowed of what a fair fill of the tree would allow, while anybody wanted more than he had. */
export function createCapacityChecker(site: SiteFacts, report: Report): CapacityChecker {
  const loads: { readonly atMs: number; readonly load: PhaseTriple }[] = [];
  let usedA = 0;
  let allowedA = 0;
  let seconds = 0;

  const highest = (phases: readonly number[]): number =>
    loads.reduce(
      (most, { load }) =>
        Math.max(
          most,
          phases.reduce((sum, phase) => sum + (load[phase] ?? 0), 0),
        ),
      0,
    );

  return {
    look(nowMs, uses, building) {
      loads.push({ atMs: nowMs, load: building });
      while ((loads[0]?.atMs ?? nowMs) < nowMs - BELIEVED_WITHIN_MS) loads.shift();
      if (!uses.some(({ wantsA, obeyedA }) => wantsA > obeyedA + WANTS_MORE_A)) return;
      const demands = uses.map(({ evseId, wantsA }): Demand => {
        const evse = site.evses.get(evseId);
        return { evseId, wantsA: Math.min(wantsA, evse?.maxA ?? 0), floorA: evse?.minimumA ?? 0 };
      });
      const fair = fairFill(site, demands, (row) =>
        row.hasBuilding ? highest(row.phases) + row.limitA * RESERVE_SHARE : 0,
      );
      for (const { evseId, wantsA, obeyedA } of uses) {
        if (wantsA === 0) continue;
        usedA += Math.min(wantsA, obeyedA);
        allowedA += Math.min(wantsA, fair.get(evseId) ?? 0);
      }
      seconds += 1;
    },
    used: () => (allowedA === 0 ? undefined : usedA / allowedA),
    conclude(nowMs) {
      if (seconds < LEAST_SECONDS || usedA >= LEAST_USED * allowedA) return;
      const percent = ((100 * usedA) / allowedA).toFixed(1);
      report({
        checker: 'capacity',
        atMs: nowMs,
        detail: `${percent} % of what the limits allowed, over ${seconds} s`,
      });
    },
  };
}
