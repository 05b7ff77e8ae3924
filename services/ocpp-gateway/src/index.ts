/**
 * The WebSockets of charging stations: who they are, what they say in either version of OCPP, and what they are told. What
 * bears on a transaction is durable before it is answered, and every command passes a fence right before it is written.
 * It refuses to decide anything about power or money.
 */
export {
  assembleGateway,
  createMemoryStore,
  type GatewayDoors,
  type OcppGateway,
  type VirtualConnection,
} from './assemble.ts';
export type { GatewayStore, StationSocket } from './ports.ts';
export {
  DEFAULT_OCPP_GATEWAY_CONFIG,
  type OcppGatewayConfig,
  type RawOcppGatewayConfig,
  readEnv,
  toConfig,
} from './config.ts';
