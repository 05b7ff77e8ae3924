import type { Logger } from '@headroom/service-host';
import { byLabel, type Metrics, SILENT_METRICS } from '@headroom/telemetry';

/** Telemetry of session-registry, one function per business event. No secrets, no tokens, never a line per fact. */
export interface SessionRegistryEvents {
  /** Ours from now on; a line for each time, so that the logs tell who had a shard when. */
  shardsTaken(shards: readonly number[]): void;
  shardsLost(shards: readonly number[]): void;
  siteConfigured(what: { readonly siteId: string; readonly version: number }): void;
  siteRefused(what: { readonly siteId: string; readonly codes: string }): void;
  passwordMade(stationId: string): void;
  recordParked(what: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: bigint;
    readonly reason: string;
    /** Where it is traced. */
    readonly traceId: string | undefined;
  }): void;
  relayHeldUp(why: string): void;
  relayResumed(): void;
  inboxNotPruned(why: string): void;
  /** A fact about sessions is settled, and its position behind us. */
  factSettled(kind: string): void;
  tokenJudged(status: string): void;
}

export function createEvents(logger: Logger, metrics: Metrics = SILENT_METRICS): SessionRegistryEvents {
  const facts = byLabel((kind) => metrics.counter('headroom_session_facts_total', { kind }));
  const judged = byLabel((status) => metrics.counter('headroom_authorizations_total', { status }));
  let isHeldUp = false;
  metrics.observe('headroom_outbox_held_up', {}, () => (isHeldUp ? 1 : 0));
  return {
    shardsTaken: (shards) => logger.info('registry.shards-taken', { shards: shards.join(' ') }),
    shardsLost: (shards) => logger.info('registry.shards-lost', { shards: shards.join(' ') }),
    siteConfigured: (what) => logger.info('registry.site-configured', what),
    siteRefused: (what) => logger.warn('registry.site-refused', what),
    passwordMade: (stationId) => logger.info('registry.password-made', { stationId }),
    recordParked: (what) => logger.warn('registry.record-parked', what),
    relayHeldUp: (why) => {
      isHeldUp = true;
      logger.error('registry.relay-held-up', { why });
    },
    relayResumed: () => {
      isHeldUp = false;
      logger.info('registry.relay-resumed');
    },
    factSettled: (kind) => facts(kind).add(),
    tokenJudged: (status) => judged(status).add(),
    inboxNotPruned: (why) => logger.warn('registry.inbox-not-pruned', { why }),
  };
}
