import type { EpochMs, SiteId, StationId } from '@headroom/kernel';
import type { StoredRecord } from '@headroom/event-log';
import type { SensorReading, SiteMeterReading } from './domain/check-reading.ts';
import type { EvseSample } from './domain/samples.ts';

/** A reading of a site meter that was taken. */
export interface TakenReading extends SiteMeterReading {
  readonly siteId: SiteId;
  readonly receivedAtMs: EpochMs;
}

/** The same of a sensor of temperature. */
export interface TakenTemperature extends SensorReading {
  readonly siteId: SiteId;
  readonly receivedAtMs: EpochMs;
}

/** One record of the log and the rows it gives rise to; without rows it only moves the position on. */
export interface RecordedInput {
  readonly source: StoredRecord;
  readonly samples: readonly EvseSample[];
  readonly readings: readonly (TakenReading | TakenTemperature)[];
}

/** One sensor of temperature. */
export interface Sensor {
  readonly siteId: SiteId;
  readonly sensorId: string;
}

/** What a sensor said within one of the spans of equal length that are counted from the epoch, in tenths of a degree Celsius. */
export interface TemperatureSpan {
  readonly coldestDeciC: number;
  readonly hottestDeciC: number;
  readonly lastDeciC: number;
  readonly firstAtMs: EpochMs;
  readonly lastAtMs: EpochMs;
}

/** A rise within some time is looked for in so many parts of it: what rose and fell again within one part may be missed. */
export const RISE_PARTS = 20;

/** By how much a sensor got hotter at most within some time. What it says was surely seen. */
export interface TemperatureRise {
  /** 0: it never got hotter. */
  readonly riseDeciC: number;
  readonly toDeciC: number;
  /** The part of the time in which it came there begins here. */
  readonly atMs: EpochMs;
  /** Of all that were looked at. */
  readonly firstAtMs: EpochMs;
  readonly lastAtMs: EpochMs;
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
  /** Newest first, taken before `beforeMs`. */
  temperaturesOf(
    sensor: Sensor & { readonly limit: number; readonly beforeMs: EpochMs },
  ): Promise<readonly TakenTemperature[]>;
  /** From `fromMs` up to, and without, `toMs`, oldest first; a span in which the sensor said nothing is left out. */
  temperatureSpansOf(
    sensor: Sensor & { readonly fromMs: EpochMs; readonly toMs: EpochMs; readonly spanMs: number },
  ): Promise<readonly TemperatureSpan[]>;
  /** The first of the largest rises within `withinMs`. Undefined: the sensor said nothing from `fromMs` up to, and without, `toMs`. */
  temperatureRiseOf(
    sensor: Sensor & { readonly fromMs: EpochMs; readonly toMs: EpochMs; readonly withinMs: number },
  ): Promise<TemperatureRise | undefined>;
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
  readonly readings: readonly (TakenReading | TakenTemperature)[];
}

export interface DrawView {
  write(draw: SiteDraw): Promise<void>;
}
