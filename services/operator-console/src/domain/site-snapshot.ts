import type {
  CircuitId,
  DeciAmps,
  EpochMs,
  EvseId,
  GridPhase,
  PerPhaseDeciAmps,
  SiteId,
  StationId,
  Watts,
} from '@headroom/kernel';

/** A measurement older than this is not shown as a number any more. */
export const TRUST_MS = 60_000;

/** Currents per phase of which some may be unknown. */
export interface SomePhases {
  readonly l1?: DeciAmps;
  readonly l2?: DeciAmps;
  readonly l3?: DeciAmps;
}

/** `grid`: a utility asked for less (`headroom.grid.facts.v1`). */
export type LimitSource = 'rating' | 'derating' | 'contract' | 'override' | 'grid';
export type EvseCondition = 'free' | 'plugged' | 'charging' | 'paused' | 'waiting' | 'faulted' | 'not-obeying';

/** The site as its owner last saw it. */
export interface SiteSnapshot {
  readonly siteId: SiteId;
  readonly name: string;
  readonly timezone: string;
  readonly nominalVoltageV: number;
  readonly ownerEpoch: number;
  readonly decisionSeq: number;
  readonly atMs: EpochMs;
  readonly circuits: readonly CircuitSnapshot[];
  readonly evses: readonly EvseSnapshot[];
  readonly override?: OverrideSnapshot;
  /** How long its leases are, and why. Absent: its owner is of an older release. */
  readonly lease?: { readonly leaseS: number; readonly reason: string };
}

export interface OverrideSnapshot {
  readonly powerLimitW: Watts;
  readonly validUntilMs: EpochMs;
  readonly setBy: string;
  readonly reason: string;
}

export interface CircuitSnapshot {
  readonly circuitId: CircuitId;
  readonly parentCircuitId?: CircuitId;
  readonly name: string;
  readonly limit: PerPhaseDeciAmps;
  readonly powerLimitW?: Watts;
  readonly limitSource: LimitSource;
  readonly limitValidUntilMs?: EpochMs;
  readonly otherLoad: PerPhaseDeciAmps;
  readonly committed: PerPhaseDeciAmps;
  /** Kept free for a rise of the other load, should the platform die. Absent: the owner did not say. */
  readonly rise?: PerPhaseDeciAmps;
  readonly measuredOtherLoad?: PerPhaseDeciAmps;
  readonly measuredAtMs?: EpochMs;
  /** Absent: what it bears follows no temperature, or its owner is of an older release. */
  readonly derating?: DeratingSnapshot;
}

/** What its owner counts with at the temperature of a circuit. Percents are of its rating. */
export interface DeratingSnapshot {
  readonly sensorId: string;
  /** Of the newest reading; more than was read while it falls. Absent: its sensor has said nothing yet. */
  readonly countedDeciC?: number;
  readonly atMs?: EpochMs;
  readonly silent: boolean;
  readonly nowPercent: number;
  readonly deadPercent: number;
}

/** What was measured at an EVSE; phases are those of its socket. */
export interface EvseMeasurement {
  readonly drawn: SomePhases;
  readonly drawnPowerW?: number;
  readonly offered?: DeciAmps;
  readonly socPercent?: number;
  readonly atMs: EpochMs;
}

interface ReasonSnapshot {
  readonly code: string;
  readonly circuitId?: CircuitId;
  readonly row?: string;
  readonly sentence: string;
}

export interface SessionSnapshot {
  readonly sessionId: string;
  readonly transactionId?: string;
  readonly startedAtMs?: EpochMs;
  readonly energyWh?: number;
  readonly requestedWh?: number;
  readonly departureAtMs?: EpochMs;
  /** What its battery holds by its driver's word and what was metered since. Absent: nobody said it, or it is measured. */
  readonly saidSocPercent?: number;
}

export interface EvseSnapshot {
  readonly evseId: EvseId;
  readonly stationId: StationId;
  readonly evse: number;
  readonly name: string;
  readonly circuitId: CircuitId;
  /** Grid phase behind the socket's L1, L2, L3. */
  readonly phases: readonly GridPhase[];
  readonly connected: boolean;
  readonly condition: EvseCondition;
  readonly commanded?: DeciAmps;
  readonly committed: DeciAmps;
  readonly target: DeciAmps;
  readonly maxCurrent: DeciAmps;
  readonly fallback: DeciAmps;
  readonly measured?: EvseMeasurement;
  readonly reason: ReasonSnapshot;
  /** What its car is to give back on each phase, and why. Absent: nothing. */
  readonly givesBack?: { readonly current: DeciAmps; readonly sentence: string };
  readonly session?: SessionSnapshot;
  /** Its car comes before all others of the site until then. Absent: it does not. */
  readonly boost?: { readonly untilMs: EpochMs; readonly setBy: string };
  readonly leaseUntilMs?: EpochMs;
  readonly lastDispatch: string;
}

/** Newer than the snapshot where its instants say so. */
export interface DrawSnapshot {
  readonly evses: ReadonlyMap<EvseId, EvseMeasurement>;
  readonly meters: readonly { readonly meterId: string; readonly current: PerPhaseDeciAmps; readonly atMs: EpochMs }[];
  /** Sensors of temperature, as they were read. */
  readonly sensors: readonly { readonly sensorId: string; readonly deciC: number; readonly atMs: EpochMs }[];
}
