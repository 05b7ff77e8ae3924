import type { CompositeSchedule } from '../profiles/composite-schedule.ts';
import type { InstalledProfile, Profile } from '../profiles/profile.ts';
import type { ClearCriteria } from '../profiles/store.ts';
import type { Json } from '../json.ts';
import type { Measurand } from './measurands.ts';
import type { SettingName, SetSettingOutcome, SettingValue } from './settings.ts';

/** What one OCPP version must say so that one state machine speaks all of them. Instants: station clock, epoch ms. */
export type OcppVersion = '1.6' | '2.0.1' | '2.1';

export interface Outgoing {
  readonly action: string;
  readonly payload: Json;
}

export interface StationIdentity {
  readonly vendor: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly firmware: string;
}

export type BayStatus =
  | 'available'
  | 'preparing'
  | 'charging'
  | 'suspended-ev'
  | 'suspended-evse'
  | 'finishing'
  | 'faulted';

export type SampleContext = 'Sample.Periodic' | 'Transaction.Begin' | 'Transaction.End' | 'Trigger';

export interface MeterSample {
  readonly atMs: number;
  readonly context: SampleContext;
  /** One for each wired phase, L1 first. */
  readonly currentA: readonly number[];
  readonly offeredA: number;
  readonly powerW: number;
  readonly registerWh: number;
  readonly voltageV: number;
  readonly socPercent?: number;
  /** What flows back. Absent: its station knows nothing of that. */
  readonly back?: {
    /** As `currentA`. */
    readonly currentA: readonly number[];
    readonly powerW: number;
    readonly registerWh: number;
  };
}

export type UpdateCause = 'periodic' | 'rate-changed' | 'state-changed' | 'trigger';
export type StopReason = 'ev-disconnected' | 'local' | 'remote' | 'deauthorized' | 'reset';

/** A transaction as the wire sees it. */
export interface WireTransaction {
  readonly key: string;
  readonly evse: number;
  readonly idToken: string;
  /** 2.0.1: the station's; 1.6: what StartTransaction.conf said, undefined until then. */
  id?: string;
  readonly remoteStartId?: number;
  /** The station has thrown its start or its end away (H73): nobody else can know of it. */
  isUnsaid?: boolean;
}

interface TransactionMessageCommon {
  readonly tx: WireTransaction;
  readonly sample: MeterSample;
  readonly seqNo: number;
  /** Made while the link was down. */
  readonly offline: boolean;
  readonly status: BayStatus;
}
export type TransactionMessage =
  | (TransactionMessageCommon & { readonly kind: 'started' })
  | (TransactionMessageCommon & { readonly kind: 'updated'; readonly cause: UpdateCause })
  | (TransactionMessageCommon & { readonly kind: 'ended'; readonly reason: StopReason });

export type BootAnswer = {
  readonly status: 'accepted' | 'pending' | 'rejected';
  readonly currentTimeMs: number;
  readonly intervalS: number;
};

export type Trigger = 'boot' | 'heartbeat' | 'status' | 'meter' | 'transaction';

/** What a request of the other side may do to the station, in neutral words. */
export interface StationActions {
  setProfile(request: {
    evse: number;
    profile: Profile;
    /** As named in the request. */
    transactionId?: string;
    raw: Json;
  }): { readonly accepted: boolean; readonly reason?: string };
  /** Of a dynamic one that it holds; in the unit of that. */
  updateLimit(request: { readonly id: number; readonly limit: number; readonly raw: Json }): {
    readonly accepted: boolean;
    readonly reason?: string;
  };
  clearProfiles(criteria: ClearCriteria): number;
  composite(request: { evse: number; durationS: number }): CompositeSchedule | undefined;
  /** False: it holds none. */
  reportProfiles(requestId: number): boolean;
  wattsPerAmp(): number;
  setSetting(name: SettingName, value: string): SetSettingOutcome;
  getSetting(name: SettingName): SettingValue;
  trigger(what: Trigger, evse: number | undefined): boolean;
  reset(when: 'now' | 'when-idle'): 'accepted' | 'scheduled';
  remoteStart(request: { idToken: string; evse?: number; remoteStartId?: number; profile?: Profile; raw: Json }): {
    readonly accepted: boolean;
    readonly transactionId?: string;
  };
  remoteStop(transactionId: string): boolean;
}

export type Reply =
  | { readonly kind: 'result'; readonly payload: Json }
  | { readonly kind: 'error'; readonly code: string; readonly description: string };
export const result = (payload: Json): Reply => ({ kind: 'result', payload });

export type CommandHandler = (payload: Json, actions: StationActions) => Reply;

/** What the station tells of what others than its central system do to it. */
export interface OutsideMessages {
  /** Instant of the station's clock; no limit: it is gone. */
  limited(note: { readonly evse: number; readonly limitA?: number; readonly atMs: number }): Outgoing;
  /** The profiles that it holds, and what others allow it. */
  reports(
    requestId: number,
    held: readonly InstalledProfile[],
    external: readonly InstalledProfile[],
  ): readonly Outgoing[];
}

export interface Dialect {
  readonly version: OcppVersion;
  readonly subprotocol: string;
  /** `triggered`: it was asked to, and has not restarted. */
  boot(identity: StationIdentity, triggered?: boolean): Outgoing;
  readBoot(payload: Json): BootAnswer | undefined;
  heartbeat(): Outgoing;
  /** The status as this version names it: two that read the same are not told twice. */
  statusName(status: BayStatus): string;
  status(note: { readonly evse: number; readonly status: BayStatus; readonly atMs: number }): Outgoing;
  authorize(idToken: string): Outgoing;
  readAuthorize(payload: Json): boolean;
  /** Id of a new transaction if the station makes it (2.x). */
  newTransactionId(fresh: string): string | undefined;
  /** Undefined: this version has no message for it. */
  transaction(message: TransactionMessage, measurands: ReadonlySet<Measurand>): Outgoing | undefined;
  readTransaction(
    message: TransactionMessage,
    payload: Json,
  ): { readonly transactionId?: string; readonly refused: boolean };
  /** A sample outside a transaction. */
  meterValues(note: {
    readonly evse: number;
    readonly sample: MeterSample;
    readonly measurands: ReadonlySet<Measurand>;
  }): Outgoing;
  /** Undefined: this version has no words for it. */
  readonly outside?: OutsideMessages;
  readonly commands: ReadonlyMap<string, CommandHandler>;
  /** Actions the version defines for a central system to send: known but absent above is NotSupported. */
  readonly knownActions: ReadonlySet<string>;
  readonly formationError: string;
}
