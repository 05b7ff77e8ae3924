import type { EpochMs } from '@headroom/kernel';

/** How far a station's clock stands from ours, from messages that carry both times (H31). */
export type ClockEstimate =
  | {
      readonly kind: 'unknown';
      /** As of a known one: leases were made by the clock as it was. */
      readonly recentMs: readonly number[];
    }
  | {
      readonly kind: 'known';
      /** Station minus ours, from the newest message. Delivery time makes it too low: leases then end early, never late. */
      readonly skewMs: number;
      /** Distances of the last messages, newest first. */
      readonly recentMs: readonly number[];
    };

export const UNKNOWN_CLOCK: ClockEstimate = { kind: 'unknown', recentMs: [] };
/** A clock that was just set is remembered over this many messages (HO-13). */
export const REMEMBERED_DISTANCES = 8;

/** It may have been set, nobody knows to what. How far it was away before is remembered: a lease may run by that (HO-13). */
export const perhapsSet = ({ recentMs }: ClockEstimate): ClockEstimate => ({ kind: 'unknown', recentMs });

/** After a message made at `stationTimeMs` by its clock and received at `receivedAtMs` by ours. Queued ones must be left out. */
export function observeClock(before: ClockEstimate, stationTimeMs: EpochMs, receivedAtMs: EpochMs): ClockEstimate {
  const skewMs = stationTimeMs - receivedAtMs;
  if (!Number.isSafeInteger(skewMs)) return before;
  return { kind: 'known', skewMs, recentMs: [Math.abs(skewMs), ...before.recentMs].slice(0, REMEMBERED_DISTANCES) };
}

/** An instant of ours on the station's clock; unknown skew counts as none. */
export const onStationClock = (clock: ClockEstimate, ourMs: EpochMs): EpochMs =>
  clock.kind === 'known' ? ourMs + clock.skewMs : ourMs;

/**
 * How long after its end a lease still counts. HO-13: a clock that is set back lengthens every lease by what it was
 * ahead. Undefined: it counts as never ending (SI31), because nothing is known of this clock.
 */
export const leaseMarginMs = (clock: ClockEstimate, marginMs: number): number | undefined =>
  clock.kind === 'known' ? furthest(clock.recentMs) + marginMs : undefined;

function furthest(distancesMs: readonly number[]): number {
  let mostMs = 0;
  for (const distanceMs of distancesMs) if (distanceMs > mostMs) mostMs = distanceMs;
  return mostMs;
}

/**
 * The time by which leases end (SI18): wall time, but never running more than a hundredth faster than the monotonic
 * clock, so that a wall clock that jumps forward ends no lease early.
 */
export interface LeaseTime {
  readonly nowMs: EpochMs;
  readonly monoMs: number;
}

const FASTEST = 1.01;

export function advanceLeaseTime(before: LeaseTime | undefined, wallMs: EpochMs, monoMs: number): LeaseTime {
  if (before === undefined) return { nowMs: wallMs, monoMs };
  const mostMs = before.nowMs + Math.max(0, monoMs - before.monoMs) * FASTEST;
  return { nowMs: Math.min(wallMs, mostMs), monoMs };
}
