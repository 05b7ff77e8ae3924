import type { EpochMs, SiteId, StationId } from '@headroom/kernel';
import type {
  BootReported,
  ChargingLimitCleared,
  ChargingLimitNotified,
  CompositeSaid,
  MeterValuesReported,
  OcppVersion,
  ProfilesReported,
  StatusReported,
  TransactionEnded,
  TransactionStarted,
  TransactionUpdated,
} from '@headroom/ocpp';
import type { ReportedSetting } from '@headroom/ocpp/capabilities';

/** Why a frame was not processed: closed list of the station facts. */
export type FrameRefusedReason =
  | 'not-json'
  | 'wrong-shape'
  | 'unknown-action'
  | 'schema'
  | 'too-large'
  | 'before-boot'
  | 'binary'
  | 'unsolicited';

export type CommandStatus = 'accepted' | 'rejected' | 'failed' | 'unanswered';

/** What happened. Id tokens are in none of them: only their hash leaves the gateway. */
export type FactBody =
  | { readonly kind: 'connected'; readonly version: OcppVersion; readonly gatewayAddress: string }
  | { readonly kind: 'disconnected'; readonly closeCode: number; readonly reason: string }
  /** `onRequest`: it did not restart, it was asked who it is. */
  | { readonly kind: 'booted'; readonly boot: BootReported; readonly onRequest: boolean }
  | { readonly kind: 'status-reported'; readonly status: StatusReported }
  | {
      readonly kind: 'transaction-started';
      readonly message: Omit<TransactionStarted, 'idToken'>;
      readonly transactionId: string;
      readonly idTokenHash: string;
      /** What the station was told. */
      readonly authorized: boolean;
    }
  | { readonly kind: 'transaction-updated'; readonly message: Omit<TransactionUpdated, 'idToken'> }
  | { readonly kind: 'transaction-ended'; readonly message: Omit<TransactionEnded, 'idToken'> }
  | { readonly kind: 'meter-values-reported'; readonly message: MeterValuesReported }
  | {
      readonly kind: 'command-answered';
      readonly commandId: string;
      readonly status: CommandStatus;
      readonly detail: string;
      /** What the station reported of itself; empty unless it was asked that. */
      readonly settings: readonly ReportedSetting[];
      /** What its charging profiles come to, by its own word. Absent: it was not asked that, or names no limit. */
      readonly composite?: CompositeSaid;
    }
  | { readonly kind: 'charging-limit-notified'; readonly notice: ChargingLimitNotified }
  | { readonly kind: 'profiles-reported'; readonly report: ProfilesReported }
  | { readonly kind: 'charging-limit-cleared'; readonly notice: ChargingLimitCleared }
  | { readonly kind: 'frame-refused'; readonly reason: FrameRefusedReason; readonly detail: string };

export interface StationFact {
  readonly stationId: StationId;
  /** Absent: the station belongs to no site. */
  readonly siteId?: SiteId;
  readonly generation: number;
  readonly receivedAtMs: EpochMs;
  /** Id tokens replaced by their hash; empty where no frame gave rise to the fact. */
  readonly rawFrame: string;
  /** Derived from content, so that a repeat is recognisable (R9). */
  readonly eventId: string;
  readonly body: FactBody;
  /** W3C Trace Context of what gave rise to it; absent: not traced. It is no content. */
  readonly traceparent?: string;
}
