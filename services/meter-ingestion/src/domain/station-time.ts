import type { EpochMs } from '@headroom/kernel';

/** A sample older than this on arrival is history: a queue that was kept offline, or a slow clock. */
export const LATE_AFTER_MS = 60_000;
/** Before 2015 a station's clock was never set (H28). */
const CLOCK_NEVER_SET_BEFORE_MS = 1_420_070_400_000;

export interface SampleTime {
  readonly stationTimeMs: EpochMs;
  readonly sampledAtMs: EpochMs;
  readonly late: boolean;
}

/**
 * When a sample was taken, on our clock. A fresh one was taken when it arrived, whatever the station's clock says
 * (H28, H31, H40); one that the station dates more than a minute back, or sent from its offline queue, is late.
 */
export function timeOfSample(stationTimeMs: EpochMs, receivedAtMs: EpochMs, offline: boolean): SampleTime {
  if (stationTimeMs < CLOCK_NEVER_SET_BEFORE_MS) {
    return { stationTimeMs: receivedAtMs, sampledAtMs: receivedAtMs, late: offline };
  }
  const late = offline || receivedAtMs - stationTimeMs > LATE_AFTER_MS;
  return { stationTimeMs, sampledAtMs: late ? Math.min(stationTimeMs, receivedAtMs) : receivedAtMs, late };
}
