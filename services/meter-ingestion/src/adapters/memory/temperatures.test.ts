import { expect, test } from '@jest/globals';
import { siteId } from '@headroom/kernel';
import { createMemoryTurnStore } from '@headroom/turn-store';
import type { TakenTemperature } from '../../ports.ts';
import { temperatureChecks, type TemperatureStore } from '../temperature-contract.ts';
import { inMemory } from './records.ts';

type Change = (store: TemperatureStore) => TemperatureStore;
const storeOf = (change: Change = (store) => store): TemperatureStore =>
  change(inMemory(createMemoryTurnStore()).samples);

for (const [name, check] of Object.entries(temperatureChecks)) {
  test(`temperatures in memory keep the contract: ${name}`, () => check(storeOf()));
}

const faults: Readonly<Record<keyof typeof temperatureChecks, Change>> = {
  kept: (store) => ({ ...store, record: async () => undefined }),
  once: (store) => ({
    ...store,
    record: (inputs) =>
      store.record(
        inputs.map((input) => ({
          ...input,
          readings: input.readings.map((reading, at) => ({ ...reading, sampledAtMs: reading.sampledAtMs + at })),
        })),
      ),
  }),
  apart: (store) => ({
    ...store,
    temperaturesOf: (of) => store.temperaturesOf({ ...of, siteId: siteId('warm-site') }),
  }),
  paged: (store) => ({ ...store, temperaturesOf: async (of) => (await store.temperaturesOf(of)).toReversed() }),
  spans: (store) => ({ ...store, temperatureSpansOf: (of) => store.temperatureSpansOf({ ...of, spanMs: 30_000 }) }),
  risen: (store) => ({
    ...store,
    temperatureRiseOf: (of) => store.temperatureRiseOf({ ...of, withinMs: of.withinMs * 2 }),
  }),
  within: (store) => ({ ...store, temperatureSpansOf: (of) => store.temperatureSpansOf({ ...of, toMs: of.toMs + 1 }) }),
};
for (const name of Object.keys(faults) as (keyof typeof temperatureChecks)[]) {
  test(`the contract sees temperatures that are kept wrong: ${name}`, async () => {
    await expect(temperatureChecks[name](storeOf(faults[name]))).rejects.toMatchObject({ code: 'CONTRACT_BROKEN' });
  });
}

test('of one sensor as many are kept as of a meter, the newest', async () => {
  const { samples } = inMemory(createMemoryTurnStore(), 3);
  const source = { topic: 'facts', partition: 0, offset: 0n, key: 'k', value: new Uint8Array(), headers: {} };
  const readings = [1, 2, 3, 4].map(
    (at): TakenTemperature => ({
      ...{ siteId: siteId('s'), meterId: 'duct', sampledAtMs: at, receivedAtMs: at },
      temperatureDeciC: at,
    }),
  );
  await samples.record([{ source, samples: [], readings }]);
  const found = await samples.temperaturesOf({ siteId: siteId('s'), sensorId: 'duct', limit: 10, beforeMs: 9 });
  expect(found.map(({ sampledAtMs }) => sampledAtMs)).toEqual([4, 3, 2]);
});
