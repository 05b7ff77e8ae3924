import type { EpochMs, SiteId, StationId } from '@headroom/kernel';
import type { AuthorizationStatus } from '@headroom/ocpp';
import type { StationFact } from './domain/facts.ts';

/** Where facts become durable. */
export interface FactLog {
  /** `durable` once every fact is; `unavailable` where that is not known; `refused` where it can never be. */
  append(facts: readonly StationFact[]): Promise<'durable' | 'unavailable' | 'refused'>;
  /** Undefined: reachable. Else why not, in words. */
  trouble(): string | undefined;
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
  ): Promise<{ readonly kind: 'judged'; readonly status: AuthorizationStatus } | { readonly kind: 'unavailable' }>;
}

/** Live state of connections, for whoever asks where a station is. A view: its loss is told, and borne. */
export interface Routes {
  put(route: Route): void;
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
