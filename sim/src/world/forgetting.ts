import type { Station } from '../station/station.ts';
import type { Faults } from './faults.ts';
import type { Trace } from './trace.ts';

export interface Forgetting {
  readonly faults: Faults;
  readonly trace: Trace;
  /** A station has lost all it was told. `says`: its next boot is the sign of it. */
  readonly onForgot: (stationId: string, says: boolean) => void;
}

const KINDS = [
  { what: 'tx-profiles', restart: 'resumes' },
  { what: 'everything', restart: 'ends' },
  { what: 'everything', restart: 'resumes' },
  { what: 'everything', restart: 'none' },
] as const;
/** Of losses, those after which a station refuses what it is told for a while, and for how long. */
const REFUSES_SHARE = 0.4;
const REFUSES_MS: readonly [number, number] = [10_000, 90_000];

/** SI5, H76: a restart that loses the limits of the transaction, or all of them; or a flash that is reset while it runs. */
export function forget({ faults, trace, onForgot }: Forgetting, station: Station, count: number): void {
  const { stationId } = station;
  const drawn = (what: string): number => faults.extent('profile-loss', `${what} ${stationId}`, count, [0, 1]);
  const kind = KINDS[Math.floor(drawn('kind') * KINDS.length)] ?? KINDS[0];
  const refusesMs =
    drawn('refuses') < REFUSES_SHARE ? faults.extent('profile-loss', `for ${stationId}`, count, REFUSES_MS) : 0;
  trace.tell(`${stationId} forgets ${kind.what} (restart: ${kind.restart}), refuses for ${Math.round(refusesMs)} ms`);
  if (kind.what === 'everything') onForgot(stationId, kind.restart !== 'none');
  station.forget({ ...kind, refusesMs });
}
