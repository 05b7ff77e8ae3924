/**
 * The profile dispatcher turns allocations into charging profiles that a station really obeys: ordered, decreases
 * first, each a lease over a permanent fallback, each intent durable before it is sent; and it keeps what every EVSE
 * may be obeying, which is what counts in every sum. It refuses to invent a limit, to raise one that its own gate does
 * not pass, and to take a station's "Accepted" for obedience.
 */
export { assembleProfileDispatcher, assembleWithEpochs, type EpochsHandle } from './assemble.ts';
export {
  DEFAULT_PROFILE_DISPATCHER_CONFIG,
  type ProfileDispatcherConfig,
  type RawProfileDispatcherConfig,
  readEnv,
  toConfig,
} from './config.ts';
