/**
 * The simulator: virtual charging stations that speak real OCPP 1.6-J and 2.0.1 over real WebSockets and hold charging profiles as firmware
 * does, cars that follow their pilot, drivers, a building, and recorded days; a utility's VTN (OpenADR 3.1); a demo, a load generator, and
 * the judge of the tests by the ledger each station keeps of what was acknowledged and what current flowed. It refuses to share code with
 * the platform it judges, to read another clock than the one it is given, and to draw a random number that its seed does not determine.
 */
export { ApiRefused, type ApiClient, type ApiClientConfig, createApiClient, type PhaseAmps } from './api-client.ts';
export { type Demo, type DemoConfig, type Scenario, ScenarioRefused, startDemo } from './demo.ts';
export {
  DEMO_SITE_ID,
  demoSite,
  PECULIAR_STATION_ID,
  loadSites,
  type PlannedStation,
  type SiteDocument,
  type SitePlan,
} from './documents.ts';
export { type CarSpec, Ev } from './ev.ts';
export { type SimLog, silentLog } from './log.ts';
export { createPulse, type Pulse } from './pulse.ts';
export { type Building, createBuilding } from './site/building.ts';
export {
  busiestDay,
  parseRecorded,
  RECORDED_COLUMNS,
  type RecordedFile,
  type RecordedSession,
  sessionsOfDay,
} from './site/recorded-csv.ts';
export { RECORDED_SITE_ID, recordedSite, recordedStationId } from './site/recorded-site.ts';
export { type BayView } from './station/bay-view.ts';
export { type OcppVersion } from './station/dialect.ts';
export {
  type LedgerBounds,
  type LedgerCurrent,
  type LedgerLimit,
  type LedgerMessage,
  type LedgerProfile,
  type LedgerSnapshot,
} from './station/ledger.ts';
export { OBEDIENT, type Persona } from './station/persona.ts';
export { Station } from './station/station.ts';
export { type StationConfig, type StationDeps, type TapOutcome } from './station/station-config.ts';
export { connectWs } from './station/ws-socket.ts';
export { type EventHead, importLimitEvent, priceEvent, simpleLevelEvent, type Step } from './vtn/grid-events.ts';
export { HOSTILE_EVENTS, type HostileEvent } from './vtn/hostile-events.ts';
export { type Misbehaviour, type Where } from './vtn/misbehave.ts';
export { type VtnClient } from './vtn/tokens.ts';
export { type RequestSeen, startVtn, type VenGrant, type Vtn, type VtnConfig } from './vtn/vtn.ts';
export { type VtnObject } from './vtn/vtn-object.ts';
