import type { EpochMs, PerPhaseDeciAmps, Result, SiteId, StationId } from '@headroom/kernel';
import type { Change, Explanation, Previewed, Replayed, WhichDecision } from './domain/explanation.ts';
import type { EventNote, EventReport, GridEvent } from './domain/grid-event.ts';
import type { EnergyTotals } from './domain/live-view.ts';
import type { Problem, Site, SiteDocument } from './domain/site-document.ts';
import type { GridSource, GridTimeline, SiteGrid } from './domain/site-grid.ts';
import type { SitePlan } from './domain/site-plan.ts';
import type { DrawSnapshot, SiteSnapshot } from './domain/site-snapshot.ts';
import type { FoundRise, TemperatureSpan } from './domain/temperature-day.ts';
import type { StationLearned } from './domain/station-learned.ts';

export interface SessionRecord {
  readonly sessionId: string;
  readonly siteId: string;
  readonly stationId: string;
  readonly evse: number;
  readonly startedAtMs: EpochMs;
  readonly endedAtMs?: EpochMs;
  readonly energyWh?: number;
  readonly requestedWh?: number;
  readonly departureAtMs?: EpochMs;
  /** What its driver said of its battery: his word, and no measurement. */
  readonly battery?: { readonly sizeWh: number; readonly atPlugInWh: number };
  readonly transactionIds: readonly string[];
}

export interface TransactionRecord {
  readonly transactionId: string;
  readonly stationId: string;
  readonly evse: number;
  readonly sessionId: string;
  readonly startedAtMs: EpochMs;
  readonly endedAtMs?: EpochMs;
  readonly meterStartWh?: number;
  readonly meterStopWh?: number;
  readonly authorized: boolean;
  readonly stopReason: string;
}

interface OverrideRequest {
  readonly powerKw: number;
  readonly validUntilMs: EpochMs;
  readonly setBy: string;
  readonly reason: string;
}

interface TokenRequest {
  readonly idTokenHash: string;
  readonly status: 'accepted' | 'blocked';
  readonly validUntilMs?: EpochMs;
  readonly label: string;
}

/** What a driver lets his car give back. Energies as the meter counts them when it charges. */
export interface DischargeWish {
  /** In its battery when it was plugged in. */
  readonly heldWh: number;
  /** Never less than this is in it. */
  readonly keepWh: number;
  /** Of what leaves the battery, what reaches the supply. */
  readonly efficiencyPercent: number;
  /** For a kWh that reaches the supply, in millionths of the currency of the tariff. */
  readonly wearMicroPerKwh: number;
}

/** What a driver says of the battery of his car. Energies as the meter counts them when it charges; percents are whole. */
export interface BatteryWish {
  /** Usable, from empty to full. */
  readonly sizeWh: number;
  /** One of the two. */
  readonly atPlugInPercent?: number | undefined;
  readonly atPlugInWh?: number | undefined;
  readonly targetPercent?: number | undefined;
  readonly keepPercent?: number | undefined;
}

/** Sites, stations, tokens and sessions, at their owner. Rejects with `RpcError`; `not-found` where a thing is unknown. */
export interface Registry {
  listSites(): Promise<readonly Site[]>;
  getSite(siteId: SiteId): Promise<Site>;
  putSite(document: SiteDocument): Promise<Result<Site, readonly Problem[]>>;
  /** A new password at each call; it is nowhere else. */
  putStation(
    stationId: StationId,
  ): Promise<Result<{ readonly password: string; readonly siteId: string | null }, readonly Problem[]>>;
  putToken(token: TokenRequest): Promise<void>;
  /** Undefined: the override ends now. */
  putOverride(siteId: SiteId, override: OverrideRequest | undefined): Promise<Result<Site, readonly Problem[]>>;
  listSessions(of: { readonly siteId: string; readonly limit: number }): Promise<readonly SessionRecord[]>;
  listTransactions(of: {
    readonly siteId: string;
    readonly stationId: string;
    readonly limit: number;
  }): Promise<readonly TransactionRecord[]>;
  putChargingRequest(request: {
    readonly stationId: StationId;
    readonly evse: number;
    /** Absent: the battery says it. */
    readonly energyWh?: number;
    readonly departureAtMs?: EpochMs;
    readonly discharge?: DischargeWish;
    readonly battery?: BatteryWish;
  }): Promise<Result<void, readonly Problem[]>>;
  /** `untilMs` absent: it ends now. */
  putBoost(boost: {
    readonly stationId: StationId;
    readonly evse: number;
    readonly untilMs?: EpochMs;
    readonly setBy: string;
  }): Promise<Result<void, readonly Problem[]>>;
  /** Over the sessions that ended since. */
  energySummary(siteId: SiteId, sinceMs: EpochMs): Promise<EnergyTotals>;
}

export interface MeterSample {
  readonly sampledAtMs: EpochMs;
  readonly transactionId: string;
  /** Socket phases. */
  readonly current: { readonly l1?: number; readonly l2?: number; readonly l3?: number };
  readonly powerW?: number;
  readonly energyRegisterWh?: number;
  readonly offeredDeciA?: number;
}

/** What a site meter shows, or a sensor of temperature in tenths of a degree Celsius. */
export type ShownByMeter =
  | { readonly kind: 'current'; readonly current: PerPhaseDeciAmps }
  | { readonly kind: 'temperature'; readonly deciC: number };

