import type { Clock, SiteId, Timers } from '@headroom/kernel';
import type { Tariff } from '@headroom/tariff';
import { siteId as toSiteId } from '@headroom/kernel';
import type { LiveView } from '../domain/live-view.ts';
import type { PowerHistory } from '../domain/power-history.ts';
import type { Site } from '../domain/site-document.ts';
import type { ConsoleEvents } from '../events.ts';
import { NO_GRID } from '../domain/site-grid.ts';
import type { GridBook, LiveSource, Registry } from '../ports.ts';
import { createSiteView, type SiteView } from './site-view.ts';

/** Sites whose list is kept. */
export const MAX_SITES = 1_000;
/** Sites that are followed all the time; the first ones of the list. */
export const ALWAYS_FOLLOWED = 20;
/** Sites followed at once: those, and the ones somebody looks at; the one looked at longest ago gives way. */
export const MAX_FOLLOWED = 100;
/** A site nobody looks at is followed for so long. */
export const FOLLOW_AFTER_LOOK_MS = 600_000;

const LIVE_POLL_MS = 1_000;
const REGISTRY_POLL_MS = 2_000;
export const HISTORY_TICK_MS = 1_000;
/** Ended sessions count into the totals for a day. */
const ENERGY_WINDOW_MS = 86_400_000;

type LiveAnswer =
  | { readonly kind: 'live'; readonly view: LiveView }
  /** Known, but its owner has not been heard of yet. */
  | { readonly kind: 'no-state' };

/** The live read model of the sites that are looked at. It holds nothing that cannot be read again. */
export interface LiveBoard {
  start(): Promise<void>;
  /** Sites by id; empty until the registry has answered once. */
  sites(): ReadonlyMap<SiteId, Site>;
  live(siteId: SiteId): Promise<LiveAnswer>;
  history(siteId: SiteId, seconds: number): Promise<PowerHistory>;
  /** Calls `onChange` after each change and at least every second, until the returned function is called. */
  subscribe(siteId: SiteId, onChange: () => void): () => void;
  /** What is kept of the grid of these sites is another: it is read now, and not at the next poll. */
  gridChanged(siteIds: ReadonlySet<string>): void;
  /** Undefined: the registry answers. Else why not. */
  trouble(): string | undefined;
  stop(): Promise<void>;
}

export interface LiveBoardDeps {
  readonly clock: Clock;
  /** Clock time: the seconds of the history. */
  readonly timers: Timers;
  /** Real time: polls are I/O. */
  readonly ioTimers: Timers;
  readonly source: Pick<LiveSource, 'load' | 'watch'>;
  readonly registry: Registry;
  readonly grid: Pick<GridBook, 'load'>;
  readonly tariffOf: (siteId: SiteId) => Tariff | undefined;
  readonly events: ConsoleEvents;
  readonly sampleIntervalMs: number;
}

interface Followed {
  readonly view: SiteView;
  readonly listeners: Set<() => void>;
  lookedAtMonoMs: number;
  /** Settles when the first values were read. */
  readonly ready: Promise<void>;
  unwatch: () => Promise<void>;
}

export function createLiveBoard(deps: LiveBoardDeps): LiveBoard {
  const board = new Board(deps);
  return {
    start: () => board.start(),
    sites: () => board.sites,
    live: (siteId) => board.live(siteId),
    history: (siteId, seconds) => board.history(siteId, seconds),
    subscribe: (siteId, onChange) => board.subscribe(siteId, onChange),
    gridChanged: (siteIds) => board.gridChanged(siteIds),
    trouble: () => board.trouble,
    stop: () => board.stop(),
  };
}

class Board {
  sites: ReadonlyMap<SiteId, Site> = new Map();
  trouble: string | undefined = 'the registry has not answered yet';
  readonly #deps: LiveBoardDeps;
  readonly #followed = new Map<SiteId, Followed>();
  #ends: (() => void)[] = [];
  #polling = { registry: false, live: false, grid: false };
  #stopped = false;

