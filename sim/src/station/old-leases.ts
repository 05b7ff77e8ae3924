import type { InstalledProfile } from '../profiles/profile.ts';
import type { ProfileLimits } from '../profiles/rules.ts';
import { createProfileStore, type EffectiveLimit, type LimitQuery, type ProfileStore } from '../profiles/store.ts';
import type { Persona } from './persona.ts';

/** Of one station; the oldest goes first. A lease is told once or twice a minute, and lasts for a few. */
const MAX_OLD_LEASES = 50;
/** What a store says in which a lease does not speak. */
const NO_LEASE: InstalledProfile = {
  ...{ id: 0, purpose: 'tx-default', stackLevel: 0, kind: 'absolute', evse: 0 },
  schedule: { unit: 'A', startMs: 0, periods: [{ startS: 0, limit: 0 }] },
};

/**
 * Firmware that accepts a limit of a transaction, and takes a lower one to heart only once the higher one has ended (H78): it obeys the
 * highest of all that it has accepted, each to its own end. It reports the profiles that it should have.
 *
 * @param fresh an empty store of the same station
 */
function withOldLeases(store: ProfileStore, fresh: () => ProfileStore): ProfileStore {
  /** Each lease in a store of its own, the newest last. */
  let leases: readonly ProfileStore[] = [];
  const isOver = (lease: ProfileStore): boolean => !lease.all().some(({ purpose }) => purpose === 'tx');
  const highest = (query: LimitQuery): EffectiveLimit => {
    const said = store.limitAt(query);
    // A maximum of the whole station lies over all of them.
    if (said.source === 'station-max') return said;
    return leases
      .map((lease) => lease.limitAt(query))
      .filter(({ source }) => source !== 'tx-default')
      .reduce((most, each) => (each.limitA > most.limitA ? each : most), said);
  };
  return {
    ...store,
    set(request) {
      const outcome = store.set(request);
      if (outcome.kind === 'rejected' || request.profile.purpose !== 'tx') return outcome;
      const lease = fresh();
      lease.set({ evse: request.evse, profile: NO_LEASE, namesThisTransaction: true });
      lease.set(request);
      leases = [...leases, lease].slice(-MAX_OLD_LEASES);
      return outcome;
    },
    clear(criteria) {
      for (const lease of leases) lease.clear(criteria);
      leases = leases.filter((lease) => !isOver(lease));
      return store.clear(criteria);
    },
    transactionEnded(key) {
      for (const lease of leases) lease.transactionEnded(key);
      leases = leases.filter((lease) => !isOver(lease));
      store.transactionEnded(key);
    },
    limitAt: highest,
    nextChangeAt(query) {
      const changes = [store, ...leases].flatMap((each) => each.nextChangeAt(query) ?? []);
      return changes.length === 0 ? undefined : Math.min(...changes);
    },
  };
}

/** The profiles of a station as its firmware keeps to them. */
export function createFirmwareStore(
  limits: ProfileLimits,
  { obeysOldLeases }: Pick<Persona, 'obeysOldLeases'>,
): ProfileStore {
  const fresh = (): ProfileStore => createProfileStore(limits);
  return obeysOldLeases ? withOldLeases(fresh(), fresh) : fresh();
}
