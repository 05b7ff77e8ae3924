import type { Profile } from '../profiles/profile.ts';
import { FOREIGN_PROFILE_ID } from '../station/outside.ts';
import type { Station } from '../station/station.ts';
import type { Faults } from './faults.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

interface Strangers {
  readonly faults: Pick<Faults, 'extent'>;
  readonly trace: Pick<Trace, 'tell'>;
  readonly time: Pick<VirtualTime, 'after'>;
}

/** What a stranger may set, and on which EVSE; 0: the whole station. */
const KINDS = [
  // What an older central system left behind: above our permanent limit, so that it speaks whenever no lease does.
  { evse: 1, purpose: 'tx-default', stackLevel: 5, kind: 'relative' },
  // Over our lease, for the transaction that runs.
  { evse: 1, purpose: 'tx', stackLevel: 5, kind: 'relative' },
  // A local controller that bounds the whole station.
  { evse: 0, purpose: 'station-max', stackLevel: 0, kind: 'absolute' },
] as const;
const LIMIT_A: readonly [number, number] = [0, 31];
/** So much less than what the hardware bears: at that nobody would be seen to speak. */
const BELOW_HARDWARE_A = 1;
const FOR_MS: readonly [number, number] = [20_000, 300_000];

/** Somebody else's charging profile appears on a station, and goes again: a local controller, an older central system. */
export function setByStranger({ faults, trace, time }: Strangers, station: Station, minute: number): void {
  const { stationId } = station;
  const drawn = (what: string, range: readonly [number, number]): number =>
    faults.extent('foreign-profile', `${what} ${stationId}`, minute, range);
  const { evse, ...kind } = KINDS[Math.floor(drawn('kind', [0, KINDS.length]))] ?? KINDS[0];
  const mostA = station.outside.bearsA - BELOW_HARDWARE_A;
  const limit = Math.min(mostA, Math.round(drawn('limit', LIMIT_A)));
  const forMs = drawn('for', FOR_MS);
  const schedule = { unit: 'A', startMs: 0, periods: [{ startS: 0, limit }] } as const;
  const profile: Profile = { id: FOREIGN_PROFILE_ID, ...kind, schedule };
  if (!station.outside.install(evse, profile)) return;
  trace.tell(`a stranger sets ${limit} A (${kind.purpose}) on ${stationId} for ${Math.round(forMs)} ms`);
  time.after(forMs, `end of the stranger's profile on ${stationId}`, () => station.outside.remove(FOREIGN_PROFILE_ID));
}
