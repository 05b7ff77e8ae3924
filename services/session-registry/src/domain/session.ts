import type { EpochMs, EvseNumber, SessionId, SiteId, StationId, TransactionId } from '@headroom/kernel';

/** What a driver wants: shown against what was delivered. */
export interface ChargingRequest {
  readonly energyWh: number;
  readonly departureAtMs: EpochMs | undefined;
  /** What its car may give back. Absent: nothing. */
  readonly discharge?: DischargeOffer;
  /** What its driver said of its battery. Absent: nothing. */
  readonly battery?: SaidBattery;
}

/** A driver's word on the battery of his car, and no measurement. Energies as the meter counts them when it charges. */
export interface SaidBattery {
  /** From empty to full. */
  readonly sizeWh: number;
  /** In it when it was plugged in. */
  readonly atPlugInWh: number;
}

/** What a driver lets his car give back (MD17). Energies as the meter counts them when it charges. */
export interface DischargeOffer {
  /** In its battery when it was plugged in. */
  readonly atPlugInWh: number;
  /** Never less than this is in it. */
  readonly keepWh: number;
  /** Of what leaves the battery, what reaches the supply. */
  readonly efficiencyPercent: number;
  /** For a kWh that reaches the supply, in millionths of the currency of the tariff. */
  readonly wearMicroPerKwh: number;
}

/** C70: an operator lets a car come before all others of its site for a while. */
export interface Boost {
  /** Undefined: it ends now. */
  readonly untilMs: EpochMs | undefined;
  /** Who asked. */
  readonly setBy: string;
}

/** Plug-in to plug-out at one EVSE; holds 0..n transactions. */
export interface Session {
  readonly sessionId: SessionId;
  readonly siteId: SiteId | undefined;
  readonly stationId: StationId;
  readonly evse: EvseNumber;
  readonly startedAtMs: EpochMs;
  /** The cable has gone, but a transaction has not ended yet: its end ends the session too. */
  readonly unpluggedAtMs: EpochMs | undefined;
  readonly endedAtMs: EpochMs | undefined;
  /** Sum over its closed transactions whose energy is known. */
  readonly knownEnergyWh: number;
  /** Closed transactions whose energy is not known. */
  readonly unknownEnergies: number;
  readonly request: ChargingRequest | undefined;
}

export type TransactionFlag =
  /** Another transaction began on the EVSE before this one was stopped (H5, H25). */
  | 'superseded'
  /** The stop came after the transaction had been closed as superseded. */
  | 'late-stop'
  /** The register went back: energy from the series, or 0 (H10). */
  | 'meter-went-back'
  /** Stops that differ: the first one counts (H4). */
  | 'several-stops'
  /** The stop came before the start (H7). */
  | 'stop-before-start';

/** A register reading, Wh. */
export interface Reading {
  readonly energyWh: number;
  readonly atMs: EpochMs;
}

interface TransactionIdentity {
  /** Ours: OCPP's id is unique neither over stations nor, in the field, within one (H18). */
  readonly recordId: string;
  readonly stationId: StationId;
  readonly transactionId: TransactionId;
  /** 0 where only a stop is known that did not say. */
  readonly evse: EvseNumber;
  readonly siteId: SiteId | undefined;
}

interface Begun extends TransactionIdentity {
  readonly sessionId: SessionId;
  readonly startedAtMs: EpochMs;
  readonly authorized: boolean;
  readonly meterStartWh: number | undefined;
  readonly lastReading: Reading | undefined;
  readonly flags: readonly TransactionFlag[];
}

interface Stop {
  readonly endedAtMs: EpochMs;
  readonly meterStopWh: number | undefined;
  readonly stopReason: string;
  /** Further stops that differed from the first (H4). */
  readonly amendments: number;
}

export interface OpenTransaction extends Begun {
  readonly state: 'open';
}

export interface ClosedTransaction extends Begun, Stop {
  readonly state: 'closed';
  /** False: nobody stopped it, it was superseded; its stop may still come. */
  readonly stopped: boolean;
  /** Unknown is undefined, never 0. */
  readonly energyWh: number | undefined;
}

/** A stop without a start: kept, and joined when the start arrives (H6, H7). */
export interface OrphanTransaction extends TransactionIdentity, Stop {
  readonly state: 'orphan';
  readonly flags: readonly TransactionFlag[];
}

export type Transaction = OpenTransaction | ClosedTransaction | OrphanTransaction;

/** The newest word of an EVSE about its cable. */
export type Cable =
  | { readonly kind: 'plugged'; readonly connector: number; readonly atMs: EpochMs }
  | { readonly kind: 'unplugged'; readonly connector: number; readonly atMs: EpochMs };

/** What a station said, as far as sessions are concerned. */
export type StationEvent =
  | { readonly kind: 'plugged'; readonly evse: EvseNumber; readonly connector: number; readonly atMs: EpochMs }
  | { readonly kind: 'unplugged'; readonly evse: EvseNumber; readonly connector: number; readonly atMs: EpochMs }
  | {
      readonly kind: 'transaction-started';
      readonly evse: EvseNumber;
      readonly transactionId: TransactionId;
      readonly authorized: boolean;
      readonly meterStartWh: number | undefined;
      readonly atMs: EpochMs;
    }
  | {
      readonly kind: 'transaction-ended';
      readonly evse: EvseNumber;
      readonly transactionId: TransactionId;
      /** Negative: the station says that it does not know (H11). */
      readonly meterStopWh: number | undefined;
      readonly reason: string;
      readonly atMs: EpochMs;
    }
  | { readonly kind: 'register-read'; readonly transactionId: TransactionId; readonly reading: Reading };

/** What the registry concluded. */
export type SessionConclusion =
  | { readonly kind: 'session-started' }
  | {
      readonly kind: 'transaction-opened';
      readonly transactionId: TransactionId;
      readonly authorized: boolean;
      readonly meterStartWh: number | undefined;
    }
  | {
      readonly kind: 'transaction-closed';
      readonly transactionId: TransactionId;
      readonly energyWh: number | undefined;
      readonly reason: string;
    }
  | { readonly kind: 'session-ended'; readonly energyWh: number | undefined }
  | { readonly kind: 'charging-requested'; readonly request: ChargingRequest }
  | ({ readonly kind: 'boost-set'; readonly transactionId: TransactionId } & Boost);

export interface SessionFact {
  readonly sessionId: SessionId;
  readonly siteId: SiteId | undefined;
  readonly stationId: StationId;
  readonly evse: EvseNumber;
  readonly occurredAtMs: EpochMs;
  readonly conclusion: SessionConclusion;
}
