import type { Station } from '../station/station.ts';
import type { Faults } from './faults.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

interface Managed {
  readonly faults: Pick<Faults, 'extent'>;
  readonly trace: Pick<Trace, 'tell'>;
  readonly time: Pick<VirtualTime, 'after'>;
}

/** Of what its hardware bears: often less than a car can take at all. */
const LIMIT_A: readonly [number, number] = [0, 24];
const FOR_MS: readonly [number, number] = [20_000, 300_000];

/** An energy manager beside the platform holds a station down for a while (K11, K13). Its word may be lost with the link. */
export function limitFromOutside({ faults, trace, time }: Managed, station: Station, minute: number): void {
  const { stationId } = station;
  const drawn = (what: string, range: readonly [number, number]): number =>
    faults.extent('outside-limit', `${what} ${stationId}`, minute, range);
  const limitA = Math.round(drawn('limit', LIMIT_A) * 10) / 10;
  const forMs = drawn('for', FOR_MS);
  trace.tell(`an energy manager allows ${stationId} ${limitA} A for ${Math.round(forMs)} ms`);
  station.outside.limit(0, limitA);
  time.after(forMs, `end of the limit of ${stationId}`, () => station.outside.limit(0, undefined));
}
