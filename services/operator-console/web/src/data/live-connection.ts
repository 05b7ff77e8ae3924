import { retryWaitMs } from '../model/back-off.ts';
import type { Failure } from '../model/failure.ts';
import type { LiveSite } from '../model/live-site.ts';
import { EMPTY_HISTORY, type PowerHistory } from '../model/parse-history.ts';
import { parseLiveSite } from '../model/parse-live.ts';
import { getHistory, getLive, streamPath } from './api.ts';

export type Link =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  | { readonly kind: 'lost'; readonly retryAtMs: number };

export interface LiveListener {
  readonly onStart: (site: LiveSite, history: PowerHistory) => void;
  readonly onSite: (site: LiveSite) => void;
  readonly onLink: (link: Link) => void;
  readonly onFailure: (failure: Failure) => void;
}

export interface LiveConnection {
  readonly retryNow: () => void;
  readonly stop: () => void;
}

/** A site where nothing changes sends nothing, and so does a half-open link, which never closes by itself: after this long we ask. */
const SILENCE_MS = 10_000;

/**
 * Reads the document and its history, then follows the stream; when it breaks, starts over with a growing wait. A refusal (403, 404) is
 * not retried: it needs a person.
 */
export function connectLive(siteId: string, listener: LiveListener): LiveConnection {
  const follower = new Follower(siteId, listener);
  const begin = (): void => {
    listener.onLink({ kind: 'connecting' });
    void follower.start();
  };
  begin();
  return { retryNow: begin, stop: () => follower.stop() };
}

class Follower {
  readonly #siteId: string;
  readonly #listener: LiveListener;
  #attempt = 0;
  /** A later start, or the end of the page, makes the answers of an earlier one worthless. */
  #round = 0;
  #source: EventSource | null = null;
  #timer = 0;

  constructor(siteId: string, listener: LiveListener) {
    this.#siteId = siteId;
    this.#listener = listener;
  }

  async start(): Promise<void> {
    this.#close();
    const mine = this.#nextRound();
    const [live, history] = await Promise.all([getLive(this.#siteId), getHistory(this.#siteId)]);
    if (mine !== this.#round) return;
    if (live.kind === 'failed') {
      this.#lose(live.failure);
      return;
    }
    this.#listener.onStart(live.value, history.kind === 'ok' ? history.value : EMPTY_HISTORY);
    this.#open();
    this.#watch();
  }

  stop(): void {
    this.#nextRound();
    this.#close();
  }

  #nextRound(): number {
    this.#round += 1;
    return this.#round;
  }

  #open(): void {
    const source = new EventSource(streamPath(this.#siteId));
    source.addEventListener('open', () => this.#listener.onLink({ kind: 'live' }));
    source.addEventListener('live', (event: MessageEvent<unknown>) => this.#take(readEvent(event.data)));
    source.addEventListener('error', () => this.#lose({ kind: 'unreachable' }));
    this.#source = source;
  }

  #take(site: LiveSite | null): void {
    if (site === null) return;
    this.#attempt = 0;
    this.#watch();
    this.#listener.onSite(site);
  }

  #watch(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#probe(), SILENCE_MS);
  }

  async #probe(): Promise<void> {
    const mine = this.#round;
    const live = await getLive(this.#siteId);
    if (mine !== this.#round) return;
    if (live.kind === 'ok') this.#take(live.value);
    else this.#lose(live.failure);
  }

  #lose(failure: Failure): void {
    this.#nextRound();
    this.#close();
    this.#listener.onFailure(failure);
    if (failure.kind === 'forbidden' || failure.kind === 'not-found') return;
    const waitMs = retryWaitMs(this.#attempt, Math.random());
    this.#attempt += 1;
    this.#listener.onLink({ kind: 'lost', retryAtMs: performance.now() + waitMs });
    this.#timer = window.setTimeout(() => void this.start(), waitMs);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }
}

function readEvent(data: unknown): LiveSite | null {
  try {
    return typeof data === 'string' ? parseLiveSite(JSON.parse(data)) : null;
  } catch {
    return null;
  }
}
