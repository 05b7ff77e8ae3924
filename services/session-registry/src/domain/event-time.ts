import type { EpochMs } from '@headroom/kernel';

/** What a station dates further back than this happened then, not when it arrived: it comes from an offline queue. */
const LATE_AFTER_MS = 60_000;
/** Before 2015 a station's clock was never set (H28). */
const CLOCK_NEVER_SET_BEFORE_MS = 1_420_070_400_000;

/** When something happened, on our clock as far as that can be known. A fresh message happened when it arrived. */
export function eventTime(what: {
  readonly stationTimeMs: EpochMs | undefined;
  readonly receivedAtMs: EpochMs;
  readonly offline: boolean;
}): EpochMs {
  const { stationTimeMs, receivedAtMs, offline } = what;
  if (stationTimeMs === undefined || stationTimeMs < CLOCK_NEVER_SET_BEFORE_MS) return receivedAtMs;
  const late = offline || receivedAtMs - stationTimeMs > LATE_AFTER_MS;
  return late ? Math.min(stationTimeMs, receivedAtMs) : receivedAtMs;
}
