import { expect, test } from '@jest/globals';
import { journey, PATIENT_MS } from '../support/journey.ts';

test('the journey is green on the whole platform', async () => {
  await expect(journey(PATIENT_MS)).resolves.toBeUndefined();
}, 240_000);
