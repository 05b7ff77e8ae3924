/**
 * Turns: one input, one decision, one commit; inbox, outbox and input offsets beside the state they belong to.
 * It refuses to know any service's tables.
 */
export {
  type EpochSource,
  type InputPosition,
  type OutboxRecord,
  type Turn,
  type TurnStore,
  TurnStoreError,
  type TurnStoreErrorCode,
} from './port.ts';
