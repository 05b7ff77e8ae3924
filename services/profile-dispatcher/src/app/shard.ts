import type { EvseId, SiteId } from '@headroom/kernel';
import type { EvseControl } from '../domain/evse-control.ts';
import type { CommittedChanged, JournalFact } from '../domain/facts.ts';
import type { NotedAnswers } from '../domain/replay-journal.ts';
import { newSite, type SiteState } from '../domain/site-state.ts';

/**
 * replaying: reads what is retained, says nothing. opening: has read it, its epoch is not yet read back.
 * acting: owns the shard. lost: another owner has opened a higher epoch, or a gateway knows of one (HO-10).
 */
export type ShardPhase = 'replaying' | 'opening' | 'acting' | 'lost';

/** Everything the dispatcher holds of one shard, in memory only: the log is where it comes from. */
export interface Shard {
  readonly shard: number;
  readonly sites: Map<SiteId, SiteState>;
  phase: ShardPhase;
  /** Taken from the epoch source; undefined before the first. */
  epoch: number | undefined;
  /** Every epoch this incarnation has taken: their records were taken in when they were made. */
  readonly ownEpochs: Set<number>;
  /** Gateways that have confirmed this epoch. */
  readonly fenced: Set<string>;
  /**
   * fencing: some gateway that holds a connection of the shard may still take orders of an earlier owner. reading: all have
   * confirmed, and a mark written since is not yet read back. allowed: nobody else can raise anything here, and every
   * intent of those before us has been read (HO-2).
   */
  raising: 'fencing' | 'reading' | 'allowed';
  /** Of the last command in this epoch. */
  seq: number;
  /** The highest that an optimizer has opened: decisions of lower ones are dropped. */
  optimizerEpoch: number;
  /** Answers read before their intents; empty once the replay is closed. */
  readonly noted: NotedAnswers;
  /** The newest record of each EVSE in the journal: what others count with. */
  readonly journaled: Map<EvseId, CommittedChanged>;
  /** Sites of which something was learned since the last pass. */
  readonly touched: Set<SiteId>;
  /** Records that wait for the next append. */
  readonly outbox: JournalFact[];
  passing: boolean;
  passAgain: boolean;
}

/** Records of resolutions that wait while the log does not take them; beyond, the oldest are left out (they are a courtesy). */
export const MAX_OUTBOX = 10_000;

export const newShard = (shard: number): Shard => ({
  shard,
  sites: new Map(),
  phase: 'replaying',
  epoch: undefined,
  ownEpochs: new Set(),
  fenced: new Set(),
  raising: 'fencing',
  seq: 0,
  optimizerEpoch: 0,
  noted: new Map(),
  journaled: new Map(),
  touched: new Set(),
  outbox: [],
  passing: false,
  passAgain: false,
});

/** The site, about to be changed. */
export function siteOf(shard: Shard, siteId: SiteId): SiteState {
  shard.touched.add(siteId);
  return quietSiteOf(shard, siteId);
}

/** The same for a change that no pass has to follow at once. */
export function quietSiteOf(shard: Shard, siteId: SiteId): SiteState {
  const known = shard.sites.get(siteId);
  if (known !== undefined) return known;
  const site = newSite(siteId);
  shard.sites.set(siteId, site);
  return site;
}

export function queueRecord(shard: Shard, record: JournalFact | undefined): void {
  if (record === undefined) return;
  shard.outbox.push(record);
  if (shard.outbox.length > MAX_OUTBOX) shard.outbox.shift();
}

/** Gateways that hold a connection of the shard, as far as has been read. */
export function gatewaysOf(shard: Shard): ReadonlySet<string> {
  const stations = [...shard.sites.values()].flatMap((site) => [...site.stations.values()]);
  return new Set(stations.filter(({ connected }) => connected).map(({ gatewayAddress }) => gatewayAddress));
}

/** Nothing is raised while a gateway of the shard has not confirmed our epoch, nor before what others intended is read. */
export const mayRaise = (shard: Shard): boolean => shard.raising === 'allowed' && isFenced(shard);

/** Asked at every batch: it walks no more than it must. */
export function isFenced({ sites, fenced }: Shard): boolean {
  for (const { stations } of sites.values()) {
    for (const { connected, gatewayAddress } of stations.values()) {
      if (connected && !fenced.has(gatewayAddress)) return false;
    }
  }
  return true;
}

/** Time or a loss concerns every site of the shard. */
export function touchAll(shard: Shard): void {
  for (const siteId of shard.sites.keys()) shard.touched.add(siteId);
}

/** Sites where something is on the way, or waits to be repeated: they are looked after at every tick. */
export function touchRestless(shard: Shard): void {
  for (const site of shard.sites.values()) {
    if ([...site.controls.values()].some(isRestless)) shard.touched.add(site.siteId);
  }
}

const isRestless = ({ set, leaseBackoff, fallbackBackoff }: EvseControl): boolean =>
  set.attempts.length > 0 || set.fallbacks.length > 0 || leaseBackoff !== undefined || fallbackBackoff !== undefined;
