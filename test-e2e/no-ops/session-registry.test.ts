import { expect, test } from '@jest/globals';
import { journey } from '../support/journey.ts';
import { muteHandlersOf } from '../support/no-ops.ts';

test('the journey is red when the handlers of session-registry do nothing', async () => {
  expect((await muteHandlersOf('session-registry')).length).toBeGreaterThan(0);
  await expect(journey()).rejects.toThrow('was answered 500');
}, 90_000);
