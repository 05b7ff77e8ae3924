declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type SiteId = Id<'SiteId'>;
/** One OCPP identity: the box. */
export type StationId = Id<'StationId'>;
/** `<stationId>/<evse number>`: unique over the platform. */
export type EvseId = Id<'EvseId'>;
export type CircuitId = Id<'CircuitId'>;
/** Ours: plug-in to plug-out. */
export type SessionId = Id<'SessionId'>;
/** OCPP's, unique only within its station. 1.6's integers are carried as decimal text. */
export type TransactionId = Id<'TransactionId'>;
/** Number of an EVSE in its station, from 1 (1.6: the connector id). 0 is the station as a whole. */
export type EvseNumber = number;
/** Epoch milliseconds UTC. */
export type EpochMs = number;

export const siteId = (text: string): SiteId => text as SiteId;
export const stationId = (text: string): StationId => text as StationId;
export const circuitId = (text: string): CircuitId => text as CircuitId;
export const sessionId = (text: string): SessionId => text as SessionId;
export const transactionId = (text: string): TransactionId => text as TransactionId;
export const evseId = (station: StationId, evse: EvseNumber): EvseId => `${station}/${evse}` as EvseId;
export const epochMs = (ms: number): EpochMs => ms;
