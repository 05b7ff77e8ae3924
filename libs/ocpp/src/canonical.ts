import type { CompositeQuestion } from './composite-question.ts';

/** Versions that Headroom speaks, by their WebSocket subprotocol. Best first. */
export const OCPP_VERSIONS = ['ocpp2.1', 'ocpp2.0.1', 'ocpp1.6'] as const;
export type OcppVersion = (typeof OCPP_VERSIONS)[number];

/** An instant on the station's own clock. */
export interface StationTime {
  /** Epoch ms UTC; the time of receipt where the station sent none that can be true (H28, H40). */
  readonly atMs: number;
  /** As sent, empty where nothing was sent: part of the content key (R9), which must not change with the time of receipt. */
  readonly text: string;
}

export type ConnectorStatus =
  | 'available'
  | 'occupied'
  | 'preparing'
  | 'charging'
  | 'suspended-ev'
  | 'suspended-evse'
  | 'finishing'
  | 'reserved'
  | 'unavailable'
  | 'faulted';

export type ChargingState = 'idle' | 'ev-connected' | 'charging' | 'suspended-ev' | 'suspended-evse' | 'unknown';

/** One sampled value, in OCPP's words with the standard's defaults filled in. The value stays text: reading it is replayable. */
export interface SampledValue {
  readonly value: string;
  readonly measurand: string;
  /** Empty: all phases, or none. */
  readonly phase: string;
  readonly unit: string;
  /** Power of ten of the unit. */
  readonly multiplier: number;
  readonly context: string;
  readonly location: string;
}

export interface MeterValue {
  readonly stationTime: StationTime;
  readonly sampledValues: readonly SampledValue[];
}

export interface TransactionStarted {
  readonly kind: 'transaction-started';
  readonly evse: number;
  /** 0: not said. */
  readonly connector: number;
  /** 2.x: the station names it. 1.6: we do, so it is absent here. */
  readonly transactionId?: string;
  readonly idToken?: string;
  readonly meterStartWh?: number;
  readonly stationTime: StationTime;
  readonly chargingState: ChargingState;
  readonly seqNo?: number;
  readonly offline: boolean;
  readonly meterValues: readonly MeterValue[];
}

export interface TransactionUpdated {
  readonly kind: 'transaction-updated';
  /** 0: not said. */
  readonly evse: number;
  readonly transactionId: string;
  readonly idToken?: string;
  readonly stationTime: StationTime;
  readonly chargingState: ChargingState;
  readonly seqNo?: number;
  readonly offline: boolean;
  readonly meterValues: readonly MeterValue[];
}

export interface TransactionEnded {
  readonly kind: 'transaction-ended';
  /** 0: not said. */
  readonly evse: number;
  readonly transactionId: string;
  readonly idToken?: string;
  readonly meterStopWh?: number;
  readonly reason: string;
  readonly stationTime: StationTime;
  readonly seqNo?: number;
  readonly offline: boolean;
  readonly meterValues: readonly MeterValue[];
}

export interface MeterValuesReported {
  readonly kind: 'meter-values';
  readonly evse: number;
  readonly transactionId?: string;
  readonly meterValues: readonly MeterValue[];
}

/** Kinds whose answer waits for the log (R5). */
export type TransactionMessage = TransactionStarted | TransactionUpdated | TransactionEnded | MeterValuesReported;

export interface BootReported {
  readonly kind: 'boot';
  readonly vendor: string;
  readonly model: string;
  readonly firmwareVersion: string;
  readonly serialNumber: string;
  /** The station says that it was asked to, and did not restart (2.0.1: reason Triggered). 1.6 cannot say it: false. */
  readonly onRequest: boolean;
}

export interface StatusReported {
  readonly kind: 'status';
  readonly evse: number;
  readonly connector: number;
  readonly status: ConnectorStatus;
  /** 1.6 only; empty: none. */
  readonly errorCode: string;
  readonly stationTime?: StationTime;
}

/** One course of a limit over time. Nothing is limited before its first step, nor once it is over. */
export interface LimitSchedule {
  readonly unit: 'A' | 'W';
  /** By ascending `fromMs`, on the station's clock. Whole deci-amps of each phase, or W of all of them together. */
  readonly steps: readonly { readonly fromMs: number; readonly limit: number }[];
  /** Absent: no end is known. */
  readonly untilMs?: number;
}

/** Somebody beside us limits what the station may offer (2.x K11, K12). 1.6 cannot say it. */
export interface ChargingLimitNotified {
  readonly kind: 'charging-limit-notified';
  /** 0: the station as a whole. */
  readonly evse: number;
  /** As sent. */
  readonly source: string;
  readonly isGridCritical: boolean;
  /** 2.1: power made on the site, which adds to what the others allow. */
  readonly isLocalGeneration: boolean;
  /** All of them hold. None: it does not say how much. */
  readonly schedules: readonly LimitSchedule[];
}

/** That limit is gone (2.x K13). */
export interface ChargingLimitCleared {
  readonly kind: 'charging-limit-cleared';
  /** 0: of the station, and of each of its EVSEs. */
  readonly evse: number;
  readonly source: string;
}

/** A profile that a station holds, as far as its report tells. */
export interface ReportedProfile {
  readonly profileId: number;
  readonly stackLevel: number;
  /** OCPP's word. */
  readonly purpose: string;
  readonly unit: 'A' | 'W';
  /** The highest limit of its schedules, in whole deci-amps of each phase or W of all of them, rounded up. Absent: none can be read. */
  readonly most?: number;
  /** When it ends by its own words, on the station's clock. Absent: it names no end. For people: nothing hangs on it. */
  readonly endsAtMs?: number;
}

