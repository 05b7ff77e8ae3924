import type { DeciAmps, EpochMs, EvseNumber, TransactionId } from '@headroom/kernel';
import type { LimitPurpose } from './command-name.ts';
import type { LaterLimit } from './later-limit.ts';

/** A charging profile in the platform's own words; the gateway says it in the station's version of OCPP. */
export interface ProfilePlan {
  readonly evse: EvseNumber;
  readonly profileId: number;
  readonly stackLevel: number;
  readonly purpose: LimitPurpose;
  readonly limit: DeciAmps;
  readonly numberPhases: number;
  /** Absent: permanent, from now on, for whatever transaction comes. */
  readonly lease?: {
    readonly transactionId: TransactionId;
    /** On the station's clock: kind Absolute (SI31). */
    readonly startScheduleMs: EpochMs;
    readonly durationS: number;
    /** The second period (SI27). Absent: one until the end. */
    readonly later?: LaterPeriod;
  };
}

export interface LaterPeriod {
  /** After the start of the schedule. */
  readonly startS: number;
  readonly limit: DeciAmps;
}

/** H32: some stations want the start to lie in the past. */
export const START_IN_PAST_MS = 1_000;
/** Less than this is not worth a message: what it replaces ends as soon. */
export const SHORTEST_LEASE_S = 3;
// Lowest levels: they exist on every station (H81). TxProfile overrides TxDefaultProfile at any level (SI13).
const STACK_LEVELS: Readonly<Record<LimitPurpose, number>> = { fallback: 0, lease: 1 };

/** H88: the same id for ever, so that a newer profile overwrites the older one and nothing is ever cleared. */
export const profileIdOf = (evse: EvseNumber, purpose: LimitPurpose): number => evse * 10 + STACK_LEVELS[purpose] + 1;

export const fallbackProfile = (evse: EvseNumber, limit: DeciAmps, numberPhases: number): ProfilePlan => ({
  evse,
  profileId: profileIdOf(evse, 'fallback'),
  stackLevel: STACK_LEVELS.fallback,
  purpose: 'fallback',
  limit,
  numberPhases,
});

export interface LeaseSpan {
  /** Our clock. */
  readonly startMs: EpochMs;
  readonly untilMs: EpochMs;
  readonly durationS: number;
}

/** `leaseS` seconds from just now, or fewer where it must end by `latestEndMs`. Undefined: too short to send. */
export function leaseSpan(nowMs: EpochMs, leaseS: number, latestEndMs: EpochMs): LeaseSpan | undefined {
  const startMs = nowMs - START_IN_PAST_MS;
  const durationS = Math.min(leaseS, Math.floor((latestEndMs - startMs) / 1_000));
  if (durationS < SHORTEST_LEASE_S) return undefined;
  return { startMs, durationS, untilMs: startMs + durationS * 1_000 };
}

/**
 * The second period of a lease with this span, or undefined where it would not live to see it. Rounded down: a station that lowers
 * itself earlier breaks nothing. It counts from the start of the schedule, which is absolute on the station's clock as the end of the lease is (SI31).
 */
export function laterPeriod({ startMs, durationS }: LeaseSpan, later: LaterLimit | undefined): LaterPeriod | undefined {
  if (later === undefined) return undefined;
  const startS = Math.floor((later.fromMs - startMs) / 1_000);
  return startS < 1 || startS >= durationS ? undefined : { startS, limit: later.limit };
}

export const leaseProfile = (input: {
  readonly evse: EvseNumber;
  readonly limit: DeciAmps;
  readonly numberPhases: number;
  readonly transactionId: TransactionId;
  readonly startScheduleMs: EpochMs;
  readonly durationS: number;
  readonly later?: LaterPeriod | undefined;
}): ProfilePlan => ({
  evse: input.evse,
  profileId: profileIdOf(input.evse, 'lease'),
  stackLevel: STACK_LEVELS.lease,
  purpose: 'lease',
  limit: input.limit,
  numberPhases: input.numberPhases,
  lease: {
    transactionId: input.transactionId,
    startScheduleMs: input.startScheduleMs,
    durationS: input.durationS,
    ...(input.later === undefined ? {} : { later: input.later }),
  },
});
