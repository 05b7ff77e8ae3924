import { expect, test } from '@jest/globals';
import { journey } from '../support/journey.ts';
import { muteHandlersOf } from '../support/no-ops.ts';

test('the journey is red when the handlers of ocpp-gateway do nothing', async () => {
  expect((await muteHandlersOf('ocpp-gateway')).length).toBeGreaterThan(0);
  await expect(journey()).rejects.toThrow(/^not within \d+ ms/);
}, 90_000);
