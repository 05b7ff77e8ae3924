import type { Platform, Service } from '@headroom/service-host';
import type { GridAdapterConfig } from './config.ts';

/** Starts, says that no grid source is configured, and stops. */
export function assembleGridAdapter(platform: Platform, config: GridAdapterConfig): Service {
  let running = false;
  return {
    name: 'grid-adapter',
    start() {
      running = true;
      platform.logger.info('no grid source is configured', { sources: config.sources.length });
      return Promise.resolve();
    },
    readiness: () => (running ? { kind: 'ready' } : { kind: 'not-ready', why: 'not started' }),
    stop() {
      running = false;
      return Promise.resolve();
    },
  };
}
