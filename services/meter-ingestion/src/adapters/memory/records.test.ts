import { expect, test } from '@jest/globals';
import { deciAmps, epochMs, siteId, stationId, transactionId } from '@headroom/kernel';
import { createMemoryTurnStore } from '@headroom/turn-store';
import type { EvseSample } from '../../domain/samples.ts';
import { inMemory } from './records.ts';

const T0 = 1_750_000_000_000;
const EVSE = { stationId: stationId('ST-1'), evse: 1 };

const sample = (key: string, atMs: number, sampledAtMs = atMs): EvseSample => ({
  ...EVSE,
  sampleKey: key,
  siteId: siteId('site-1'),
  transactionId: transactionId('t-1'),
  stationTimeMs: epochMs(T0 + atMs),
  sampledAtMs: epochMs(T0 + sampledAtMs),
  receivedAtMs: epochMs(T0 + sampledAtMs),
  current: { l1: deciAmps(100) },
  quality: 'good',
});

async function recorded(samples: readonly EvseSample[], most?: number): Promise<readonly string[]> {
  const { samples: store } = inMemory(createMemoryTurnStore(), most);
  for (const [at, each] of samples.entries()) {
    const source = {
      topic: 'facts',
      partition: 0,
      offset: BigInt(at),
      key: 'site-1',
      value: new Uint8Array(),
      headers: {},
    };
    await store.record([{ source, samples: [each], readings: [] }]);
  }
  const found = await store.samplesOf({ ...EVSE, limit: 10, beforeMs: epochMs(T0 + 1_000_000) });
  return found.map(({ sampleKey }) => sampleKey);
}

test('a message that is said again is one sample, though it comes later and is dated by when it came', async () => {
  expect(await recorded([sample('a', 0), sample('b', 10), sample('a', 0, 60)])).toEqual(['b', 'a']);
});

test('the newest are first, whatever order they come in, and the oldest go', async () => {
  expect(await recorded([sample('b', 10), sample('a', 0), sample('c', 20)], 2)).toEqual(['c', 'b']);
});

test('a reading of a site meter that is recorded again is one, and the oldest go', async () => {
  const store = createMemoryTurnStore();
  const { samples } = inMemory(store, 3);
  const current = { l1: deciAmps(1), l2: deciAmps(2), l3: deciAmps(3) };
  for (const atMs of [0, 1, 2, 3, 3]) {
    const source = {
      topic: 'facts',
      partition: 0,
      offset: BigInt(atMs),
      key: 'site-1',
      value: new Uint8Array(),
      headers: {},
    };
    const reading = { meterId: 'building', siteId: siteId('site-1'), current, sampledAtMs: atMs, receivedAtMs: 9 };
    await samples.record([{ source, samples: [], readings: [reading] }]);
  }
  const kept = store.read<readonly { readonly sampledAtMs: number }[]>('site_meter_readings').values();
  expect(kept.flat().map(({ sampledAtMs }) => sampledAtMs)).toEqual([1, 2, 3]);
});

test('of one that went, for being too old, nothing is known any more: said again, it is a sample by when it came', async () => {
  const [a, b, c] = [sample('a', 0), sample('b', 10), sample('c', 20)];
  expect(await recorded([a, b, c, b, sample('a', 0, 60)], 2)).toEqual(['a', 'c']);
});
