import type { EpochMs, SiteId, StationId } from '@headroom/kernel';
import type { StoredRecord } from '@headroom/event-log';
import type { SensorReading, SiteMeterReading } from './domain/check-reading.ts';
import type { EvseSample } from './domain/samples.ts';

/** A reading of a site meter that was taken. */
export interface TakenReading extends SiteMeterReading {
  readonly siteId: SiteId;
  readonly receivedAtMs: EpochMs;
}

/** The same of a sensor of temperature. It is kept in the log alone. TODO(#7): a time series of it, and the live draw. */
export interface TakenTemperature extends SensorReading {
  readonly siteId: SiteId;
  readonly receivedAtMs: EpochMs;
}

/** One record of the log and the rows it gives rise to; without rows it only moves the position on. */
export interface RecordedInput {
  readonly source: StoredRecord;
  readonly samples: readonly EvseSample[];
  readonly readings: readonly TakenReading[];
}

/** The time series in PostgreSQL. */
export interface SampleStore {
  /** All rows and the positions behind them in one turn; repeats of a row change nothing. Rejects with `TurnStoreError`. */
  record(inputs: readonly RecordedInput[]): Promise<void>;
  /** Newest first, taken before `beforeMs`. */
  samplesOf(evse: {
    readonly stationId: StationId;
    readonly evse: number;
    readonly limit: number;
    readonly beforeMs: EpochMs;
  }): Promise<readonly EvseSample[]>;
  /** Makes the partitions of the days around `nowMs`. */
  prepareDays(nowMs: EpochMs): Promise<void>;
}

export type TraceOf = (sample: EvseSample) => string | undefined;

/** What others hear: metering.facts. Rejects with `EventLogError`. */
export interface MeteringFacts {
  /** `traceOf`: W3C Trace Context of a sample that is traced. */
  appendSamples(samples: readonly EvseSample[], traceOf?: TraceOf): Promise<void>;
  appendReading(reading: TakenReading | TakenTemperature): Promise<void>;
}

/** Latest draw of a site for people's eyes. */
export interface SiteDraw {
  readonly siteId: SiteId;
  /** How much of its shard had been read: grows with every record, whoever reads them. */
  readonly asOf: bigint;
  readonly samples: readonly EvseSample[];
  readonly readings: readonly TakenReading[];
}

export interface DrawView {
  write(draw: SiteDraw): Promise<void>;
}
