import { siteId } from '@headroom/kernel';
import type { RecordedInput, SampleStore, TakenTemperature } from '../ports.ts';

/** The part of a store that is under test. */
export type TemperatureStore = Pick<
  SampleStore,
  'record' | 'temperaturesOf' | 'temperatureSpansOf' | 'temperatureRiseOf'
>;

class ContractBroken extends Error {
  readonly code = 'CONTRACT_BROKEN';
}

function expectSame(found: unknown, wanted: unknown): void {
  const [is, was] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (is !== was) throw new ContractBroken(`${is} is not ${was}`);
}

const MINUTE_MS = 60_000;
/** A whole minute, years before what else the tests record: nothing of theirs lies between. */
const T0 = Date.UTC(2025, 0, 7);

let offset = 0n;
const input = (...readings: readonly TakenTemperature[]): RecordedInput => {
  offset += 1n;
  const source = { topic: 'warm', partition: 0, offset, key: 'k', value: new Uint8Array(), headers: {} };
  return { source, samples: [], readings };
};

const warm = (sensor: string, atMs: number, temperatureDeciC: number, site = 'warm-site'): TakenTemperature => ({
  siteId: siteId(site),
  meterId: sensor,
  sampledAtMs: T0 + atMs,
  receivedAtMs: T0 + atMs + 20,
  temperatureDeciC,
});

const of = (sensorId: string, site = 'warm-site') => ({ siteId: siteId(site), sensorId });
const newest = (store: TemperatureStore, sensorId: string, limit = 10, beforeMs = T0 + 86_400_000) =>
  store.temperaturesOf({ ...of(sensorId), limit, beforeMs });
const degrees = (found: readonly TakenTemperature[]) => found.map(({ temperatureDeciC }) => temperatureDeciC);

type Check = (store: TemperatureStore) => Promise<void>;

/** What every store does with the temperatures that were taken. */
export const temperatureChecks = {
  kept: async (store) => {
    const cold = warm('kept', 0, -5);
    await store.record([input(cold)]);
    const [found, ...more] = await newest(store, 'kept');
    expectSame([found?.siteId, found?.meterId, found?.sampledAtMs], [cold.siteId, cold.meterId, cold.sampledAtMs]);
    expectSame([found?.receivedAtMs, found?.temperatureDeciC, more.length], [cold.receivedAtMs, -5, 0]);
  },
  once: async (store) => {
    const read = warm('once', 0, 310);
    await store.record([input(read, read)]);
    await store.record([input({ ...read, temperatureDeciC: 320 })]);
    expectSame(degrees(await newest(store, 'once')), [310]);
  },
  apart: async (store) => {
    await store.record([input(warm('apart', 0, 1), warm('apart', 0, 2, 'warm-other'), warm('apart-too', 0, 3))]);
    expectSame(degrees(await newest(store, 'apart')), [1]);
    const there = await store.temperaturesOf({ ...of('apart', 'warm-other'), limit: 10, beforeMs: T0 + 1 });
    expectSame(degrees(there), [2]);
    expectSame(await newest(store, 'never heard of'), []);
  },
  paged: async (store) => {
    await store.record([input(warm('paged', 1, 11)), input(warm('paged', 0, 10)), input(warm('paged', 2, 12))]);
    expectSame(degrees(await newest(store, 'paged', 2)), [12, 11]);
    expectSame(degrees(await newest(store, 'paged', 2, T0 + 1)), [10]);
  },
  spans: async (store) => {
    const told = [warm('spans', 0, 300), warm('spans', 10_000, 320), warm('spans', 59_999, 310)];
    await store.record([input(...told), input(warm('spans', 3 * MINUTE_MS, 305))]);
    const spans = await store.temperatureSpansOf({
      ...of('spans'),
      fromMs: T0,
      toMs: T0 + 86_400_000,
      spanMs: MINUTE_MS,
    });
    expectSame(
      spans.map((span) => [span.coldestDeciC, span.hottestDeciC, span.lastDeciC]),
      [
        [300, 320, 310],
        [305, 305, 305],
      ],
    );
    expectSame(
      spans.map((span) => [span.firstAtMs - T0, span.lastAtMs - T0]),
      [
        [0, 59_999],
        [180_000, 180_000],
      ],
    );
  },
  within: async (store) => {
    await store.record([input(...[0, 1, 2, 3].map((at) => warm('within', at * MINUTE_MS, at)))]);
    const range = { fromMs: T0 + MINUTE_MS, toMs: T0 + 3 * MINUTE_MS, spanMs: MINUTE_MS };
    const spans = await store.temperatureSpansOf({ ...of('within'), ...range });
    expectSame(
      spans.map(({ lastDeciC }) => lastDeciC),
      [1, 2],
    );
  },
  risen: async (store) => {
    const at = (sensor: string, toldAt: readonly (readonly [number, number])[]) =>
      toldAt.map(([s, deciC]) => warm(sensor, s * 1_000, deciC));
    const day = { fromMs: T0, toMs: T0 + 86_400_000, withinMs: 100_000 };
    const rise = async (sensor: string) => {
      const found = await store.temperatureRiseOf({ ...of(sensor), ...day });
      return found && [found.riseDeciC, found.toDeciC, (found.atMs - T0) / 1_000];
    };
    expectSame(await rise('risen-never'), undefined);
    await store.record([input(...at('risen-once', [[50, 300]]))]);
    expectSame(await rise('risen-once'), [0, 300, 50]);
    // Parts are 5 s: 20 of them are 100 s. What rose in more time does not count, nor does what fell.
    const told = [0, 60, 95, 101, 105, 300, 310].map(
      (s, n) => [s, [300, 310, 325, 330, 335, 400, 320][n] ?? 0] as const,
    );
    await store.record([input(...at('risen', told))]);
    expectSame(await rise('risen'), [25, 325, 95]);
    // The first of two that are equal, and nothing of what was said before.
    await store.record([
      input(
        ...at('risen-twice', [
          [-10, 0],
          [200, 300],
          [205, 310],
          [400, 290],
          [410, 300],
        ]),
      ),
    ]);
    expectSame(await rise('risen-twice'), [10, 310, 205]);
    const seen = await store.temperatureRiseOf({ ...of('risen-twice'), ...day });
    expectSame([seen?.firstAtMs, seen?.lastAtMs], [T0 + 200_000, T0 + 410_000]);
  },
} satisfies Readonly<Record<string, Check>>;
