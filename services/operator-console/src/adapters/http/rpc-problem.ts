import { assertNever } from '@headroom/kernel';
import type { RpcError } from '@headroom/rpc';
import { type Answer, problem } from './problem.ts';

/** When to come back after an outage: a restart of a service takes about that long. */
export const RETRY_AFTER_S = 2;

/** The one place where statuses of rpc become statuses of HTTP. Total. */
export function rpcProblem(error: RpcError): Answer {
  const again = { headers: { 'retry-after': String(RETRY_AFTER_S) } };
  switch (error.code) {
    case 'invalid-argument':
      return problem(422, error.message);
    case 'not-found':
      return problem(404, error.message);
    case 'failed-precondition':
      return problem(409, error.message);
    case 'resource-exhausted':
      return problem(429, error.message, again);
    case 'unimplemented':
      return problem(501, 'This version of the platform cannot do that yet.');
    case 'unavailable':
      return problem(503, 'A part of the platform is not reachable; nothing is known of the effect.', again);
    case 'deadline-exceeded':
      return problem(504, 'A part of the platform did not answer in time; the effect is unknown.');
    case 'internal':
      return problem(500, 'Something went wrong on our side.');
    default:
      return assertNever(error.code);
  }
}

/** By its code, never by its class: the memory twin and gRPC may load this library twice. */
export const isRpcError = (cause: unknown): cause is RpcError => cause instanceof Error && cause.name === 'RpcError';
