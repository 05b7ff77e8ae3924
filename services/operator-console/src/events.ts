import { isTold } from '@headroom/kernel';
import type { Logger } from '@headroom/service-host';
import { byLabel, type Metrics, SILENT_METRICS } from '@headroom/telemetry';

/** Telemetry of operator-console, one function per business event. Every write leaves a line (the audit topic comes later). */
export interface ConsoleEvents {
  listening(url: string): void;
  sitePut(siteId: string, version: number): void;
  siteRefused(siteId: string, codes: string): void;
  stationCredentialsMade(stationId: string, siteId: string | null): void;
  tokenPut(idTokenHash: string, status: string): void;
  overrideSet(siteId: string, powerKw: number, validUntilMs: number): void;
  overrideEnded(siteId: string): void;
  /** `energyWh` undefined: as much as the battery that was said takes. */
  chargingRequested(evseId: string, energyWh: number | undefined): void;
  boostSet(evseId: string, untilMs: number): void;
  boostEnded(evseId: string): void;
  requestForbidden(why: string, host: string): void;
  handlerFailed(route: string, why: string): void;
  /** At each read; told ever more seldom. */
  liveUnreadable(key: string, why: string): void;
  /** At each attempt that fails; told ever more seldom. `what`: one of a few. */
  upstreamLost(what: string, why: string): void;
  /** At each attempt that succeeds; told once after those that failed. */
  upstreamBack(what: string): void;
  streamDropped(siteId: string, why: string): void;
  /** `traceId`: where it is traced. */
  recordParked(topic: string, why: string, traceId: string | undefined): void;
  demoEventOrdered(siteId: string, eventId: string, limitKw: number): void;
  demoEventWithdrawn(eventId: string): void;
  /** `route`: its pattern. `tookMs`: undefined for a stream, which takes as long as somebody looks. */
  requestAnswered(route: string, status: number, tookMs: number | undefined): void;
}

const MS_PER_S = 1_000;
/** Distinct values that cannot be read and are counted; beyond, the counting starts over. */
export const MAX_COUNTED = 1_000;

export function createEvents(logger: Logger, metrics: Metrics = SILENT_METRICS): ConsoleEvents {
  const requests = byLabel((route) => ({
    status: byLabel((status) => metrics.counter('headroom_http_requests_total', { route, status })),
    seconds: metrics.histogram('headroom_http_seconds', { route }),
  }));
  const lost = new Map<string, number>();
  const unreadable = new Map<string, number>();
  const countedOn = (counts: Map<string, number>, key: string): number => {
    if (!counts.has(key) && counts.size >= MAX_COUNTED) counts.clear();
    const times = (counts.get(key) ?? 0) + 1;
    counts.set(key, times);
    return times;
  };
  return {
    listening: (url) => logger.info('console.listening', { url }),
    sitePut: (siteId, version) => logger.info('console.site-put', { siteId, version }),
    siteRefused: (siteId, codes) => logger.info('console.site-refused', { siteId, codes }),
    stationCredentialsMade: (stationId, siteId) =>
      logger.info('console.station-credentials-made', { stationId, siteId: siteId ?? undefined }),
    tokenPut: (idTokenHash, status) => logger.info('console.token-put', { idTokenHash, status }),
    overrideSet: (siteId, powerKw, validUntilMs) =>
      logger.info('console.override-set', { siteId, powerKw, validUntilMs }),
    overrideEnded: (siteId) => logger.info('console.override-ended', { siteId }),
    chargingRequested: (evseId, energyWh) => logger.info('console.charging-requested', { evseId, energyWh }),
    boostSet: (evseId, untilMs) => logger.info('console.boost-set', { evseId, untilMs }),
    boostEnded: (evseId) => logger.info('console.boost-ended', { evseId }),
    requestForbidden: (why, host) => logger.warn('console.request-forbidden', { why, host }),
    handlerFailed: (route, why) => logger.error('console.handler-failed', { route, why }),
    liveUnreadable: (key, why) => {
      const times = countedOn(unreadable, key);
      if (isTold(times)) logger.error('console.live-unreadable', { key, why, times });
    },
    upstreamLost: (what, why) => {
      const times = countedOn(lost, what);
      if (isTold(times)) logger.warn('console.upstream-lost', { what, why, times });
    },
    upstreamBack: (what) => {
      if (lost.delete(what)) logger.info('console.upstream-back', { what });
    },
    streamDropped: (siteId, why) => logger.warn('console.stream-dropped', { siteId, why }),
    recordParked: (topic, why, traceId) => logger.error('console.record-parked', { topic, why, traceId }),
    demoEventOrdered: (siteId, eventId, limitKw) =>
      logger.info('console.demo-event-ordered', { siteId, eventId, limitKw }),
    demoEventWithdrawn: (eventId) => logger.info('console.demo-event-withdrawn', { eventId }),
    requestAnswered: (route, status, tookMs) => {
      const of = requests(route);
      of.status(String(status)).add();
      if (tookMs !== undefined) of.seconds.record(tookMs / MS_PER_S);
    },
  };
}
