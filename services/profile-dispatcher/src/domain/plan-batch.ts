import {
  compareNumbers,
  compareText,
  type DeciAmps,
  deciAmps,
  type EpochMs,
  type EvseId,
  type EvseNumber,
  type StationId,
  type TransactionId,
} from '@headroom/kernel';
import { type EvseModel, otherLoadHorizon, otherLoadNow, type PhaseMask, type SiteModel } from '@headroom/site-model';
import { onStationClock } from './clock-skew.ts';
import type { LimitPurpose } from './command-name.ts';
import type { Member } from './committed-set.ts';
import { committedView } from './committed-view.ts';
import { type EvseControl, lowering, type Target, type Wish, wishesOf } from './evse-control.ts';
import { type Falling, isNowhereAbove, type LaterLimit, withLater } from './later-limit.ts';
import { limitedModel } from './limited-model.ts';
import { fallbackProfile, laterPeriod, leaseProfile, leaseSpan, type ProfilePlan } from './profile-plan.ts';
import { createRoom, type Room } from './room.ts';
import type { DispatchRules } from './rules.ts';
import { controlAt, mayBeAsked, type SiteState, stationOf } from './site-state.ts';

/** A command to send now. Its order in the batch is the order in which it must leave. */
export interface PlannedCommand {
  readonly evseId: EvseId;
  readonly stationId: StationId;
  readonly evse: EvseNumber;
  readonly gatewayAddress: string;
  readonly connectionGeneration: number;
  readonly purpose: LimitPurpose;
  readonly limit: DeciAmps;
  /** Its second period. */
  readonly later?: LaterLimit;
  readonly transactionId: TransactionId | undefined;
  /** Our clock; undefined: permanent. */
  readonly untilMs: EpochMs | undefined;
  readonly profile: ProfilePlan;
  readonly increase: boolean;
  /** 0: the dispatcher's own (fallback). */
  readonly decisionSeq: number;
}

export interface PlanTime {
  readonly nowMs: EpochMs;
  readonly leaseNowMs: EpochMs;
}

/** Raises and renewals of one pass; each costs a walk over the site by the gate. The others follow in the next. */
export const MAX_GATED_OF_PASS = 64;

interface Candidate {
  readonly evse: EvseModel;
  readonly control: EvseControl;
  readonly members: readonly Member[];
  readonly wish: Wish;
}

/**
 * The commands of a site that may leave now: fallbacks and decreases first (SI10), then renewals, then raises, each
 * through the gate with everything that the ones before it may come to (SI8). Until an earlier owner can do nothing any
 * more (`mayRaise`, HO-2) nothing is raised or renewed. Pure; sends and remembers nothing.
 */
export function planBatch(
  site: SiteState,
  time: PlanTime,
  rules: DispatchRules,
  mayRaise: boolean,
): readonly PlannedCommand[] {
  const model = limitedModel(site);
  if (model === undefined) return [];
  const { candidates, committed, masks } = survey(site, model, time, rules);
  if (candidates.length === 0) return [];
  const { nowMs } = time;
  const otherLoad = otherLoadNow(model, site.readings, nowMs);
  const horizonLoad = otherLoadHorizon(model, site.readings, nowMs);
  const room = createRoom({ site: model, otherLoad, horizonLoad, nowMs, masks }, committed);
  const isFree = ({ wish }: Candidate): boolean => wish.kind === 'fallback' || wish.kind === 'lower';
  const free = candidates.filter(isFree).toSorted(bySafety);
  const gated = mayRaise ? candidates.filter((candidate) => !isFree(candidate)).toSorted(byNeed) : [];
  const planned = free.flatMap((candidate) => planFree(site, candidate, room, nowMs) ?? []);
  const bound = planned.length + MAX_GATED_OF_PASS;
  for (const candidate of gated) {
    const command = planGated(site, candidate, room, nowMs);
    if (command === undefined) continue;
    room.grant(candidate.evse, command.limit);
    planned.push(command);
    if (planned.length >= bound) break;
  }
  return planned;
}

function survey(site: SiteState, model: SiteModel, time: PlanTime, rules: DispatchRules) {
  const committed = new Map<EvseId, DeciAmps>();
  const masks = new Map<EvseId, PhaseMask>();
  const candidates: Candidate[] = [];
  const { nowMs } = time;
  const counted = { ...time, marginMs: rules.leaseMarginMs };
  const stale = isStale(site, nowMs);
  const leaseMs = model.leaseS * 1_000;
  for (const evse of model.evses.values()) {
    const { members, committed: most, mask } = committedView(site, evse, counted);
    committed.set(evse.evseId, most);
    if (mask !== undefined) masks.set(evse.evseId, mask);
    const station = stationOf(site, evse.stationId);
    if (!station.connected) continue;
    const control = controlAt(site, evse);
    const askable = mayBeAsked(station, nowMs);
    const wishes = wishesOf(control, { evse, askable, target: targetOf(site, evse.evseId), stale, leaseMs, nowMs });
    for (const wish of wishes) candidates.push({ evse, control, members, wish });
  }
  return { candidates, committed, masks };
}

function targetOf({ decision }: SiteState, evseId: EvseId): Target | undefined {
  const decided = decision?.targets.get(evseId);
  if (decided?.transactionId === undefined) return undefined;
  return { limit: decided.limit, ...withLater(decided.later), transactionId: decided.transactionId };
}

