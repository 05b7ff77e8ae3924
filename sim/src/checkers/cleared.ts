import type { Report } from './violation.ts';
import type { WireFrame } from './wire-profile.ts';

export interface ClearedChecker {
  /** A frame arrived at a station. */
  received(nowMs: number, stationId: string, frame: WireFrame): void;
}

/** H88: between a limit that is cleared and the next one some stations hold none, so each is overwritten, and nothing is ever cleared. */
export const createClearedChecker = (report: Report): ClearedChecker => ({
  received(nowMs, stationId, frame) {
    if (frame.head().action !== 'ClearChargingProfile') return;
    report({ checker: 'decided', atMs: nowMs, detail: `${stationId} was told to clear its limits` });
  },
});
