import { useEffect, useState } from 'preact/hooks';
import type { Failure } from '../model/failure.ts';
import type { EventPage } from '../model/grid-events.ts';
import { getGridEvents } from './api.ts';

export interface EventsFeed {
  /** Null: none was read yet. What was read last stays while nothing answers. */
  readonly page: EventPage | null;
  readonly failure: Failure | null;
  readonly retryNow: () => void;
}

const READ_EVERY_MS = 5_000;

/** The page of events that begins behind `before`, read again and again; `changed` is something that changes when it surely is another. */
export function useEvents(siteId: string, before: string | null, changed: string): EventsFeed {
  const [read, setRead] = useState<{ readonly of: string; readonly page: EventPage } | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [attempt, setAttempt] = useState(0);
  const of = `${siteId} ${before ?? ''}`;
  useEffect(() => {
    let left = false;
    let timer = 0;
    const load = async (): Promise<void> => {
      const answer = await getGridEvents(siteId, before);
      if (left) return;
      if (answer.kind === 'ok') setRead({ of, page: answer.value });
      setFailure(answer.kind === 'ok' ? null : answer.failure);
      const isFinal = answer.kind === 'failed' && answer.failure.kind === 'forbidden';
      if (!isFinal) timer = window.setTimeout(() => void load(), READ_EVERY_MS);
    };
    void load();
    return () => {
      left = true;
      clearTimeout(timer);
    };
  }, [of, changed, attempt]);
  return {
    page: read?.of === of ? read.page : null,
    failure,
    retryNow: () => setAttempt((was) => was + 1),
  };
}
