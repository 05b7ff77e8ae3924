import { expect, test } from '@jest/globals';
import { countCalls } from './count-calls.ts';
import { HEALTH } from './health.ts';
import { createMemoryRpcNetwork } from './memory.ts';
import { bind } from './port.ts';

test('calls are counted by method, and a method nobody called stands with 0', async () => {
  const { network, handled } = countCalls(createMemoryRpcNetwork());
  const other = { ...HEALTH.check, path: '/headroom.test.v1.EchoService/Other' };
  const answer = () => Promise.resolve({ status: 1 });
  const definition = { check: HEALTH.check, other };
  const server = await network.serve('a', [
    bind('headroom.test.v1.EchoService', definition, { check: answer, other: answer }),
  ]);
  await network.client(definition, server.address).check({ service: '' }, { deadlineMs: 1_000 });
  expect(handled()).toEqual({ [HEALTH.check.path]: 1, [other.path]: 0 });
  await server.stop(10);
});
