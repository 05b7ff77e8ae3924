import type { SetRequest } from '../profiles/rules.ts';
import type { ProfileStore } from '../profiles/store.ts';
import { type OutsideStore, withOutside } from './outside-store.ts';

/** How a station loses profiles (H76, SI5). */
export interface Loss {
  readonly what: 'tx-profiles' | 'everything';
  /** It restarts with it, and its transactions end or go on; or nothing is to be seen of it. */
  readonly restart: 'ends' | 'resumes' | 'none';
  /** For so long afterwards it refuses whatever it is told: its flash is being made anew. */
  readonly refusesMs: number;
}

/** The profiles of a station, in a memory that can lose them. */
export interface Memory extends OutsideStore {
  lose(loss: Pick<Loss, 'what' | 'refusesMs'>): void;
}

export interface MemoryOptions {
  readonly nowMs: () => number;
  /** Limits of a transaction hold to its end (H89). */
  readonly keepsLeases: boolean;
  /** It accepts a maximum of the whole station, and does nothing with it (H90). Default: it does what it accepts. */
  readonly ignoresStationMax?: boolean;
}

export function createMemory(
  bare: ProfileStore,
  { nowMs, keepsLeases, ignoresStationMax = false }: MemoryOptions,
): Memory {
  const store = withOutside(ignoresStationMax ? withoutStationMax(bare) : bare);
  let refusesUntilMs = Number.NEGATIVE_INFINITY;
  return {
    ...store,
    set: (request) =>
      nowMs() < refusesUntilMs
        ? { kind: 'rejected', reason: 'memory-away' }
        : store.set(keepsLeases ? withoutEnd(request) : request),
    lose({ what, refusesMs }) {
      store.clear(what === 'everything' ? {} : { purpose: 'tx' });
      refusesUntilMs = Math.max(refusesUntilMs, nowMs() + refusesMs);
    },
  };
}

const withoutStationMax = (store: ProfileStore): ProfileStore => ({
  ...store,
  set(request) {
    const outcome = store.set(request);
    if (outcome.kind === 'accepted' && request.profile.purpose === 'station-max')
      store.clear({ id: request.profile.id });
    return outcome;
  },
});

function withoutEnd(request: SetRequest): SetRequest {
  const { profile } = request;
  if (profile.purpose !== 'tx') return request;
  const { durationS: _, ...schedule } = profile.schedule;
  const { validToMs: __, ...rest } = profile;
  return { ...request, profile: { ...rest, schedule } };
}
