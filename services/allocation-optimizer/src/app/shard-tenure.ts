import type { SiteId } from '@headroom/kernel';
import type { Grip, InputPosition, RestoredShard } from '../ports.ts';
import { type LaneTenure, openLane, type SiteLane } from './site-lane.ts';

/** Over so long the first copies of sites that were taken over are spread. */
const SPREAD_MS = 5_000;

export interface TenureOptions {
  readonly shard: number;
  /** Taken for this tenure: everything that leaves bears it. */
  readonly epoch: bigint;
  readonly grip: Grip;
  /** What earlier owners left. */
  readonly restored: RestoredShard;
  /** Topics that are read from where the snapshots end. */
  readonly topics: readonly string[];
  readonly beganAtMonoMs: number;
  /** May this tenure hold one more than so many? False: the process holds as many sites as it can. */
  readonly mayHold: (held: number) => boolean;
}

/**
 * One shard, from the moment it is acquired until it is lost. What it holds is never handed to another tenure, not even of
 * the same shard in the same process: a callback that comes late finds its own, which is over (OW-14).
 */
export class ShardTenure implements LaneTenure {
  readonly shard: number;
  readonly epoch: bigint;
  readonly beganAtMonoMs: number;
  /** Records of the past that could not be read. They were parked when they came. */
  leftOut = 0;
  readonly #options: TenureOptions;
  readonly #lanes = new Map<SiteId, SiteLane>();
  /** Last offset handled, by topic. */
  readonly #positions = new Map<string, bigint>();
  readonly #starts: ReadonlyMap<string, bigint>;
  readonly #writes = new Set<Promise<unknown>>();
  #dispatcherEpoch: bigint;
  #openedEpoch: bigint;
  #phase: 'reading' | 'deciding' | 'over' = 'reading';

  constructor(options: TenureOptions) {
    this.#options = options;
    this.shard = options.shard;
    this.epoch = options.epoch;
    this.beganAtMonoMs = options.beganAtMonoMs;
    const { restored } = options;
    this.#starts = startsOf(restored, options.topics);
    for (const [topic, start] of this.#starts) if (start > 0n) this.#positions.set(topic, start - 1n);
    const whole = isWhole(restored);
    this.#dispatcherEpoch = whole ? least(restored.sites.map((site) => site.dispatcherEpoch)) : 0n;
    this.#openedEpoch = whole ? least(restored.sites.map((site) => site.ownerEpoch)) : 0n;
    this.#openRestored(restored);
  }

  /** First offset to read of a topic; undefined: the oldest that is retained. */
  startOf = (topic: string): bigint | undefined => this.#starts.get(topic);

  lanes = (): readonly SiteLane[] => [...this.#lanes.values()];
  siteCount = (): number => this.#lanes.size;
  laneOf = (siteId: SiteId): SiteLane | undefined => this.#lanes.get(siteId);

  /** The lane of a site, made where there is none; undefined where the process holds too many. */
  open(siteId: SiteId): SiteLane | undefined {
    const existing = this.#lanes.get(siteId);
    if (existing !== undefined) return existing;
    if (!this.#options.mayHold(this.#lanes.size)) return undefined;
    const lane = openLane(siteId, this);
    this.#lanes.set(siteId, lane);
    return lane;
  }

  /** A record that was handled in this tenure already: a batch comes again when its handler has failed. */
  hasHandled({ topic, offset }: Omit<InputPosition, 'partition'>): boolean {
    return offset <= (this.#positions.get(topic) ?? -1n);
  }

  noteHandled({ topic, offset }: Omit<InputPosition, 'partition'>): void {
    this.#positions.set(topic, offset);
  }

  /** Of the past: an earlier owner has handled it, and parked what it could not read. */
  isOfThePast({ topic, offset }: Omit<InputPosition, 'partition'>): boolean {
    if (this.#phase !== 'reading') return false;
    const { sites } = this.#options.restored;
    return sites.length === 0 || sites.some(({ inputs }) => offset <= (inputs.get(topic) ?? -1n));
  }

  positions = (): readonly InputPosition[] =>
    [...this.#positions].map(([topic, offset]) => ({ topic, partition: this.shard, offset }));

  /** False for a dispatcher that has lost this shard: its conclusions no longer count. */
  dispatcherRules = (epoch: bigint): boolean => epoch >= this.#dispatcherEpoch;
  dispatcherEpoch = (): bigint => this.#dispatcherEpoch;
  noteDispatcherEpoch(epoch: bigint): void {
    if (epoch > this.#dispatcherEpoch) this.#dispatcherEpoch = epoch;
  }

  /** False for an optimizer that had lost this shard when it wrote. */
  ownerRules = (epoch: bigint): boolean => epoch >= this.#openedEpoch;
  /** HO-10: an epoch above ours means that the shard was lost, heard of or not. */
  noteOpened(epoch: bigint): void {
    if (epoch > this.#openedEpoch) this.#openedEpoch = epoch;
    if (epoch > this.epoch) this.#options.grip.acquireAgain();
  }

  caughtUp(): void {
    if (this.#phase === 'reading') this.#phase = 'deciding';
  }
  isReading = (): boolean => this.#phase === 'reading';
  isOver = (): boolean => this.#phase === 'over';
  fence = (): boolean => this.#phase !== 'over' && this.#options.grip.owns();
  decidingEpoch = (): bigint | undefined => (this.#phase === 'deciding' && this.fence() ? this.epoch : undefined);

  track(write: Promise<unknown>): void {
    this.#writes.add(write);
    const ended = (): void => void this.#writes.delete(write);
    write.then(ended, ended);
  }

  /** Resolves when no write is under way. */
  async rest(): Promise<void> {
    while (this.#writes.size > 0) await Promise.allSettled(this.#writes);
  }

  /** Lost. What comes late does nothing from here on. */
  end(): void {
    this.#phase = 'over';
    for (const lane of this.#lanes.values()) {
      lane.coalescing?.();
      lane.coalescing = undefined;
      lane.wanted = undefined;
    }
    this.#lanes.clear();
  }

  #openRestored({ sites, models }: RestoredShard): void {
    for (const [index, site] of sites.entries()) {
      if (!this.#options.mayHold(this.#lanes.size)) break;
      const lane = openLane(site.siteId, this, site);
      this.#lanes.set(site.siteId, lane);
      // Their next copies are spread over the time that each of them has.
      lane.snapshot.logAtMonoMs = this.beganAtMonoMs - Math.floor((SPREAD_MS * index) / sites.length);
    }
    for (const model of models) {
      const lane = this.open(model.siteId);
      if (lane !== undefined) lane.model = model;
    }
  }
}

/** Every configured site has a snapshot: what lies before the oldest of them need not be read. */
const isWhole = ({ sites, models }: RestoredShard): boolean => {
  const known = new Set(sites.map(({ siteId }) => siteId));
  return sites.length > 0 && models.every(({ siteId }) => known.has(siteId));
};

/** Where each topic begins. A topic that is missing begins at its oldest record. */
function startsOf(restored: RestoredShard, topics: readonly string[]): ReadonlyMap<string, bigint> {
  const starts = new Map<string, bigint>([[restored.siteConfig.topic, restored.siteConfig.next]]);
  if (!isWhole(restored)) return starts;
  for (const topic of topics) {
    const start = least(restored.sites.map(({ inputs }) => (inputs.get(topic) ?? -1n) + 1n));
    if (start > 0n) starts.set(topic, start);
  }
  return starts;
}

const least = (values: readonly bigint[]): bigint => values.reduce((a, b) => (b < a ? b : a));
