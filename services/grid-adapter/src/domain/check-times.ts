import { LOOP_AHEAD_MS, LOOP_BEHIND_MS, LOOP_PERIODS_MAX } from './bounds.ts';
import { DRAW_PPM, runOf, stretchesOf } from './expand-intervals.ts';
import { type EventInterval, type GridEvent, valuesIn } from './grid-event.ts';
import type { Place } from './place.ts';
import { isZero } from './times.ts';

/** Refuses events that do not say when their values hold, or that say it too often. */
export function checkTimes(place: Place, event: GridEvent, version: '3.0' | '3.1'): void {
  if (version === '3.0' && place.child('intervals') === undefined) place.need('intervals');
  const places = place.child('intervals');
  for (const [index, interval] of event.intervals.entries()) {
    const complaint = complaintOf(event, interval, { isFirst: index === 0, version });
    if (complaint === undefined) continue;
    places?.child(index)?.refuse(complaint);
    return;
  }
  if (periodsAtMost(event) > LOOP_PERIODS_MAX)
    place
      .child('duration')
      ?.refuse(`makes the intervals repeat too fast; at most ${LOOP_PERIODS_MAX} values in nine days are possible`);
}

function complaintOf(
  event: GridEvent,
  { period, payloads }: EventInterval,
  { isFirst, version }: { readonly isFirst: boolean; readonly version: '3.0' | '3.1' },
): string | undefined {
  // DR-T3.
  if (isFirst && period.start === undefined && event.period?.start === undefined)
    return 'has no start, and neither has the event';
  const duration = period.duration ?? event.period?.duration;
  if (duration === undefined) return 'has no duration, and neither has the event';
  if (payloads.length === 0) return undefined;
  // DR-T12: an instant or for ever, the text leaves it open. To ignore a limit and to hold it for ever are both wrong guesses.
  if (version === '3.0' && isZero(duration)) return 'has a duration of zero, which 3.0 gives no meaning';
  if (duration.kind === 'for-ever' && payloads.some((each) => valuesIn(each) > 1))
    return 'has no end, which several values cannot share';
  return undefined;
}

/** As many periods as the event may have at one time, of one that repeats in the window that is listed. */
export function periodsAtMost(event: GridEvent): number {
  const values = event.intervals
    .flatMap(({ payloads }) => payloads)
    .reduce((sum, payload) => sum + valuesIn(payload), 0);
  if (event.duration === undefined || values === 0) return values;
  const stretches = stretchesOf(event, { firstSeenMs: 0, startDrawPpm: DRAW_PPM / 2 });
  const { beginMs, roundEndMs, overMs } = runOf(event, stretches);
  const roundMs = roundEndMs - beginMs;
  if (roundMs <= 0 || overMs <= roundEndMs) return values;
  // A round that has begun is listed to its end, on both sides.
  return values * (Math.ceil(Math.min(LOOP_BEHIND_MS + LOOP_AHEAD_MS, overMs - beginMs) / roundMs) + 1);
}
