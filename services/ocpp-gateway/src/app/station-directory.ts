import type { Clock, StationId } from '@headroom/kernel';
import { createBoundedMap } from '../domain/bounded-map.ts';
import type { Digests, RegisteredStation, Registry } from '../ports.ts';

/** So long a registry's answer is taken without asking again. */
const DIRECTORY_FRESH_MS = 60_000;
/** So long it still stands in while the registry is away (G10). */
const DIRECTORY_KEPT_MS = 86_400_000;
/** A wrong password asks the registry at most this often, so that guessing costs the guesser's gateway only. */
const RECHECK_EVERY_MS = 1_000;
const MAX_DIRECTORY_STATIONS = 20_000;

type Credentials =
  | { readonly kind: 'right'; readonly station: RegisteredStation }
  | { readonly kind: 'wrong' }
  /** The registry is away and nothing is remembered. */
  | { readonly kind: 'cannot-check' };

/** Who the stations are, remembered for a while. */
export interface StationDirectory {
  check(stationId: StationId, password: string): Promise<Credentials>;
  /** As the registry has it now; undefined where it does not say. */
  current(stationId: StationId): Promise<RegisteredStation | undefined>;
}

export function createStationDirectory(deps: {
  readonly registry: Registry;
  readonly digests: Digests;
  readonly clock: Clock;
}): StationDirectory {
  const { registry, digests, clock } = deps;
  const known = createBoundedMap<StationId, { readonly station: RegisteredStation; readonly atMs: number }>(
    MAX_DIRECTORY_STATIONS,
  );

  async function ask(stationId: StationId): Promise<RegisteredStation | 'unknown' | 'unavailable'> {
    const answer = await registry.resolve(stationId);
    if (answer.kind === 'known') {
      known.set(stationId, { station: answer.station, atMs: clock.monoMs() });
      return answer.station;
    }
    if (answer.kind === 'unknown') known.delete(stationId);
    return answer.kind;
  }

  return {
    async check(stationId, password) {
      const kept = known.get(stationId);
      const ageMs = kept === undefined ? Number.POSITIVE_INFINITY : clock.monoMs() - kept.atMs;
      const keptFits = kept !== undefined && digests.passwordMatches(kept.station, password);
      if (keptFits && ageMs < DIRECTORY_FRESH_MS) return { kind: 'right', station: kept.station };
      if (kept !== undefined && !keptFits && ageMs < RECHECK_EVERY_MS) return { kind: 'wrong' };
      // Its password may be a new one: the registry has the last word.
      const answer = await ask(stationId);
      if (answer === 'unknown') return { kind: 'wrong' };
      if (answer === 'unavailable') {
        if (keptFits && ageMs < DIRECTORY_KEPT_MS) return { kind: 'right', station: kept.station };
        return kept !== undefined && !keptFits ? { kind: 'wrong' } : { kind: 'cannot-check' };
      }
      return digests.passwordMatches(answer, password) ? { kind: 'right', station: answer } : { kind: 'wrong' };
    },
    async current(stationId) {
      const answer = await ask(stationId);
      return typeof answer === 'string' ? undefined : answer;
    },
  };
}
