import type { Report } from './violation.ts';
import { profileIn } from './wire-profile.ts';

/** A command on its way to a gateway, with the epoch of who sent it. */
export interface SentCommand {
  readonly epoch: number;
  readonly stationId: string;
  readonly profileId: number;
  readonly limitA: number;
  /** As it will stand in the frame; empty for a permanent profile. */
  readonly startMs: number | undefined;
}

export interface FencingChecker {
  /** A batch reached a gateway. */
  asked(gateway: string, command: SentCommand): void;
  /** A frame was written to a socket. */
  written(nowMs: number, gateway: string, stationId: string, text: string): void;
}

const nameOf = (stationId: string, profileId: number, limitA: number, start: string): string =>
  `${stationId} ${profileId} ${Math.round(limitA * 10)} ${start}`;
const startOf = (startMs: number | undefined): string => (startMs === undefined ? '' : String(startMs));

/**
 * No command of an older epoch on a socket after a newer epoch's first increase through that gateway (DS-14). The frame
 * carries no epoch: it is that of the newest command that says the same, so that doubt is to the good.
 */
export function createFencingChecker(report: Report): FencingChecker {
  const epochs = new Map<string, number>();
  const lastLimitA = new Map<string, number>();
  const increasedBy = new Map<string, number>();
  return {
    asked(gateway, { epoch, stationId, profileId, limitA, startMs }) {
      const key = `${gateway} ${nameOf(stationId, profileId, limitA, startOf(startMs))}`;
      epochs.set(key, Math.max(epoch, epochs.get(key) ?? 0));
    },
    written(nowMs, gateway, stationId, text) {
      const profile = profileIn(text);
      if (profile === undefined) return;
      const limitA = profile.limitsA[0] ?? 0;
      const start = profile.start === '' ? '' : String(Date.parse(profile.start));
      const epoch = epochs.get(`${gateway} ${nameOf(stationId, profile.profileId, limitA, start)}`);
      if (epoch === undefined) {
        const detail = `a profile of ${limitA} A for ${stationId} was written that no batch asked for`;
        return report({ checker: 'fencing', atMs: nowMs, detail });
      }
      const newest = increasedBy.get(gateway) ?? 0;
      if (epoch < newest) {
        const detail = `${limitA} A of epoch ${epoch} for ${stationId} after an increase of epoch ${newest} on ${gateway}`;
        report({ checker: 'fencing', atMs: nowMs, detail });
      }
      const key = `${stationId} ${profile.profileId}`;
      if (limitA > (lastLimitA.get(key) ?? 0)) increasedBy.set(gateway, Math.max(newest, epoch));
      lastLimitA.set(key, limitA);
    },
  };
}
