import * as grpc from '@grpc/grpc-js';
import { HEALTH, HEALTH_SERVING } from './health.ts';
import { clientOf } from './memory.ts';
import { type CallOptions, RpcError, type RpcNetwork, type ServiceBinding, type UnaryMethod } from './port.ts';
import { createReplicas } from './replicas.ts';
import { GRPC_CODES, statusOf, statusOfGrpcCode } from './status.ts';

/** A message larger than this is refused by server and client. */
export const MAX_RPC_BYTES = 4_194_304;

const CHANNEL: grpc.ChannelOptions = {
  'grpc.max_receive_message_length': MAX_RPC_BYTES,
  'grpc.max_send_message_length': MAX_RPC_BYTES,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 3_000,
  'grpc.keepalive_permit_without_calls': 1,
  // A restarted peer must be found again at once: control waits for it.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
};

/** gRPC over loopback or a trusted network, without TLS: certificates come with deployment. */
export function createGrpcNetwork(): RpcNetwork {
  const channels = new Map<string, grpc.Client>();
  const channelTo = (address: string): grpc.Client => {
    const known = channels.get(address);
    if (known !== undefined) return known;
    const client = new grpc.Client(address, grpc.credentials.createInsecure(), CHANNEL);
    channels.set(address, client);
    return client;
  };
  const replicas = createReplicas({
    call: (address, method, request, options) => callUnary(channelTo(address), method, request, options),
    async healthy(address, deadlineMs) {
      try {
        const answer = await callUnary(channelTo(address), HEALTH.check, { service: '' }, { deadlineMs });
        return answer.status === HEALTH_SERVING;
      } catch {
        return false;
      }
    },
  });
  return {
    serve: (address, services) => serve(address, services),
    client: (definition, address, options) => clientOf(definition, replicas.callerTo(definition, address, options)),
    healthy: replicas.healthy,
    close() {
      for (const client of channels.values()) client.close();
      channels.clear();
      return Promise.resolve();
    },
  };
}

async function serve(address: string, services: readonly ServiceBinding[]) {
  const server = new grpc.Server(CHANNEL);
  for (const service of services) server.addService(service.definition, implementationOf(service));
  server.addService(
    { check: HEALTH.check },
    {
      check: (_call: unknown, callback: grpc.sendUnaryData<{ readonly status: number }>) =>
        callback(null, { status: HEALTH_SERVING }),
    },
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(address, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null
        ? resolve(bound)
        : reject(new RpcError('unavailable', `cannot serve at ${address}: ${error.message}`)),
    );
  });
  return {
    address: `${address.slice(0, address.lastIndexOf(':'))}:${port}`,
    stop: (graceMs: number) =>
      new Promise<void>((resolve) => {
        const force = setTimeout(() => server.forceShutdown(), graceMs);
        server.tryShutdown(() => {
          clearTimeout(force);
          resolve();
        });
      }),
  };
}

function implementationOf(service: ServiceBinding): grpc.UntypedServiceImplementation {
  const entries = Object.keys(service.definition).map((name) => {
    const handler = service.handlers[name];
    const implementation: grpc.handleUnaryCall<unknown, unknown> = (call, callback) => {
      if (handler === undefined) return callback({ code: GRPC_CODES.unimplemented, details: 'no handler' });
      const traceparent = call.metadata.get('traceparent')[0];
      const context = typeof traceparent === 'string' ? { traceparent } : {};
      handler(call.request, context).then(
        (response: unknown) => callback(null, response),
        (cause: unknown) => {
          const status = statusOf(cause);
          callback({ code: GRPC_CODES[status.code], details: status.message });
        },
      );
    };
    return [name, implementation] as const;
  });
  return Object.fromEntries(entries);
}

function callUnary<Request, Response>(
  client: grpc.Client,
  method: UnaryMethod<Request, Response>,
  request: Request,
  options: CallOptions,
): Promise<Response> {
  const metadata = new grpc.Metadata();
  if (options.traceparent !== undefined) metadata.set('traceparent', options.traceparent);
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      metadata,
      // Real time, as every deadline of I/O: the platform's clock may be scaled.
      { deadline: new Date(Date.now() + options.deadlineMs) },
      (error, response) => {
        if (error !== null) reject(new RpcError(statusOfGrpcCode(error.code), `${method.path}: ${error.details}`));
        else if (response === undefined) reject(new RpcError('internal', `${method.path}: empty answer`));
        else resolve(response);
      },
    );
  });
}
