import {
  type CallOptions,
  RpcError,
  type RpcClient,
  type RpcNetwork,
  type RpcServer,
  type ServiceBinding,
  type ServiceDefinition,
  type UnaryMethod,
} from './port.ts';
import { createReplicas } from './replicas.ts';
import { statusOf } from './status.ts';

interface Running {
  readonly services: readonly ServiceBinding[];
  readonly calls: Set<Promise<unknown>>;
}

/**
 * Calls inside one process. Requests and responses still pass through protobuf bytes, so that nothing is shared
 * and nothing is sent that the wire could not carry.
 */
export function createMemoryRpcNetwork(): RpcNetwork {
  const running = new Map<string, Running>();
  const replicas = createReplicas({
    call: (address, method, request, options) => {
      const target = running.get(address);
      if (target === undefined) return Promise.reject(new RpcError('unavailable', `nobody serves at ${address}`));
      return withDeadline(dispatch(target, method, request, options), options.deadlineMs, method.path);
    },
    healthy: (address) => Promise.resolve(running.has(address)),
  });
  return {
    serve(address, services) {
      if (running.has(address)) return Promise.reject(new RpcError('unavailable', `${address} is already served`));
      const server: Running = { services, calls: new Set() };
      running.set(address, server);
      return Promise.resolve(serverOf(address, server, running));
    },
    client: (definition, address, options) => clientOf(definition, replicas.callerTo(definition, address, options)),
    healthy: replicas.healthy,
    close() {
      running.clear();
      return Promise.resolve();
    },
  };
}

type AnyMethod = UnaryMethod<unknown, unknown>;

function serverOf(address: string, server: Running, running: Map<string, Running>): RpcServer {
  return {
    address,
    async stop(graceMs) {
      running.delete(address);
      let timer: NodeJS.Timeout | undefined;
      const grace = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs);
      });
      await Promise.race([Promise.allSettled(server.calls), grace]);
      clearTimeout(timer);
    },
  };
}

async function dispatch(target: Running, method: AnyMethod, request: unknown, options: CallOptions): Promise<unknown> {
  const bytes = method.requestSerialize(request);
  const handler = findHandler(target.services, method.path);
  if (handler === undefined) throw new RpcError('unimplemented', `${method.path} is not served here`);
  const context = options.traceparent === undefined ? {} : { traceparent: options.traceparent };
  const call = (async () => handler(method.requestDeserialize(bytes), context))();
  target.calls.add(call);
  try {
    return method.responseDeserialize(method.responseSerialize(await call));
  } catch (cause) {
    throw statusOf(cause);
  } finally {
    target.calls.delete(call);
  }
}

function findHandler(services: readonly ServiceBinding[], path: string) {
  for (const service of services) {
    for (const [name, method] of Object.entries(service.definition)) {
      if (method.path === path) return service.handlers[name];
    }
  }
  return undefined;
}

function withDeadline(call: Promise<unknown>, deadlineMs: number, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new RpcError('deadline-exceeded', `${path} did not answer within ${deadlineMs} ms`)),
      deadlineMs,
    );
    call.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** A typed client whose every method goes through `call`. */
export function clientOf<D extends ServiceDefinition>(
  definition: D,
  call: (method: AnyMethod, request: unknown, options: CallOptions) => Promise<unknown>,
): RpcClient<D> {
  const methods = Object.entries(definition).map(([name, method]) => [
    name,
    (request: unknown, options: CallOptions) => call(method, request, options),
  ]);
  return Object.fromEntries(methods) as RpcClient<D>;
}
