import { isTold } from '@headroom/kernel';
import type { Logger } from '@headroom/service-host';
import { type Metrics, SILENT_METRICS } from '@headroom/telemetry';

/** Telemetry of meter-ingestion, one function per business event; never a line per sample (OW-68). */
export interface MeterIngestionEvents {
  /** Ours from now on; a line for each time, so that the logs tell who had a shard when. */
  shardsTaken(shards: readonly number[]): void;
  shardsLost(shards: readonly number[]): void;
  sitesKnown(): void;
  recordParked(what: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: bigint;
    readonly reason: string;
    /** Where it is traced. */
    readonly traceId: string | undefined;
  }): void;
  /** Of one message. */
  valuesDropped(what: {
    readonly stationId: string;
    readonly count: number;
    /** Where it is traced. */
    readonly traceId: string | undefined;
  }): void;
  recordingHeldUp(why: string, pendingInputs: number): void;
  recordingResumed(): void;
  /** Told at 1, 2, 4, 8, ...: while the live state is away, each site has one a second. */
  drawNotWritten(siteId: string, why: string): void;
  daysNotPrepared(why: string): void;
  stationOverflow(siteId: string): void;
  /** So many samples of EVSEs were understood. */
  sampled(count: number): void;
  /** So many readings of site meters were read back. */
  readingsTaken(count: number): void;
}

export function createEvents(logger: Logger, metrics: Metrics = SILENT_METRICS): MeterIngestionEvents {
  const samples = metrics.counter('headroom_meter_values_total', { of: 'evse' });
  const readings = metrics.counter('headroom_meter_values_total', { of: 'site' });
  const dropped = metrics.counter('headroom_meter_values_dropped_total', {});
  let isHeldUp = false;
  let notWritten = 0;
  metrics.observe('headroom_meter_recording_held_up', {}, () => (isHeldUp ? 1 : 0));
  return {
    shardsTaken: (shards) => logger.info('metering.shards-taken', { shards: shards.join(' ') }),
    shardsLost: (shards) => logger.info('metering.shards-lost', { shards: shards.join(' ') }),
    sitesKnown: () => logger.info('metering.sites-known'),
    recordParked: (what) => logger.warn('metering.record-parked', what),
    valuesDropped: (what) => {
      dropped.add(what.count);
      logger.warn('metering.values-dropped', what);
    },
    recordingHeldUp: (why, pendingInputs) => {
      isHeldUp = true;
      logger.error('metering.recording-held-up', { why, pendingInputs });
    },
    recordingResumed: () => {
      isHeldUp = false;
      logger.info('metering.recording-resumed');
    },
    sampled: (count) => samples.add(count),
    readingsTaken: (count) => readings.add(count),
    drawNotWritten: (siteId, why) => {
      notWritten += 1;
      if (isTold(notWritten)) logger.warn('metering.draw-not-written', { siteId, why, times: notWritten });
    },
    daysNotPrepared: (why) => logger.error('metering.days-not-prepared', { why }),
    stationOverflow: (siteId) => logger.warn('metering.draw-overflow', { siteId }),
  };
}
