import { type Clock, type EpochMs, err, ok, type Result } from '@headroom/kernel';
import type { Timelines } from '../domain/grid-view.ts';
import { NO_GRID } from '../domain/site-grid.ts';
import type { EventPage, GridBook } from '../ports.ts';

export interface ListGridEventsDeps {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly grid: Pick<GridBook, 'list' | 'load'>;
}

const AWAY = 'The list of grid events is out of reach: its database does not answer. The site goes on as it is.';

/** A page of events, and the instant and the timelines by which their states are told. An error is a sentence for people. */
export async function listGridEvents(
  { clock, grid }: ListGridEventsDeps,
  of: Parameters<GridBook['list']>[0],
): Promise<Result<EventPage & { readonly nowMs: EpochMs; readonly timelines: Timelines }, string>> {
  try {
    const [page, grids] = await Promise.all([grid.list(of), grid.load([of.siteId])]);
    return ok({ ...page, timelines: grids.get(of.siteId) ?? NO_GRID, nowMs: clock.nowMs() });
  } catch (cause) {
    if (isAway(cause)) return err(AWAY);
    throw cause;
  }
}

const isAway = (cause: unknown): boolean =>
  typeof cause === 'object' && cause !== null && 'retryable' in cause && cause.retryable === true;
