import type { RpcNetwork, ServiceBinding } from './port.ts';

export interface CountedRpcNetwork {
  readonly network: RpcNetwork;
  /** Calls handled here since the start, by method path; methods that saw none stand with 0. */
  readonly handled: () => Readonly<Record<string, number>>;
}

/** The same network, counting what its servers handle: a method that nobody calls is a door nobody uses. */
export function countCalls(inner: RpcNetwork): CountedRpcNetwork {
  const counts = new Map<string, number>();
  const counted = (binding: ServiceBinding): ServiceBinding => {
    const handlers = Object.entries(binding.definition).map(([name, { path }]) => {
      counts.set(path, counts.get(path) ?? 0);
      const handler = binding.handlers[name];
      const counting: typeof handler = (request, context) => {
        counts.set(path, (counts.get(path) ?? 0) + 1);
        return handler === undefined ? Promise.reject(new Error(`${path} has no handler`)) : handler(request, context);
      };
      return [name, counting] as const;
    });
    return { ...binding, handlers: Object.fromEntries(handlers) };
  };
  return {
    network: { ...inner, serve: (address, services) => inner.serve(address, services.map(counted)) },
    handled: () => Object.fromEntries(counts),
  };
}
