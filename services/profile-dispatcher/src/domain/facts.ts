import type {
  CircuitId,
  DeciAmps,
  EpochMs,
  EvseId,
  EvseNumber,
  PerPhase,
  SiteId,
  StationId,
  TransactionId,
  Watts,
} from '@headroom/kernel';
import type { ReportedSetting } from '@headroom/ocpp/capabilities';
import type { StationIdentity } from '@headroom/ocpp/quirks';
import type { LadderStep, MeterReading, PhaseMask, SiteModel, StationLimit } from '@headroom/site-model';
import type { LimitPurpose } from './command-name.ts';
import type { MemberKind } from './committed-set.ts';
import type { HeldProfile } from './held-profiles.ts';
import type { LaterLimit } from './later-limit.ts';
import type { CompositeSaid } from './composite-said.ts';
import type { CompositeChecked, LeaseEndSeen, ProfilesChecked } from './station-findings.ts';
import type { LimitOutcome } from './resolve-limit.ts';
import type { DecidedTarget, Drop } from './site-state.ts';
import type { ToldByClock } from './told-clock.ts';
import type { StationVersion } from './station-traits.ts';

export type { CompositeChecked, LeaseEndSeen, ProfilesChecked } from './station-findings.ts';

interface OfSite {
  readonly siteId: SiteId;
}
interface OfStation extends OfSite {
  readonly stationId: StationId;
  readonly generation: number;
  readonly atMs: EpochMs;
}
interface OfEvse extends OfSite {
  readonly stationId: StationId;
  readonly evse: EvseNumber;
}
export interface SiteConfigured extends OfSite {
  readonly kind: 'site-configured';
  readonly model: SiteModel;
}
export interface StationConnected extends OfStation {
  readonly kind: 'station-connected';
  readonly gatewayAddress: string;
  /** Absent: not said, or one that is not spoken here. */
  readonly version?: StationVersion;
}
export interface StationDisconnected extends OfStation {
  readonly kind: 'station-disconnected';
}
export interface StationBooted extends OfStation {
  readonly kind: 'station-booted';
  /** It was asked who it is, and did not restart. */
  readonly onRequest?: boolean;
  readonly identity?: StationIdentity;
}
/** A message that carries both clocks and did not wait in the station. */
export interface StationTimeSeen extends OfStation {
  readonly kind: 'station-time-seen';
  readonly stationTimeMs: EpochMs;
}
export interface TransactionStarted extends OfStation {
  readonly kind: 'transaction-started';
  readonly evse: EvseNumber;
  readonly transactionId: TransactionId;
  /** It waited in its station: another one may have begun since. Absent: it did not. */
  readonly hasWaited?: true;
}
/** It says whether it charges; one that waited in the station says nothing of now, and is left out. */
export interface ChargingSeen extends OfStation {
  readonly kind: 'charging-seen';
  /** Undefined: it names its transaction alone. */
  readonly evse: EvseNumber | undefined;
  /** Undefined: of the one that runs, if one does. */
  readonly transactionId: TransactionId | undefined;
  /** False: nothing flows, whoever pauses it. */
  readonly isCharging: boolean;
  /** A car is there that is paused, by its own word. Absent: it did not say. */
  readonly isSuspended?: true;
}
export interface TransactionEnded extends OfSite {
  readonly kind: 'transaction-ended';
  readonly stationId: StationId;
  /** Undefined: the message names the transaction only (1.6). */
  readonly evse: EvseNumber | undefined;
  readonly transactionId: TransactionId;
}
export interface CommandAnswered extends OfStation {
  readonly kind: 'command-answered';
  readonly commandId: string;
  /** Never `never-written`: that is the gateway's verdict. */
  readonly outcome: LimitOutcome;
  readonly detail: string;
  /** Of a question what its profiles come to. Absent: it names no limit. */
  readonly composite?: CompositeSaid;
}

/** What a station said when it was asked what it can do. */
export interface CapabilitiesAnswered extends OfStation {
  readonly kind: 'capabilities-answered';
  /** Undefined: it refused, or said nothing (H70). */
  readonly settings: readonly ReportedSetting[] | undefined;
}

/** Somebody beside us limits it, and it says so (2.x K11, K12). */
export interface StationLimited extends OfStation {
  readonly kind: 'station-limited';
  readonly limit: Omit<StationLimit, 'validUntilMs'>;
}
/** That limit is gone (2.x K13). */
export interface StationLimitCleared extends OfStation {
  readonly kind: 'station-limit-cleared';
  readonly limit: Pick<StationLimit, 'evse' | 'source'>;
}

/** What became of the question which profiles it holds; `accepted`: they are to come. */
export interface ProfilesAnswered extends OfStation {
  readonly kind: 'profiles-answered';
  /** Of the question. */
  readonly commandId: string;
  readonly outcome: 'accepted' | 'none' | 'failed';
}
/** Some or all of the profiles that it holds. */
export interface ProfilesReported extends OfStation {
  readonly kind: 'profiles-reported';
  readonly requestId: number;
  readonly isContinued: boolean;
  readonly isTruncated: boolean;
  readonly held: readonly HeldProfile[];
  /** Among them is one of somebody beside us. Absent: none. */
  readonly limit?: Pick<StationLimit, 'evse' | 'source'>;
}