/** A sensor of temperature of a site. */
interface SensorOf {
  readonly siteId: SiteId;
  readonly sensorId: string;
}

/** Readings in, series out. Rejects with `RpcError`. */
export interface Metering {
  recordReading(reading: {
    readonly siteId: SiteId;
    readonly meterId: string;
    readonly sampledAtMs: EpochMs;
    readonly shown: ShownByMeter;
  }): Promise<Result<void, { readonly code: string; readonly detail: string }>>;
  listSamples(of: {
    readonly stationId: StationId;
    readonly evse: number;
    readonly limit: number;
    readonly beforeMs?: EpochMs;
  }): Promise<readonly MeterSample[]>;
  /** Newest first. */
  listTemperatures(
    of: SensorOf & { readonly limit: number; readonly beforeMs?: EpochMs },
  ): Promise<readonly { readonly sampledAtMs: EpochMs; readonly deciC: number }[]>;
  /** Oldest first, up to `toMs`. */
  listTemperatureSpans(
    of: SensorOf & { readonly fromMs: EpochMs; readonly toMs: EpochMs; readonly spanMs: number },
  ): Promise<readonly TemperatureSpan[]>;
  /** Undefined: the sensor said nothing in that time. */
  findTemperatureRise(
    of: SensorOf & { readonly fromMs: EpochMs; readonly toMs: EpochMs; readonly withinMs: number },
  ): Promise<FoundRise | undefined>;
}

/** What the log no longer holds of a decision. */
export interface NotRetained {
  readonly what: string;
  readonly detail: string;
}

/** Questions about decisions, at whoever decides. None of them changes anything. Rejects with `RpcError`. */
export interface Allocation {
  explainSite(siteId: SiteId): Promise<Explanation>;
  /** `not-found`: the site has no such EVSE. */
  explainEvse(of: {
    readonly siteId: SiteId;
    readonly stationId: StationId;
    readonly evse: number;
  }): Promise<Explanation>;
  /** `invalid-argument`: this cannot be tried. */
  preview(siteId: SiteId, changes: readonly Change[]): Promise<Previewed>;
  replay(siteId: SiteId, which: WhichDecision): Promise<Result<Replayed, NotRetained>>;
}

/** Plans, at whoever decides for the site. Rejects with `RpcError`; `unavailable` where its owner has not decided yet. */
export interface Plans {
  planOf(siteId: SiteId): Promise<SitePlan>;
}

export interface Versioned<T> {
  readonly version: { readonly epoch: bigint; readonly offset: bigint };
  readonly value: T;
}

/** The live state of sites, read only. */
export interface LiveSource {
  load(siteId: SiteId): Promise<{
    readonly snapshot: Versioned<SiteSnapshot> | undefined;
    readonly draw: Versioned<DrawSnapshot> | undefined;
  }>;
  /** What its dispatcher told last. Rejects where the live state does not answer. */
  station(stationId: StationId): Promise<StationLearned | undefined>;
  /** Calls back after each write until the returned function is called; changes may be lost. */
  watch(
    siteId: SiteId,
    on: {
      readonly snapshot: (value: Versioned<SiteSnapshot>) => void;
      readonly draw: (value: Versioned<DrawSnapshot>) => void;
    },
  ): Promise<() => Promise<void>>;
}

/** HMAC of an id token: the token itself never leaves the request. */
export type HashIdToken = (idToken: string) => string;

/** What is heard of the grid at one site. */
export type GridNews =
  | { readonly kind: 'note'; readonly siteId: string; readonly note: EventNote }
  | { readonly kind: 'report'; readonly siteId: string; readonly report: EventReport }
  | { readonly kind: 'source'; readonly siteId: string; readonly source: GridSource }
  | {
      readonly kind: 'timeline';
      readonly siteId: string;
      /** Absent: of the grid connection. */
      readonly circuitId?: string;
      readonly timeline: GridTimeline;
    };

/** The record behind which a batch ends. */
export interface ReadPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export interface EventPage {
  /** Newest first. */
  readonly items: readonly GridEvent[];
  /** Where the next page begins; undefined: there is none. */
  readonly next: number | undefined;
}

/** Events that are kept of a site; the oldest go. A daily event for more than five years (DR-B14 asks for two). */
export const EVENTS_KEPT_MAX = 2_000;
/** Events of a site that the live page may show one of. */
export const EVENTS_AT_HAND = 20;

/** The grid's events of all sites, kept by the console itself. Rejects with `TurnStoreError`. */
export interface GridBook {
  /** All of it and the position, or nothing. A batch that was taken before changes nothing. */
  take(news: readonly GridNews[], last: ReadPosition): Promise<void>;
  nextOffset(topic: string, partition: number): Promise<bigint | undefined>;
  /** A site of which nothing was heard is absent. */
  load(siteIds: readonly string[]): Promise<ReadonlyMap<string, SiteGrid>>;
  list(of: { readonly siteId: string; readonly limit: number; readonly before?: number }): Promise<EventPage>;
  close(): Promise<void>;
}

/** What a person wants the utility of a demo to ask. */
export interface DemoEventWish {
  readonly siteId: string;
  readonly limitKw: number;
  readonly durationS: number;
  readonly startInS: number;
}

/** The utility of a demo run. An error is a sentence for the person who asked. */
export interface DemoUtility {
  order(wish: DemoEventWish): Promise<Result<{ readonly eventId: string }, string>>;
  withdraw(eventId: string): Promise<Result<void, string>>;
}
