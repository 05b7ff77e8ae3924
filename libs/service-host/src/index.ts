/**
 * What every service stands on: its lifecycle, its logger, its health, and the bundle of ports that is its platform.
 * It refuses to know what any service does.
 */
export { systemIds, systemRng } from './chance.ts';
export { type HealthServer, serveHealth } from './health-server.ts';
export type { LogFields, Logger } from './logger.ts';
export { createPinoLogger, type LogLevel } from './pino-logger.ts';
export { type Platform, telemetryOf } from './platform.ts';
export { addressBook, required, wholeNumber } from './readers.ts';
export {
  createRealPlatform,
  type PlatformConfig,
  type RealPlatform,
  toPlatformConfig,
} from './real-platform.ts';
export { onEnd, runService, type ServiceProcess, STOP_GRACE_MS } from './run-service.ts';
export type { Readiness, Service } from './service.ts';
export { type TopicScale, topicSpecs } from './topic-specs.ts';
export { MAX_SPEED, systemTime } from './time.ts';
