import type { EvseId, SiteId, StationId } from '@headroom/kernel';
import type { Reading } from '../domain/check-profiles.ts';
import type { EvseControl } from '../domain/evse-control.ts';
import type { CommittedChanged, JournalFact } from '../domain/facts.ts';
import type { NotedAnswers } from '../domain/replay-journal.ts';
import { newSite, type SiteState } from '../domain/site-state.ts';
import type { Hold } from '../ports.ts';

/**
 * replaying: reads what it has not contained yet, says nothing (HO-11). acting: has read what stood there when it was
 * acquired. lost: another owner has it, or has opened a higher epoch, or a gateway knows of one (HO-10).
 */
export const SHARD_PHASES = ['replaying', 'acting', 'lost'] as const;
export type ShardPhase = (typeof SHARD_PHASES)[number];

/** What of the log is in the state of one site already: of the snapshot from which it was restored. */
export interface Contained {
  /** By topic, the last offset. */
  readonly positions: ReadonlyMap<string, bigint>;
  readonly epoch: number;
  /** Records of `epoch` in our own topic up to here were taken in when they were made, wherever they are read. */
  readonly ownOffset: bigint | undefined;
}

/**
 * fencing: some gateway that holds a connection of the shard may still take orders of an earlier owner. reading: all have
 * confirmed; our own topic is to be read up to the mark written since, `undefined` until it stands there. allowed: nobody
 * else can raise anything here, and every intent of those before us has been read (HO-2).
 */
export type Raising =
  | { readonly kind: 'fencing' | 'allowed' }
  | { readonly kind: 'reading'; readonly upTo: bigint | undefined };

/** A gateway that does not answer: when it was first asked in vain, and when last, on the monotonic clock. */
export interface Silence {
  readonly firstMonoMs: number;
  readonly lastMonoMs: number;
}

/**
 * One tenure of one shard: everything that its owner holds, in memory only, from `onAcquired` to `onLost`. A shard that
 * comes back is another object (OW-14), so what an earlier tenure left under way can change nothing of it.
 */
export interface Shard {
  readonly shard: number;
  /** Taken from the epoch source for this tenure. */
  readonly epoch: number;
  readonly hold: Hold;
  /** On the monotonic clock. */
  readonly acquiredMonoMs: number;
  readonly sites: Map<SiteId, SiteState>;
  phase: ShardPhase;
  /** By topic, the last offset that is in the state. */
  readonly positions: Map<string, bigint>;
  /** The last offset of our own topic that was read in this tenure. */
  ownRead: bigint | undefined;
  /** Of restored sites, while replaying. */
  readonly contained: Map<SiteId, Contained>;
  /** The newest of our own records in our own topic, as far as the log has told us. */
  ownOffset: bigint | undefined;
  /** Appends to our own topic that failed, and how many of them lie before one that did not: see `mayEndUnknown`. */
  appendsFailed: number;
  appendsPassed: number;
  /** Gateways that have confirmed this epoch. */
  readonly fenced: Set<string>;
  /** Gateways of which something was asked in vain, and nothing with success since. */
  readonly silent: Map<string, Silence>;
  raising: Raising;
  /** Of the last command in this epoch. */
  seq: number;
  /** The highest that a dispatcher has opened, as far as our topic is read: conclusions of lower ones are void. */
  openedEpoch: number;
  /** The highest that an optimizer has opened: decisions of lower ones are dropped. */
  optimizerEpoch: number;
  /** Answers read before their intents; empty once the replay is closed. */
  readonly noted: NotedAnswers;
  /** The newest record of each EVSE in the journal: what others count with. */
  readonly journaled: Map<EvseId, CommittedChanged>;
  /** Sites of which something was learned since the last pass. */
  readonly touched: Set<SiteId>;
  /** Sites whose state is not what their last snapshot says. */
  readonly changed: Set<SiteId>;
  /** When each site was last written as a snapshot, on the monotonic clock. */
  readonly snapshotAtMonoMs: Map<SiteId, number>;
  snapshotSeq: number;
  /** Raises of each site that waited for their stations at its last pass (OD6, OD9). */
  readonly waiting: Map<SiteId, number>;
  /** W3C Trace Context of what the next pass is done for, by site; gone with the pass. */
  readonly traces: Map<SiteId, string>;
  /** How many passes each of the newest traces has led. */
  readonly tracedPasses: Map<string, number>;
  /** Records that wait for the next append. */
  readonly outbox: JournalFact[];
  /** Of its sites: see `SiteState`. */
  readonly watchesLeases: boolean;
  /** Stations are asked, and acted on, as soon as no pass is under way. */
  asksDue: boolean;
  passing: boolean;
  passAgain: boolean;
  /** Until then, on the monotonic clock, nothing is begun: the group is about to join again (HO-2c). */
  restingUntilMonoMs: number;
  /** Stations that were asked what they can do: until then they are not asked again, on the monotonic clock. */
  readonly asked: Map<StationId, number>;
  /** The same of those that were asked what their profiles come to: nothing else waits for that. */
  readonly saying: Map<StationId, number>;
  /** What stations have told so far of the profiles that they hold. */
  readonly readings: Map<StationId, Reading>;
  /** EVSEs against which a step is under way: until then it is not tried again, on the monotonic clock. */
  readonly actedAgainFrom: Map<EvseId, number>;
  /** When gateways that were given up were asked last, on the monotonic clock. */
  recalledAtMonoMs: number;
  /** Gateways are being asked. */
  fencing: boolean;
  snapshotting: boolean;
  /** What has left and is not back: passes, rpcs, snapshots. */
  readonly underWay: Set<Promise<void>>;
}

