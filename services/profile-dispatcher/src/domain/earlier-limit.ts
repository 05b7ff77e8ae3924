import type { DeciAmps, EpochMs } from '@headroom/kernel';
import { MAX_LEASE_S } from '@headroom/site-model';

/**
 * A station that says Accepted obeys within this time, one command after the other; a limit that was accepted less
 * long ago may still be on its way inside the station (H78, H88).
 */
export const OBEYS_WITHIN_MS = 5_000;

/**
 * What an EVSE may be obeying still although its permanent limit was accepted: the one before it, or, of a station that comes from another
 * site, whatever it was told there (HO-15).
 */
export interface EarlierLimit {
  /** Undefined: nobody here knows it, so its hardware maximum counts. */
  readonly limit: DeciAmps | undefined;
  /** By our clock. */
  readonly untilMs: EpochMs;
  /** It may be a lease of another site. Where leases do not end by themselves, nothing but a lease of ours ends it. */
  readonly isLease?: true;
}

/** A permanent limit that was accepted. */
export interface FallbackTaken {
  readonly limit: DeciAmps;
  readonly answeredAtMs: EpochMs;
  /** What may have been its permanent limit until now; empty: this site has told it none before. */
  readonly before: readonly DeciAmps[];
  /** It says that it has restarted since it came to this site. Some say so of each connection: its permanent limit may hold still, a lease does not. */
  readonly hasBooted: boolean;
}

/** After a permanent limit was accepted. Undefined: whatever it obeys, this limit is as high. */
export function earlierThan(
  { limit, answeredAtMs, before, hasBooted }: FallbackTaken,
  known: EarlierLimit | undefined,
): EarlierLimit | undefined {
  const untilMs = answeredAtMs + OBEYS_WITHIN_MS;
  if (before.length === 0) {
    const lease = { limit: undefined, untilMs: answeredAtMs + MAX_LEASE_S * 1_000, isLease: true as const };
    return hasBooted ? { limit: undefined, untilMs } : lease;
  }
  const highest = before.reduce((most, next) => (next > most ? next : most));
  if (highest <= limit) return known;
  if (known === undefined) return { limit: highest, untilMs };
  const isHigher = known.limit !== undefined && known.limit < highest;
  return { ...known, limit: isHigher ? highest : known.limit, untilMs: Math.max(known.untilMs, untilMs) };
}

/** What is left of it where its station has booted before it took its permanent limit. */
export const asBooted = (earlier: EarlierLimit | undefined): EarlierLimit | undefined =>
  earlier?.isLease === true
    ? { limit: earlier.limit, untilMs: earlier.untilMs - MAX_LEASE_S * 1_000 + OBEYS_WITHIN_MS }
    : earlier;

/** A lease of ours takes the place of any other. */
export const afterLeaseTaken = (earlier: EarlierLimit | undefined, answeredAtMs: EpochMs): EarlierLimit | undefined =>
  earlier?.isLease === true ? { limit: earlier.limit, untilMs: answeredAtMs + OBEYS_WITHIN_MS } : earlier;
