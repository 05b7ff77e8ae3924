import type { Clock, SiteId, StationId } from '@headroom/kernel';
import { listGridEvents } from './app/list-grid-events.ts';
import type { LiveBoard } from './app/live-board.ts';
import { orderDemoEvent, type OrderDemoEventDeps, withdrawDemoEvent } from './app/order-demo-event.ts';
import { putSite } from './app/put-site.ts';
import { putStation } from './app/put-station.ts';
import { putToken, type TokenWish } from './app/put-token.ts';
import { readTemperature } from './app/read-temperature.ts';
import { readStation } from './app/read-station.ts';
import { type ChargingWish, requestCharging } from './app/request-charging.ts';
import { type BoostPlace, endBoost, setBoost } from './app/set-boost.ts';
import { endLimitOverride, setLimitOverride } from './app/set-limit-override.ts';
import type { SiteDocument } from './domain/site-document.ts';
import type { ConsoleEvents } from './events.ts';
import type { Change, WhichDecision } from './domain/explanation.ts';
import type {
  Allocation,
  DemoEventWish,
  GridBook,
  HashIdToken,
  LiveSource,
  Metering,
  Plans,
  Registry,
} from './ports.ts';

export interface ServiceDeps {
  readonly clock: Clock;
  readonly registry: Registry;
  readonly metering: Metering;
  readonly allocation: Allocation;
  readonly plans: Plans;
  readonly board: LiveBoard;
  readonly source: Pick<LiveSource, 'station'>;
  readonly grid: GridBook;
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
 *   GET    /sites/{siteId}/stations/{stationId}   readStation
 *   PUT    /tokens/{idToken}                 putToken
 *   GET    /sites/{siteId}/live              board.live
 *   GET    /sites/{siteId}/live/stream       board.subscribe
 *   GET    /sites/{siteId}/live/history      board.history
 *   GET    /sites/{siteId}/grid-events       listGridEvents
 *   GET    /sessions, /transactions          registry.listSessions, listTransactions
 *   GET    /evses/{evseId}/meter-values      metering.listSamples
 *   GET    /sites/{siteId}/sensors/{sensorId}/temperatures   metering.listTemperatures
 *   GET    /sites/{siteId}/circuits/{circuitId}/temperature  readTemperature
 *   GET    /sites/{siteId}/explanation       allocation.explainSite, explainEvse
 *   POST   /sites/{siteId}/preview           allocation.preview
 *   GET    /sites/{siteId}/replay            allocation.replay
 *   GET    /sites/{siteId}/plan              plans.planOf
 *   PUT    /sites/{siteId}/limit-override    setLimitOverride
 *   DELETE /sites/{siteId}/limit-override    endLimitOverride
 *   POST   /sites/{siteId}/meter-readings    metering.recordReading
 *   PUT    /evses/{evseId}/charging-request  requestCharging
 *   POST   /evses/{evseId}/boost             setBoost
 *   DELETE /evses/{evseId}/boost             endBoost
 *
 * In a demo run alone:
 *
 *   POST   /sites/{siteId}/demo/grid-events             orderDemoEvent
 *   DELETE /sites/{siteId}/demo/grid-events/{eventId}   withdrawDemoEvent
 *
 * And from the log:
 *
 *   grid.facts, from the stored position  -> onGridFacts -> PostgreSQL, board.gridChanged
 */
export const createActions = (deps: ServiceDeps) => ({
  listSites: () => deps.registry.listSites(),
  getSite: (siteId: SiteId) => deps.registry.getSite(siteId),
  putSite: (document: SiteDocument) => putSite(deps, document),
  putStation: (stationId: StationId) => putStation(deps, stationId),
  readStation: (siteId: SiteId, stationId: StationId) => readStation(deps, siteId, stationId),
  putToken: (wish: TokenWish) => putToken(deps, wish),
  listSessions: (of: Parameters<Registry['listSessions']>[0]) => deps.registry.listSessions(of),
  listTransactions: (of: Parameters<Registry['listTransactions']>[0]) => deps.registry.listTransactions(of),
  listSamples: (of: Parameters<Metering['listSamples']>[0]) => deps.metering.listSamples(of),
  listTemperatures: (of: Parameters<Metering['listTemperatures']>[0]) => deps.metering.listTemperatures(of),
  readTemperature: (siteId: SiteId, circuitId: string) => readTemperature(deps, siteId, circuitId),
  explainSite: (siteId: SiteId) => deps.allocation.explainSite(siteId),
  explainEvse: (of: Parameters<Allocation['explainEvse']>[0]) => deps.allocation.explainEvse(of),
  preview: (siteId: SiteId, changes: readonly Change[]) => deps.allocation.preview(siteId, changes),
  replay: (siteId: SiteId, which: WhichDecision) => deps.allocation.replay(siteId, which),
  planOf: (siteId: SiteId) => deps.plans.planOf(siteId),
  setLimitOverride: (siteId: SiteId, wish: Parameters<typeof setLimitOverride>[2]) =>
    setLimitOverride(deps, siteId, wish),
  endLimitOverride: (siteId: SiteId) => endLimitOverride(deps, siteId),
  recordReading: (reading: Parameters<Metering['recordReading']>[0]) => deps.metering.recordReading(reading),
  requestCharging: (wish: ChargingWish) => requestCharging(deps, wish),
  setBoost: (place: BoostPlace, minutes: number) => setBoost(deps, place, minutes),
  endBoost: (place: BoostPlace) => endBoost(deps, place),
  listGridEvents: (of: Parameters<GridBook['list']>[0]) => listGridEvents(deps, of),
  board: deps.board,
  nowMs: () => deps.clock.nowMs(),
});

export type Actions = ReturnType<typeof createActions>;

export const createDemoActions = (deps: OrderDemoEventDeps) => ({
  orderEvent: (wish: DemoEventWish) => orderDemoEvent(deps, wish),
  withdrawEvent: (eventId: string) => withdrawDemoEvent(deps, eventId),
});

export type DemoActions = ReturnType<typeof createDemoActions>;