export interface EvseMeasured extends OfEvse {
  readonly kind: 'evse-measured';
  /** Of the phase that carries most; undefined: not reported. */
  readonly draw: DeciAmps | undefined;
  /** Per conductor of the socket; an absent one was not reported. */
  readonly current: Partial<PerPhase<DeciAmps>>;
  readonly power: Watts | undefined;
  /** Undefined: the station named none. */
  readonly transactionId: TransactionId | undefined;
  /** As measured: nothing was worked out, nothing dropped. */
  readonly isGood: boolean;
  readonly offered: DeciAmps | undefined;
  /** What flows back, of the conductor that carries most. Absent: not reported. */
  readonly given?: DeciAmps;
  readonly sampledAtMs: EpochMs;
}
export interface SiteMeterRead extends OfSite {
  readonly kind: 'site-meter-read';
  readonly reading: MeterReading;
}

export interface DecisionMade extends OfSite {
  readonly kind: 'decision-made';
  readonly epoch: number;
  readonly seq: number;
  readonly validUntilMs: EpochMs;
  readonly targets: ReadonlyMap<EvseId, DecidedTarget>;
  /** Power limits of circuits to which it keeps. Absent: none beyond the site's document. */
  readonly limits?: ReadonlyMap<CircuitId, Watts>;
  readonly drop?: Drop;
  readonly leaseS?: number;
}

/** An owner took a shard: of the optimizer's decisions or of the dispatcher's commands. */
export interface EpochOpened {
  readonly kind: 'optimizer-epoch-opened' | 'dispatcher-epoch-opened';
  readonly shard: number;
  readonly epoch: number;
}

/** Our own journal, read back (possibly an earlier owner's). */
export interface LimitIntended extends OfEvse, ToldByClock {
  readonly kind: 'limit-intended';
  readonly epoch: number;
  readonly seq: number;
  readonly commandId: string;
  readonly purpose: LimitPurpose;
  readonly limit: DeciAmps;
  readonly later?: LaterLimit;
  /** What it lets its car give back, on each conductor. Absent: nothing. */
  readonly discharge?: DeciAmps;
  readonly transactionId: TransactionId | undefined;
  readonly untilMs: EpochMs | undefined;
  readonly intendedAtMs: EpochMs;
  readonly decisionSeq: number;
  readonly increase: boolean;
  /** Of the connection that it is meant for; undefined: an earlier release did not note it. */
  readonly generation: number | undefined;
}
export interface LimitResolved extends OfEvse {
  readonly kind: 'limit-resolved';
  /** Of who found out; the command names its own. */
  readonly epoch: number;
  /** Of the command. */
  readonly seq: number;
  readonly commandId: string;
  readonly purpose: LimitPurpose;
  readonly limit: DeciAmps;
  readonly outcome: LimitOutcome;
  readonly detail: string;
  readonly atMs: EpochMs;
}
export interface CommittedChanged extends OfEvse {
  readonly kind: 'committed-changed';
  readonly epoch: number;
  readonly committed: DeciAmps;
  /** Absent: `committed` counts on all wired phases. */
  readonly mask?: PhaseMask;
  readonly members: readonly {
    readonly kind: MemberKind;
    readonly limit: DeciAmps;
    readonly untilMs?: EpochMs;
    readonly later?: LaterLimit;
  }[];
  readonly commanded?: { readonly limit: DeciAmps; readonly leaseUntilMs: EpochMs };
  /** Its station keeps no lease: it never has more than its fallback (H81). */
  readonly fallbackOnly?: true;
  /** Of a limit, what its car is offered at the nominal voltage (H82). Absent: all of it. */
  readonly passesPercent?: number;
  /** Its leases do not end, so it is never leased more than this (SI28). Absent: they end. */
  readonly leaseAtMost?: DeciAmps;
  /** The most that its car may be giving back. 0: nothing any more. Absent: nothing of the kind was told. */
  readonly discharge?: DeciAmps;
  readonly atMs: EpochMs;
}

/** A gateway has been silent for so long that its stations count as disconnected (ADR 22). */
export interface StationUnreachable extends OfSite {
  readonly kind: 'station-unreachable';
  readonly epoch: number;
  readonly stationId: StationId;
  readonly generation: number;
  readonly atMs: EpochMs;
  readonly why: string;
}

/** An EVSE draws more than it was told, or refuses 0 A where nothing else fits, and what is done about it; or that is over. */
export interface EvseDisobeys extends OfEvse {
  readonly kind: 'evse-disobeys';
  readonly epoch: number;
  readonly step: LadderStep | 'obeys';
  /** The highest limit that it may be obeying. */
  readonly told: DeciAmps;
  readonly draw: DeciAmps;
  /** Of the sample that showed it first. */
  readonly sinceMs: EpochMs;
  /** Of the sample that led to this step. */
  readonly atMs: EpochMs;
  /** What the station said when it was asked what it has. Absent: nothing. */
  readonly says?: string;
  /** H86: it keeps to what it was told, but nothing but 0 A fits, which its station refuses. `givesBack`: all figures are of what flows back. */
  readonly refusesZero?: true;
  readonly givesBack?: true;
}

/** What reaches the dispatcher through the log. */
export type Fact =
  | SiteConfigured
  | StationConnected
  | StationDisconnected
  | StationBooted
  | StationTimeSeen
  | TransactionStarted
  | ChargingSeen
  | TransactionEnded
  | CommandAnswered
  | CapabilitiesAnswered
  | StationLimited
  | StationLimitCleared
  | ProfilesAnswered
  | ProfilesReported
  | EvseMeasured
  | SiteMeterRead
  | DecisionMade
  | EpochOpened
  | LimitIntended
  | LimitResolved
  | CommittedChanged
  | StationUnreachable
  | EvseDisobeys
  | ProfilesChecked
  | CompositeChecked
  | LeaseEndSeen;

/** What the dispatcher writes. */
export type JournalFact =
  | LimitIntended
  | LimitResolved
  | CommittedChanged
  | StationUnreachable
  | EvseDisobeys
  | ProfilesChecked
  | CompositeChecked
  | LeaseEndSeen;