  constructor(deps: LiveBoardDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const { timers, ioTimers } = this.#deps;
    this.#ends = [
      timers.every(HISTORY_TICK_MS, () => this.#tick()),
      ioTimers.every(LIVE_POLL_MS, () => void this.#once('live', () => this.#pollLive())),
      // Another console may have read what the grid says.
      ioTimers.every(LIVE_POLL_MS, () => void this.#once('grid', () => this.#loadGrid([...this.#followed.keys()]))),
      ioTimers.every(REGISTRY_POLL_MS, () => void this.#once('registry', () => this.#pollRegistry())),
    ];
    await this.#once('registry', () => this.#pollRegistry());
  }

  async live(siteId: SiteId): Promise<LiveAnswer> {
    const followed = await this.#look(siteId);
    const view = followed.view.now(this.#deps.clock.nowMs());
    return view === undefined ? { kind: 'no-state' } : { kind: 'live', view };
  }

  async history(siteId: SiteId, seconds: number): Promise<PowerHistory> {
    return (await this.#look(siteId)).view.history(seconds);
  }

  subscribe(siteId: SiteId, onChange: () => void): () => void {
    const followed = this.#follow(siteId);
    followed.listeners.add(onChange);
    return () => {
      followed.listeners.delete(onChange);
      followed.lookedAtMonoMs = this.#deps.clock.monoMs();
    };
  }

  gridChanged(siteIds: ReadonlySet<string>): void {
    const seen = [...this.#followed.keys()].filter((siteId) => siteIds.has(siteId));
    if (seen.length > 0) void this.#loadGrid(seen);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const end of this.#ends) end();
    await Promise.all([...this.#followed.values()].map((followed) => followed.unwatch()));
    this.#followed.clear();
  }

  async #look(siteId: SiteId): Promise<Followed> {
    const followed = this.#follow(siteId);
    followed.lookedAtMonoMs = this.#deps.clock.monoMs();
    await followed.ready;
    return followed;
  }

  #follow(siteId: SiteId): Followed {
    const known = this.#followed.get(siteId);
    if (known !== undefined) return known;
    this.#makeRoom();
    const { clock, sampleIntervalMs } = this.#deps;
    const tariff = this.#deps.tariffOf(siteId);
    const view = createSiteView(siteId, { sinceMs: clock.nowMs(), sampleIntervalMs, tariff });
    const site = this.sites.get(siteId);
    if (site !== undefined) view.configured(site);
    const made: Followed = {
      view,
      listeners: new Set(),
      lookedAtMonoMs: clock.monoMs(),
      ready: Promise.all([this.#load(view), this.#summarise(view)]).then(() => undefined),
      unwatch: async () => {},
    };
    this.#followed.set(siteId, made);
    void this.#watch(made);
    // Nobody waits for it: the page shows the site while PostgreSQL is away.
    void this.#loadGrid([siteId]);
    return made;
  }

  async #loadGrid(siteIds: readonly SiteId[]): Promise<void> {
    if (siteIds.length === 0) return;
    const { grid, events } = this.#deps;
    try {
      const grids = await grid.load(siteIds);
      events.upstreamBack('grid events');
      for (const siteId of siteIds) {
        if (this.#followed.get(siteId)?.view.asked(grids.get(siteId) ?? NO_GRID) === true) this.#tell(siteId);
      }
    } catch (cause) {
      // What was read last stands.
      events.upstreamLost('grid events', wordsOf(cause));
    }
  }

  /** The site looked at longest ago, without anybody watching its stream, gives way. */
  #makeRoom(): void {
    if (this.#followed.size < MAX_FOLLOWED) return;
    const idle = [...this.#followed].filter(([, followed]) => followed.listeners.size === 0);
    const oldest = idle.toSorted(([, a], [, b]) => a.lookedAtMonoMs - b.lookedAtMonoMs)[0];
    if (oldest !== undefined) this.#forget(...oldest);
  }

  #forget(siteId: SiteId, followed: Followed): void {
    this.#followed.delete(siteId);
    followed.unwatch().catch((cause: unknown) => this.#deps.events.upstreamLost('live changes', wordsOf(cause)));
  }

  async #watch(followed: Followed): Promise<void> {
    const { source, events } = this.#deps;
    const { view } = followed;
    const changed = (isNews: boolean): void => {
      if (isNews) for (const tell of followed.listeners) tell();
    };
    try {
      const unwatch = await source.watch(view.siteId, {
        snapshot: (snapshot) => changed(view.took({ snapshot })),
        draw: (draw) => changed(view.took({ draw })),
      });
      events.upstreamBack('live changes');
      if (this.#followed.get(view.siteId) === followed) followed.unwatch = unwatch;
      else await unwatch();
    } catch (cause) {
      // The poll goes on reading.
      events.upstreamLost('live changes', wordsOf(cause));
    }
  }

  /** Why it could not be read; undefined: it was. */
  async #load(view: SiteView): Promise<string | undefined> {
    try {
      if (view.took(await this.#deps.source.load(view.siteId))) this.#tell(view.siteId);
      return undefined;
    } catch (cause) {
      return wordsOf(cause);
    }
  }

  async #summarise(view: SiteView): Promise<void> {
    try {
      const sinceMs = this.#deps.clock.nowMs() - ENERGY_WINDOW_MS;
      view.summarised(await this.#deps.registry.energySummary(view.siteId, sinceMs));
    } catch {
      // The last sums stand; `pollRegistry` tells of the outage.
    }
  }

  #tell(siteId: SiteId): void {
    for (const tell of this.#followed.get(siteId)?.listeners ?? []) tell();
  }

  #tick(): void {
    const nowMs = this.#deps.clock.nowMs();
    const monoMs = this.#deps.clock.monoMs();
    const always = new Set([...this.sites.keys()].slice(0, ALWAYS_FOLLOWED));
    for (const [siteId, followed] of this.#followed) {
      const idleMs = monoMs - followed.lookedAtMonoMs;
      if (!always.has(siteId) && followed.listeners.size === 0 && idleMs > FOLLOW_AFTER_LOOK_MS) {
        this.#forget(siteId, followed);
        continue;
      }
      followed.view.tick(nowMs);
      for (const tell of followed.listeners) tell();
    }
  }

  async #pollLive(): Promise<void> {
    const whys = await Promise.all([...this.#followed.values()].map(({ view }) => this.#load(view)));
    const why = whys.find((each) => each !== undefined);
    if (why !== undefined) this.#deps.events.upstreamLost('live-state', why);
    else if (whys.length > 0) this.#deps.events.upstreamBack('live-state');
  }

  async #pollRegistry(): Promise<void> {
    try {
      const sites = (await this.#deps.registry.listSites()).slice(0, MAX_SITES);
      this.sites = new Map(sites.map((site) => [toSiteId(site.document.siteId), site]));
      this.#deps.events.upstreamBack('session-registry');
      this.trouble = undefined;
    } catch (cause) {
      this.#deps.events.upstreamLost('session-registry', wordsOf(cause));
      this.trouble = `the registry does not answer: ${wordsOf(cause)}`;
      return;
    }
    if (this.#stopped) return;
    for (const siteId of [...this.sites.keys()].slice(0, ALWAYS_FOLLOWED)) this.#follow(siteId);
    for (const [siteId, { view }] of this.#followed) {
      const site = this.sites.get(siteId);
      if (site !== undefined) view.configured(site);
    }
    await Promise.all([...this.#followed.values()].map(({ view }) => this.#summarise(view)));
  }

  /** A poll that is slower than its period is not started twice. */
  async #once(what: 'registry' | 'live' | 'grid', poll: () => Promise<void>): Promise<void> {
    if (this.#polling[what]) return;
    this.#polling[what] = true;
    try {
      await poll();
    } finally {
      this.#polling[what] = false;
    }
  }
}

const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : 'unknown');
