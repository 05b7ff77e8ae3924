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
/** A message that was long on its way makes a clock seem set for one message: what the last ones said is remembered. */
export const REMEMBERED_DISTANCES = 8;

/** It may have been set, nobody knows to what. How far it was away before is remembered. */
export const perhapsSet = ({ recentMs }: ClockEstimate): ClockEstimate => ({ kind: 'unknown', recentMs });

/** After a message made at `stationTimeMs` by its clock and received at `receivedAtMs` by ours. Queued ones must be left out. */
export function observeClock(before: ClockEstimate, stationTimeMs: EpochMs, receivedAtMs: EpochMs): ClockEstimate {
  const skewMs = stationTimeMs - receivedAtMs;
  if (!Number.isSafeInteger(skewMs)) return before;
  return { kind: 'known', skewMs, recentMs: [Math.abs(skewMs), ...before.recentMs].slice(0, REMEMBERED_DISTANCES) };
}

/** By which instants are said on the station's clock; unknown skew counts as none. */
export const skewMsOf = (clock: ClockEstimate): number => (clock.kind === 'known' ? clock.skewMs : 0);

/** An instant of ours on the station's clock. */
export const onStationClock = (clock: ClockEstimate, ourMs: EpochMs): EpochMs => ourMs + skewMsOf(clock);

/**
 * How much later than it was reckoned a lease may end, which was told by a clock that stood `toldSkewMs` from ours. HO-13: a clock that
 * is set back lengthens all that it was told before, and any answer may set one that is ahead. Where nobody noted how it stood it is
 * taken to have been as far away as in any of the last messages.
 */
export function latenessMs(clock: ClockEstimate, toldSkewMs: number | undefined): number {
  if (toldSkewMs === undefined) return furthest(clock.recentMs);
  return Math.max(0, toldSkewMs - Math.min(skewMsOf(clock), 0));
}

/**
 * How far an instant that a station says may lie from where we reckon it: as far as its clock was away in any of the last messages.
 * Undefined: nothing is known of this clock, and it may be anywhere (SI31).
 */
export const saidMarginMs = (clock: ClockEstimate, marginMs: number): number | undefined =>
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
