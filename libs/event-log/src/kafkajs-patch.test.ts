import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';

const require = createRequire(import.meta.url);

test('KF-24: the installed kafkajs arms no timer on an idle connection', () => {
  const file = require.resolve('kafkajs/src/network/requestQueue/index.js');
  const body = readFileSync(file, 'utf8').split('scheduleCheckPendingRequests() {').at(-1) ?? '';
  expect(body).toMatch(
    /if \(!this\.throttleCheckTimeoutId\) \{\s+if \(this\.pending\.length === 0 && scheduleAt <= 0\) return\s/,
  );
});

interface Runner {
  fetchManager: { start(): Promise<void> };
  start(): Promise<void>;
  running: boolean;
}
type RunnerClass = new (parts: Readonly<Record<string, unknown>>) => Runner;

/** The library's own loop of a consumer, whose fetches end as the test says, one after the other. */
async function running(fetches: readonly (Error | undefined)[], refreshes: readonly (Error | undefined)[] = []) {
  const Runner = require('kafkajs/src/consumer/runner.js') as RunnerClass;
  const calls: string[] = [];
  const over = Promise.withResolvers<void>();
  const silent = () => {};
  const [fetch, refresh] = [fetches.values(), refreshes.values()];
  const failWith = (cause: Error | undefined): void => {
    if (cause !== undefined) throw cause;
  };
  const consumerGroup = {
    ...{ groupId: 'g', memberId: 'm1', connect: async () => {} },
    joinAndSync: async () => void calls.push(`joins as ${consumerGroup.memberId}`),
    cluster: {
      refreshMetadata: async () => {
        calls.push('finds the brokers anew');
        failWith(refresh.next().value);
      },
    },
  };
  const lines = { debug: silent, info: silent, warn: silent, error: silent };
  const logger = { namespace: () => ({ ...lines, namespace: () => lines }) };
  const runner = new Runner({
    logger,
    ...{ consumerGroup, instrumentationEmitter: { emit: silent }, concurrency: 1 },
    retry: { initialRetryTime: 1, maxRetryTime: 1, retries: 2 },
    onCrash: (cause: Error) => {
      calls.push(`crashes: ${cause.message}`);
      over.resolve();
    },
  });
  runner.fetchManager = {
    start: async () => {
      const { value, done } = fetch.next();
      failWith(value);
      if (done !== true) return;
      runner.running = false;
      over.resolve();
    },
  };
  await runner.start();
  await over.promise;
  return calls;
}

const named = (name: string, cause?: Error): Error => Object.assign(new Error(name), { name, cause, retriable: true });
const ANEW = ['joins as m1', 'finds the brokers anew', 'joins as m1'];

test.each([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSBrokerNotFound',
  'KafkaJSRequestTimeoutError',
  'KafkaJSNoBrokerAvailableError',
])('OW-27: a consumer that lost its broker (%s) finds the new one and joins with its old member id', async (name) => {
  expect(await running([undefined, named(name)])).toEqual(ANEW);
  expect(await running([named('KafkaJSNumberOfRetriesExceeded', named(name))])).toEqual(ANEW);
});

test('OW-27: brokers that cannot be found yet are looked for again, and the member id is kept', async () => {
  const calls = await running([named('KafkaJSConnectionError'), named('KafkaJSConnectionError')], [named('gone')]);
  expect(calls).toEqual(['joins as m1', 'finds the brokers anew', 'finds the brokers anew', 'joins as m1']);
});
