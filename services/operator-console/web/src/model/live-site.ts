/** The live document of one site as the page works with it: instants are epoch ms, an unknown number is null and never 0. */

import type { GridLive, LimitStep, PriceLive } from './grid-live.ts';

export interface PerPhase {
  readonly l1A: number;
  readonly l2A: number;
  readonly l3A: number;
}

/** Of a station's own reading a single phase may be missing. */
export interface SomePhases {
  readonly l1A: number | null;
  readonly l2A: number | null;
  readonly l3A: number | null;
}

export type PhaseName = 'l1' | 'l2' | 'l3';

export type EvseState =
  | 'charging'
  | 'waiting'
  | 'paused'
  | 'plugged'
  | 'free'
  | 'offline'
  | 'faulted'
  | 'not-obeying'
  | 'unknown';

export interface SiteLimit {
  readonly powerKw: number | null;
  readonly perPhase: PerPhase | null;
  readonly source: string;
  readonly validUntilMs: number | null;
  /** How it will move within the hour; the first step is now. */
  readonly ahead: readonly LimitStep[];
}

export interface LimitOverride {
  readonly powerKw: number | null;
  readonly validUntilMs: number | null;
  readonly setBy: string | null;
  readonly reason: string | null;
}

export interface BuildingLoad {
  readonly powerKw: number | null;
  readonly perPhase: PerPhase | null;
  readonly measuredAtMs: number | null;
  readonly ageMs: number | null;
  readonly stale: boolean;
  /** Kept free beside it: by so much it may rise within a lease, should the platform die. */
  readonly keptForRiseKw: number | null;
}

export interface LeaseLength {
  readonly seconds: number;
  readonly reason: string;
}

export interface SiteTotal {
  readonly drawnKw: number | null;
  readonly commandedKw: number | null;
  readonly siteKw: number | null;
  readonly headroomKw: number | null;
}

/** A circuit whose limit follows a temperature. Degrees Celsius; percents of its rating. */
export interface CircuitHeat {
  readonly sensor: string;
  /** As it was read last, however long ago. Null: never. */
  readonly temperatureC: number | null;
  readonly measuredAtMs: number | null;
  readonly ageMs: number | null;
  /** Nothing was heard for longer than the site document allows. */
  readonly silent: boolean;
  readonly bearsPercent: number;
  readonly bears: PerPhase | null;
  readonly sentence: string;
}

export interface CircuitLive {
  readonly circuitId: string;
  readonly name: string;
  readonly parentCircuitId: string | null;
  readonly limit: PerPhase | null;
  readonly powerLimitKw: number | null;
  readonly otherLoad: PerPhase | null;
  readonly committed: PerPhase | null;
  readonly drawn: PerPhase | null;
  readonly drawnKw: number | null;
  /** Null: its limit follows no temperature. */
  readonly heat: CircuitHeat | null;
}

export interface EvseReason {
  readonly code: string;
  readonly circuitId: string | null;
  readonly row: string | null;
  readonly sentence: string;
}

export interface EvseSession {
  readonly sessionId: string;
  readonly transactionId: string | null;
  readonly startedAtMs: number | null;
  readonly energyKwh: number | null;
  readonly requestedKwh: number | null;
  readonly departureAtMs: number | null;
  /** By its driver's word and what was metered since; null: nobody said it, or it is measured. */
  readonly saidSocPercent: number | null;
}

/** Between two phases an ampere is 1.73 times the nominal voltage; split-phase it flows at each of its two. */
export type Wiring = 'line-to-neutral' | 'line-to-line' | 'split-phase';

export interface EvseLive {
  readonly evseId: string;
  readonly stationId: string;
  readonly evse: number;
  readonly name: string;
  readonly circuitId: string;
  readonly phases: readonly PhaseName[];
  readonly wiring: Wiring;
  readonly connected: boolean;
  readonly state: EvseState;
  readonly commandedA: number | null;
  readonly commandedKw: number | null;
  readonly targetA: number | null;
  readonly committedA: number | null;
  readonly offeredA: number | null;
  readonly offeredKw: number | null;
  readonly drawn: SomePhases | null;
  readonly drawnKw: number | null;
  readonly ageMs: number | null;
  readonly stale: boolean;
  readonly reason: EvseReason | null;
  /** What its car is to give back on each phase (V2G), and why. Null: nothing. */
  readonly givesBack: { readonly targetA: number; readonly sentence: string } | null;
  readonly session: EvseSession | null;
  readonly leaseUntilMs: number | null;
  readonly socPercent: number | null;
  readonly maxA: number | null;
  readonly fallbackA: number | null;
  readonly lastDispatch: string | null;
  /** Its car comes before all others of the site until then. Null: it does not. */
  readonly boost: { readonly untilMs: number; readonly setBy: string } | null;
}

export interface EnergyTotals {
  readonly askedKwh: number | null;
  readonly deliveredKwh: number | null;
  readonly missedKwh: number | null;
  readonly endedSessions: number | null;
}

export interface ControlState {
  readonly ownerEpoch: string | null;
  readonly decisionSeq: string | null;
  readonly decidedAtMs: number | null;
  readonly ageMs: number | null;
}

export interface LiveSite {
  readonly siteId: string;
  readonly name: string;
  readonly atMs: number;
  readonly timezone: string;
  readonly nominalVoltageV: number;
  readonly limit: SiteLimit;
  readonly grid: GridLive;
  readonly price: PriceLive | null;
  /** Events can be made from the page: only in demo runs. */
  readonly demo: { readonly gridEvents: boolean };
  readonly override: LimitOverride | null;
  readonly building: BuildingLoad;
  /** How long limits outlive the platform's silence, and why. Null: not known. */
  readonly lease: LeaseLength | null;
  readonly total: SiteTotal;
  readonly worstBreach: { readonly kw: number | null; readonly sinceMs: number | null };
  readonly circuits: readonly CircuitLive[];
  readonly evses: readonly EvseLive[];
  readonly energy: EnergyTotals;
  readonly control: ControlState;
}
