import { OBEYS_WITHIN_MS } from './earlier-limit.ts';
import { limitAt } from './later-limit.ts';
import type { LimitSet, Sample } from './limit-set.ts';

/**
 * HO-7: a car that draws little proves nothing. Where the station tells what it offers, that alone decides: a draw may fall
 * by itself while the old limit is still offered. Where it does not, a draw that fell from above the limit does, once the
 * station has had its time to obey; also one that came down to the limit before, and stayed there.
 */
export function showsObeyed(set: LimitSet, sample: Sample, before: Sample | undefined): boolean {
  const { acknowledged, unsettled } = set;
  if (acknowledged === undefined || unsettled === undefined) return false;
  if (sample.sampledAtMs <= Math.max(acknowledged.answeredAtMs, unsettled.provableFromMs)) return false;
  const limit = limitAt(acknowledged, sample.sampledAtMs);
  // As long as the two say the same, no sample tells which of them it shows: a drop that was announced is not obeyed before it comes.
  if (limitAt(unsettled, sample.sampledAtMs) <= limit) return false;
  const hasHadItsTime = sample.sampledAtMs > acknowledged.answeredAtMs + OBEYS_WITHIN_MS;
  if (sample.offered !== undefined) {
    // A pilot that still rises towards the old limit passes below the new one (H88): it must have come down, or had its time.
    return sample.offered <= limit && (hasHadItsTime || (before?.offered ?? 0) > limit);
  }
  if (!hasHadItsTime || before === undefined) return false;
  return (before.draw > limit && sample.draw <= limit) || isDown(set, sample, before);
}

/** What a limit in watts may pass less than it says, and what a meter may be off. */
const [PASSED_SHARE, BELOW_DECI_A] = [0.9, 10];

/**
 * Does it draw what the newest lease lets it, and was above that before? In the time that its station has to obey this proves nothing yet; the next sample, that shows
 * it there still, has none above it before itself.
 */
export function isDown({ acknowledged, unsettled }: LimitSet, sample: Sample, before: Sample | undefined): boolean {
  if (acknowledged === undefined || unsettled === undefined || before === undefined) return false;
  if (sample.isUnread === true || sample.isMasked === true || sample.offered !== undefined) return false;
  if (sample.sampledAtMs <= acknowledged.answeredAtMs) return false;
  const limit = limitAt(acknowledged, sample.sampledAtMs);
  if (sample.draw > limit || sample.draw < limit * PASSED_SHARE - BELOW_DECI_A) return false;
  return before.draw > limit || before.downSinceMs === acknowledged.answeredAtMs;
}
