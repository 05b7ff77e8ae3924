import type { stationV1 } from '@headroom/contracts';
import { check, codeOf, DEFINITION, type Handler, MESSAGE, NAME } from './contract-echo.ts';
import { REPLICA_CONTRACT } from './contract-replicas.ts';
import { bind, RpcError, type RpcNetwork } from './port.ts';

async function withServer(
  network: RpcNetwork,
  handler: Handler,
  use: (call: (deadlineMs: number) => Promise<stationV1.CommandAnswered>, address: string) => Promise<void>,
): Promise<void> {
  const server = await network.serve('127.0.0.1:0', [bind(NAME, DEFINITION, { echo: handler })]);
  const client = network.client(DEFINITION, server.address);
  try {
    await use((deadlineMs) => client.echo(MESSAGE, { deadlineMs, traceparent: '00-trace' }), server.address);
  } finally {
    await server.stop(500);
  }
}

/** What every rpc network must do. Each check throws where it is broken; titles are the test titles. */
export const RPC_CONTRACT: Readonly<Record<string, (network: RpcNetwork) => Promise<void>>> = {
  ...REPLICA_CONTRACT,
  'carries request and answer as protobuf, and the trace beside them': (network) =>
    withServer(
      network,
      (request, context) => Promise.resolve({ ...request, detail: `${request.detail} ${context.traceparent}` }),
      async (call) => check((await call(2_000)).detail === 'grüße 00-trace', 'the answer is not what was sent'),
    ),
  'gives the handler a copy, never the caller’s object': (network) =>
    withServer(
      network,
      (request) => Promise.resolve(Object.assign(request, { detail: 'changed' })),
      async (call) => {
        await call(2_000);
        check(MESSAGE.detail === 'grüße', 'the handler changed the caller’s message');
      },
    ),
  'ends a call at its deadline though the handler never answers': (network) =>
    withServer(
      network,
      () => new Promise(() => undefined),
      async (call) => check((await codeOf(call(50))) === 'deadline-exceeded', 'no deadline-exceeded'),
    ),
  'carries a status that the handler chose': (network) =>
    withServer(
      network,
      () => Promise.reject(new RpcError('not-found', 'no such station')),
      async (call) => {
        check((await codeOf(call(2_000))) === 'not-found', 'status lost');
        await call(2_000).catch((cause: Error) => check(cause.message.includes('no such station'), 'words lost'));
      },
    ),
  'turns any other failure into internal and says nothing of it (R12)': (network) =>
    withServer(
      network,
      () => Promise.reject(new Error('secret detail')),
      async (call) => {
        check((await codeOf(call(2_000))) === 'internal', 'not internal');
        await call(2_000).catch((cause: Error) => check(!cause.message.includes('secret'), 'detail leaked'));
      },
    ),
  'says unavailable where nobody serves': async (network) => {
    const code = await codeOf(network.client(DEFINITION, '127.0.0.1:1').echo(MESSAGE, { deadlineMs: 2_000 }));
    check(code === 'unavailable', `expected unavailable, got ${code}`);
  },
  'says unimplemented where the method is not served': async (network) => {
    const server = await network.serve('127.0.0.1:0', []);
    const code = await codeOf(network.client(DEFINITION, server.address).echo(MESSAGE, { deadlineMs: 2_000 }));
    await server.stop(500);
    check(code === 'unimplemented', `expected unimplemented, got ${code}`);
  },
  'answers the health check while it serves, and not after': async (network) => {
    const server = await network.serve('127.0.0.1:0', []);
    check(await network.healthy(server.address, 2_000), 'not healthy while serving');
    await server.stop(500);
    check(!(await network.healthy(server.address, 500)), 'healthy after stop');
  },
  'lets a running call end before it stops': (network) => {
    let finished = false;
    return withServer(
      network,
      async (request) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        finished = true;
        return request;
      },
      async (call) => {
        const running = call(2_000);
        await new Promise((resolve) => setTimeout(resolve, 20));
        void running.catch(() => undefined);
      },
    ).then(() => check(finished, 'the call was cut off'));
  },
};
