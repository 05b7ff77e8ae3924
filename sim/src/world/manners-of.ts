import { LATE_MS, type Manners } from '../station/manners.ts';
import type { Faults } from './faults.ts';

/** Of answers, and of what stations say, in a seed with bad manners: each kind. */
const RUDE_SHARE = 0.02;

/** How rude a station is in this seed. */
export function mannersOf(faults: Faults, stationId: string): Manners {
  let count = 0;
  return {
    isRude: (how) => {
      count += 1;
      return faults.fires('bad-manners', `${how} ${stationId}`, count, RUDE_SHARE);
    },
    lateMs: () => faults.extent('bad-manners', `late ${stationId}`, count, LATE_MS),
  };
}
