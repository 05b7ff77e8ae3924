/**
 * Turns: one input, one decision, one commit; inbox, outbox and input offsets beside the state they belong to.
 * It refuses to know any service's tables.
 */
export { createMemoryTurnStore, type MemoryTurn, type MemoryTurnStore, type TurnTable } from './memory.ts';
export { createMemoryEpochs } from './memory-epochs.ts';
export { createOutboxRelay, type OutboxRelay, type OutboxRelayOptions, RELAY_BATCH_RECORDS } from './outbox-relay.ts';
export { createPgTurnStore, MAX_TURN_ATTEMPTS, type PgTurn, type PgTurnStore, type PgTurnStoreOptions } from './pg.ts';
export { createPgEpochs, type PgEpochs, type PgEpochsOptions } from './pg-epochs.ts';
export type { Migration } from './pg-migrations.ts';
export { createPgSchema, type PgSchema, type PgSchemaOptions } from './pg-schema.ts';
export type { PgPoolSettings, Sql, SqlParam } from './pg-session.ts';
export {
  type EpochSource,
  type InputPosition,
  type OutboxRecord,
  type PublishOutbox,
  type Turn,
  type TurnStore,
  TurnStoreError,
  type TurnStoreErrorCode,
} from './port.ts';