const isStale = ({ decision }: SiteState, nowMs: EpochMs): boolean =>
  decision === undefined || nowMs >= decision.validUntilMs;

/** Decreases ahead of everything; the largest step frees the most. */
function bySafety(a: Candidate, b: Candidate): number {
  const rank = ({ wish }: Candidate): number => (wish.kind === 'fallback' ? 1 : 0);
  return compareNumbers(rank(a), rank(b)) || compareNumbers(stepOf(b), stepOf(a)) || byId(a, b);
}

const stepOf = ({ wish }: Candidate): number => (wish.kind === 'fallback' ? 0 : wish.from - wish.limit);

/** Who has is kept first (renewals), then who has least. */
function byNeed(a: Candidate, b: Candidate): number {
  const rank = ({ wish }: Candidate): number => (wish.kind === 'renew' ? 0 : 1);
  const has = ({ wish }: Candidate): number => (wish.kind === 'fallback' ? 0 : wish.from);
  return compareNumbers(rank(a), rank(b)) || compareNumbers(has(a), has(b)) || byId(a, b);
}

const byId = (a: Candidate, b: Candidate): number => compareText(a.evse.evseId, b.evse.evseId);

/** Fallbacks raise nothing above what counts already, and pass a broken row (HO-6). Decreases likewise (SI7). */
function planFree(site: SiteState, candidate: Candidate, room: Room, nowMs: EpochMs): PlannedCommand | undefined {
  const { wish, evse } = candidate;
  if (wish.kind === 'fallback') {
    const profile = fallbackProfile(evse.evse, wish.limit, evse.phases.length);
    return { ...addressOf(site, evse), ...profileTerms(profile), untilMs: undefined, increase: false, decisionSeq: 0 };
  }
  const fresh = !isStale(site, nowMs) && room.fitsAfresh(candidate, wish.limit);
  const endMs = fresh ? Infinity : coveredUntil(candidate, wish);
  return endMs === undefined ? undefined : planLease(site, candidate, { limit: wish.limit, nowMs, endMs });
}

/**
 * SI7: a longer lease can hide an increase. Where the lower limit would not fit afresh it still leaves, but ends with
 * the lease that it replaces. HO-5: beside the hardware maximum no lease bounds what counts, so nothing is covered.
 */
function coveredUntil({ members, evse }: Candidate, { limit, later }: Falling): EpochMs | undefined {
  if (limit <= evse.fallback) return Infinity;
  if (members.some(({ kind }) => kind === 'hardware-maximum')) return undefined;
  const ends = members.flatMap(({ limit: counted, untilMs, later: falls }) => {
    if (counted < limit || untilMs === undefined) return [];
    // What it replaces may fall before it ends; then it covers only what falls with it.
    return [falls === undefined || falls.limit >= limit || isNowhereAbove(later, falls) ? untilMs : falls.fromMs];
  });
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** SI8, SI9, SI17. */
function planGated(site: SiteState, candidate: Candidate, room: Room, nowMs: EpochMs): PlannedCommand | undefined {
  const { wish, evse } = candidate;
  if (wish.kind === 'fallback') return undefined;
  const limit = room.largest(candidate, wish.limit);
  if (limit === undefined) return undefined;
  // A part of a renewal would be a limit of our own making: the optimizer decides who goes down.
  if (wish.kind === 'renew' && limit < wish.limit) return undefined;
  if (wish.kind === 'raise' && limit < wish.limit && (limit <= wish.from || limit < evse.minCurrent)) return undefined;
  return planLease(site, candidate, { limit, nowMs, endMs: Infinity });
}

function planLease(
  site: SiteState,
  { evse, wish }: Candidate,
  { limit, nowMs, endMs }: { readonly limit: DeciAmps; readonly nowMs: EpochMs; readonly endMs: EpochMs },
): PlannedCommand | undefined {
  const span = leaseSpan(nowMs, site.model?.leaseS ?? 0, endMs);
  if (span === undefined || wish.kind === 'fallback') return undefined;
  const later = lowering(wish.later, limit);
  const period = laterPeriod(span, later);
  const profile = leaseProfile({
    evse: evse.evse,
    limit,
    numberPhases: evse.phases.length,
    transactionId: wish.transactionId,
    startScheduleMs: onStationClock(stationOf(site, evse.stationId).clock, span.startMs),
    durationS: span.durationS,
    later: period,
  });
  return {
    ...addressOf(site, evse),
    ...profileTerms(profile),
    ...(period === undefined ? {} : withLater(later)),
    untilMs: span.untilMs,
    increase: limit > wish.from,
    decisionSeq: wish.kind === 'renew' ? 0 : (site.decision?.seq ?? 0),
  };
}

const addressOf = (site: SiteState, { evseId, stationId, evse }: EvseModel) => {
  const { gatewayAddress, generation } = stationOf(site, stationId);
  return { evseId, stationId, evse, gatewayAddress, connectionGeneration: generation };
};

const profileTerms = (profile: ProfilePlan) => ({
  profile,
  purpose: profile.purpose,
  limit: deciAmps(profile.limit),
  transactionId: profile.lease?.transactionId,
});
