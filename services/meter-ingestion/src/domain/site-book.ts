import type { EvseId, SiteId, StationId } from '@headroom/kernel';
import type { KnownMeter } from './check-reading.ts';
import type { Socket } from './derive-phases.ts';

/** What metering needs to know of one site document. */
export interface MeteredSite {
  readonly siteId: SiteId;
  readonly meters: ReadonlyMap<string, KnownMeter>;
  /** Names of its sensors of temperature. */
  readonly sensors: ReadonlySet<string>;
  readonly sockets: ReadonlyMap<EvseId, Socket>;
  /** Numbers of the EVSEs of each station. */
  readonly evsesOf: ReadonlyMap<StationId, readonly number[]>;
}

const NO_SOCKETS: ReadonlyMap<EvseId, Socket> = new Map();

/** The sites as their newest documents say; as many as the platform has. */
export interface SiteBook {
  put(site: MeteredSite): void;
  find(siteId: SiteId): MeteredSite | undefined;
  socketsOf(siteId: SiteId): ReadonlyMap<EvseId, Socket>;
}

export function createSiteBook(): SiteBook {
  const sites = new Map<SiteId, MeteredSite>();
  return {
    put: (site) => void sites.set(site.siteId, site),
    find: (siteId) => sites.get(siteId),
    socketsOf: (siteId) => sites.get(siteId)?.sockets ?? NO_SOCKETS,
  };
}
