import {
  type DeciAmps,
  deciAmps,
  type EpochMs,
  type EvseId,
  type EvseNumber,
  type StationId,
  type TransactionId,
} from '@headroom/kernel';
import type { EvseModel } from '@headroom/site-model';
import { withDischarge } from './back-set.ts';
import { onStationClock, skewMsOf } from './clock-skew.ts';
import type { LimitPurpose } from './command-name.ts';
import type { Member } from './committed-set.ts';
import type { DropGate } from './drop-gate.ts';
import { type EvseControl, lastLease, type Wish } from './evse-control.ts';
import { isSameLater, type LaterLimit, withLater } from './later-limit.ts';
import { lowering } from './lease-wish.ts';
import { laterPeriod, leaseSecondsOf, type LeaseSpan, leaseSpan, sinceTransactionS } from './lease-span.ts';
import { maxPeriodsOf, planOf, type ProfilePlan } from './plan-of.ts';
import { plannedKind } from './planned-kind.ts';
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
  /** What it lets its car give back, on each conductor, while it lasts. Absent: nothing. */
  readonly discharge?: DeciAmps;
  readonly transactionId: TransactionId | undefined;
  /** It left through the gate, and is looked at once more before it is sent. */
  readonly isGated?: true;
  /** It is to be seen to end (SI28). */
  readonly isWatched?: true;
  /** Our clock; undefined: permanent. */
  readonly untilMs: EpochMs | undefined;
  /** By which its end is told (`ToldByClock`). Absent: permanent. */
  readonly toldSkewMs?: number;
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
  /** What its car is to give back. Absent: nothing. */
  readonly discharge?: DeciAmps;
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
  const discharge = order.discharge ?? NOTHING;
  const gave = wish.back?.from ?? NOTHING;
  const lease = leaseWithin(site, candidate, order);
  if (lease === undefined) return undefined;
  const isSame = wish.kind === 'renew' || wish.isAgain === true;
  if (isSame && discharge === gave && !isGain(candidate, { ...lease, limit })) return undefined;
  const { span, later } = lease;
  const told = { transactionId: wish.transactionId, limit, span, later, ...withDischarge(discharge) };
  const [profile] = leaseProfile(site, candidate, told);
  // Its station cannot be told of a lease: it stays with its fallback.
  if (profile === undefined) return undefined;
  order.dropGate?.grant(evse, { limit, ...withLater(later), untilMs: span.untilMs });
  return {
    ...addressOf(site, evse),
    ...{ profile, purpose: 'lease', limit, transactionId: wish.transactionId },
    ...withLater(later),
    ...withDischarge(discharge),
    untilMs: span.untilMs,
    toldSkewMs: skewMsOf(stationOf(site, evse.stationId).clock),
    increase: limit > wish.from || discharge > gave,
    decisionSeq: wish.kind === 'renew' ? 0 : (site.decision?.seq ?? 0),
  };
}

interface LeaseTold {
  readonly transactionId: TransactionId;
  readonly limit: DeciAmps;
  readonly span: LeaseSpan;
  readonly later: LaterLimit | undefined;
  readonly discharge?: DeciAmps;
}

function leaseProfile(
  site: SiteState,
  { evse, control }: Candidate,
  { transactionId, limit, span, later, discharge }: LeaseTold,
): readonly ProfilePlan[] {
  const second = laterPeriod(span, later);
  const agedS =
    control.transactionId === transactionId ? sinceTransactionS(control.transactionSinceMs, span.startMs) : undefined;
  return planOf({
    ...plannedKind(site, evse),
    limit,
    ...withDischarge(discharge),
    ...(second === undefined ? {} : { periods: [second] }),
    lease: {
      transactionId,
      startScheduleMs: onStationClock(stationOf(site, evse.stationId).clock, span.startMs),
      durationS: span.durationS,
      ...(agedS === undefined ? {} : { sinceTransactionS: agedS }),
    },
  });
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
  const { watchedUntilMs } = wish.kind === 'fallback' ? {} : wish;
  // One that is given to be seen to end is below the permanent limit, which holds for longer than any.
  const leaseS = watchedUntilMs === undefined ? leaseSecondsOf(site) : Math.ceil((watchedUntilMs - nowMs) / 1_000) + 1;
  const announced = wish.kind === 'fallback' ? undefined : lowering(wish.later, limit);
  const announcedMs = announced?.fromMs ?? Infinity;
  // By what it has shown, or by its own word.
  const singlePeriod = control.singlePeriod || maxPeriodsOf(plannedKind(site, evse)) < 2;
  const span = leaseSpan(nowMs, leaseS, singlePeriod ? Math.min(endMs, announcedMs) : endMs);
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

const NOTHING = deciAmps(0);
