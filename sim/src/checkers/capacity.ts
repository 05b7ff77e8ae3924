import { createDcOffers } from './dc-offers.ts';
import { type Demand, fairFill } from './fill.ts';
import type { PhaseTriple } from './circuits.ts';
import type { SiteFacts, SiteRow } from './site-facts.ts';
import type { Report } from './violation.ts';

/** One EVSE at one instant. */
export interface Use {
  readonly evseId: string;
  /** What its car would take now, without any limit, A per phase; 0: no transaction, or full. */
  readonly wantsA: number;
  /** What its station offers it. */
  readonly offeredA: number;
  /** What flows. */
  readonly flowA: number;
  /** Phases of its socket that its car takes current from. */
  readonly usedPhases: number;
}

export interface CapacityChecker {
  /** What an EVSE is offered at any time, also before it is measured. */
  offered(nowMs: number, evseId: string, amps: number): void;
  /** Once a second, after the trouble and the time that recovery may take. */
  look(nowMs: number, uses: readonly Use[], building: PhaseTriple): void;
  conclude(nowMs: number): CapacityVerdict;
}

export type CapacityVerdict =
  | {
      readonly kind: 'judged';
      /** What flowed of what could have flowed, while anybody wanted more. */
      readonly share: number;
      /** The same of what could have flowed had anybody known at each moment what each car would take, and on which phases. Of equal shares only. */
      readonly ofIdeal?: number;
    }
  | { readonly kind: 'unjudged'; readonly why: Unjudged };

/** Why nothing can be said of a run. */
export type Unjudged = 'ended before' | 'nobody wanted more' | 'wanted too shortly';

export const LEAST_USED = 0.95;
/** Of a site that does not share equally: each car that comes or goes moves the whole share of another, and that takes a hand-over. */
const LEAST_USED_RANKED = 0.9;
/** A load that fell is believed within this time (TL3), so its highest value of this time counts. */
const BELIEVED_WITHIN_MS = 40_000;
/** What is kept aside for the error of the meter (LC7), of each row as it is built: 1 %, in steps of it. */
const RESERVE_SHARE = 0.02;
const WANTS_MORE_A = 1;
/** Above the minima, A for each phase of each EVSE: with less room below a lowered limit somebody may have to stop altogether. */
const LEAST_ROOM_A = 2;
/**
 * Seconds that somebody must have wanted more for a verdict. A hand-over takes up to 25 s, for a sample must show the decrease
 * first: of a shorter time a single one is too much.
 */
export const LEAST_SECONDS = 120;
/** A car takes what it is newly offered within this time: up to 4 s until it sees it, then 3 A a second up to 32 A. */
const FOLLOWS_WITHIN_MS = 15_000;
/**
 * UD2: a car that takes less than it is offered keeps its share for 30 s, and for 60 s after its last increase; then it
 * keeps 2 A more than it takes, in whole amperes. 25 s for a sample, a decision and its way.
 */
const UNDER_A = 2;
const UNDER_KEEPS_A = 3;
const UNDER_FOR_MS = 55_000;
const AFTER_RAISE_MS = 85_000;
/**
 * ADR 20: a car that takes more than 3 A, by two samples of 20 s each at most and over 20 s at least, has shown its phases; 25 s
 * for what follows from that. Before, and while it takes less, all phases of the socket may count with its share.
 */
const SHOWS_ABOVE_A = 3;
const SHOWN_WITHIN_MS = 85_000;
const SOCKET_PHASES = 3;

interface Behaviour {
  readonly offeredA: number;
  readonly raisedAtMs: number;
  readonly underSinceMs: number | undefined;
  /** Since when it has taken enough to show on which phases; undefined: it does not. */
  readonly showsSinceMs: number | undefined;
  /** What it could have taken by its demand and its offer, of the last `FOLLOWS_WITHIN_MS`. */
  readonly open: readonly { readonly atMs: number; readonly amps: number }[];
}

/**
 * What flowed of what a fair fill of the tree would let flow, while anybody wanted more than he was offered. Two things are
 * excused: what is kept for a car that does not take it, for as long as the rules let it (UD2), and what was offered so
 * lately that the car is still following. And nothing is said of the time in which an operator's limit leaves no room above the
 * minima: who has to stop then is not for a judge to say. What it comes to with nothing excused is told beside it: many
 * runs together show by that what one run may lose by its excuses.
 *
 * What a site promises that does not share equally is that nothing is left over: then the fill begins with what each has, and goes on
 * until nobody can have more.
 */
