/**
 * session-registry owns sites, stations, tokens, sessions and transactions: it checks and tells site documents, answers
 * who may connect and charge, and turns what stations report into sessions. It refuses to talk to stations.
 */
export { assembleSessionRegistry, type SessionRegistryDoors } from './assemble.ts';
export {
  DEFAULT_SESSION_REGISTRY_CONFIG,
  type RawSessionRegistryConfig,
  readEnv,
  type SessionRegistryConfig,
  toConfig,
} from './config.ts';
