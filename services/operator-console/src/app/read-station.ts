import { type Clock, err, ok, type Result, type SiteId, type StationId } from '@headroom/kernel';
import { type StationCard, stationCard } from '../domain/station-notes.ts';
import type { LiveSource, Registry } from '../ports.ts';
import type { LiveBoard } from './live-board.ts';

export interface ReadStationDeps {
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly board: Pick<LiveBoard, 'sites'>;
  readonly registry: Pick<Registry, 'getSite'>;
  readonly source: Pick<LiveSource, 'station'>;
}

export type NoStation = { readonly kind: 'unknown' | 'away'; readonly sentence: string };

const AWAY = 'What is known of stations is out of reach: the live state does not answer. Limits go on as they are.';

/** What the platform has learned of a station of the site, in words. An error is a sentence for people. */
export async function readStation(
  { clock, board, registry, source }: ReadStationDeps,
  siteId: SiteId,
  stationId: StationId,
): Promise<Result<StationCard, NoStation>> {
  const site = board.sites().get(siteId) ?? (await registry.getSite(siteId));
  const spec = site.document.stations.find(({ id }) => id === stationId);
  if (spec === undefined) return err({ kind: 'unknown', sentence: `Site "${siteId}" has no station "${stationId}".` });
  try {
    const learned = await source.station(stationId);
    const names = new Map(spec.evses.map(({ evse, name }) => [evse, name]));
    // It may have been moved: what another site's dispatcher told of it says nothing of its EVSEs here.
    const own = learned?.siteId === siteId ? learned : undefined;
    return ok(stationCard(own, { stationId, nowMs: clock.nowMs(), names }));
  } catch (cause) {
    if (isAway(cause)) return err({ kind: 'away', sentence: AWAY });
    throw cause;
  }
}

const isAway = (cause: unknown): boolean =>
  typeof cause === 'object' && cause !== null && 'retryable' in cause && cause.retryable === true;
