import type { SiteFacts } from './site-facts.ts';

/** What DC stations, and those that may keep their leases, were offered of late, A of each phase of their supply. */
export interface DcOffers {
  offered(nowMs: number, evseId: string, amps: number): void;
  /** What it may still count with, whatever it is told now and whatever its car takes; 0 for an AC station whose leases end. */
  unprovenA(evseId: string, nowMs: number): number;
}

/** A limit that was lowered before it was seen to be obeyed counts to the end of the lease after it. */
const LEASES = 2;
/** What a lease may outlast its end by, and a decision takes. */
const AFTER_LEASE_MS = 30_000;

/**
 * HO-7: that a lower limit is obeyed is shown by what a station says that it offers, or by a draw that falls from above it. A DC station
 * says no current of its supply, and a car that takes less than both limits shows nothing: then the higher one counts until its lease ends. The same of a
 * station of which nobody knows whether its leases end.
 *
 * @param mayKeep whether nobody knows it yet; for as long as it says so
 */
export function createDcOffers(
  { evses, leaseS }: Pick<SiteFacts, 'evses' | 'leaseS'>,
  mayKeep: (evseId: string) => boolean = () => false,
): DcOffers {
  const counts = (evseId: string): boolean => evses.get(evseId)?.dc !== undefined || mayKeep(evseId);
  /** Of each EVSE: from when to when it was offered what, the newest last. */
  const known = new Map<string, { readonly amps: number; untilMs: number }[]>();
  const keptMs = LEASES * leaseS * 1_000 + AFTER_LEASE_MS;
  return {
    offered(nowMs, evseId, amps) {
      if (!counts(evseId)) return;
      const kept = (known.get(evseId) ?? []).filter(({ untilMs }) => untilMs >= nowMs - keptMs);
      const last = kept.at(-1);
      if (last?.amps === amps) last.untilMs = nowMs;
      else kept.push({ amps, untilMs: nowMs });
      known.set(evseId, kept);
    },
    unprovenA(evseId, nowMs) {
      if (!counts(evseId)) return 0;
      const standing = (known.get(evseId) ?? []).filter(({ untilMs }) => untilMs >= nowMs - keptMs);
      return Math.max(0, ...standing.map(({ amps }) => amps));
    },
  };
}
