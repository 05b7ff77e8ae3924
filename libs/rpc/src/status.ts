import { RpcError, type RpcStatus } from './port.ts';

/** What of a handler's failure crosses the wire: its status if it chose one, else nothing but `internal` (R12). */
export function statusOf(cause: unknown): RpcError {
  return isRpcError(cause) ? cause : new RpcError('internal', 'the call failed; the service has logged why', cause);
}

export function isRpcError(cause: unknown): cause is RpcError {
  return cause instanceof Error && cause.name === 'RpcError' && 'code' in cause;
}

/** gRPC status numbers of the statuses we use; every other number is `internal`. */
export const GRPC_CODES: Readonly<Record<RpcStatus, number>> = {
  'invalid-argument': 3,
  'deadline-exceeded': 4,
  'not-found': 5,
  'resource-exhausted': 8,
  'failed-precondition': 9,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
};

export function statusOfGrpcCode(code: number): RpcStatus {
  // 1 CANCELLED: the server went away under the call, so its effect is as unknown as with UNAVAILABLE.
  if (code === 1) return 'unavailable';
  for (const [status, number] of Object.entries(GRPC_CODES)) {
    if (number === code) return status as RpcStatus;
  }
  return 'internal';
}
