import { afterAll, describe, expect, test } from '@jest/globals';
import { RPC_CONTRACT } from './contract.ts';
import { createGrpcNetwork } from './grpc.ts';
import { createMemoryRpcNetwork } from './memory.ts';
import { RpcError, type RpcNetwork } from './port.ts';

const networks: readonly [string, RpcNetwork][] = [
  ['memory', createMemoryRpcNetwork()],
  ['grpc-js', createGrpcNetwork()],
];

describe.each(networks)('rpc contract on %s', (_name, network) => {
  afterAll(() => network.close());
  test.each(Object.entries(RPC_CONTRACT))('%s', async (_title, check) => {
    await expect(check(network)).resolves.toBeUndefined();
  });
});

test('the contract turns red on a network that hands objects over and swallows failures', async () => {
  const honest = createMemoryRpcNetwork();
  const planted: RpcNetwork = {
    ...honest,
    client: () =>
      ({
        echo: () => Promise.reject(new RpcError('internal', 'secret detail')),
      }) as never,
  };
  const verdicts = await Promise.allSettled(Object.values(RPC_CONTRACT).map((check) => check(planted)));
  expect(verdicts.filter((verdict) => verdict.status === 'rejected').length).toBeGreaterThanOrEqual(6);
});
