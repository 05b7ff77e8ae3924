import type { Clock, SiteId, StationId } from '@headroom/kernel';
import type { LiveBoard } from './app/live-board.ts';
import { putSite } from './app/put-site.ts';
import { putStation } from './app/put-station.ts';
import { putToken, type TokenWish } from './app/put-token.ts';
import { type ChargingWish, requestCharging } from './app/request-charging.ts';
import { endLimitOverride, setLimitOverride } from './app/set-limit-override.ts';
import type { SiteDocument } from './domain/site-document.ts';
import type { ConsoleEvents } from './events.ts';
import type { HashIdToken, Metering, Registry } from './ports.ts';

export interface ServiceDeps {
  readonly clock: Clock;
  readonly registry: Registry;
  readonly metering: Metering;
  readonly board: LiveBoard;
  readonly events: ConsoleEvents;
  readonly hashIdToken: HashIdToken;
  readonly ocppUrlOf: (stationId: StationId) => string;
}

/**
 * What the API can do, and who does it. Every request of `/api/v1` becomes one of these:
 *
 *   GET    /sites                            registry.listSites
 *   GET    /sites/{siteId}                   registry.getSite
 *   PUT    /sites/{siteId}                   putSite
 *   PUT    /stations/{stationId}             putStation
 *   PUT    /tokens/{idToken}                 putToken
 *   GET    /sites/{siteId}/live              board.live
 *   GET    /sites/{siteId}/live/stream       board.subscribe
 *   GET    /sites/{siteId}/live/history      board.history
 *   GET    /sessions, /transactions          registry.listSessions, listTransactions
 *   GET    /evses/{evseId}/meter-values      metering.listSamples
 *   PUT    /sites/{siteId}/limit-override    setLimitOverride
 *   DELETE /sites/{siteId}/limit-override    endLimitOverride
 *   POST   /sites/{siteId}/meter-readings    metering.recordReading
 *   PUT    /evses/{evseId}/charging-request  requestCharging
 */
export const createActions = (deps: ServiceDeps) => ({
  listSites: () => deps.registry.listSites(),
  getSite: (siteId: SiteId) => deps.registry.getSite(siteId),
  putSite: (document: SiteDocument) => putSite(deps, document),
  putStation: (stationId: StationId) => putStation(deps, stationId),
  putToken: (wish: TokenWish) => putToken(deps, wish),
  listSessions: (of: Parameters<Registry['listSessions']>[0]) => deps.registry.listSessions(of),
  listTransactions: (of: Parameters<Registry['listTransactions']>[0]) => deps.registry.listTransactions(of),
  listSamples: (of: Parameters<Metering['listSamples']>[0]) => deps.metering.listSamples(of),
  setLimitOverride: (siteId: SiteId, wish: Parameters<typeof setLimitOverride>[2]) =>
    setLimitOverride(deps, siteId, wish),
  endLimitOverride: (siteId: SiteId) => endLimitOverride(deps, siteId),
  recordReading: (reading: Parameters<Metering['recordReading']>[0]) => deps.metering.recordReading(reading),
  requestCharging: (wish: ChargingWish) => requestCharging(deps, wish),
  board: deps.board,
});

export type Actions = ReturnType<typeof createActions>;
