/**
 * Live site state behind a port: newest version wins, everything expires, anything may be lost.
 * It refuses to be the only place that knows something.
 */
export { createMemoryLiveState } from './memory.ts';
export { createRedisLiveState, type RedisLiveStateOptions } from './redis.ts';
export {
  type LiveFamily,
  type LiveState,
  LiveStateError,
  type LiveStateErrorCode,
  type LiveValue,
  type LiveVersion,
  type LiveWrite,
  MAX_LIVE_VALUE_BYTES,
  type WriteOutcome,
} from './port.ts';
