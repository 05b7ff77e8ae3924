import type { EpochMs } from '@headroom/kernel';
import type { Falling } from './later-limit.ts';

/**
 * The end of a lease is told as an instant of its station's clock, and stays that instant when the clock is moved: one that is set back by 15 s
 * ends what it was told before 15 s later by ours (HO-13).
 */
export interface ToldByClock {
  /** The station's clock less ours, as it was reckoned when the lease was told. Absent: an earlier release did not note it. */
  readonly toldSkewMs?: number;
}

/** As a field: absent where it is not known. */
export const withToldSkew = (toldSkewMs: number | undefined): ToldByClock =>
  toldSkewMs === undefined ? {} : { toldSkewMs };

type Timed = Falling & ToldByClock & { readonly untilMs: EpochMs };

/**
 * The same lease as if it had been told by another clock. It ends no earlier for it: where its profile counts from the start of its
 * transaction (SI31), its end was never an instant of a clock.
 */
export function restated<Lease extends Pick<Timed, 'later' | 'untilMs' | 'toldSkewMs'>>(
  lease: Lease,
  skewMs: number | undefined,
): Lease {
  const { toldSkewMs, later, untilMs } = lease;
  if (toldSkewMs === skewMs) return lease;
  if (skewMs === undefined || toldSkewMs === undefined) return withoutSkew(lease);
  const byMs = Math.max(0, toldSkewMs - skewMs);
  return {
    ...{ ...lease, untilMs: untilMs + byMs, toldSkewMs: skewMs },
    ...(later === undefined ? {} : { later: { ...later, fromMs: later.fromMs + byMs } }),
  };
}

/** What nobody knows of one of several leases nobody knows of them together. */
function withoutSkew<Lease extends ToldByClock>(lease: Lease): Lease {
  const { toldSkewMs: _, ...rest } = lease;
  return rest as Lease;
}

/** By which all of them can be said without a later end for any that is moved. Undefined: of one it is not known. */
export function latestSkew(leases: readonly ToldByClock[]): number | undefined {
  let mostMs = Number.NEGATIVE_INFINITY;
  for (const { toldSkewMs } of leases) {
    if (toldSkewMs === undefined) return undefined;
    if (toldSkewMs > mostMs) mostMs = toldSkewMs;
  }
  return mostMs === Number.NEGATIVE_INFINITY ? undefined : mostMs;
}
