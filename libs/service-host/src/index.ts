/**
 * What every service stands on: its lifecycle, its logger, its health, and the bundle of ports that is its platform.
 * It refuses to know what any service does.
 */
export type { Logger, LogFields } from './logger.ts';
export type { Platform } from './platform.ts';
export type { Readiness, Service } from './service.ts';
