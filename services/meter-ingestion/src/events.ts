import type { Logger } from '@headroom/service-host';

/** Telemetry of meter-ingestion, one function per business event; never a line per sample (OW-68). */
export interface MeterIngestionEvents {
  sitesKnown(): void;
  recordParked(what: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: bigint;
    readonly reason: string;
  }): void;
  valuesDropped(stationId: string, count: number): void;
  recordingHeldUp(why: string, pendingInputs: number): void;
  recordingResumed(): void;
  drawNotWritten(siteId: string, why: string): void;
  daysNotPrepared(why: string): void;
  stationOverflow(siteId: string): void;
}

export function createEvents(logger: Logger): MeterIngestionEvents {
  return {
    sitesKnown: () => logger.info('metering.sites-known'),
    recordParked: (what) => logger.warn('metering.record-parked', what),
    valuesDropped: (stationId, count) => logger.warn('metering.values-dropped', { stationId, count }),
    recordingHeldUp: (why, pendingInputs) => logger.error('metering.recording-held-up', { why, pendingInputs }),
    recordingResumed: () => logger.info('metering.recording-resumed'),
    drawNotWritten: (siteId, why) => logger.warn('metering.draw-not-written', { siteId, why }),
    daysNotPrepared: (why) => logger.error('metering.days-not-prepared', { why }),
    stationOverflow: (siteId) => logger.warn('metering.draw-overflow', { siteId }),
  };
}
