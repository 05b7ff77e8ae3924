import { TOPICS } from '@headroom/contracts';
import type { RecordBatch } from '@headroom/event-log';
import type { Timers } from '@headroom/kernel';
import { onStationFacts, type OnStationFactsDeps } from './app/on-station-facts.ts';

/**
 * The consumer group, and the name of this service beside its offsets. Its members own their shards, although the positions
 * in PostgreSQL already decide who deals with a fact: control waits for session facts, and of an owner's group a dead member
 * is missed within 6 s (KF-43), of a plain recorder's within 45 s.
 */
export const GROUP = 'session-registry';
const HOUR_MS = 3_600_000;
/** Ten times what others rest: a session is told so much later, and a commit holds many readings. */
const PACE_MS = 20;

export interface ServiceDeps extends OnStationFactsDeps {
  readonly timers: Timers;
  readonly pruneInbox: () => void;
}

/**
 * What arrives, and who deals with it:
 *
 *   station.facts  from the stored offset  -> onStationFacts -> sessions, transactions -> session.facts (outbox)
 *   rpc PutSite, PutLimitOverride          -> putSite, putLimitOverride                -> site.config (outbox)
 *   rpc PutChargingRequest, PutBoost       -> putChargingRequest, putBoost             -> session.facts (outbox)
 *   rpc PutStation, PutToken, Authorize    -> putStation, the token, authorize
 *   rpc ResolveStation, Get*, List*        -> reads of the store
 *   commit, and every relayEveryMs         -> the outbox relay
 *   hourly                                 -> pruneInbox
 */
export const routes = (deps: ServiceDeps) => ({
  facts: {
    group: GROUP,
    topics: [TOPICS.stationFacts.name],
    paceMs: PACE_MS,
    onBatch: (batch: RecordBatch) => onStationFacts(deps, batch),
    // Nothing is held in memory for a shard.
    ownership: {
      onAcquired: async (shards: readonly number[]) => deps.events.shardsTaken(shards),
      onLost: async (shards: readonly number[]) => deps.events.shardsLost(shards),
    },
  },
  startTimers: () => deps.timers.every(HOUR_MS, deps.pruneInbox),
});
