import {
  deciAmps,
  type DeciAmps,
  type EpochMs,
  type EvseId,
  type EvseNumber,
  type StationId,
  type TransactionId,
} from '@headroom/kernel';
import { type EvseModel, socketPhases } from '@headroom/site-model';
import { onStationClock } from './clock-skew.ts';
import type { LimitPurpose } from './command-name.ts';
import type { Member } from './committed-set.ts';
import type { DropGate } from './drop-gate.ts';
import { type EvseControl, lastLease, lowering, type Wish } from './evse-control.ts';
import { isSameLater, type LaterLimit, withLater } from './later-limit.ts';
import { laterPeriod, type LeaseSpan, leaseProfile, leaseSpan, type ProfilePlan } from './profile-plan.ts';
import { type SiteState, stationOf } from './site-state.ts';

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

export interface Candidate {
  readonly evse: EvseModel;
  readonly control: EvseControl;
  readonly members: readonly Member[];
  readonly wish: Wish;
}

export interface LeaseOrder {
  readonly limit: DeciAmps;
  readonly nowMs: EpochMs;
  /** By the rows of now. */
  readonly endMs: EpochMs;
  readonly dropGate: DropGate | undefined;
}

/** A renewal that lengthens a lease by no more is none. */
const LEAST_GAIN_MS = 2_000;

/** Undefined: nothing that is worth a message may be sent. */
export function planLease(site: SiteState, candidate: Candidate, order: LeaseOrder): PlannedCommand | undefined {
  const { evse, wish } = candidate;
  if (wish.kind === 'fallback') return undefined;
  const { limit } = order;
  const lease = leaseWithin(site, candidate, order);
  if (lease === undefined || (wish.kind === 'renew' && !isGain(candidate, { ...lease, limit }))) return undefined;
  const { span, later } = lease;
  order.dropGate?.grant(evse, { limit, ...withLater(later), untilMs: span.untilMs });
  const profile = leaseProfile({
    evse: evse.evse,
    limit,
    numberPhases: socketPhases(evse),
    transactionId: wish.transactionId,
    startScheduleMs: onStationClock(stationOf(site, evse.stationId).clock, span.startMs),
    durationS: span.durationS,
    later: laterPeriod(span, later),
  });
  return {
    ...addressOf(site, evse),
    ...profileTerms(profile),
    ...withLater(later),
    untilMs: span.untilMs,
    increase: limit > wish.from,
    decisionSeq: wish.kind === 'renew' ? 0 : (site.decision?.seq ?? 0),
  };
}

interface Lease {
  readonly span: LeaseSpan;
  /** Its second period. */
  readonly later: LaterLimit | undefined;
  /** It would be longer but for the drop. */
  readonly isCut: boolean;
}

/**
 * The longest lease that keeps to an announced drop: with what was announced to this EVSE as its second period, or, where its station takes
 * no such profile, or where that would not fit (SI8), only until then. Its end, as any, brings the EVSE down to its fallback.
 */
function leaseWithin(site: SiteState, candidate: Candidate, order: LeaseOrder): Lease | undefined {
  const { evse, control, wish } = candidate;
  const { limit, nowMs, endMs, dropGate } = order;
  const leaseS = site.model?.leaseS ?? 0;
  const announced = wish.kind === 'fallback' ? undefined : lowering(wish.later, limit);
  const announcedMs = announced?.fromMs ?? Infinity;
  const span = leaseSpan(nowMs, leaseS, control.singlePeriod ? Math.min(endMs, announcedMs) : endMs);
  if (span === undefined) return undefined;
  const later = laterPeriod(span, announced) === undefined ? undefined : announced;
  const terms = { limit, ...withLater(later), untilMs: span.untilMs };
  // What raises nothing then, and is no renewal, may leave in a broken row too (SI7).
  const mustFit = wish.kind !== 'lower';
  if (dropGate === undefined || dropGate.allows(evse, terms, mustFit)) return { span, later, isCut: false };
  const latestMs = dropGate.latestEndMs(evse);
  if (latestMs === undefined) return undefined;
  const shorter = leaseSpan(nowMs, leaseS, Math.min(endMs, announcedMs, latestMs));
  return shorter && { span: shorter, later: undefined, isCut: true };
}

function isGain(
  { control, wish }: Candidate,
  { span, later, isCut, limit }: Lease & { readonly limit: DeciAmps },
): boolean {
  const last = wish.kind === 'fallback' ? undefined : lastLease(control.set, wish.transactionId);
  if (last === undefined || last.limit !== limit || !(isCut || isSameLater(last.later, later))) return true;
  return span.untilMs >= last.untilMs + LEAST_GAIN_MS;
}

export const addressOf = (site: SiteState, { evseId, stationId, evse }: EvseModel) => {
  const { gatewayAddress, generation } = stationOf(site, stationId);
  return { evseId, stationId, evse, gatewayAddress, connectionGeneration: generation };
};

export const profileTerms = (profile: ProfilePlan) => ({
  profile,
  purpose: profile.purpose,
  limit: deciAmps(profile.limit),
  transactionId: profile.lease?.transactionId,
});
