import type { EpochMs, EvseNumber, SiteId, StationId, TransactionId } from '@headroom/kernel';
import type { PendingRequest } from './domain/charging-request.ts';
import type { StationReading } from './domain/reading-rounds.ts';
import type { Session, SessionFact, Transaction } from './domain/session.ts';
import type { SessionDecision } from './domain/session-reducer.ts';
import type { Site } from './domain/site.ts';
import type { EvseView } from './domain/steps.ts';
import type { Token } from './domain/token.ts';

/** What a gateway needs to admit a station. */
export interface StationCredentials {
  readonly salt: Uint8Array;
  /** SHA-256 of salt followed by the password's bytes. */
  readonly hash: Uint8Array;
}

export interface Station {
  readonly stationId: StationId;
  /** Undefined: no site document names it yet. */
  readonly siteId: SiteId | undefined;
  /** Empty where it belongs to no site. */
  readonly evses: readonly EvseNumber[];
  /** Undefined: nobody has asked for a password yet, so nobody is admitted. */
  readonly credentials: StationCredentials | undefined;
}

/** A record of the log that a turn deals with. */
export interface TurnInput {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** Which EVSE a decision is about, and the transaction that the event names. */
export interface EvseQuestion {
  readonly stationId: StationId;
  readonly siteId: SiteId | undefined;
  readonly evse: EvseNumber;
  readonly transactionId: TransactionId | undefined;
  /** True where the transaction, if it is known, says which EVSE is meant. */
  readonly evseOfTransaction: boolean;
  readonly nowMs: EpochMs;
}

/** One input, one decision, one commit. Everything rejects with `TurnStoreError`; let it pass. */
export interface RegistryTurn {
  /** False: this event has been dealt with before (R9). */
  firstSeen(eventId: string): Promise<boolean>;
  /** False: another instance has dealt with this input. First in a turn, and the turn does nothing more when it is. */
  advance(input: TurnInput): Promise<boolean>;

  site(siteId: SiteId): Promise<Site | undefined>;
  /** Stores the site and its stations' places, and tells site.config. Stations it no longer names belong to no site. */
  saveSite(site: Site): Promise<void>;
  stations(stationIds: readonly StationId[]): Promise<readonly Station[]>;
  /** Sets the credentials of a station, known or not. Answers its site. */
  saveCredentials(stationId: StationId, credentials: StationCredentials): Promise<SiteId | undefined>;
  saveToken(token: Token): Promise<void>;

  evse(question: EvseQuestion): Promise<EvseView>;
  /** Writes what was decided and tells session.facts; `cause` is the id of the event that led to it. */
  saveDecision(view: EvseView, decision: SessionDecision, cause: string): Promise<void>;
  /**
   * Moves the last reading of open transactions forward, one after the other (`readingCounts`); of another transaction nothing
   * happens (H14).
   */
  saveReadings(readings: readonly StationReading[]): Promise<void>;
  saveSession(session: Session, facts: readonly SessionFact[], cause: string): Promise<void>;
  savePendingRequest(pending: PendingRequest): Promise<void>;
}

export interface SessionListing {
  readonly session: Session;
  /** Including what an open transaction has delivered so far; unknown is undefined. */
  readonly energyWh: number | undefined;
  /** Oldest first. */
  readonly transactionIds: readonly TransactionId[];
}

export interface EnergySummary {
  readonly endedSessions: number;
  readonly requestedWh: number;
  readonly deliveredWh: number;
  /** Sum of what each session of known energy was short of its request. */
  readonly missedWh: number;
}

/** Lists are bounded: nobody gets more rows than this. */
export const MAX_LIST_ROWS = 1_000;

export interface RegistryReads {
  site(siteId: SiteId): Promise<Site | undefined>;
  /** By id, at most `MAX_LIST_ROWS`. */
  sites(): Promise<readonly Site[]>;
  station(stationId: StationId): Promise<Station | undefined>;
  token(idTokenHash: string): Promise<Token | undefined>;
  /** Newest first. */
  sessions(filter: { readonly siteId: SiteId | undefined; readonly limit: number }): Promise<readonly SessionListing[]>;
  /** Newest first. */
  transactions(filter: {
    readonly siteId: SiteId | undefined;
    readonly stationId: StationId | undefined;
    readonly limit: number;
  }): Promise<readonly Transaction[]>;
  energySummary(siteId: SiteId, sinceMs: EpochMs): Promise<EnergySummary>;
}

/** The registry's own records. */
export interface RegistryStore {
  turn<R>(body: (turn: RegistryTurn) => Promise<R>): Promise<R>;
  readonly reads: RegistryReads;
}

/** Secrets: unguessable, and never from a seeded source. */
export interface SecretSource {
  /** 24 characters of letters and digits: more than 140 bits. */
  password(): string;
  credentials(password: string): StationCredentials;
}

/** Names made of content: the same parts give the same name, on every machine, for ever. */
export type ContentName = (parts: readonly string[]) => string;
