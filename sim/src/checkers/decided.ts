import { createBounded, type ReadInProfiles } from './bounded.ts';
import { type ControlFact, createDecisions, limitsOf } from './decisions.ts';
import { type Kinds, OBEDIENT_KINDS } from './kinds.ts';
import { createLeases, type Intent } from './leases.ts';
import { createObeyed, type Obeyed } from './obeyed.ts';
import { createOutsideLimits } from './outside.ts';
import { createOutages } from './outages.ts';
import { createResumes } from './resumes.ts';
import { isSame, leastTakenA, sayable, type Told, wholeAmpsOf } from './sayable.ts';
import { type SiteEvse, type SiteFacts, stationIdOf } from './site-facts.ts';
import type { Report } from './violation.ts';
import { createZeroRefusals } from './zero-refusals.ts';
import type { WireFrame, WireProfile } from './wire-profile.ts';

/** A lease that is given to see it end is no longer, in seconds. */
const WATCHED_MOST_S = 302;

export interface DecidedChecker {
  /** The log cannot be read from `fromMs` to `untilMs`: nobody need know what came to stand in it. */
  logAway(fromMs: number, untilMs: number): void;
  /** A record of those who decide and send stands in the log. */
  stored(nowMs: number, fact: ControlFact): void;
  /** A frame arrived at a station. */
  received(nowMs: number, stationId: string, frame: WireFrame): void;
  /** A station said something. */
  sent(nowMs: number, stationId: string, frame: WireFrame): void;
  /** What it said stands in the log a second time: after an outage a gateway brings what was written all the same. */
  again(nowMs: number, stationId: string, frame: WireFrame): void;
  /** It has a new connection. */
  dialled(nowMs: number, stationId: string): void;
  look(nowMs: number, stationId: string, obeyed: Obeyed): void;
  /** A transaction begins. */
  began(nowMs: number, stationId: string): void;
  /** What a station was told until now is gone. */
  forgot(stationId: string): void;
  /** It hangs here with what it was told at another site (HO-15). */
  brings(stationId: string): void;
  /** By its own word, as its owner read it, an EVSE has less than its lease: it is told that once more (H91). */
  lost(nowMs: number, evseId: string): void;
  bounded(nowMs: number, read: ReadInProfiles): void;
  /** A station heeds nothing of what it was told, until it is told more. */
  ignores(stationId: string): void;
}

/**
 * How long a decision may still be acted upon once a later one stands in the log: an owner that stood still acts while its
 * last sign of life is fresh (OW-30: 5 s), and reads with a lag of 2 s at most and in batches. Time in which the log cannot be
 * read does not count: whoever renews a lease right after it goes by what he knew before.
 */
const ACTED_UPON_MS = 8_000;
/** For no longer than a decision is valid at all. */
const VALID_MS = 60_000;
/** Clocks of the platform tell whole milliseconds. */
const CLOCK_STEP_MS = 1;
const PURPOSES = { lease: 'TxProfile', fallback: 'TxDefaultProfile' } as const;

/**
 * Every limit that a station is told was decided, to the tenth of an ampere, or to what the station can be told below that, a whole ampere
 * (H86) or a watt: the fallback by the site document, a lease by a decision for its transaction that was in force when it was planned, or
 * the maximum of the EVSE where that is less. Below every decision only two things are allowed: a raise by a part, for which there was
 * room in whole amperes (H86), above what the EVSE has and not below its minimum; and nothing at all for an EVSE of a station that had
 * forgotten its limits, and drew more. No lease is longer than the document says, and no fallback ends (S4). A station that goes on after a pause may be told once
 * more what it has (H79). One whose leases do not end may be told less than was decided, from its permanent limit on: how much it may have for
 * ever follows from who else is so, which a decision may not know yet (SI28); so may one that says that what it is offered goes on beyond its lease, as what a
 * stranger told it does (H89). One that is declared to ignore its limit then may be told its permanent limit where less is decided. A station that refuses 0 A is told its minimum in its place, where that is no more than it has (H86). And where
 * somebody beside the platform allows a station less, it may be told that (P21-7), or by what it says of its profiles (H87).
 *
 * And every limit that a station obeys stood on its wire, in a profile of that id; or nobody ever told it any.
 */