/** Records of resolutions that wait while the log does not take them; beyond, the oldest are left out (they are a courtesy). */
export const MAX_OUTBOX = 10_000;

export const newShard = (
  tenure: Pick<Shard, 'shard' | 'epoch' | 'hold' | 'acquiredMonoMs'> & Partial<Pick<Shard, 'watchesLeases'>>,
): Shard => ({
  watchesLeases: false,
  ...tenure,
  sites: new Map(),
  phase: 'replaying',
  positions: new Map(),
  ownRead: undefined,
  contained: new Map(),
  ownOffset: undefined,
  appendsFailed: 0,
  appendsPassed: 0,
  fenced: new Set(),
  silent: new Map(),
  raising: { kind: 'fencing' },
  seq: 0,
  openedEpoch: 0,
  optimizerEpoch: 0,
  noted: new Map(),
  journaled: new Map(),
  touched: new Set(),
  changed: new Set(),
  snapshotAtMonoMs: new Map(),
  snapshotSeq: 0,
  waiting: new Map(),
  traces: new Map(),
  tracedPasses: new Map(),
  outbox: [],
  asksDue: false,
  passing: false,
  passAgain: false,
  restingUntilMonoMs: Number.NEGATIVE_INFINITY,
  asked: new Map(),
  saying: new Map(),
  readings: new Map(),
  actedAgainFrom: new Map(),
  recalledAtMonoMs: Number.NEGATIVE_INFINITY,
  fencing: false,
  snapshotting: false,
  underWay: new Set(),
});

/** The site, about to be changed. */
export function siteOf(shard: Shard, siteId: SiteId): SiteState {
  shard.touched.add(siteId);
  return quietSiteOf(shard, siteId);
}

/** The same for a change that no pass has to follow at once. */
export function quietSiteOf(shard: Shard, siteId: SiteId): SiteState {
  shard.changed.add(siteId);
  const known = shard.sites.get(siteId);
  if (known !== undefined) return known;
  const site = newSite(siteId, shard.watchesLeases);
  shard.sites.set(siteId, site);
  return site;
}

export function queueRecord(shard: Shard, record: JournalFact | undefined): void {
  if (record === undefined) return;
  shard.outbox.push(record);
  if (shard.outbox.length <= MAX_OUTBOX) return;
  // What became of a command, others find out by its intent; that a station is out of reach nobody else tells them.
  const least = shard.outbox.findIndex(({ kind }) => kind === 'limit-resolved');
  shard.outbox.splice(Math.max(0, least), 1);
}

/** Gateways that hold a connection of the shard, as far as has been read. */
export function gatewaysOf(shard: Shard): ReadonlySet<string> {
  const stations = [...shard.sites.values()].flatMap((site) => [...site.stations.values()]);
  return new Set(stations.filter(({ connected }) => connected).map(({ gatewayAddress }) => gatewayAddress));
}

/** Nothing is raised while a gateway of the shard has not confirmed our epoch, nor before what others intended is read. */
export const mayRaise = (shard: Shard): boolean => shard.raising.kind === 'allowed' && isFenced(shard);

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

/** It has read its own topic up to the mark that it wrote after the fence: the end of what others intended (HO-2, step 5). */
export function allowOnceRead(shard: Shard): void {
  const { raising, ownRead } = shard;
  if (raising.kind !== 'reading' || raising.upTo === undefined || ownRead === undefined) return;
  if (ownRead < raising.upTo) return;
  shard.raising = { kind: 'allowed' };
  // What had to wait for it.
  touchAll(shard);
}

/** Our own records of one append stand at or before this offset. */
export function noteOwn(shard: Shard, offset: bigint | undefined): void {
  if (offset !== undefined && (shard.ownOffset === undefined || offset > shard.ownOffset)) shard.ownOffset = offset;
}

/**
 * One append of our own records. One that fails may stand in the log all the same, at an offset that nobody was told: only one that began behind it
 * shows that the topic ends behind it too.
 */
export async function appendOwn(shard: Shard, append: () => Promise<bigint | undefined>): Promise<void> {
  const failedBefore = shard.appendsFailed;
  try {
    noteOwn(shard, await append());
  } catch (cause) {
    shard.appendsFailed += 1;
    throw cause;
  }
  shard.appendsPassed = Math.max(shard.appendsPassed, failedBefore);
}

/** Records of ours may stand behind `ownOffset`: a snapshot of now would have them taken in twice, and they let go of what came after them. */
export const mayEndUnknown = ({ appendsFailed, appendsPassed }: Shard): boolean => appendsPassed < appendsFailed;

/** Known to be awaited: `onPause` waits for it. */
export function track(shard: Shard, work: Promise<void>): void {
  const tracked = work.finally(() => shard.underWay.delete(tracked));
  shard.underWay.add(tracked);
}
