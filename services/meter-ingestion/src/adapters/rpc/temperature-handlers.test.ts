import { expect, test } from '@jest/globals';
import { manualTime } from '@headroom/testing';
import { createMemoryTurnStore } from '@headroom/turn-store';
import { inMemory } from '../memory/records.ts';
import { MAX_RISES_AT_ONCE, temperatureHandlers } from './temperature-handlers.ts';

const REQUEST = { siteId: 's', sensorId: 'duct', fromMs: 0n, toMs: 1_000n, withinMs: 185_000n };

test('the first rise over the bound is refused while the others are looked for, and one is free again after each, also one that failed', async () => {
  const ends: ((cause?: Error) => void)[] = [];
  const { samples } = inMemory(createMemoryTurnStore());
  const { findTemperatureRise } = temperatureHandlers({
    clock: manualTime(0),
    store: {
      ...samples,
      temperatureRiseOf: () =>
        new Promise((resolve, reject) => {
          ends.push((cause) => (cause === undefined ? resolve(undefined) : reject(cause)));
        }),
    },
  });
  const asked = Array.from({ length: MAX_RISES_AT_ONCE }, () => findTemperatureRise(REQUEST));
  await expect(findTemperatureRise(REQUEST)).rejects.toMatchObject({ code: 'resource-exhausted' });
  expect(ends).toHaveLength(MAX_RISES_AT_ONCE);
  const [first, second] = asked;
  ends[0]?.();
  expect(await first).toEqual({ rise: undefined });
  ends[1]?.(new Error('lost'));
  await expect(second).rejects.toThrow('lost');
  const later = Array.from({ length: MAX_RISES_AT_ONCE }, () => findTemperatureRise(REQUEST));
  for (const end of ends.splice(0)) end();
  expect(await Promise.all(later)).toEqual(later.map(() => ({ rise: undefined })));
});
