/** One journey in each OCPP version driven by a client that is not ours, on the real parts. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DIALECTS, foreignJourney } from './support/foreign-journey.ts';
import { stackForTests, type TestStack } from './support/stack.ts';

const got = await stackForTests();
const on = 'why' in got ? test.skip : test;
let running: TestStack;

beforeAll(() => {
  if (!('why' in got)) running = got;
});
afterAll(async () => {
  await running?.stop();
}, 30_000);

for (const dialect of DIALECTS) {
  on(
    `a station of ${dialect.protocol} made by the API connects, charges under a lease and is recorded`,
    async () => {
      await expect(foreignJourney(running.api, running.stack.ocppUrl, dialect)).resolves.toBeUndefined();
    },
    60_000,
  );
}
