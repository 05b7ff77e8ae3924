/**
 * The parts of a group of owners that know neither the client library nor the broker, for a log that simulates both: what a
 * member is told and when, who gets which shard, when a shard has caught up.
 */
export { assignShards, type GroupMember } from './assign-shards.ts';
export { type ShardCatchUp, watchShard } from './catch-up.ts';
export { FRESH_MS } from './heartbeats.ts';
export type { ShardReading, Tenure } from './holdings.ts';
export { tell } from './owner-reader.ts';
export { fencedError } from './record-check.ts';
export { createTenures, type Tenures } from './tenures.ts';
