import type { SiteFacts } from './site-facts.ts';
import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

export interface BlindChecker {
  /** A gateway begins, and knows nothing of any epoch. */
  born(nowMs: number, gateway: string): void;
  /** From now on nobody can be told the epochs, for so long. */
  databaseAway(nowMs: number, forMs: number): void;
  /** A frame was written to a socket. */
  written(nowMs: number, gateway: string, stationId: string, frame: WireFrame): void;
}

/** A gateway that nobody can have told the epochs since it began writes nothing above the fallbacks (HO-4). */
export function createBlindChecker({ evses }: SiteFacts, report: Report): BlindChecker {
  const bornAtMs = new Map<string, number>();
  let away = { fromMs: Number.POSITIVE_INFINITY, untilMs: Number.NEGATIVE_INFINITY };
  return {
    born: (nowMs, gateway) => void bornAtMs.set(gateway, nowMs),
    databaseAway(nowMs, forMs) {
      const untilMs = Math.max(away.untilMs, nowMs + forMs);
      away = { fromMs: nowMs < away.untilMs ? away.fromMs : nowMs, untilMs };
    },
    written(nowMs, gateway, stationId, frame) {
      const sinceMs = bornAtMs.get(gateway) ?? Number.NEGATIVE_INFINITY;
      if (sinceMs < away.fromMs || nowMs >= away.untilMs) return;
      const profile = frame.profile();
      const limitA = profile?.limitsA[0] ?? 0;
      if (profile === undefined || limitA <= (evses.get(`${stationId}/${profile.evse}`)?.fallbackA ?? 0)) return;
      const detail = `${limitA} A for ${stationId} was written on ${gateway}, which nobody can have told any epoch`;
      report({ checker: 'fencing', atMs: nowMs, detail });
    },
  };
}
