import type { EpochMs } from '@headroom/kernel';
import {
  chooseLease,
  heldLeaseS,
  type LeaseChoice,
  type MeterReading,
  observeRise,
  type RiseHistory,
  type SiteModel,
} from '@headroom/site-model';

/** What was seen of the rises of each metered other load, by meter. */
export type Rises = ReadonlyMap<string, RiseHistory>;
export const NO_RISES: Rises = new Map();

/** The rises are looked at this often: they tell of a week, and each change of the length is a message to every station. */
export const LEASE_LOOK_EVERY_MS = 3_600_000;

/** The length of a site's leases that was chosen last (SI26). */
export interface LeaseMemory extends LeaseChoice {
  readonly lookedAtMs: EpochMs;
  /** Of the document whose bounds it keeps. */
  readonly siteVersion: number;
}

/** A length as a decision carries it. */
export interface DecidedLease extends LeaseChoice {
  /** When the rises were looked at for it. Absent: they were not yet. */
  readonly lookedAtMs?: EpochMs;
}

/** The histories after a reading. Only those of meters that the document names are kept, so there are no more of them. */
export function risesAfter(before: Rises, site: SiteModel, reading: MeterReading): Rises {
  const load = site.otherLoads.find(({ meterId }) => meterId === reading.meterId);
  if (load === undefined) return before;
  const known = before.get(reading.meterId);
  const history = observeRise(known, load, reading);
  return history === undefined || history === known ? before : new Map(before).set(reading.meterId, history);
}

/** Without those of meters that a new document no longer names. */
export function risesOf(site: SiteModel, rises: Rises): Rises {
  const named = new Set(site.otherLoads.flatMap(({ meterId }) => meterId ?? []));
  return [...rises.keys()].every((meterId) => named.has(meterId))
    ? rises
    : new Map([...rises].filter(([meterId]) => named.has(meterId)));
}

/** Looks at the rises once an hour, and for each document. The same object: it was looked at already. */
export function lookAtLease(
  before: LeaseMemory | undefined,
  { site, rises, nowMs }: { readonly site: SiteModel; readonly rises: Rises; readonly nowMs: EpochMs },
): LeaseMemory {
  // Only ever forward: what an heir reads once more of the past tells nothing that its predecessor did not know.
  if (before?.siteVersion === site.version && hourOf(nowMs) <= hourOf(before.lookedAtMs)) return before;
  const choice = chooseLease({ site, histories: rises, standingS: before?.leaseS });
  return { ...choice, lookedAtMs: nowMs, siteVersion: site.version };
}

const hourOf = (ms: EpochMs): number => Math.floor(ms / LEASE_LOOK_EVERY_MS);

/** What a decision says of the length: one that its document allows, whatever is remembered. */
export function leaseOf(site: SiteModel, memory: LeaseMemory | undefined): DecidedLease {
  const leaseS = heldLeaseS(site, memory?.leaseS);
  if (memory === undefined || (leaseS !== memory.leaseS && site.leaseAtLeastS === undefined)) {
    return chooseLease({ site, histories: NO_RISES });
  }
  const { reason, lookedAtMs } = memory;
  return leaseS === memory.leaseS
    ? { leaseS, reason, lookedAtMs }
    : { leaseS, reason: `${leaseS} s: nothing was chosen yet by this site document.`, lookedAtMs };
}
