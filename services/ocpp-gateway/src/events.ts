import type { Logger } from '@headroom/service-host';
import type { Refusal } from './domain/admission.ts';

/** Telemetry of this service, one function per business event. Nothing is logged for an ordinary message (OW-68). */
export interface GatewayEvents {
  listening(address: string): void;
  stationRefused(stationId: string, refusal: Refusal): void;
  stationSuperseded(stationId: string, generation: number): void;
  stationFlooded(stationId: string, why: string): void;
  configurationRefused(stationId: string, detail: string): void;
  recordingLost(waitedMs: number): void;
  recordingBack(): void;
  factsDropped(count: number): void;
  routeNotWritten(detail: string): void;
  handlerFailed(stationId: string, detail: string): void;
  epochsUnknown(detail: string): void;
  /** The log failed in a way that no outage explains. */
  logBroken(detail: string): void;
  inboxRelayed(count: number): void;
  inboxNotRelayed(detail: string): void;
  /** Another gateway has a newer connection of this station. */
  stationElsewhere(stationId: string, generation: number): void;
}

export const createEvents = (logger: Logger): GatewayEvents => ({
  listening: (address) => logger.info('stations-welcome', { address }),
  stationRefused: (stationId, refusal) => logger.warn('station-refused', { stationId, refusal }),
  stationSuperseded: (stationId, generation) => logger.info('station-superseded', { stationId, generation }),
  stationFlooded: (stationId, why) => logger.warn('station-flooded', { stationId, why }),
  configurationRefused: (stationId, detail) => logger.warn('station-configuration-refused', { stationId, detail }),
  recordingLost: (waitedMs) => logger.error('recording-lost', { waitedMs }),
  recordingBack: () => logger.info('recording-back'),
  factsDropped: (count) => logger.error('facts-dropped', { count }),
  routeNotWritten: (detail) => logger.warn('route-not-written', { detail }),
  handlerFailed: (stationId, detail) => logger.error('handler-failed', { stationId, detail }),
  epochsUnknown: (detail) => logger.warn('epochs-unknown', { detail }),
  logBroken: (detail) => logger.error('log-broken', { detail }),
  inboxRelayed: (count) => logger.info('inbox-relayed', { count }),
  inboxNotRelayed: (detail) => logger.warn('inbox-not-relayed', { detail }),
  stationElsewhere: (stationId, generation) => logger.info('station-elsewhere', { stationId, generation }),
});
