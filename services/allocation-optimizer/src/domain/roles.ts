import { type DeciAmps, deciAmps, type EpochMs, type EvseId, type GridPhase } from '@headroom/kernel';
import {
  type BindingStationLimit,
  countsAt,
  type EvseModel,
  MAX_LEASE_S,
  type SiteModel,
  stationLimitAt,
  switchingOf,
  USUAL_TIER,
  USUAL_WEIGHT,
} from '@headroom/site-model';
import { countedPhases, isUnseen } from './counted-phases.ts';
import { limitFor } from './evolve-draw.ts';
import type { Given } from './control-memory.ts';
import { restsUntil, tookNothing, wishOf } from './giving-up.ts';
import { mustRun, needOf, needStepOf } from './need.ts';
import { passedOn, wattsPerAmp } from './planning/conductors.ts';
import { policyOf } from './policies/policy-of.ts';
import type { Contender } from './policies/policy.ts';
import { creditAt, isHeldAt, MIN_OFF_MS, mostCredit, preferredUntil, turnRulesOf } from './rotation.ts';
import { budgetOf } from './switching-budget.ts';
import {
  isLow,
  type Least,
  type Reached,
  reachedOf,
  ruledCurrent,
  type SocOfRule,
  socOfRule,
} from './session-rules.ts';
import {
  type Boost,
  boostAt,
  EMPTY_EVSE_STATE,
  type EvseState,
  largestPhase,
  sessionEnergy,
  type SiteState,
} from './site-state.ts';

/** A lower limit must have been taken and seen to be obeyed within this time (SI21): an answer, a sample, some slack. */
export const FOLLOWS_WITHIN_MS = 20_000;

/** Why a contender may not have more, whatever its circuits allow. */
export type MaximumReason =
  | 'EVSE_MAX'
  | 'LEASE_LASTS'
  | 'MANUAL_LIMIT'
  | 'TARGET_REACHED'
  | 'EXTERNAL_LIMIT'
  | 'EV_MAX'
  | 'EV_NOT_DRAWING'
  | 'PROFILE_NOT_ENFORCED'
  | 'NOT_FOLLOWED'
  | 'TARIFF_WAIT';

export type FixedReason =
  | 'FALLBACK_ONLY'
  | 'STATION_OFFLINE_FALLBACK'
  | 'PROFILE_NOT_ENFORCED'
  | 'AUTH_PENDING'
  | 'FAULTED'
  | 'FREE';

/** What an EVSE is to a decision (FS1): somebody to share with, or something that counts as it is. */
export type Role =
  | {
      readonly kind: 'contender';
      readonly evse: EvseModel;
      /** On which its limit counts; on other wired ones counts its fallback (MD5). */
      readonly phases: readonly GridPhase[];
      readonly contender: Contender;
      /** Counts in every worst case, whatever it is given. */
      readonly base: DeciAmps;
      readonly maximumReason: MaximumReason;
      /** Why it has enough, by the rules of its bay. Absent: it has not. */
      readonly reached?: Reached;
      /** C70. Absent: it is not boosted. */
      readonly boost?: Boost;
      readonly least: Least;
      readonly socOfRule: SocOfRule;
      /** What somebody beside us allows it. Absent: nobody does. */
      readonly external?: BindingStationLimit;
      readonly before: Given;
      /** It counts on all wired phases, and has not been seen to use them all (MD5). */
      readonly isUnseen: boolean;
      /** When it last had current to take, its car took none. */
      readonly tookNothing: boolean;
      /** When it may be offered its place again, if it has given it up. Absent: it has something, or never had. */
      readonly restsUntilMs?: EpochMs;
    }
  | {
      readonly kind: 'fixed';
      readonly evse: EvseModel;
      /** All that are wired: whoever plugs in next may use them. */
      readonly phases: readonly GridPhase[];
      /** Counts in every sum. */
      readonly worst: DeciAmps;
      /** What it may really draw: the sum that counts where the worst cases no longer fit anyway. */
      readonly drawn: DeciAmps;
      readonly given: DeciAmps;
      readonly why: FixedReason;
    };

export type ContenderRole = Extract<Role, { readonly kind: 'contender' }>;

interface RoleInput {
  readonly site: SiteModel;
  readonly evse: EvseModel;
  readonly state: SiteState;
  readonly given: ReadonlyMap<EvseId, Given>;
  readonly nowMs: EpochMs;
}

