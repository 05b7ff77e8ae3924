import { afterAll, beforeAll, expect, test as plainTest } from '@jest/globals';
import type { StoredRecord } from '@headroom/event-log';
import { deciAmps, perPhase, siteId, stationId, transactionId, wattHours, watts } from '@headroom/kernel';
import { postgresForTests } from '@headroom/local/testing';
import { createPgTurnStore } from '@headroom/turn-store';
import type { EvseSample } from '../../domain/samples.ts';
import type { RecordedInput, TakenReading } from '../../ports.ts';
import { DAYS_AHEAD, dayPartition } from './partitions.ts';
import { CONSUMER } from '../records.ts';
import { temperatureChecks } from '../temperature-contract.ts';
import { createPgSampleStore } from './sample-store.ts';
import { MIGRATIONS, SCHEMA } from './schema.ts';

const NOW = Date.UTC(2026, 5, 7, 12);
const TOPIC = 'headroom.station.facts.v1';

const postgres = await postgresForTests();
const { test } = postgres;
const pg = createPgTurnStore({ url: postgres.endpoint?.url ?? '', schema: SCHEMA, migrations: MIGRATIONS });
const store = createPgSampleStore(pg);
beforeAll(async () => {
  if (postgres.endpoint !== undefined) await store.prepareDays(NOW);
});
afterAll(() => pg.close());

const source = (offset: bigint, partition = 0): StoredRecord => ({
  topic: TOPIC,
  partition,
  offset,
  key: 'k',
  value: new Uint8Array(),
  headers: {},
});
const sample = (station: string, key: string, atMs = NOW): EvseSample => ({
  sampleKey: key,
  siteId: siteId('site-1'),
  stationId: stationId(station),
  evse: 1,
  transactionId: transactionId('tx "{odd}", \\'),
  stationTimeMs: atMs - 7,
  sampledAtMs: atMs,
  receivedAtMs: NOW,
  current: { l1: deciAmps(160), l3: deciAmps(0) },
  powerW: watts(3680),
  energyRegisterWh: wattHours(9_000_000_000),
  exportedRegisterWh: wattHours(8_000_000_000),
  offered: deciAmps(160),
  quality: 'derived',
});
const input = (offset: bigint, ...samples: readonly EvseSample[]): RecordedInput => ({
  source: source(offset),
  samples,
  readings: [],
});
const samplesOf = (station: string, limit = 10, beforeMs = NOW + 86_400_000 * 400) =>
  store.samplesOf({ stationId: stationId(station), evse: 1, limit, beforeMs });

test('a sample comes back as it was recorded: unknown stays unknown, zero stays zero', async () => {
  const written = sample('ST-A', 'a/0');
  await store.record([input(0n, written)]);
  expect(await samplesOf('ST-A')).toEqual([written]);
});

test('a repeat changes nothing, within one batch and over two', async () => {
  await store.record([input(1n, sample('ST-B', 'b/0'), sample('ST-B', 'b/0')), input(2n, sample('ST-B', 'b/0'))]);
  await store.record([input(2n, sample('ST-B', 'b/0'), sample('ST-B', 'b/1'))]);
  expect((await samplesOf('ST-B')).map((row) => row.sampleKey)).toEqual(['b/0', 'b/1']);
});

test('newest first, bounded, strictly before', async () => {
  const keys = Array.from({ length: 30 }, (_, index) => `c/${String(index).padStart(2, '0')}`);
  await store.record(keys.map((key, index) => input(3n, sample('ST-C', key, NOW + index * 1_000))));
  expect((await samplesOf('ST-C', 3)).map((row) => row.sampleKey)).toEqual(['c/29', 'c/28', 'c/27']);
  expect((await samplesOf('ST-C', 1, NOW + 5_000)).map((row) => row.sampleKey)).toEqual(['c/04']);
});

test('the positions advance in the same turn: after a refused row neither is there', async () => {
  const position = (): Promise<bigint | undefined> => pg.nextOffset(CONSUMER, TOPIC, 0);
  await store.record([input(10n)]);
  expect(await position()).toBe(11n);
  const refused = { ...sample('ST-D', 'd/0'), stationId: stationId('nul \0 in text') };
  await expect(store.record([input(11n, sample('ST-D', 'd/1')), input(12n, refused)])).rejects.toMatchObject({
    retryable: false,
  });
  expect(await position()).toBe(11n);
  expect(await samplesOf('ST-D')).toEqual([]);
});

test('clocks that are far off land in the default partition, and move when their day is made', async () => {
  const far = NOW + (DAYS_AHEAD + 2) * 86_400_000;
  await store.record([input(20n, { ...sample('ST-E', 'e/0', far), stationTimeMs: far })]);
  await store.prepareDays(far);
  await store.prepareDays(far);
  expect((await samplesOf('ST-E')).map((row) => row.sampleKey)).toEqual(['e/0']);
  const { name } = dayPartition('evse_samples', far);
  expect(await pg.query(`select sample_key from ${name}`)).toEqual([{ sample_key: 'e/0' }]);
});

test('two instances that make the days at once do not collide', async () => {
  const other = createPgTurnStore({ url: postgres.endpoint?.url ?? '', schema: SCHEMA, migrations: MIGRATIONS });
  const later = NOW + 30 * 86_400_000;
  await Promise.all([store.prepareDays(later), createPgSampleStore(other).prepareDays(later)]);
  await other.close();
});

test('readings of site meters are kept once', async () => {
  const reading: TakenReading = {
    siteId: siteId('site-1'),
    meterId: 'building',
    current: perPhase((phase) => deciAmps(phase === 'l2' ? -30 : 500)),
    sampledAtMs: NOW,
    receivedAtMs: NOW + 20,
  };
  await store.record([{ source: source(30n), samples: [], readings: [reading, reading] }]);
  await store.record([{ source: source(30n), samples: [], readings: [reading] }]);
  const rows = await pg.query('select meter_id, at_ms, l2_deci_a from site_meter_readings');
  expect(rows).toEqual([{ meter_id: 'building', at_ms: NOW, l2_deci_a: -30 }]);
});

for (const [name, check] of Object.entries(temperatureChecks)) {
  test(`temperatures in PostgreSQL keep the contract: ${name}`, () => check(store));
}

test('temperatures have the partitions of their days', async () => {
  const readings = [
    { siteId: siteId('site-1'), meterId: 'duct', sampledAtMs: NOW, receivedAtMs: NOW, temperatureDeciC: 1 },
  ];
  await store.record([{ source: source(40n), samples: [], readings }]);
  const { name } = dayPartition('temperatures', NOW);
  expect(await pg.query(`select sensor_id, deci_c from ${name}`)).toEqual([{ sensor_id: 'duct', deci_c: 1 }]);
});

plainTest('a day has its own name and its own bounds, in UTC', () => {
  const day = dayPartition('evse_samples', NOW);
  expect(day).toEqual({
    name: 'evse_samples_20260607',
    fromMs: Date.UTC(2026, 5, 7),
    toMs: Date.UTC(2026, 5, 8),
  });
});
