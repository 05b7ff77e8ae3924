import type { EpochMs } from '@headroom/kernel';
import { DAY_MS, isWeekend, MINUTE_MS } from './civil.ts';
import { isTimeZone, stretchAt } from './zone.ts';

/** What the clock on the wall of a zone shows. */
export interface CivilTime {
  /** Days since 1970-01-01 of the date there. */
  readonly day: number;
  /** Saturday or Sunday; no holiday is known here. */
  readonly isWeekend: boolean;
  /** Since its midnight, 0 to 1439. */
  readonly minute: number;
}

/** The clock of an IANA zone at an instant; of a name that Intl does not know it is that of UTC. */
export function civilTimeAt(zone: string, ms: EpochMs): CivilTime {
  const localMs = ms + (isTimeZone(zone) ? stretchAt(zone, ms).offsetMs : 0);
  const day = Math.floor(localMs / DAY_MS);
  return { day, isWeekend: isWeekend(day), minute: Math.floor((localMs - day * DAY_MS) / MINUTE_MS) };
}
