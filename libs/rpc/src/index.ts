/**
 * Calls between services behind a port: protobuf both ways, a deadline on every call, a closed list of statuses.
 * It repeats nothing that the caller has not called repeatable: only the caller knows what a repeat would do.
 */
export { type CountedRpcNetwork, countCalls } from './count-calls.ts';
export { createGrpcNetwork, MAX_RPC_BYTES } from './grpc.ts';
export { createMemoryRpcNetwork } from './memory.ts';
export {
  bind,
  type CallOptions,
  type ClientOptions,
  type RequestOf,
  type ResponseOf,
  type RpcClient,
  RpcError,
  type RpcHandlers,
  type RpcNetwork,
  type RpcServer,
  type RpcStatus,
  type ServiceBinding,
  type ServiceDefinition,
  type UnaryMethod,
} from './port.ts';
export { MAX_REPLICAS, replicasOf } from './replicas.ts';