export function createCapacityChecker(
  site: SiteFacts,
  report: Report,
  limitOf: (row: SiteRow, nowMs: number) => number = ({ limitA }) => limitA,
  { passes = () => 1, sharesEqually = true, isHeldBack = () => false }: CapacityOptions = {},
): CapacityChecker {
  const loads: { readonly atMs: number; readonly load: PhaseTriple }[] = [];
  const behaviours = new Map<string, Behaviour>();
  const offers = createDcOffers(site);
  let looks = 0;
  let seconds = 0;
  let usedA = 0;
  let [flowedA, allowedA, idealA] = [0, 0, 0];

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

  const isTight = (nowMs: number): boolean =>
    site.rows.some((row) => {
      const limitA = limitOf(row, nowMs);
      if (limitA >= row.limitA) return false;
      let leastA = otherLoadA(row);
      for (const evseId of row.evses) {
        const { minimumA = 0, gridPhases = [] } = site.evses.get(evseId) ?? {};
        leastA += gridPhases.filter((phase) => row.phases.includes(phase)).length * (minimumA + LEAST_ROOM_A);
      }
      return leastA > limitA;
    });

  /** The maximum of one that is held back, beside the fallbacks of the others, leaves nothing: who has to stop then is not for a judge to say. */
  const isCrowded = (row: SiteRow, nowMs: number): boolean => {
    if (![...row.evses].some((evseId) => isHeldBack(stationOf({ evseId })))) return false;
    let countsA = otherLoadA(row);
    for (const evseId of row.evses) {
      const { maxA = 0, fallbackA = 0, gridPhases = [] } = site.evses.get(evseId) ?? {};
      const wired = gridPhases.filter((phase) => row.phases.includes(phase)).length;
      countsA += wired * (isHeldBack(stationOf({ evseId })) ? maxA : fallbackA);
    }
    return countsA > limitOf(row, nowMs);
  };

  /** What an EVSE may keep by the rules, whatever its car takes. */
  const keeps = ({ evseId, wantsA, offeredA }: Use, nowMs: number): number => {
    const { raisedAtMs = nowMs, underSinceMs } = behaviours.get(evseId) ?? {};
    if (wantsA === 0) return 0;
    const isTolerated =
      underSinceMs !== undefined && (nowMs - underSinceMs < UNDER_FOR_MS || nowMs - raisedAtMs < AFTER_RAISE_MS);
    return Math.max(
      wantsA,
      isTolerated ? offeredA : Math.min(offeredA, wantsA + UNDER_KEEPS_A),
      offers.unprovenA(evseId, nowMs),
    );
  };
  const shownPhases = ({ evseId, usedPhases }: Use, nowMs: number): number => {
    const { showsSinceMs = nowMs } = behaviours.get(evseId) ?? {};
    return nowMs - showsSinceMs >= SHOWN_WITHIN_MS ? usedPhases : SOCKET_PHASES;
  };
  const passed = (use: Use): number => passes(stationOf(use));
  /** Who ranks may leave somebody out: less than his car can start with is nothing. */
  const atLeast = (use: Use, shareA: number): number => {
    const { minimumA = 0, fallbackA = 0 } = site.evses.get(use.evseId) ?? {};
    if (isHeldBack(stationOf(use))) return fallbackA;
    return !sharesEqually && use.offeredA === 0 && passed(use) * shareA < minimumA ? 0 : shareA;
  };
  const add = (uses: readonly Use[], nowMs: number): void => {
    const fill = (demandOf: (use: Use) => Pick<Demand, 'wantsA' | 'usedPhases'>): ReadonlyMap<string, number> => {
      const demands = uses.map((use): Demand => {
        const { maxA = 0, minimumA = 0, fallbackA = 0, dc } = site.evses.get(use.evseId) ?? {};
        if (isHeldBack(stationOf(use)))
          return { evseId: use.evseId, wantsA: maxA, floorA: maxA, usedPhases: SOCKET_PHASES };
        const { wantsA, usedPhases } = demandOf(use);
        const share = passed(use);
        // Of watts one phase may bear all (H82): a car there needs more to start. What a DC station needs counts as its limits do.
        const leastA = dc === undefined ? minimumA / share : minimumA;
        const hasA = Math.max(Math.min(keeps(use, nowMs), use.offeredA), offers.unprovenA(use.evseId, nowMs)) / share;
        const floorA = sharesEqually
          ? Math.max(leastA, offers.unprovenA(use.evseId, nowMs) / share)
          : Math.min(Math.max(fallbackA, hasA), maxA);
        return { evseId: use.evseId, wantsA: Math.min(wantsA / share, maxA), floorA, usedPhases };
      });
      return fairFill(site, demands, { limitA: (row) => limitOf(row, nowMs), otherLoadA });
    };
    const fair = fill((use) => ({ wantsA: keeps(use, nowMs), usedPhases: shownPhases(use, nowMs) }));
    const ideal = fill((use) => use);
    const crowded = site.rows.filter((row) => isCrowded(row, nowMs));
    for (const use of uses) {
      usedA += use.usedPhases * takenA(use, behaviours.get(use.evseId));
      // What is kept for a limit that was lowered is nobody's to take.
      const isKept = offers.unprovenA(use.evseId, nowMs) > use.offeredA;
      const hasNoMore = isKept || crowded.some(({ evses }) => evses.has(use.evseId));
      const mostA = hasNoMore ? use.offeredA : Number.POSITIVE_INFINITY;
      const shareA = passed(use) * atLeast(use, fair.get(use.evseId) ?? 0);
      allowedA += use.usedPhases * Math.min(use.wantsA, mostA, shareA);
      flowedA += use.usedPhases * use.flowA;
      idealA += use.usedPhases * Math.min(use.wantsA, passed(use) * atLeast(use, ideal.get(use.evseId) ?? 0));
    }
  };

  return {
    offered: offers.offered,
    look(nowMs, uses, building) {
      looks += 1;
      loads.push({ atMs: nowMs, load: building });
      while ((loads[0]?.atMs ?? nowMs) < nowMs - BELIEVED_WITHIN_MS) loads.shift();
      for (const use of uses) behaviours.set(use.evseId, behave(behaviours.get(use.evseId), use, nowMs));
      if (!uses.some(({ wantsA, offeredA }) => wantsA > offeredA + WANTS_MORE_A) || isTight(nowMs)) return;
      add(uses, nowMs);
      seconds += 1;
    },
    conclude(nowMs) {
      if (looks === 0) return { kind: 'unjudged', why: 'ended before' };
      if (seconds === 0) return { kind: 'unjudged', why: 'nobody wanted more' };
      if (seconds < LEAST_SECONDS) return { kind: 'unjudged', why: 'wanted too shortly' };
      const share = usedA / allowedA;
      if (share < (sharesEqually ? LEAST_USED : LEAST_USED_RANKED)) {
        const detail = `${(100 * share).toFixed(1)} % of what the limits allowed flowed, over ${seconds} s`;
        report({ checker: 'capacity', atMs: nowMs, detail });
      }
      return { kind: 'judged', share, ...(sharesEqually ? { ofIdeal: flowedA / idealA } : {}) };
    },
  };
}

