import type { Clock } from '@headroom/kernel';
import type { CallOptions, RpcClient, RpcNetwork, ServiceBinding, ServiceDefinition } from '@headroom/rpc';
import { byLabel, type Counter, type Histogram, type Metrics, readTraceparent } from '@headroom/telemetry';
import type { Logger } from './logger.ts';

const MS_PER_S = 1_000;

export interface MeasuringCalls {
  readonly metrics: Metrics;
  /** Real time. */
  readonly io: Pick<Clock, 'monoMs'>;
}

export interface MeasuringRpc extends MeasuringCalls {
  /** Told of a handler that fails by a bug: its caller hears `internal`, and no more. */
  readonly logger: Pick<Logger, 'error'>;
}

interface Side {
  readonly outcome: (outcome: string) => Counter;
  readonly seconds: Histogram;
}

/** The same network, telling how calls end and how long they take, on both sides. */
export function measureRpc(inner: RpcNetwork, { metrics, io, logger }: MeasuringRpc): RpcNetwork {
  const handled = byLabel((method) => ({
    outcome: byLabel((outcome) => metrics.counter('headroom_rpc_server_calls_total', { method, outcome })),
    seconds: metrics.histogram('headroom_rpc_server_seconds', { method }),
  }));
  const called = byLabel((method) => ({
    outcome: byLabel((outcome) => metrics.counter('headroom_rpc_client_calls_total', { method, outcome })),
    seconds: metrics.histogram('headroom_rpc_client_seconds', { method }),
  }));
  const timed = async <T>({ outcome, seconds }: Side, call: () => Promise<T>): Promise<T> => {
    const begunMs = io.monoMs();
    try {
      const answer = await call();
      outcome('ok').add();
      return answer;
    } catch (cause) {
      outcome(statusOf(cause)).add();
      throw cause;
    } finally {
      seconds.record((io.monoMs() - begunMs) / MS_PER_S);
    }
  };
  const served = (binding: ServiceBinding): ServiceBinding => {
    const handlers = Object.entries(binding.handlers).map(([name, handler]) => {
      const path = binding.definition[name]?.path ?? name;
      const side = handled(path);
      const measured: typeof handler = async (request, context) => {
        try {
          return await timed(side, () => handler(request, context));
        } catch (cause) {
          if (!isRpcError(cause)) tellBug(logger, path, cause, context.traceparent);
          throw cause;
        }
      };
      return [name, measured] as const;
    });
    return { ...binding, handlers: Object.fromEntries(handlers) };
  };
  const asked = <D extends ServiceDefinition>(definition: D, client: RpcClient<D>): RpcClient<D> => {
    const methods = Object.entries<(request: never, options: CallOptions) => Promise<unknown>>(client).map(
      ([name, method]) => {
        const side = called(definition[name]?.path ?? name);
        const measured: typeof method = (request, options) => timed(side, () => method(request, options));
        return [name, measured] as const;
      },
    );
    return Object.fromEntries(methods) as RpcClient<D>;
  };
  return {
    serve: (address, services) => inner.serve(address, services.map(served)),
    client: (definition, address, options) => asked(definition, inner.client(definition, address, options)),
    healthy: (address, deadlineMs) => inner.healthy(address, deadlineMs),
    close: () => inner.close(),
  };
}

/** `RpcError` by its status; anything else that a handler throws goes out as `internal`. */
const statusOf = (cause: unknown): string => (isRpcError(cause) ? String(cause.code) : 'internal');

const isRpcError = (cause: unknown): cause is Error & { readonly code: unknown } =>
  cause instanceof Error && cause.name === 'RpcError' && 'code' in cause;

function tellBug(logger: MeasuringRpc['logger'], method: string, cause: unknown, traceparent?: string): void {
  const why = cause instanceof Error ? cause.message : 'unknown';
  logger.error('rpc.handler-failed', { method, why, traceId: readTraceparent(traceparent)?.traceId });
}
