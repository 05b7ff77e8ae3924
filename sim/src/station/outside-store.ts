import type { InstalledProfile } from '../profiles/profile.ts';
import type { ProfileStore } from '../profiles/store.ts';

/** Id under which the station shows what an energy manager allows it. */
const OUTSIDE_PROFILE_ID = 900_000;

/** The profiles, and what the energy manager allows. */
export interface OutsideStore extends ProfileStore {
  allow(evse: number, limit: { readonly limitA: number; readonly sinceMs: number } | undefined): void;
  allowed(): readonly InstalledProfile[];
  /** No more than this is offered, whatever the profiles say. */
  mostA(evse: number): number;
}

/** It holds through reboots: it is not the station's. */
export function withOutside(store: ProfileStore): OutsideStore {
  const limits = new Map<number, { readonly limitA: number; readonly sinceMs: number }>();
  const mostA = (evse: number): number =>
    Math.min(limits.get(evse)?.limitA ?? Infinity, limits.get(0)?.limitA ?? Infinity);
  return {
    ...store,
    mostA,
    allow(evse, limit) {
      if (limit === undefined) limits.delete(evse);
      else limits.set(evse, limit);
    },
    allowed: () =>
      [...limits].map(([evse, { limitA, sinceMs }]) => ({
        ...{ id: OUTSIDE_PROFILE_ID + evse, purpose: 'station-max', stackLevel: 0, kind: 'absolute', evse },
        schedule: { unit: 'A', startMs: sinceMs, periods: [{ startS: 0, limit: limitA }] },
      })),
  };
}
