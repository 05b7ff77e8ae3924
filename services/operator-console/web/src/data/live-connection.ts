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
  let stopped = false;
  let attempt = 0;
  let round = 0;
  let source: EventSource | null = null;
  let timer = 0;

  const close = (): void => {
    clearTimeout(timer);
    source?.close();
    source = null;
  };

  const lose = (failure: Failure): void => {
    close();
    listener.onFailure(failure);
    if (failure.kind === 'forbidden' || failure.kind === 'not-found') return;
    const waitMs = retryWaitMs(attempt, Math.random());
    attempt += 1;
    listener.onLink({ kind: 'lost', retryAtMs: performance.now() + waitMs });
    timer = window.setTimeout(() => void start(), waitMs);
  };

  const watch = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void probe(), SILENCE_MS);
  };

  const probe = async (): Promise<void> => {
    const mine = round;
    const live = await getLive(siteId);
    if (stopped || mine !== round) return;
    if (live.kind === 'failed') {
      lose(live.failure);
      return;
    }
    listener.onSite(live.value);
    watch();
  };

  const onEvent = (event: MessageEvent<unknown>): void => {
    const site = readEvent(event.data);
    if (site === null) return;
    attempt = 0;
    watch();
    listener.onSite(site);
  };

  const start = async (): Promise<void> => {
    close();
    round += 1;
    const mine = round;
    const [live, history] = await Promise.all([getLive(siteId), getHistory(siteId)]);
    // A person who asks again meanwhile starts a newer round: this one then has nothing to say.
    if (stopped || mine !== round) return;
    if (live.kind === 'failed') {
      lose(live.failure);
      return;
    }
    listener.onStart(live.value, history.kind === 'ok' ? history.value : EMPTY_HISTORY);
    source = new EventSource(streamPath(siteId));
    source.addEventListener('open', () => listener.onLink({ kind: 'live' }));
    source.addEventListener('live', onEvent);
    source.addEventListener('error', () => lose({ kind: 'unreachable' }));
    watch();
  };

  listener.onLink({ kind: 'connecting' });
  void start();
  return {
    retryNow: () => {
      listener.onLink({ kind: 'connecting' });
      void start();
    },
    stop: () => {
      stopped = true;
      close();
    },
  };
}

function readEvent(data: unknown): LiveSite | null {
  try {
    return typeof data === 'string' ? parseLiveSite(JSON.parse(data)) : null;
  } catch {
    return null;
  }
}
