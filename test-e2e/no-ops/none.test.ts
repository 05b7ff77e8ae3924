import { expect, test } from '@jest/globals';
import { journey } from '../support/journey.ts';

test('the journey is green on the whole platform', async () => {
  await expect(journey()).resolves.toBeUndefined();
}, 60_000);