export function roleOf(input: RoleInput): Role {
  const { evse, state, nowMs } = input;
  const facts = state.evses.get(evse.evseId) ?? EMPTY_EVSE_STATE;
  const { committed } = facts.dispatch;
  const counted = countsAt(evse, committed);
  const fixed = (why: FixedReason, worst: DeciAmps, drawn: DeciAmps, limit = evse.fallback): Role => ({
    kind: 'fixed',
    evse,
    phases: evse.phases,
    worst,
    drawn,
    given: limit,
    why,
  });
  const charging = facts.transaction?.authorized === true;
  // Silent: it counts with the most it may be obeying (7.1), and is told nothing else until it is back: a short loss of its
  // connection, or of its gateway, costs it no capacity.
  if (!isConnected(state, evse)) {
    return fixed(
      'STATION_OFFLINE_FALLBACK',
      counted,
      counted,
      charging ? keptOffline(evse, facts, counted) : undefined,
    );
  }
  if (committed === undefined || facts.dispatch.unverified) {
    return fixed(charging ? 'PROFILE_NOT_ENFORCED' : freeOrPending(facts), counted, counted);
  }
  if (facts.status?.value === 'faulted') return fixed('FAULTED', counted, deciAmps(0));
  if (!charging) return fixed(freeOrPending(facts), counted, deciAmps(0));
  // What it would be given nobody could use (H81).
  if (facts.dispatch.fallbackOnly) return fixed('FALLBACK_ONLY', counted, counted);
  const before = input.given.get(evse.evseId) ?? {
    // After a restart: what it was told last, as if told just now.
    limit: facts.dispatch.commanded ?? evse.fallback,
    changedAtMs: nowMs,
  };
  const phases = countedPhases(input, evse, facts);
  return { kind: 'contender', evse, phases, before, ...contend(input, facts, { before, phases: phases.length }) };
}

/** What it was commanded last, where nothing says that it may be obeying something else. */
const keptOffline = (evse: EvseModel, { dispatch }: EvseState, counted: DeciAmps): DeciAmps =>
  dispatch.unverified || dispatch.commanded === undefined || dispatch.commanded > counted
    ? evse.fallback
    : dispatch.commanded;

/** A station nobody heard of is not connected. */
export const isConnected = (state: SiteState, evse: EvseModel): boolean =>
  state.stations.get(evse.stationId)?.connected === true;

const freeOrPending = (facts: EvseState): FixedReason => (isPlugged(facts) ? 'AUTH_PENDING' : 'FREE');

export function isPlugged({ session, status }: EvseState): boolean {
  if (session !== undefined) return true;
  const value = status?.value;
  return value === 'occupied' || value === 'preparing' || value === 'finishing';
}

type Contending = Omit<ContenderRole, 'kind' | 'evse' | 'phases' | 'before'>;

