import type { StationCard } from '../model/station-card.ts';
import { getStation } from './api.ts';
import { type Polled, usePolled } from './use-polled.ts';

/** What is known of a station; `changed`: something that changes when it may be other. */
export const useStation = (siteId: string, stationId: string, changed: string): Polled<StationCard> =>
  usePolled(`${siteId} ${stationId}`, changed, () => getStation(siteId, stationId));
