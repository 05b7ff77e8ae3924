import { type Demand, fairFill, weightsOf } from './fill.ts';
import type { PhaseTriple } from './circuits.ts';
import type { SiteFacts, SiteRow } from './site-facts.ts';
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
  /** What flowed of what could have flowed, while anybody wanted more; undefined: nobody did. A figure, no verdict. */
  used(): number | undefined;
  conclude(nowMs: number): void;
}

export const LEAST_USED = 0.95;
/** A load that fell is believed within this time (TL3), so its highest value of this time counts. */
const BELIEVED_WITHIN_MS = 40_000;
/** What is kept aside for the error of the meter (LC7), of each row: 1 %, in steps of it. */
const RESERVE_SHARE = 0.02;
const WANTS_MORE_A = 1;
/** Seconds that somebody must have wanted more for a verdict. */
const LEAST_SECONDS = 60;
/**
 * UD2: a car that takes less than it is offered keeps its share for 30 s, and for 60 s after its last increase; then it
 * keeps 2 A more than it takes, in whole amperes. 25 s for a sample, a decision and its way.
 */
const UNDER_A = 2;
const UNDER_KEEPS_A = 3;
const UNDER_FOR_MS = 55_000;
const AFTER_RAISE_MS = 85_000;

interface Behaviour {
  readonly obeyedA: number;
  readonly raisedAtMs: number;
  readonly underSinceMs: number | undefined;
}

/** A sum over EVSEs and seconds. */
interface Share {
  usedA: number;
  allowedA: number;
}

/** What stations were allowed of what a fair fill of the tree would allow, while anybody wanted more than he had. */
export function createCapacityChecker(site: SiteFacts, report: Report): CapacityChecker {
  const loads: { readonly atMs: number; readonly load: PhaseTriple }[] = [];
  const behaviours = new Map<string, Behaviour>();
  const weights = weightsOf(site);
  const offered: Share = { usedA: 0, allowedA: 0 };
  const flowed: Share = { usedA: 0, allowedA: 0 };
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

  /** What counts of the building: as it is with the error of its meter, and as it may come to be while leases run (7.2b). */
  const otherLoadA = (row: SiteRow): number => {
    if (!row.hasBuilding) return 0;
    const nowA = highest(row.phases) + row.limitA * RESERVE_SHARE;
    return Math.max(nowA, Math.min(row.worstA, nowA + row.risesA));
  };

  /** What an EVSE may keep by the rules, whatever its car takes. */
  const keeps = ({ evseId, wantsA, obeyedA }: Use, nowMs: number): number => {
    const behaviour = behaviours.get(evseId);
    const { raisedAtMs = nowMs, underSinceMs } = behaviour ?? {};
    if (wantsA === 0) return 0;
    const isTolerated =
      underSinceMs !== undefined && (nowMs - underSinceMs < UNDER_FOR_MS || nowMs - raisedAtMs < AFTER_RAISE_MS);
    return Math.max(wantsA, isTolerated ? obeyedA : Math.min(obeyedA, wantsA + UNDER_KEEPS_A));
  };
  const add = (share: Share, uses: readonly Use[], wanted: (use: Use) => number): void => {
    const demands = uses.map((use): Demand => {
      const { maxA = 0, minimumA = 0 } = site.evses.get(use.evseId) ?? {};
      return { evseId: use.evseId, wantsA: Math.min(wanted(use), maxA), floorA: minimumA };
    });
    const fair = fairFill(weights, demands, otherLoadA);
    for (const use of uses) {
      share.usedA += Math.min(wanted(use), use.obeyedA);
      share.allowedA += Math.min(wanted(use), fair.get(use.evseId) ?? 0);
    }
  };

  return {
    look(nowMs, uses, building) {
      loads.push({ atMs: nowMs, load: building });
      while ((loads[0]?.atMs ?? nowMs) < nowMs - BELIEVED_WITHIN_MS) loads.shift();
      for (const use of uses) behaviours.set(use.evseId, behave(behaviours.get(use.evseId), use, nowMs));
      if (!uses.some(({ wantsA, obeyedA }) => wantsA > obeyedA + WANTS_MORE_A)) return;
      add(flowed, uses, ({ wantsA }) => wantsA);
      add(offered, uses, (use) => keeps(use, nowMs));
      seconds += 1;
    },
    used: () => (flowed.allowedA === 0 ? undefined : flowed.usedA / flowed.allowedA),
    conclude(nowMs) {
      const { usedA, allowedA } = offered;
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

function behave(before: Behaviour | undefined, { wantsA, obeyedA }: Use, nowMs: number): Behaviour {
  const isUnder = wantsA < obeyedA - UNDER_A;
  return {
    obeyedA,
    raisedAtMs: before === undefined || obeyedA > before.obeyedA ? nowMs : before.raisedAtMs,
    underSinceMs: isUnder ? (before?.underSinceMs ?? nowMs) : undefined,
  };
}
