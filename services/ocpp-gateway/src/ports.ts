import type { EpochMs, SiteId, StationId } from '@headroom/kernel';
import type { AuthorizationStatus } from '@headroom/ocpp';
import type { StationFact } from './domain/facts.ts';

/** A fact as it stands in the log: opaque bytes and where they go. */
export interface LogRecord {
  readonly stationId: StationId;
  readonly eventId: string;
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Uint8Array;
}

/** Where facts become durable. */
export interface FactLog {
  encode(fact: StationFact): LogRecord;
  /** `durable` once every record is; `unavailable` where that is not known; `refused` where it can never be. */
  append(records: readonly LogRecord[]): Promise<'durable' | 'unavailable' | 'refused'>;
  /** Undefined: reachable. Else why not, in words. */
  trouble(): string | undefined;
}

/** The second durable store, for records that the log does not take (I2, F5). Shared by all gateways. */
export interface EmergencyInbox {
  /**
   * `kept` once all of them are committed, behind what was kept before; a record whose event id is there already is kept
   * as it is. `full`: one more would be over `MAX_INBOX_ROWS`; none was kept. `unavailable`: not known to be kept.
   */
  put(records: readonly LogRecord[]): Promise<'kept' | 'full' | 'unavailable'>;
  /** Of these stations, those of which records wait; undefined where that cannot be read now. */
  waitingOf(stationIds: readonly StationId[]): Promise<ReadonlySet<StationId> | undefined>;
  /**
   * Hands at most `max` records, in the order in which they were kept, to `publish`, and forgets them once it resolves; those
   * whose event ids it resolves with can never be published and are set aside. Only one relay works at a time, over all
   * gateways: another resolves with 0. Rejects, and forgets nothing, where `publish` rejects or the store is away.
   */
  relay(publish: (records: readonly LogRecord[]) => Promise<readonly string[]>, max: number): Promise<number>;
  /** Undefined: reachable. Else why not, in words. */
  trouble(): string | undefined;
}

export interface Arrival {
  /** Higher than that of every connection of this station before, at whatever gateway (R8). */
  readonly generation: number;
  /** Records of it wait in the emergency inbox: new ones must go behind them. */
  readonly recordsWait: boolean;
  /**
   * It has said who it is on an earlier connection under the same site, at whatever gateway, and need not say so again (H59). What it said under another
   * one stands in the records of that.
   */
  readonly booted: boolean;
  /**
   * Another site, under which it said so last. Where that connection ended without a word, as with its gateway, or was superseded by this one, nobody there has heard of it (HO-15). Absent:
   * none, or none is known.
   */
  readonly leftSiteId?: SiteId;
}

/** A station under the site of its connection; absent: it belongs to none. */
export interface OfSite {
  readonly stationId: StationId;
  readonly siteId?: SiteId;
}

/** Where gateways agree on which connection of a station is the newest (G8). */
export interface Arrivals {
  /** Takes the next generation, at least `nowMs`. Undefined where the store is away: the clock has to do. */
  arrive(station: OfSite, nowMs: EpochMs): Promise<Arrival | undefined>;
  /** It has booted: later arrivals under that site are told. Resolves where the store is away too; then the station is asked once more. */
  booted(station: OfSite): Promise<void>;
}

export interface RegisteredStation {
  readonly stationId: StationId;
  readonly siteId?: SiteId;
  readonly passwordSalt: Uint8Array;
  /** SHA-256 of salt followed by the password. */
  readonly passwordHash: Uint8Array;
}

/** What the session registry knows of stations and tokens. */
export interface Registry {
  resolve(
    stationId: StationId,
  ): Promise<
    | { readonly kind: 'known'; readonly station: RegisteredStation }
    | { readonly kind: 'unknown' }
    | { readonly kind: 'unavailable' }
  >;
  authorize(
    stationId: StationId,
    idTokenHash: string,
    /** Of what asks; absent: not traced. */
    traceparent?: string,
  ): Promise<{ readonly kind: 'judged'; readonly status: AuthorizationStatus } | { readonly kind: 'unavailable' }>;
}

/** Live state of connections, for whoever asks where a station is. A view: its loss is told, and borne. */
export interface Routes {
  /** `onLost`: another gateway has a newer connection of this station, of that generation. */
  put(route: Route, onLost: (newerGeneration: number) => void): void;
  remove(route: Route): void;
}

export interface Route {
  readonly stationId: StationId;
  readonly generation: number;
  readonly connectedAtMs: EpochMs;
  /** Counts up with each renewal of the same connection. */
  readonly renewal: number;
}

/** Hashes, keyed and plain. */
export interface Digests {
  sha256Hex(text: string): string;
  /** Hex HMAC-SHA256 of an id token: what enters the log in its place. */
  idTokenHash(token: string): string;
  /** Hex HMAC-SHA256 of an event id, for transaction ids of 1.6. */
  transactionHmac(eventId: string): string;
  passwordMatches(station: RegisteredStation, password: string): boolean;
  /** Text of a base64 string; rubbish gives rubbish, never a throw. */
  decodeBase64(text: string): string;
}

/** One WebSocket, from our side. */
export interface StationSocket {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Ends it at once, without a closing handshake. */
  terminate(): void;
  ping(): void;
  pause(): void;
  resume(): void;
  bufferedBytes(): number;
  isOpen(): boolean;
}

/** Who may command each shard: the authority, in PostgreSQL (O2). */
export interface EpochTable {
  /** Highest dispatcher epoch by shard; undefined where it cannot be read now. */
  read(): Promise<ReadonlyMap<number, bigint> | undefined>;
}

/** What the gateways keep together, beside the log. */
export interface GatewayStore {
  readonly inbox: EmergencyInbox;
  readonly arrivals: Arrivals;
  close(): Promise<void>;
}
