import { expect, test } from '@jest/globals';
import { journey, PATIENT_MS } from '../support/journey.ts';
import { muteHandlersOf } from '../support/no-ops.ts';

test('the journey is red when the handlers of grid-adapter do nothing', async () => {
  expect((await muteHandlersOf('grid-adapter')).length).toBeGreaterThan(0);
  await expect(journey(PATIENT_MS)).rejects.toThrow(/^not within \d+ ms: an event of the utility/);
}, 240_000);
