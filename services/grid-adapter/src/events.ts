import type { Logger } from '@headroom/service-host';
import { type Metrics, SILENT_METRICS } from '@headroom/telemetry';

/** Telemetry of grid-adapter, one function per business event; never a line for each poll. */
export interface GridAdapterEvents {
  noSource(): void;
  started(sources: number): void;
  sitesKnown(): void;
  recordParked(topic: string, reason: string): void;
  /** This instance acts from now on. */
  tookOver(term: number): void;
  /** Another instance does. */
  stoodDown(term: number): void;
  storeTrouble(why: string): void;
  /** What was kept of it is of another release: nothing of it is known. */
  memoryUnreadable(source: string): void;
  pollFailed(source: string, why: string): void;
  heardAgain(source: string, failures: number): void;
  sourceLost(source: string, why: string): void;
  objectRefused(source: string, id: string, why: string): void;
  /** More than are told one by one. */
  refusalsLeftOut(source: string, count: number): void;
  eventsChanged(source: string, changes: number, refused: number): void;
  /** A target of the configuration that no site document has. */
  targetUnknown(siteId: string, circuitId: string | undefined): void;
  timelinePublished(siteId: string, circuitId: string | undefined, version: number): void;
  notPublished(why: string): void;
  factsDropped(count: number): void;
}

export function createEvents(logger: Logger, metrics: Metrics = SILENT_METRICS): GridAdapterEvents {
  const failures = metrics.counter('headroom_grid_polls_failed_total', {});
  const published = metrics.counter('headroom_grid_timelines_published_total', {});
  let isActing = false;
  metrics.observe('headroom_grid_acting', {}, () => (isActing ? 1 : 0));
  return {
    noSource: () => logger.info('no grid source is configured', { sources: 0 }),
    started: (sources) => logger.info('grid.started', { sources }),
    sitesKnown: () => logger.info('grid.sites-known'),
    recordParked: (topic, reason) => logger.warn('grid.record-parked', { topic, reason }),
    tookOver: (term) => {
      isActing = true;
      logger.info('grid.took-over', { term });
    },
    stoodDown: (term) => {
      isActing = false;
      logger.warn('grid.stood-down', { term });
    },
    storeTrouble: (why) => logger.error('grid.store-trouble', { why }),
    memoryUnreadable: (source) => logger.error('grid.memory-unreadable', { source }),
    pollFailed: (source, why) => {
      failures.add();
      logger.warn('grid.poll-failed', { source, why });
    },
    heardAgain: (source, failures) => logger.info('grid.heard-again', { source, failures }),
    sourceLost: (source, why) => logger.error('grid.source-lost', { source, why }),
    objectRefused: (source, id, why) => logger.warn('grid.object-refused', { source, id, why }),
    refusalsLeftOut: (source, count) => logger.warn('grid.refusals-left-out', { source, count }),
    eventsChanged: (source, changes, refused) => logger.info('grid.events-changed', { source, changes, refused }),
    targetUnknown: (siteId, circuitId) => logger.warn('grid.target-unknown', { siteId, circuitId }),
    timelinePublished: (siteId, circuitId, version) => {
      published.add();
      logger.info('grid.timeline-published', { siteId, circuitId, version });
    },
    notPublished: (why) => logger.error('grid.not-published', { why }),
    factsDropped: (count) => logger.warn('grid.facts-dropped', { count }),
  };
}
