import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

export interface SilenceOptions {
  /** So long a lease is; it is renewed at half. */
  readonly leaseMs: number;
  readonly report: Report;
}

export interface Silence {
  received(nowMs: number, stationId: string, frame: WireFrame): void;
  /** From now on nothing changes any more: no car, no load, no limit. All have had their time to come to rest. */
  begins(nowMs: number): void;
  /** Limits that came since, renewals all of them. */
  renewals(): number;
}

/** A renewal at half of a lease, and the permanent limit beside it. */
const MOST_IN_A_LEASE = 4;

/** With constant inputs nothing is said but what was said before, again, and not oftener than leases need it. */
export function createSilence({ leaseMs, report }: SilenceOptions): Silence {
  const last = new Map<string, string>();
  const counts = new Map<string, number>();
  const told = new Set<string>();
  let sinceMs = Number.POSITIVE_INFINITY;
  let renewals = 0;
  const tell = (stationId: string, atMs: number, detail: string): void => {
    if (told.has(stationId)) return;
    told.add(stationId);
    report({ checker: 'silence', atMs, detail });
  };
  return {
    begins: (nowMs) => {
      sinceMs = nowMs;
    },
    renewals: () => renewals,
    received(nowMs, stationId, frame) {
      const profile = frame.profile();
      if (profile === undefined) return;
      const key = `${stationId} ${profile.evse} ${profile.purpose}`;
      const [limit] = profile.limitsA;
      const now = `${limit?.toFixed(1)} A`;
      const before = last.get(key);
      last.set(key, now);
      if (nowMs < sinceMs) return;
      renewals += 1;
      if (before !== now)
        tell(stationId, nowMs, `${stationId} is told ${now} after ${before ?? 'nothing'}, though nothing has changed`);
      const count = (counts.get(stationId) ?? 0) + 1;
      counts.set(stationId, count);
      const most = MOST_IN_A_LEASE * Math.ceil((nowMs - sinceMs + 1) / leaseMs);
      if (count > most) {
        const forS = Math.round((nowMs - sinceMs) / 1_000);
        tell(
          stationId,
          nowMs,
          `${stationId} is told its limit ${count} times within ${forS} s, though nothing has changed`,
        );
      }
    },
  };
}
