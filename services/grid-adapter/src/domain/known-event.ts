import type { EpochMs } from '@headroom/kernel';
import { FORGET_AFTER_MS, HELD_PERIODS_MAX } from './bounds.ts';
import { type DrawPpm, expandIntervals } from './expand-intervals.ts';
import type { GridEvent } from './grid-event.ts';
import { comparePeriods, cutAt, endOf, isPower, type Period } from './period.ts';

/** An event as this VEN keeps it. Plain data: written to a store and read back it is the same (DR-D4). */
export interface KnownEvent {
  /** The version in force; of an event that is gone, the last one. */
  readonly event: GridEvent;
  /** Newest modification seen, that of a cancellation included: what is older is stale. */
  readonly versionMs: EpochMs;
  /** What "now" means for it (DR-T4). */
  readonly firstSeenMs: EpochMs;
  /** Drawn once, kept over all versions (DR-T10). */
  readonly startDrawPpm: DrawPpm;
  readonly restoreDrawPpm: DrawPpm;
  /** Limits and levels that held by earlier versions, cut where they ended: the return begins there, not at once. */
  readonly held: readonly Period[];
  /** Cancelled, or no longer listed. */
  readonly goneAtMs?: EpochMs;
}

/** What this version says, were it not gone. */
const periodsOfVersion = (known: KnownEvent, nowMs: EpochMs): readonly Period[] =>
  expandIntervals(known.event, { nowMs, firstSeenMs: known.firstSeenMs, startDrawPpm: known.startDrawPpm });

/** Everything that holds, held or will hold by this event. */
export function periodsOf(known: KnownEvent, nowMs: EpochMs): readonly Period[] {
  if (known.goneAtMs !== undefined) return known.held;
  return [...known.held, ...periodsOfVersion(known, nowMs)].toSorted(comparePeriods);
}

/** Whether the version has nothing that holds now or later. */
export const isOver = (known: KnownEvent, atMs: EpochMs): boolean =>
  !periodsOfVersion(known, atMs).some((period) => endOf(period) > atMs);

/** Whether it was taken back while something of it held or was to come; one that was over leaves without a word. */
export const isCancelled = (known: KnownEvent): boolean =>
  known.goneAtMs !== undefined && !isOver(known, known.goneAtMs);

/** "Now" begins when it is said for the first time, and again when it is said after all was over. */
export function renewed(known: KnownEvent, event: GridEvent, atMs: EpochMs): KnownEvent {
  const { goneAtMs, ...rest } = known;
  const isNewVersion = event.modifiedAtMs > known.versionMs;
  const begins = isNewVersion && (goneAtMs !== undefined || !startsNow(known.event) || isOver(known, atMs));
  return {
    ...rest,
    event,
    versionMs: event.modifiedAtMs,
    firstSeenMs: begins ? atMs : known.firstSeenMs,
    held: heldUntil(known, atMs),
  };
}

export const gone = (known: KnownEvent, atMs: EpochMs): KnownEvent => ({
  ...known,
  held: heldUntil(known, atMs),
  goneAtMs: atMs,
});

const startsNow = ({ period, intervals }: GridEvent): boolean =>
  (period?.start ?? intervals[0]?.period.start)?.kind === 'now';

function heldUntil(known: KnownEvent, atMs: EpochMs): readonly Period[] {
  const limits = periodsOf(known, atMs)
    .filter(isPower)
    .flatMap((period) => cutAt(period, atMs))
    .filter((period) => endOf(period) > atMs - FORGET_AFTER_MS)
    .toSorted(comparePeriods);
  const distinct = limits.filter((period, index) => {
    const before = limits[index - 1];
    return before === undefined || comparePeriods(before, period) !== 0;
  });
  // The latest ends stay: earlier ones have been returned from.
  return distinct
    .toSorted((a, b) => endOf(b) - endOf(a) || comparePeriods(a, b))
    .slice(0, HELD_PERIODS_MAX)
    .toSorted(comparePeriods);
}
