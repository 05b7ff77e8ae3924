import type { Logger } from '@headroom/service-host';

/** Telemetry of session-registry, one function per business event. No secrets, no tokens, never a line per fact. */
export interface SessionRegistryEvents {
  siteConfigured(what: { readonly siteId: string; readonly version: number }): void;
  siteRefused(what: { readonly siteId: string; readonly codes: string }): void;
  passwordMade(stationId: string): void;
  recordParked(what: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: bigint;
    readonly reason: string;
  }): void;
  relayHeldUp(why: string): void;
  relayResumed(): void;
  inboxNotPruned(why: string): void;
}

export function createEvents(logger: Logger): SessionRegistryEvents {
  return {
    siteConfigured: (what) => logger.info('registry.site-configured', what),
    siteRefused: (what) => logger.warn('registry.site-refused', what),
    passwordMade: (stationId) => logger.info('registry.password-made', { stationId }),
    recordParked: (what) => logger.warn('registry.record-parked', what),
    relayHeldUp: (why) => logger.error('registry.relay-held-up', { why }),
    relayResumed: () => logger.info('registry.relay-resumed'),
    inboxNotPruned: (why) => logger.warn('registry.inbox-not-pruned', { why }),
  };
}