function contend(
  { site, evse, state, given, nowMs }: RoleInput,
  facts: EvseState,
  { before, phases }: { readonly before: Given; readonly phases: number },
): Contending {
  const { isSilent, idle, gaveUp, rests } = wishOf(facts, before, nowMs);
  const over = facts.draw.overSinceMs !== undefined;
  const stuck = holdsOn(evse, facts, before, nowMs);
  const least = deciAmps(Math.min(evse.maxCurrent, limitFor(facts.dispatch, evse.minCurrent)));
  let maximumReason: MaximumReason = 'EVSE_MAX';
  let max: number = evse.maxCurrent;
  const atMost = (why: MaximumReason, bound: number): void => {
    if (bound >= max) return;
    max = bound;
    maximumReason = why;
  };
  const boost = boostAt(facts, nowMs);
  const ahead = boost !== undefined ? 'boosted' : isLow(evse.rules, facts) ? 'low' : undefined;
  const reached = reachedOf(evse.rules, facts);
  if (reached !== undefined) atMost('TARGET_REACHED', 0);
  const wattsOfAmp = wattsPerAmp(site, evse, phases) * passedOn(evse);
  const ruled = ruledCurrent(evse.rules, wattsOfAmp);
  // A rule below what a car can take would be one that it may not charge at all; documents that say so are refused.
  atMost('MANUAL_LIMIT', Math.max(least, ruled.most));
  const limits = state.stations.get(evse.stationId)?.limits ?? [];
  const external = stationLimitAt(limits, { evse, phases, nominalVoltageV: site.nominalVoltageV, nowMs });
  // MD7: what is less than a car can take is nothing.
  if (external !== undefined) atMost('EXTERNAL_LIMIT', external.limit < least ? 0 : external.limit);
  const { leaseAtMost } = facts.dispatch;
  if (leaseAtMost !== undefined) atMost('LEASE_LASTS', leaseAtMost < least ? 0 : leaseAtMost);
  atMost('EV_MAX', Math.max(least, facts.draw.bound?.limit ?? Infinity));
  // Where nothing is reserved for it the least it could start with is kept ready, after everybody else.
  if (isSilent) atMost('EV_NOT_DRAWING', rests ? evse.fallback : Math.max(evse.fallback, least));
  // UD6: who does not obey gets no more.
  if (over || stuck) atMost(over ? 'PROFILE_NOT_ENFORCED' : 'NOT_FOLLOWED', mostWhileHeld(least, before, nowMs));
  const startedAtMs = facts.session?.startedAtMs ?? facts.transaction?.openedAtMs ?? nowMs;
  // Whatever is asked for, nobody waits for more than he may have.
  const min = deciAmps(Math.max(least, Math.min(max, ruled.least)));
  const wanted = { facts, startedAtMs, maxDeciA: max, wattsPerAmp: wattsOfAmp, idle, nowMs };
  const need = needOf(wanted);
  const restsUntilMs = restsUntil(facts, before);
  const policy = policyOf(site);
  const rules = turnRulesOf(policy);
  const isUrgent = boost !== undefined || (policy.looksAtNeeds && mustRun(need));
  // Of who is looked at for the first time nobody knows when it was paused.
  const isPaused = given.has(evse.evseId) && hasToRest(facts, before, nowMs) && !isUrgent;
  const isFirst = isUrgent || evse.minimumShare !== undefined;
  const spends = { startedAtMs, hasCharged: hasCharged(facts), isUrgent: isFirst };
  const drawn = over && facts.sample !== undefined ? (largestPhase(facts.sample) ?? 0) : 0;
  return {
    contender: {
      evseId: evse.evseId,
      tier: evse.tier ?? USUAL_TIER,
      weight: evse.weight ?? USUAL_WEIGHT,
      ...(ahead === undefined ? {} : { ahead }),
      ...(evse.minimumShare === undefined ? {} : { assured: evse.minimumShare }),
      startedAtMs,
      min,
      max: deciAmps(max),
      idle,
      gaveUp,
      // Who it is says the decision, which sees all of them (`probing`).
      probes: false,
      need,
      turn: {
        credit: creditAt(before.credit, needStepOf(nowMs), mostCredit(site.evses.size, min, rules.turnMs)),
        isHeld: before.onSinceMs !== undefined && isHeldAt(before.onSinceMs, nowMs, rules),
        isPreferred: before.onSinceMs !== undefined && nowMs < preferredUntil(before.onSinceMs),
        ...(isPaused ? { isPaused } : {}),
        ...budgetOf(before, { ...spends, budget: switchingOf(evse), nowMs }),
        waitedS: before.limit > 0 ? 0 : waitedS(before.changedAtMs ?? startedAtMs, nowMs),
      },
    },
    base: deciAmps(
      Math.max(
        evse.fallback,
        over ? Math.max(drawn, facts.dispatch.measured ?? 0) : 0,
        stuck ? (facts.dispatch.committed ?? 0) : 0,
      ),
    ),
    maximumReason,
    ...(reached === undefined ? {} : { reached }),
    ...(boost === undefined ? {} : { boost }),
    least: { current: min, isRuled: min > least },
    socOfRule: socOfRule(evse.rules, facts),
    isUnseen: isUnseen(evse, phases, facts),
    tookNothing: tookNothing(facts, before),
    ...(restsUntilMs === undefined ? {} : { restsUntilMs }),
    ...(external === undefined ? {} : { external }),
  };
}

/** Anything at all in this session. */
export const hasCharged = (facts: EvseState): boolean => (sessionEnergy(facts) ?? 0) > 0;

/** OD3. Of who has not charged yet, or not since it came back, nobody says so: whoever asks for the first time has it at once. */
const hasToRest = (facts: EvseState, { limit, changedAtMs }: Given, nowMs: EpochMs): boolean =>
  limit === 0 && changedAtMs !== undefined && nowMs - changedAtMs < MIN_OFF_MS && hasCharged(facts);

/** Seconds since its limit became 0, or since its session began; a clock that was set back adds nothing. */
const waitedS = (sinceMs: EpochMs, nowMs: EpochMs): number =>
  Math.max(0, Math.floor((needStepOf(nowMs) - sinceMs) / 1_000));

/**
 * It may still be obeying more than it was given, and will not be talked out of it: it refused, or was silent, or has not
 * been seen to follow for long enough. Its neighbours make room for what it may be drawing (E3), not for what it was told.
 */
function holdsOn(evse: EvseModel, { dispatch }: EvseState, before: Given, nowMs: EpochMs): boolean {
  if (dispatch.committed === undefined || dispatch.committed <= Math.max(before.limit, evse.fallback)) return false;
  return dispatch.refused === true || nowMs - (before.changedAtMs ?? nowMs) >= FOLLOWS_WITHIN_MS;
}

/** By then every lease that it may have held on to has ended, and a clock that nobody knows is no reason to starve a car. */
export const HELD_AT_MOST_MS = MAX_LEASE_S * 1_000 + FOLLOWS_WITHIN_MS;

/**
 * Of who was given nothing and holds on to something, nothing: given its least, which counts anyway, it would be taken for one that follows,
 * and have it taken away again, every time it has not followed for long enough. The same of who is seen to draw still, seconds after he was paused:
 * his contactor would close for a moment.
 */
function mostWhileHeld(least: DeciAmps, { limit, changedAtMs }: Given, nowMs: EpochMs): number {
  if (limit >= least) return limit;
  return nowMs - (changedAtMs ?? nowMs) >= HELD_AT_MOST_MS ? least : 0;
}
