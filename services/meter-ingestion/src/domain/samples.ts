import type { DeciAmps, EpochMs, SiteId, StationId, TransactionId, WattHours, Watts } from '@headroom/kernel';

/** One sampled value in OCPP's words, as the station sent it. */
export interface SampledText {
  readonly value: string;
  readonly measurand: string;
  readonly phase: string;
  readonly unit: string;
  /** Power of ten of the unit (OCPP 2.x unitOfMeasure.multiplier). */
  readonly multiplier: number;
  readonly location: string;
}

/** Current per phase of the station's socket. An absent phase is unknown, never 0 A. */
export interface SocketCurrents {
  readonly l1?: DeciAmps;
  readonly l2?: DeciAmps;
  readonly l3?: DeciAmps;
}

export const SOCKET_PHASES = ['l1', 'l2', 'l3'] as const;
export type SocketPhase = (typeof SOCKET_PHASES)[number];

/**
 * `good`: as measured. `derived`: phases were worked out from power or a sum, or values were dropped.
 * `late`: kept for the record, never for control.
 */
export type SampleQuality = 'good' | 'derived' | 'late';

/** What one meter value says once it is understood. */
export interface Measured {
  readonly current: SocketCurrents;
  readonly powerW?: Watts;
  readonly energyRegisterWh?: WattHours;
  /** What the car gave back. */
  readonly exportedRegisterWh?: WattHours;
  readonly offered?: DeciAmps;
  /** What its car gives back, of the conductor that carries most. Absent: its station does not say. */
  readonly given?: DeciAmps;
  readonly socPercent?: number;
  readonly quality: 'good' | 'derived';
  /** Values that could not be used, for telemetry. */
  readonly dropped: number;
}

/** One sample of one EVSE: the row of the record and the fact of the control path. */
export interface EvseSample extends Omit<Measured, 'quality' | 'dropped'> {
  /** Empty: the station belongs to no site, so nobody controls by it. */
  readonly siteId: SiteId;
  readonly stationId: StationId;
  readonly evse: number;
  /** Empty outside a transaction. */
  readonly transactionId: TransactionId;
  /** Content key: the same for every repeat of the same message. */
  readonly sampleKey: string;
  /** As the station's clock said; the receipt time where it said nothing usable (H28, H40). */
  readonly stationTimeMs: EpochMs;
  /** Corrected to our clock. */
  readonly sampledAtMs: EpochMs;
  readonly receivedAtMs: EpochMs;
  readonly quality: SampleQuality;
}
