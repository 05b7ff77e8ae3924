import type { Failure } from '../model/failure.ts';
import type { EventPage } from '../model/grid-events.ts';
import { getGridEvents } from './api.ts';
import { usePolled } from './use-polled.ts';

export interface EventsFeed {
  /** Null: none was read yet. What was read last stays while nothing answers. */
  readonly page: EventPage | null;
  readonly failure: Failure | null;
  readonly retryNow: () => void;
}

/** The page of events that begins behind `before`, read again and again; `changed` is something that changes when it surely is another. */
export function useEvents(siteId: string, before: string | null, changed: string): EventsFeed {
  const { value, ...feed } = usePolled(`${siteId} ${before ?? ''}`, changed, () => getGridEvents(siteId, before));
  return { page: value, ...feed };
}
