import type { Clock } from '@headroom/kernel';
import type { Logger } from '@headroom/service-host';
import { type Metrics, SILENT_METRICS } from '@headroom/telemetry';

/** Telemetry of grid-adapter, one function per business event; never a line for each poll. */
export interface GridAdapterEvents {
  noSource(): void;
  started(sources: number): void;
  sitesKnown(): void;
  /** `traceId`, here and below: where it is traced. */
  recordParked(topic: string, reason: string, traceId: string | undefined): void;
  /** This instance acts from now on. */
  tookOver(term: number): void;
  /** Another instance does. */
  stoodDown(term: number): void;
  storeTrouble(why: string): void;
  /** What was kept of it is of another release: nothing of it is known. */
  memoryUnreadable(source: string): void;
  /** Each is counted; only those that say something new are told. */
  pollFailed(what: FailedPoll): void;
  heardAgain(source: string, failures: number, traceId: string | undefined): void;
  sourceLost(source: string, why: string): void;
  /** The VTN will call us when something changes. */
  subscribed(what: Subscribed): void;
  /** It will not; it is polled all the same. */
  notSubscribed(what: NotSubscribed): void;
  callbackRefused(source: string, why: string): void;
  /** The VTN has the report of an event. */
  reported(what: Reported): void;
  notReported(what: NotReported): void;
  objectRefused(what: RefusedObject): void;
  /** More than are told one by one. */
  refusalsLeftOut(source: string, count: number, traceId: string | undefined): void;
  eventsChanged(what: ChangedEvents): void;
  /** A target of the configuration that no site document has. */
  targetUnknown(siteId: string, circuitId: string | undefined): void;
  timelinePublished(what: PublishedTimeline): void;
  notPublished(why: string, traceId: string | undefined): void;
  factsDropped(count: number): void;
}

export interface Subscribed {
  readonly source: string;
  readonly subscriptions: number;
  readonly traceId: string | undefined;
}

export interface NotSubscribed {
  readonly source: string;
  readonly why: string;
  readonly traceId: string | undefined;
}

export interface Reported {
  readonly source: string;
  readonly key: string;
  /** What is odd about the answer of the VTN; empty: nothing. */
  readonly oddity: string;
  readonly traceId: string | undefined;
}

export interface NotReported {
  readonly source: string;
  readonly key: string;
  readonly why: string;
  readonly traceId: string | undefined;
}

export interface FailedPoll {
  readonly source: string;
  readonly why: string;
  /** The poll before did not fail in the same way. */
  readonly isNews: boolean;
  readonly traceId: string | undefined;
}

export interface RefusedObject {
  readonly source: string;
  readonly id: string;
  readonly why: string;
  readonly traceId: string | undefined;
}

/** So many events are other ones than at the poll before, and so many objects were refused. */
export interface ChangedEvents {
  readonly source: string;
  readonly changes: number;
  readonly refused: number;
  readonly traceId: string | undefined;
}

export interface PublishedTimeline {
  readonly siteId: string;
  readonly circuitId: string | undefined;
  readonly version: number;
  readonly traceId: string | undefined;
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
    recordParked: (topic, reason, traceId) => logger.warn('grid.record-parked', { topic, reason, traceId }),
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
    pollFailed: ({ source, why, isNews, traceId }) => {
      failures.add();
      if (isNews) logger.warn('grid.poll-failed', { source, why, traceId });
    },
    heardAgain: (source, failures, traceId) => logger.info('grid.heard-again', { source, failures, traceId }),
    sourceLost: (source, why) => logger.error('grid.source-lost', { source, why }),
    subscribed: (what) => logger.info('grid.subscribed', { ...what }),
    notSubscribed: (what) => logger.warn('grid.not-subscribed', { ...what }),
    callbackRefused: (source, why) => logger.warn('grid.callback-refused', { source, why }),
    reported: ({ oddity, ...what }) =>
      oddity === '' ? logger.info('grid.reported', what) : logger.warn('grid.reported', { ...what, why: oddity }),
    notReported: (what) => logger.warn('grid.not-reported', { ...what }),
    objectRefused: (what) => logger.warn('grid.object-refused', { ...what }),
    refusalsLeftOut: (source, count, traceId) => logger.warn('grid.refusals-left-out', { source, count, traceId }),
    eventsChanged: (what) => logger.info('grid.events-changed', { ...what }),
    targetUnknown: (siteId, circuitId) => logger.warn('grid.target-unknown', { siteId, circuitId }),
    timelinePublished: (what) => {
      published.add();
      logger.info('grid.timeline-published', { ...what });
    },
    notPublished: (why, traceId) => logger.error('grid.not-published', { why, traceId }),
    factsDropped: (count) => logger.warn('grid.facts-dropped', { count }),
  };
}

/** Anybody may knock as often as he likes: the same of one source is said once in so long, of clock time. */
export const SELDOM_MS = 60_000;

export function createSeldom(
  clock: Pick<Clock, 'monoMs'>,
  say: (source: string, why: string) => void,
): (source: string, why: string) => void {
  const saidMonoMs = new Map<string, number>();
  return (source, why) => {
    const key = JSON.stringify([source, why]);
    if (clock.monoMs() < (saidMonoMs.get(key) ?? Number.NEGATIVE_INFINITY) + SELDOM_MS) return;
    saidMonoMs.set(key, clock.monoMs());
    say(source, why);
  };
}
