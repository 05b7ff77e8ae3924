import type {
  CircuitId,
  DeciAmps,
  EpochMs,
  EvseNumber,
  PerPhase,
  SessionId,
  StationId,
  TransactionId,
  WattHours,
  Watts,
} from '@headroom/kernel';
import type { LadderStep, LimitTold, MeterReading, PhaseMask, StationLimit } from '@headroom/site-model';
import type { GridTimeline } from './grid-timeline.ts';
import type { KeptPlan } from './planning/kept-plan.ts';

/** What one EVSE is; a fact about it names both. */
export interface EvseRef {
  readonly stationId: StationId;
  readonly evse: EvseNumber;
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

export type ChargingState = 'idle' | 'ev-connected' | 'charging' | 'suspended-ev' | 'suspended-evse';

export type StationFact =
  | {
      readonly kind: 'station-connected' | 'station-disconnected';
      readonly stationId: StationId;
      readonly generation: bigint;
      readonly atMs: EpochMs;
    }
  | { readonly kind: 'station-booted'; readonly stationId: StationId; readonly atMs: EpochMs }
  | {
      readonly kind: 'station-limited';
      readonly stationId: StationId;
      readonly limit: Omit<StationLimit, 'validUntilMs'>;
      readonly atMs: EpochMs;
    }
  | {
      readonly kind: 'station-limit-cleared';
      readonly stationId: StationId;
      readonly limit: Pick<StationLimit, 'evse' | 'source'>;
      readonly atMs: EpochMs;
    }
  | {
      /** By the dispatcher, which had asked it: what it was said to be allowed by others is not among the profiles that it holds. */
      readonly kind: 'station-limits-missing';
      readonly stationId: StationId;
      readonly missing: readonly LimitTold[];
    }
  | (EvseRef & { readonly kind: 'status-reported'; readonly status: ConnectorStatus; readonly atMs: EpochMs })
  | (EvseRef & {
      readonly kind: 'charging-state-reported';
      readonly transactionId: TransactionId;
      readonly state: ChargingState;
      readonly atMs: EpochMs;
    });

export type SessionFact = EvseRef & { readonly sessionId: SessionId; readonly atMs: EpochMs } & (
    | { readonly kind: 'session-started' }
    | {
        readonly kind: 'transaction-opened';
        readonly transactionId: TransactionId;
        readonly authorized: boolean;
        readonly meterStart?: WattHours;
      }
    | { readonly kind: 'transaction-closed'; readonly transactionId: TransactionId; readonly energy?: WattHours }
    | { readonly kind: 'session-ended' }
    | {
        readonly kind: 'charging-requested';
        readonly energy: WattHours;
        readonly departureAtMs?: EpochMs;
        /** Absent: it gives nothing back. */
        readonly discharge?: DischargeOffer;
        /** Absent: its driver said nothing of its battery. */
        readonly battery?: SaidBattery;
      }
    | {
        /** C70. */
        readonly kind: 'boost-set';
        readonly transactionId: TransactionId;
        /** Absent: it ends now. */
        readonly untilMs?: EpochMs;
        readonly setBy: string;
      }
  );

/**
 * What a driver lets his car give back (MD17). Energies are what the meter counts when it charges: all that is lost on the way in and out is
 * lost when it gives back.
 */
export interface DischargeOffer {
  /** In its battery when it was plugged in. */
  readonly atPlugIn: WattHours;
  /** Never less than this is in it. */
  readonly keep: WattHours;
  /** Of what leaves the battery, what reaches the supply. */
  readonly efficiencyPercent: number;
  /** For a kWh that reaches the supply, in millionths of the currency of the tariff: wear, and what its driver has for it. */
  readonly wearMicroPerKwh: number;
}

/** A driver's word on the battery of his car, and no measurement. Energies are what the meter counts when it charges. */
export interface SaidBattery {
  /** From empty to full, above 0. */
  readonly size: WattHours;
  /** In it when it was plugged in. */
  readonly atPlugIn: WattHours;
}

/** A measurement of one EVSE. Currents per phase of the station's socket; an absent one was not reported. */
export interface EvseSample {
  readonly current: Partial<PerPhase<DeciAmps>>;
  readonly power?: Watts;
  readonly register?: WattHours;
  /** Register of what the car gave back. */
  readonly exported?: WattHours;
  readonly offered?: DeciAmps;
  readonly socPercent?: number;
  /** Absent: the station named none. */
  readonly transactionId?: TransactionId;
  /** As measured: nothing was worked out, nothing dropped. */
  readonly isGood: boolean;
  readonly sampledAtMs: EpochMs;
  readonly receivedAtMs: EpochMs;
}

export type MeteringFact =
  | (EvseRef & { readonly kind: 'evse-measured'; readonly sample: EvseSample })
  | { readonly kind: 'site-meter-read'; readonly reading: MeterReading };

/** What the grid asks of one target from now on; '' is the grid connection. */
export interface GridFact {
  readonly kind: 'grid-timeline-set';
  readonly target: CircuitId | '';
  readonly timeline: GridTimeline;
}

export type DispatchOutcome = 'accepted' | 'rejected' | 'unanswered' | 'never-written';

export type DispatchFact =
  | (EvseRef & { readonly kind: 'limit-intended'; readonly commandId: string })
  | (EvseRef & { readonly kind: 'limit-resolved'; readonly commandId: string; readonly outcome: DispatchOutcome })
  | (EvseRef & {
      readonly kind: 'committed-changed';
      readonly committed: DeciAmps;
      /** Absent: on all wired phases. */
      readonly mask?: PhaseMask;
      /** Why it counts so: fallback, acknowledged, unresolved, unsettled, hardware-maximum, measured. */
      readonly members: readonly { readonly kind: string; readonly limit: DeciAmps }[];
      /** Absent: the fallback holds. */
      readonly commanded?: DeciAmps;
      readonly leaseUntilMs?: EpochMs;
      /** Its station keeps no lease: it never has more than its fallback. */
      readonly fallbackOnly?: true;
      /** Of a limit, what its car is offered at the nominal voltage (H82). Absent: all of it. */
      readonly passesPercent?: number;
      /** Its leases do not end, so it is never leased more than this (SI28). Absent: they end. */
      readonly leaseAtMost?: DeciAmps;
      /** The most that its car may be giving back: the largest that it was told and is not proven to have left. Absent: nothing. */
      readonly discharge?: DeciAmps;
      readonly atMs: EpochMs;
    })
  | (EvseRef & {
      readonly kind: 'evse-disobeys';
      /** Undefined: it obeys again. */
      readonly step: LadderStep | undefined;
      /** It keeps to what it was told, but refuses 0 A where nothing else fits (H86). */
      readonly refusesZero?: true;
    });

export type LimitsMissing = Extract<StationFact, { readonly kind: 'station-limits-missing' }>;

/**
 * A gateway that does not answer for so long that none of its connections counts any more, as the dispatcher concluded
 * (StationUnreachable): the same as an end of that connection.
 */
export type StationLost = Extract<StationFact, { readonly kind: 'station-connected' | 'station-disconnected' }> & {
  readonly kind: 'station-disconnected';
};

/** A plan of the site, as its owner has recorded it. */
export interface PlanFact {
  readonly kind: 'plan-made';
  readonly plan: KeptPlan;
}

/** Everything that changes what we know of a site, beside its configuration. */
export type Fact = StationFact | SessionFact | MeteringFact | GridFact | DispatchFact | PlanFact;
