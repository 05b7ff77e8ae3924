import { TOPICS } from '@headroom/contracts';
import type { RecordBatch } from '@headroom/event-log';
import type { Timers } from '@headroom/kernel';
import { onStationFacts, type OnStationFactsDeps } from './app/on-station-facts.ts';

/** The consumer group, and the name of this service beside its offsets. */
export const GROUP = 'session-registry';
const HOUR_MS = 3_600_000;

export interface ServiceDeps extends OnStationFactsDeps {
  readonly timers: Timers;
  readonly pruneInbox: () => void;
}

/**
 * What arrives, and who deals with it:
 *
 *   station.facts  from the stored offset  -> onStationFacts -> sessions, transactions -> session.facts (outbox)
 *   rpc PutSite, PutLimitOverride          -> putSite, putLimitOverride                -> site.config (outbox)
 *   rpc PutChargingRequest                 -> putChargingRequest                       -> session.facts (outbox)
 *   rpc PutStation, PutToken, Authorize    -> putStation, the token, authorize
 *   rpc ResolveStation, Get*, List*        -> reads of the store
 *   commit, and every relayEveryMs         -> the outbox relay
 *   hourly                                 -> pruneInbox
 */
export const routes = (deps: ServiceDeps) => ({
  facts: {
    group: GROUP,
    topics: [TOPICS.stationFacts.name],
    onBatch: (batch: RecordBatch) => onStationFacts(deps, batch),
  },
  startTimers: () => deps.timers.every(HOUR_MS, deps.pruneInbox),
});