export interface CapacityOptions {
  /** Of a share, what a station can be told of it: one of watts no more than what one phase bears at a low voltage (H82). Default: all. */
  readonly passes?: (stationId: string) => number;
  /** Default true. */
  readonly sharesEqually?: boolean;
  /** Counts with all that it bears, and has its fallback (a stranger's profile was told of it). Default: none does. */
  readonly isHeldBack?: (stationId: string) => boolean;
}

const stationOf = ({ evseId }: Pick<Use, 'evseId'>): string => evseId.slice(0, evseId.lastIndexOf('/'));

/** What flows, and what it has been offered too lately to take it. */
function takenA({ wantsA, offeredA, flowA }: Use, behaviour: Behaviour | undefined): number {
  const openA = Math.min(wantsA, offeredA);
  const lateA = openA - Math.min(openA, ...(behaviour?.open ?? []).map(({ amps }) => amps));
  return Math.min(flowA + lateA, Math.max(flowA, openA));
}

function behave(before: Behaviour | undefined, { wantsA, offeredA, flowA }: Use, nowMs: number): Behaviour {
  const isUnder = wantsA < offeredA - UNDER_A;
  const lately = (before?.open ?? []).filter(({ atMs }) => atMs >= nowMs - FOLLOWS_WITHIN_MS);
  return {
    offeredA,
    raisedAtMs: before === undefined || offeredA > before.offeredA ? nowMs : before.raisedAtMs,
    underSinceMs: isUnder ? (before?.underSinceMs ?? nowMs) : undefined,
    showsSinceMs: flowA > SHOWS_ABOVE_A ? (before?.showsSinceMs ?? nowMs) : undefined,
    open: [...lately, { atMs: nowMs, amps: Math.min(wantsA, offeredA) }],
  };
}