export function createDecidedChecker(
  site: SiteFacts,
  report: Report,
  {
    takesWholeAmps,
    isNeverPaused,
    keepsLeases,
    isUnheardOf,
    obeysOldLeases,
    isUnruly,
  }: Omit<Kinds, 'misstates'> = OBEDIENT_KINDS,
): DecidedChecker {
  const decisions = createDecisions();
  const leases = createLeases();
  const outages = createOutages();
  const outside = createOutsideLimits();
  const obeyed = createObeyed(report);
  const refusals = createZeroRefusals();
  const resumes = createResumes();
  const bounded = createBounded();
  const counted = createCounts();
  /** When the newest transaction of each station began. */
  const began = new Map<string, number>();
  /** EVSEs that may have nothing, and until when that may still be acted upon; infinite: it holds. */
  const forbidden = new Map<string, number>();

  const ladder = (nowMs: number, evseId: string, isForbidden: boolean): void => {
    const stationId = stationIdOf(evseId);
    if (!isForbidden) {
      if (forbidden.has(evseId)) forbidden.set(evseId, nowMs + ACTED_UPON_MS);
      return;
    }
    forbidden.set(evseId, Infinity);
    if ([obeyed.hasForgotten, obeysOldLeases, isUnruly].some((is) => is(stationId))) return;
    report({ checker: 'decided', atMs: nowMs, detail: `${stationId} is forbidden, and had forgotten nothing` });
  };

  const howOf = ({ evseId, dc }: SiteEvse, { isInWatts }: WireProfile): Told => ({
    ...{ isInWatts, isWhole: takesWholeAmps(stationIdOf(evseId)), dc },
  });

  const problemOf = (nowMs: number, evse: SiteEvse, profile: WireProfile, limitA: number): string | undefined => {
    const { evseId, fallbackA, maxA, minimumA } = evse;
    const how = howOf(evse, profile);
    const isSaid = (eachA: number): boolean => isSame(limitA, sayable(eachA, how));
    if (profile.purpose === PURPOSES.fallback)
      return isSaid(fallbackA) ? endOf(profile) : `for good, where the document says ${fallbackA} A`;
    const intent = leases.received(evseId, profile.messageId);
    // A line that is deaf brings it minutes later.
    const atMs = intent?.fact.atMs ?? nowMs;
    const isForbidden = Math.min(nowMs, atMs) <= (forbidden.get(evseId) ?? Number.NEGATIVE_INFINITY);
    if (limitA === 0 && isForbidden) return undefined;
    const { transactionId } = profile;
    const durationS = lastsS(profile, { nowMs, beganAtMs: began.get(stationIdOf(evseId)) });
    const fromMs = Math.max(outages.readableSince(atMs, ACTED_UPON_MS), atMs - VALID_MS);
    const time = { fromMs, toMs: atMs + CLOCK_STEP_MS };
    const decided = decisions.inForce({ evseId, transactionId }, time).map((each) => Math.min(each, maxA));
    // Below its permanent limit, and never where less is decided than that: whatever comes of it, it is safe. No pause either (H79).
    const isBelow = limitA < fallbackA && limitA >= minimumA && decided.some((each) => each >= fallbackA);
    if (isUnheardOf(stationIdOf(evseId)) && isBelow && durationS <= WATCHED_MOST_S) return undefined;
    if (durationS > site.leaseS) return `for ${durationS} s, where a lease is ${site.leaseS} s`;
    if (decided.some(isSaid)) return undefined;
    if (isHeldDown(evse, { decided, isSaid, time })) return undefined;
    if (bounded.since(evseId, fromMs).some((atMostA) => decided.some((each) => isSaid(Math.min(each, atMostA)))))
      return undefined;
    const most = Math.max(...decided);
    const fromA = intent?.fromA ?? fallbackA;
    const isNoneLeft = isHeldDown(evse, { decided, isSaid: (eachA) => eachA === 0, time });
    const isKept = isNeverPaused(stationIdOf(evseId)) && !isForbidden && minimumA <= fallbackA;
    if (isKept && isSaid(fallbackA) && (isNoneLeft || decided.some((each) => each < fallbackA))) return undefined;
    const isNothing = isForbidden || isNoneLeft || decided.some((each) => each < minimumA);
    // As far as its owner knows: of one that may have lost what it was told that is all that its hardware bears.
    const hasA = Math.max(fromA, fallbackA, counted.most(nowMs, evseId));
    const isLeast = [minimumA, leastTakenA(minimumA, how)].some((leastA) => isSaid(leastA) && leastA <= hasA);
    if (isNothing && refusals.has(stationIdOf(evseId)) && isLeast) return undefined;
    // What its car is to give back, and no more, waits for no room of what it draws: that stays as it is meanwhile (ADR 37).
    const gives = intent !== undefined && [intent.fact, ...intent.held].some(({ backA }) => backA !== undefined);
    if (gives && isSaid(fromA) && fromA <= most) return undefined;
    const partA = wholeAmpsOf(limitA, how);
    const isPart = partA !== undefined && partA < most && partA > fromA && partA >= minimumA && partA >= fallbackA;
    if (isPart) return undefined;
    const isKeeping = isUnheardOf(stationIdOf(evseId)) || keepsLeases(stationIdOf(evseId));
    const mayLast = isKeeping || bounded.isEndlessSince(evseId, fromMs);
    if (mayLast && limitA >= sayable(fallbackA, how) && limitA <= most) return undefined;
    if (intent !== undefined && isRepeat(intent, { isSaid, fallbackA, most: decided.length === 0 ? Infinity : most }))
      return undefined;
    if (decided.length === 0) return `for transaction ${transactionId}, for which nothing was decided`;
    const said = [...new Set(decided)].join(' A, then ');
    return `where ${said} A was decided${limitA > most ? '' : `, and no room for a part of it above ${fromA} A`}`;
  };

  /** Somebody else allows its station less (K11): of that only what a car can take is worth offering. */
  const isHeldDown = ({ evseId, minimumA }: SiteEvse, { decided, isSaid, time }: HeldDown): boolean =>
    outside.inForce(stationIdOf(evseId), time).some((outsideA) => {
      const most = outsideA < minimumA ? 0 : outsideA;
      return decided.some((each) => isSaid(Math.min(each, most)));
    });

  /**
   * H79: what its station has, no more than is decided; where nothing is any more, for no longer than it has it. Where none of its leases is known to
   * have arrived that is its permanent limit.
   */
  const isRepeat = ({ fact, held, mayHoldNone }: Intent, { isSaid, fallbackA, most }: Repeated): boolean => {
    const isHeld = held.some(
      (each) =>
        limitsOf(each).some((eachA) => isSaid(eachA) && eachA <= most) &&
        (most < Infinity || fact.untilMs <= each.untilMs),
    );
    const isPermanent = held.length > 0 && mayHoldNone && isSaid(fallbackA) && fallbackA <= most && most < Infinity;
    return (isHeld || isPermanent) && resumes.serves(fact.atMs, fact.evseId, fact.commandId);
  };

  return {
    logAway: outages.away,
    lost: resumes.goesOn,
    again: resumes.again,
    bounded: bounded.said,
    sent(nowMs, stationId, frame) {
      resumes.sent(nowMs, stationId, frame);
      outside.sent(nowMs, stationId, frame);
      refusals.sent(stationId, frame);
    },
    dialled(nowMs, stationId) {
      outside.dialled(nowMs, stationId);
      resumes.dialled(stationId);
    },
    stored(nowMs, fact) {
      switch (fact.kind) {
        case 'opened':
          return decisions.opened(fact);
        case 'decided':
          return decisions.decided(nowMs, fact);
        case 'intended':
          return leases.intended(fact, site.evses.get(fact.evseId)?.fallbackA ?? 0);
        case 'resolved':
          resumes.resolved(nowMs, fact);
          return leases.resolved(fact.evseId, fact.commandId, fact.resolution);
        case 'counted':
          return counted.says(nowMs, fact.evseId, fact.countsA);
        case 'ladder':
          return ladder(nowMs, fact.evseId, fact.isForbidden);
      }
    },
    received(nowMs, stationId, frame) {
      const profile = frame.profile();
      if (profile === undefined) return;
      refusals.received(stationId, frame);
      const evse = site.evses.get(`${stationId}/${profile.evse}`);
      obeyed.told(stationId, profile, evse?.dc?.outputPart ?? 1);
      if (evse === undefined) return;
      for (const limitA of profile.onOnePhaseA) {
        const problem = problemOf(nowMs, evse, profile, limitA);
        if (problem === undefined) continue;
        report({ checker: 'decided', atMs: nowMs, detail: `${stationId} was told ${limitA} A ${problem}` });
      }
      resumes.received(nowMs, evse, profile, howOf(evse, profile));
    },
    look: obeyed.look,
    began: (nowMs, stationId) => void began.set(stationId, nowMs),
    forgot: obeyed.forgot,
    brings: obeyed.brings,
    ignores: obeyed.ignores,
  };
}