/** Which profiles it holds, because it was asked (2.x K09). One answer may come in several of these. */
export interface ProfilesReported {
  readonly kind: 'profiles-reported';
  readonly requestId: number;
  /** 0: the station as a whole. */
  readonly evse: number;
  /** As sent: who set them. */
  readonly source: string;
  readonly isContinued: boolean;
  /** It told of more than are kept here. */
  readonly isTruncated: boolean;
  readonly profiles: readonly ReportedProfile[];
  /** Those among them that somebody beside us has put on it. */
  readonly external: readonly LimitSchedule[];
}

/** It asks what holds now in a profile of ours (2.1 K28). */
export interface SchedulePulled {
  readonly kind: 'schedule-pulled';
  readonly profileId: number;
}

/** A request of a station, whatever its version. */
export type StationRequest =
  | BootReported
  | { readonly kind: 'heartbeat' }
  | StatusReported
  | { readonly kind: 'authorize'; readonly idToken: string }
  | { readonly kind: 'data-transfer'; readonly vendorId: string }
  | ChargingLimitNotified
  | ChargingLimitCleared
  | ProfilesReported
  | SchedulePulled
  | TransactionMessage;

export type AuthorizationStatus = 'accepted' | 'blocked' | 'expired' | 'invalid';

/** Our answer to a request. Each version says it in its own words. */
export type StationAnswer =
  | { readonly kind: 'boot-accepted'; readonly nowMs: number; readonly heartbeatIntervalS: number }
  | { readonly kind: 'heartbeat'; readonly nowMs: number }
  | { readonly kind: 'acknowledged' }
  | { readonly kind: 'authorized'; readonly status: AuthorizationStatus }
  | { readonly kind: 'unknown-vendor' }
  /** In the unit of that profile. Absent: none of ours holds. */
  | { readonly kind: 'schedule-told'; readonly limit?: number }
  /** `authorization` is absent where the message named no token. */
  | {
      readonly kind: 'transaction-acknowledged';
      readonly transactionId: string;
      readonly authorization?: AuthorizationStatus;
    };

/** Why a request gets a CALLERROR instead. A business rule is never among them (R10). */
export type RequestRefusal =
  | { readonly kind: 'unknown-action' }
  /** The standard knows it, we have no use for it. */
  | { readonly kind: 'unsupported-action' }
  | { readonly kind: 'before-boot' }
  | { readonly kind: 'malformed-frame' }
  | { readonly kind: 'schema'; readonly keyword: string }
  | { readonly kind: 'internal' };

export interface ErrorAnswer {
  readonly code: string;
  /** Fixed words: no detail of ours goes to a station (R12). */
  readonly description: string;
}

export type ProfilePurpose = 'tx' | 'tx-default';

export interface SchedulePeriod {
  readonly startS: number;
  /** Of each phase. */
  readonly limitDeciA: number;
  /** Of all phases together, instead, where the unit of the profile is W. */
  readonly limitW?: number;
  /** Absent: the station's own default. */
  readonly numberPhases?: number;
  /** 2.1: what its car is to give back, above 0, of each phase; in W of all of them, instead. It gives no more. Absent: nothing. */
  readonly dischargeDeciA?: number;
  readonly dischargeW?: number;
}

export interface ChargingProfile {
  /** 0: the whole station. */
  readonly evse: number;
  readonly profileId: number;
  readonly stackLevel: number;
  readonly purpose: ProfilePurpose;
  /** With `tx` only. */
  readonly transactionId?: string;
  /** On the station's clock. Absent: from the start of whatever it applies to, for ever. */
  readonly startScheduleMs?: number;
  readonly durationS?: number;
  /** 2.1: so long without us and it is void for ever. Absent: it does not matter whether we are there. */
  readonly maxOfflineS?: number;
  /**
   * 2.1 K28, of one that has a start and a duration: it is Dynamic, so that its limit can be told anew without the rest. A duration of such a
   * one would count from the last update, so its end is said as an instant.
   */
  readonly isDynamic?: true;
  /** Of a dynamic one: only the limit is told; what stands under its id, with its end, stays. */
  readonly isUpdate?: true;
  /** Absent: A. */
  readonly unit?: 'A' | 'W';
  readonly periods: readonly SchedulePeriod[];
}

/** What we ask of a station. */
export type StationCommand =
  | { readonly kind: 'set-charging-profile'; readonly profile: ChargingProfile }
  /** Meter values of a running transaction: how often and which. `withExport`: of what flows back as well (2.1). */
  | { readonly kind: 'configure-sampling'; readonly intervalS: number; readonly withExport?: boolean }
  /** What it can do with charging profiles: see `reportedSettings`. */
  | {
      readonly kind: 'read-capabilities';
      /** 2.1: whether these follow a setpoint. Absent: that is not asked. */
      readonly setpointEvses?: readonly number[];
    }
  /** A sample of this EVSE, now (E2). */
  | { readonly kind: 'trigger-sample'; readonly evse: number }
  | ({ readonly kind: 'read-composite' } & CompositeQuestion)
  /** Which profiles it holds: `ProfilesReported` names the same request (2.x). */
  | { readonly kind: 'read-profiles'; readonly requestId: number }
  /** E4. */
  | { readonly kind: 'stop-transaction'; readonly transactionId: string }
  /** E5: out of service, or in again. */
  | { readonly kind: 'set-availability'; readonly evse: number; readonly operative: boolean }
  /** Makes a station that never said who it is say so (H59). */
  | { readonly kind: 'trigger-boot' };

export type CommandOutcome =
  | { readonly kind: 'accepted'; readonly detail: string }
  | { readonly kind: 'rejected'; readonly detail: string }
  /** An error, or an answer that does not fit. */
  | { readonly kind: 'failed'; readonly detail: string };
