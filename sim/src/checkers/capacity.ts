import { type Behaviour, behave, HANDED_OVER_WITHIN_MS, takenA, type Use } from './behaviour.ts';
import { createDcOffers } from './dc-offers.ts';
import { type Demand, fairFill } from './fill.ts';
import type { PhaseTriple } from './circuits.ts';
import { createOwnShares } from './own-shares.ts';
import { createRests } from './rests.ts';
import { createScarcity } from './scarcity.ts';
import { type SiteFacts, type SiteRow, stationIdOf } from './site-facts.ts';
import type { Report } from './violation.ts';

export type { Use } from './behaviour.ts';

export interface CapacityChecker {
  /** What an EVSE is offered at any time, also before it is measured, and what its car would take; 0: none, or not told. */
  offered(nowMs: number, evseId: string, amps: number, wantsA?: number): void;
  /** Once a second, after the trouble and the time that recovery may take. */
  look(nowMs: number, uses: readonly Use[], building: PhaseTriple): void;
  /** So far, of the seconds in which anybody wanted more: sums of A, to be held against those of another instant. */
  sums(): CapacitySums;
  conclude(nowMs: number): CapacityVerdict;
}

export interface CapacitySums {
  readonly usedA: number;
  /** What could have flowed by the rules. */
  readonly allowedA: number;
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
export type Unjudged = 'ended before' | 'nobody wanted more' | 'wanted too shortly' | 'no room for all';

export const LEAST_USED = 0.95;
/** Of a site that does not share equally: each car that comes or goes moves the whole share of another, and that takes a hand-over. */
const LEAST_USED_RANKED = 0.9;
/** A load that fell is believed within this time (TL3), so its highest value of this time counts. */
const BELIEVED_WITHIN_MS = 40_000;
/** What is kept aside for the error of the meter (LC7), of each row as it is built: 1 %, in steps of it. */
const RESERVE_SHARE = 0.02;
const WANTS_MORE_A = 1;
/**
 * Seconds that somebody must have wanted more for a verdict: of a shorter time a single hand-over is too much.
 */
export const LEAST_SECONDS = 120;
/** Room that nobody has had for that long needs no hand-over: a decision, its way and an answer. */
const SERVED_WITHIN_MS = 10_000;
/**
 * UD2: a car that takes less than it is offered keeps its share for 30 s, and for 60 s after its last increase; then it
 * keeps 2 A more than it takes, in whole amperes. 25 s for a sample, a decision and its way.
 */
const UNDER_KEEPS_A = 3;
const UNDER_FOR_MS = 55_000;
const AFTER_RAISE_MS = 85_000;
/**
 * ADR 20: a car that takes more than 3 A, by two samples of 20 s each at most and over 20 s at least, has shown its phases; 25 s
 * for what follows from that. Before, and while it takes less, all phases of the socket may count with its share.
 */
const SHOWN_WITHIN_MS = 85_000;
const SOCKET_PHASES = 3;

/**
 * What flowed of what a fair fill of the tree would let flow, while anybody wanted more than he was offered. Some things are
 * excused: what is kept for a car that does not take it, for as long as the rules let it (UD2), and what was offered so
 * lately, or is wanted since so lately, that it is still on its way. And nothing is said of the time in which an operator's limit leaves no
 * room above the minima, with what a DC station may still count with (HO-7), nor of who is behind a row in which what a station may draw by a stranger's profile leaves none above the fallbacks:
 * who has to stop then is not for a judge to say, nor of who rests after he had to (`rests.ts`). Of a station whose leases nobody can have seen to end yet nothing is asked (`unproven.ts`). What it comes to with nothing excused is told beside it: many
 * runs together show by that what one run may lose by its excuses.
 *
 * Where a site shares equally each car is held against its own share as well (`own-shares.ts`). What a site promises that does not share equally is that nothing is left over: then the fill begins with what each has, and goes on
 * until nobody can have more.
 */
export function createCapacityChecker(
  site: SiteFacts,
  report: Report,
  limitOf: (row: SiteRow, nowMs: number) => number = ({ limitA }) => limitA,
  { passes = () => 1, sharesEqually = true, isHeldBack = () => false, isUnproven = () => false }: CapacityOptions = {},
): CapacityChecker {
  const loads: { readonly atMs: number; readonly load: PhaseTriple }[] = [];
  const behaviours = new Map<string, Behaviour>();
  const offers = createDcOffers(site, (evseId) => isUnproven(stationOf({ evseId })));
  const rests = createRests();
  const owns = createOwnShares();
  let looks = 0;
  let seconds = 0;
  let tightSeconds = 0;
  /** Of those judged: seconds in which nothing is to be left over, and no more is asked. */
  let rankedSeconds = 0;
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

  const { unprovenA } = offers;
  const { startsAt, unsaid, isCramped, fitsBeside } = createScarcity(site, {
    limitOf,
    otherLoadA,
    passes,
    isHeldBack,
    unprovenA,
  });

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
  const hasWantedMs = ({ evseId }: Use, nowMs: number): number =>
    nowMs - (behaviours.get(evseId)?.wantsSinceMs ?? nowMs);
  const isNew = (use: Use, nowMs: number): boolean => hasWantedMs(use, nowMs) < HANDED_OVER_WITHIN_MS;
  const passed = (use: Use): number => passes(stationOf(use));
  /** Who ranks may leave somebody out: less than his car can start with is nothing, and so is what does not fit beside what others have. */
  const atLeast = (use: Use, shareA: number, ranked: RankedBeside | undefined): number => {
    const { minimumA = 0, fallbackA = 0 } = site.evses.get(use.evseId) ?? {};
    if (isHeldBack(stationOf(use))) return fallbackA;
    if (ranked === undefined || use.offeredA > 0) return shareA;
    return passed(use) * shareA < minimumA || !fitsBeside(use, ranked.uses, ranked.nowMs) ? 0 : shareA;
  };
  /** What who just came could have though everybody else keeps all that he was offered while a hand-over takes. */
  const freeFor = (uses: readonly Use[], nowMs: number): ReadonlyMap<string, number> => {
    const demands = uses.map((use): Demand => {
      const { maxA = 0, fallbackA = 0 } = site.evses.get(use.evseId) ?? {};
      const of = { evseId: use.evseId, usedPhases: SOCKET_PHASES };
      if (isHeldBack(stationOf(use))) return { ...of, wantsA: maxA, floorA: maxA };
      if (isNew(use, nowMs)) return { ...of, wantsA: Math.min(use.wantsA / passed(use), maxA), floorA: 0 };
      const hadA = Math.max(fallbackA, behaviours.get(use.evseId)?.hadA ?? 0, offers.unprovenA(use.evseId, nowMs));
      return { ...of, wantsA: hadA / passed(use), floorA: hadA / passed(use) };
    });
    return fairFill(site, demands, { limitA: (row) => limitOf(row, nowMs), otherLoadA });
  };
  const add = (uses: readonly Use[], spared: ReadonlySet<string>, nowMs: number): void => {
    const isRanked = !sharesEqually || isCramped(nowMs, uses);
    if (isRanked) rankedSeconds += 1;
    const ranked = isRanked ? { uses, nowMs } : undefined;
    type DemandOf = (use: Use) => Pick<Demand, 'wantsA' | 'usedPhases'>;
    /** @param out has what is held for him, and no more */
    const fillWithout = (demandOf: DemandOf, out: ReadonlySet<Use>): ReadonlyMap<string, number> => {
      const demands = uses.map((use): Demand => {
        const { maxA = 0, fallbackA = 0 } = site.evses.get(use.evseId) ?? {};
        if (isHeldBack(stationOf(use)))
          return { evseId: use.evseId, wantsA: maxA, floorA: maxA, usedPhases: SOCKET_PHASES };
        const share = passed(use);
        if (spared.has(use.evseId)) {
          const hasA = Math.max(fallbackA, use.offeredA / share, offers.unprovenA(use.evseId, nowMs) / share);
          return { evseId: use.evseId, wantsA: hasA, floorA: hasA, usedPhases: SOCKET_PHASES };
        }
        const { wantsA, usedPhases } = demandOf(use);
        const leastA = startsAt(use.evseId);
        const hasA = Math.max(Math.min(keeps(use, nowMs), use.offeredA), offers.unprovenA(use.evseId, nowMs)) / share;
        const floorA = !isRanked
          ? Math.max(leastA, fallbackA, offers.unprovenA(use.evseId, nowMs) / share)
          : Math.min(Math.max(fallbackA, hasA), maxA);
        const mostA = out.has(use) ? floorA : Math.min(wantsA / share, maxA);
        return { evseId: use.evseId, wantsA: mostA, floorA, usedPhases };
      });
      return fairFill(site, demands, { limitA: (row) => limitOf(row, nowMs), otherLoadA });
    };
    /** What is too little for who has nothing is left for the others. */
    const fill = (demandOf: DemandOf): ReadonlyMap<string, number> => {
      const shares = fillWithout(demandOf, new Set());
      const isOut = (use: Use): boolean =>
        use.wantsA > 0 && !spared.has(use.evseId) && atLeast(use, shares.get(use.evseId) ?? 0, ranked) === 0;
      const out = new Set(ranked === undefined ? [] : uses.filter(isOut));
      return out.size === 0 ? shares : fillWithout(demandOf, out);
    };
    const free = uses.some((use) => isNew(use, nowMs)) ? freeFor(uses, nowMs) : undefined;
    /** Of who just came: what he is offered, and before long what nobody else has. */
    const owedA = (use: Use): number => {
      const freeA = hasWantedMs(use, nowMs) < SERVED_WITHIN_MS ? 0 : passed(use) * (free?.get(use.evseId) ?? 0);
      const { minimumA = 0 } = site.evses.get(use.evseId) ?? {};
      return Math.max(use.offeredA, freeA < minimumA ? 0 : freeA);
    };
    const fair = fill((use) => {
      const wantsA = isNew(use, nowMs) ? Math.min(use.wantsA, owedA(use)) : keeps(use, nowMs);
      return { wantsA, usedPhases: shownPhases(use, nowMs) };
    });
    const ideal = fill((use) => use);
    for (const use of uses) {
      if (spared.has(use.evseId)) continue;
      usedA += use.usedPhases * takenA(use, behaviours.get(use.evseId));
      // What is kept for a limit that was lowered is nobody's to take.
      const isKept = offers.unprovenA(use.evseId, nowMs) > use.offeredA;
      const mostA = isKept ? use.offeredA : isNew(use, nowMs) ? owedA(use) : Number.POSITIVE_INFINITY;
      const shareA = passed(use) * atLeast(use, fair.get(use.evseId) ?? 0, ranked);
      allowedA += use.usedPhases * Math.min(use.wantsA, mostA, shareA);
      if (isRanked) continue;
      owns.look(use.evseId, takenA(use, behaviours.get(use.evseId)), Math.min(use.wantsA, mostA, shareA));
      flowedA += use.usedPhases * use.flowA;
      idealA +=
        use.usedPhases * Math.min(use.wantsA, passed(use) * atLeast(use, ideal.get(use.evseId) ?? 0, undefined));
    }
  };

  return {
    offered(nowMs, evseId, amps, wantsA = 0) {
      offers.offered(nowMs, evseId, amps);
      rests.look(nowMs, evseId, amps, wantsA);
    },
    look(nowMs, asked, building) {
      const uses = asked.map((use) =>
        isUnproven(stationOf(use)) ? { ...use, wantsA: Math.min(use.wantsA, use.offeredA) } : use,
      );
      looks += 1;
      loads.push({ atMs: nowMs, load: building });
      while ((loads[0]?.atMs ?? nowMs) < nowMs - BELIEVED_WITHIN_MS) loads.shift();
      for (const use of uses) behaviours.set(use.evseId, behave(behaviours.get(use.evseId), use, nowMs));
      const wanting = uses.filter(({ wantsA, offeredA }) => wantsA > offeredA + WANTS_MORE_A);
      if (wanting.length === 0) return;
      const resting = uses.flatMap(({ evseId }) => (rests.isResting(nowMs, evseId) ? [evseId] : []));
      const spared = new Set([...unsaid(nowMs), ...resting]);
      if (wanting.every(({ evseId }) => spared.has(evseId))) {
        tightSeconds += 1;
        return;
      }
      add(uses, spared, nowMs);
      seconds += 1;
    },
    sums: () => ({ usedA, allowedA }),
    conclude(nowMs) {
      if (looks === 0) return { kind: 'unjudged', why: 'ended before' };
      if (seconds === 0) return { kind: 'unjudged', why: tightSeconds > 0 ? 'no room for all' : 'nobody wanted more' };
      if (seconds < LEAST_SECONDS) return { kind: 'unjudged', why: 'wanted too shortly' };
      // All of it was on its way.
      if (allowedA === 0) return { kind: 'unjudged', why: 'wanted too shortly' };
      const tell = (detail: string): void => report({ checker: 'capacity', atMs: nowMs, detail });
      const share = usedA / allowedA;
      if (share < (rankedSeconds === 0 ? LEAST_USED : LEAST_USED_RANKED))
        tell(`${(100 * share).toFixed(1)} % of what the limits allowed flowed, over ${seconds} s`);
      // Where room is left over nobody need have his share.
      else owns.conclude(tell);
      return { kind: 'judged', share, ...(idealA > 0 ? { ofIdeal: flowedA / idealA } : {}) };
    },
  };
}

/** What others have, where shares are not equal. */
interface RankedBeside {
  readonly uses: readonly Use[];
  readonly nowMs: number;
}

export interface CapacityOptions {
  /** Of a share, what a station can be told of it: one of watts no more than what one phase bears at a low voltage (H82). Default: all. */
  readonly passes?: (stationId: string) => number;
  /** Default true. */
  readonly sharesEqually?: boolean;
  /** Counts with all that it bears, and has its fallback (a stranger's profile was told of it). Default: none does. */
  readonly isHeldBack?: (stationId: string) => boolean;
  /** Nobody can know yet whether its leases end (ADR 39): nobody owes it more than it is offered, nor others what it had. Default: of all it is known. */
  readonly isUnproven?: (stationId: string) => boolean;
}

const stationOf = ({ evseId }: Pick<Use, 'evseId'>): string => stationIdOf(evseId);