/** With how much each EVSE counts by its owner's word, and counted until lately: whoever planned by that acts for a while. */
function createCounts() {
  const said = new Map<string, { readonly nowA: number; readonly beforeA: number; readonly sinceMs: number }>();
  return {
    says: (nowMs: number, evseId: string, nowA: number): void =>
      void said.set(evseId, { nowA, beforeA: said.get(evseId)?.nowA ?? 0, sinceMs: nowMs }),
    most(nowMs: number, evseId: string): number {
      const { nowA, beforeA, sinceMs } = said.get(evseId) ?? { nowA: 0, beforeA: 0, sinceMs: 0 };
      return nowMs - sinceMs <= ACTED_UPON_MS ? Math.max(nowA, beforeA) : nowA;
    },
  };
}

/** S4: a permanent limit holds for good. One that ends, however late, leaves a station that nobody reaches with all that its hardware bears. */
const endOf = ({ durationS, validToMs }: WireProfile): string | undefined =>
  durationS === undefined && validToMs === undefined ? undefined : 'with an end, where it is to hold for good';

interface Repeated {
  readonly isSaid: (eachA: number) => boolean;
  readonly fallbackA: number;
  /** The most that is decided; infinite: nothing is. */
  readonly most: number;
}

interface HeldDown {
  readonly decided: readonly number[];
  readonly isSaid: (eachA: number) => boolean;
  readonly time: { readonly fromMs: number; readonly toMs: number };
}

/** An instant is by the clock of its station, and that may be so far away: 15 s is the worst that a fault does to one. */
const CLOCK_SLACK_MS = 16_000;

interface Times {
  readonly nowMs: number;
  /** Of the transaction that runs. */
  readonly beganAtMs: number | undefined;
}

/** Of one that ends at an instant, what is left of it. */
function lastsS({ durationS, validToMs, start }: WireProfile, { nowMs, beganAtMs }: Times): number {
  // H32: what names no start counts from the start of its transaction.
  const agedMs = start === '' && beganAtMs !== undefined ? nowMs - beganAtMs : 0;
  if (durationS !== undefined) return durationS - agedMs / 1_000;
  return validToMs === undefined ? Number.POSITIVE_INFINITY : (validToMs - nowMs - CLOCK_SLACK_MS) / 1_000;
}
