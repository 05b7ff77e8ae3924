import type { EpochMs } from '@headroom/kernel';

/** The rules of a time zone, which come in from outside: this library brings none. */
export interface ZoneRules {
  /** How far the clocks on the wall stand ahead of UTC at an instant, ms. */
  offsetMsAt(atMs: EpochMs): number;
}

export const DAY_MS = 86_400_000;

/**
 * The instant at which the clocks on the wall show `wallMs` (as if that were UTC). Where they show it twice (autumn), the first
 * time: what should begin has begun. Where they never do (spring), as many minutes later as were left out: 02:30 is 03:30.
 */
export function instantOfWall(wallMs: number, zone: ZoneRules): EpochMs {
  // No offset reaches a day, so the change that may lie near `wallMs` lies between these two.
  const before = zone.offsetMsAt(wallMs - DAY_MS);
  const after = zone.offsetMsAt(wallMs + DAY_MS);
  const early = wallMs - Math.max(before, after);
  const late = wallMs - Math.min(before, after);
  if (zone.offsetMsAt(early) === wallMs - early) return early;
  if (zone.offsetMsAt(late) === wallMs - late) return late;
  return wallMs - before;
}
