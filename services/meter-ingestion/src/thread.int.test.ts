import { afterAll, beforeAll, expect } from '@jest/globals';
import { encodeRecord, HEADERS, meteringServiceV1, meteringV1, siteV1, stationV1, TOPICS } from '@headroom/contracts';
import { createMemoryEventLog, type EventLog, parkedTopicOf, type StoredRecord } from '@headroom/event-log';
import { createMemoryLiveState } from '@headroom/live-state';
import { postgresForTests } from '@headroom/local/testing';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import { type Platform, type Service, systemTime, topicSpecs } from '@headroom/service-host';
import { assembleMeterIngestion } from './assemble.ts';
import { DEFAULT_METER_INGESTION_CONFIG } from './config.ts';

const postgres = await postgresForTests();
const { test } = postgres;
const SITE = 'depot';
const PATIENCE_MS = 5_000;
const CALL = { deadlineMs: 2_000 };

const time = systemTime();
let log: EventLog;
let live: ReturnType<typeof createMemoryLiveState>;
let rpc: ReturnType<typeof createMemoryRpcNetwork>;
let service: Service;

beforeAll(async () => {
  if (postgres.endpoint === undefined) return;
  log = createMemoryEventLog();
  await log.ensureTopics(topicSpecs({ shards: 6, replicationFactor: 1 }));
  live = createMemoryLiveState({ clock: time });
  rpc = createMemoryRpcNetwork();
  const config = siteV1.SiteConfig.fromPartial({
    siteId: SITE,
    nominalVoltageV: 230,
    circuits: [{ circuitId: 'grid', derating: { sensorId: 'duct' } }],
    stations: [{ stationId: 'ST-1', circuitId: 'grid', evses: [{ evse: 1, phases: [1, 2, 3] }] }],
    otherLoads: [
      { circuitId: 'grid', meterId: 'building', worstCase: { l1DeciA: 1_400, l2DeciA: 1_400, l3DeciA: 1_400 } },
    ],
  });
  const envelope = { eventId: 'site/1', eventType: 'SiteConfig', occurredAtMs: 0, producer: 'test' };
  await log.append([encodeRecord(TOPICS.siteConfig, SITE, config, envelope)]);
  service = assembleMeterIngestion(platformOf(postgres.endpoint.url), DEFAULT_METER_INGESTION_CONFIG);
  await service.start();
});
afterAll(async () => {
  if (postgres.endpoint !== undefined) await service.stop(2_000);
});

const platformOf = (databaseUrl: string): Platform => ({
  clock: time,
  timers: time,
  io: time,
  ids: { next: () => 'id' },
  rng: { next: () => 0.5 },
  log,
  live,
  rpc,
  databaseUrl,
  shards: 6,
  addresses: { 'meter-ingestion': 'metering' },
  logger: { info: () => {}, warn: () => {}, error: () => {} },
  fatal: (why, cause) => {
    throw new Error(why, { cause });
  },
});

/** Every record of a topic, read anew. */
async function recordsOf(topic: string): Promise<readonly StoredRecord[]> {
  const seen: StoredRecord[] = [];
  await new Promise<void>((resolve, reject) => {
    log
      .consume({
        group: `reader-${Math.random()}`,
        topics: [topic],
        start: { kind: 'earliest' },
        onBatch: async (batch) => void seen.push(...batch.records),
        onCaughtUp: resolve,
        onFatal: reject,
      })
      .catch(reject);
  });
  return seen;
}
/** What control was told, with the id of each fact. */
const toldOf = async (kind: 'evseMeasured' | 'siteMeterRead') =>
  (await recordsOf(TOPICS.meteringFacts.name)).flatMap((record) => {
    const { fact } = TOPICS.meteringFacts.codec.decode(record.value);
    return fact?.$case === kind ? [{ key: record.key, eventId: record.headers[HEADERS.eventId], fact }] : [];
  });
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const lateMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > lateMs) throw new Error('it did not happen in time');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
const samplesOf = async (stationId: string, count: number) =>
  until(async () => {
    const client = rpc.client(meteringServiceV1.MeteringServiceService, 'metering');
    const { samples } = await client.listEvseSamples({ stationId, evse: 1, limit: 0, beforeMs: undefined }, CALL);
    return samples.length >= count ? samples : undefined;
  });

function meterValues(
  stationId: string,
  eventId: string,
  values: readonly Partial<stationV1.SampledValue>[],
  siteId = SITE,
) {
  const nowMs = BigInt(time.nowMs());
  const fact = stationV1.StationFact.fromPartial({
    stationId,
    siteId,
    receivedAtMs: nowMs,
    fact: {
      $case: 'meterValuesReported',
      value: { evse: 1, transactionId: 'tx', meterValues: [{ stationTimeMs: nowMs, sampledValues: [...values] }] },
    },
  });
  const envelope = { eventId, eventType: 'MeterValuesReported', occurredAtMs: 0, producer: 'test' };
  return encodeRecord(TOPICS.stationFacts, siteId === '' ? stationId : siteId, fact, envelope);
}
const L1 = { value: '16', measurand: 'Current.Import', phase: 'L1', unit: 'A' };
const POWER = { value: '11.04', measurand: 'Power.Active.Import', unit: 'kW' };

test('meter values of a station reach control, the live draw and PostgreSQL; a repeat is recorded once', async () => {
  const record = meterValues('ST-1', 'event-1', [L1, POWER]);
  await log.append([record, record]);
  const samples = await samplesOf('ST-1', 1);
  expect(samples).toHaveLength(1);
  expect(samples[0]).toMatchObject({
    transactionId: 'tx',
    current: { l1DeciA: 160, l2DeciA: 160, l3DeciA: 160 },
    powerW: 11_040n,
  });

  // Twice told, under one id: whoever reads it recognises the repeat.
  const told = {
    key: SITE,
    eventId: 'event-1/0',
    fact: { value: { stationId: 'ST-1', quality: meteringV1.SampleQuality.DERIVED } },
  };
  expect(await toldOf('evseMeasured')).toMatchObject([told, told]);
  const draw = await until(() => live.get('draw', SITE));
  expect(meteringV1.SiteDraw.decode(draw.value).evses).toMatchObject([{ stationId: 'ST-1', evse: 1, powerW: 11_040n }]);
});

test('a station of no site is recorded, and nobody is told to control by it', async () => {
  await log.append([meterValues('ST-FREE', 'event-2', [L1], '')]);
  expect(await samplesOf('ST-FREE', 1)).toHaveLength(1);
  expect((await toldOf('evseMeasured')).filter((told) => told.eventId?.startsWith('event-2'))).toEqual([]);
});

test('a record that does not decode is parked with its reason, and what follows it is not lost', async () => {
  const broken = { ...meterValues('ST-2', 'event-3', [L1]), value: Uint8Array.of(0xff, 0xff, 0xff) };
  await log.append([broken, meterValues('ST-2', 'event-4', [L1])]);
  expect(await samplesOf('ST-2', 1)).toHaveLength(1);
  const parked = await recordsOf(parkedTopicOf(TOPICS.stationFacts.name, 'meter-ingestion'));
  expect(parked).toHaveLength(1);
  expect(parked[0]?.headers['parked-reason']).toMatch(/does not decode as headroom\.station\.v1\.StationFact/);
  expect([...(parked[0]?.value ?? [])]).toEqual([0xff, 0xff, 0xff]);
});

test('a reading of a site meter is durable before it is answered, shown, and recorded; refusals come as values', async () => {
  const client = rpc.client(meteringServiceV1.MeteringServiceService, 'metering');
  const reading = {
    siteId: SITE,
    meterId: 'building',
    sampledAtMs: BigInt(time.nowMs()),
    current: { l1DeciA: 900, l2DeciA: 880, l3DeciA: -20 },
  };
  expect(await client.recordSiteMeterReading(reading, CALL)).toEqual({ refusal: '', detail: '' });
  expect(await toldOf('siteMeterRead')).toHaveLength(1);
  const meters = await until(async () => {
    const draw = await live.get('draw', SITE);
    const shown = draw === undefined ? [] : meteringV1.SiteDraw.decode(draw.value).meters;
    return shown.length > 0 ? shown : undefined;
  });
  expect(meters).toMatchObject([{ meterId: 'building', current: { l3DeciA: -20 } }]);

  const refusalOf = async (rest: Partial<typeof reading>) =>
    (await client.recordSiteMeterReading({ ...reading, ...rest }, CALL)).refusal;
  expect(await refusalOf({ sampledAtMs: reading.sampledAtMs - 1n })).toBe('out-of-order');
  expect(await refusalOf({ sampledAtMs: reading.sampledAtMs - 86_400_000n })).toBe('too-old');
  expect(await refusalOf({ meterId: 'other' })).toBe('unknown-meter');
  expect(await refusalOf({ current: { l1DeciA: 1, l2DeciA: 1, l3DeciA: 99_999 } })).toBe('implausible');
  expect(await toldOf('siteMeterRead')).toHaveLength(1);
  await expect(client.recordSiteMeterReading({ ...reading, siteId: 'nowhere' }, CALL)).rejects.toMatchObject({
    code: 'not-found',
  });
  // LC2: the temperature of a circuit comes in beside them.
  const warm = { ...reading, meterId: 'duct', current: undefined, temperatureDeciC: 412 };
  expect(await client.recordSiteMeterReading(warm, CALL)).toEqual({ refusal: '', detail: '' });
  expect(await toldOf('siteMeterRead')).toHaveLength(2);
  expect((await client.recordSiteMeterReading({ ...warm, meterId: 'building' }, CALL)).refusal).toBe('unknown-meter');

  const { sampledAtMs } = reading;
  const sensor = { siteId: SITE, sensorId: 'duct' };
  const temperatures = await until(async () => {
    const listed = await client.listTemperatures({ ...sensor, limit: 0, beforeMs: undefined }, CALL);
    return listed.temperatures.length > 0 ? listed.temperatures : undefined;
  });
  expect(temperatures).toEqual([{ sampledAtMs, temperatureDeciC: 412 }]);
  const shown = await until(async () => {
    const draw = await live.get('draw', SITE);
    const decoded = draw && meteringV1.SiteDraw.decode(draw.value);
    return (decoded?.sensors ?? []).length > 0 ? decoded : undefined;
  });
  expect(shown.sensors).toMatchObject([{ meterId: 'duct', temperatureDeciC: 412, sampledAtMs }]);
  expect(shown.meters.map(({ meterId }) => meterId)).toEqual(['building']);

  const day = { ...sensor, fromMs: sampledAtMs - 86_400_000n, toMs: sampledAtMs + 1n, spanMs: 60_000n };
  const span = { coldestDeciC: 412, hottestDeciC: 412, lastDeciC: 412, firstAtMs: sampledAtMs, lastAtMs: sampledAtMs };
  expect(await client.listTemperatureSpans(day, CALL)).toEqual({ spans: [span] });
  for (const wrong of [{ spanMs: 999n }, { fromMs: day.fromMs - 3_660_001n }, { spanMs: 0n }]) {
    const asked = client.listTemperatureSpans({ ...day, ...wrong }, CALL);
    await expect(asked).rejects.toMatchObject({ code: 'invalid-argument' });
  }

  const week = { ...sensor, fromMs: sampledAtMs - 604_800_000n, toMs: sampledAtMs + 1n, withinMs: 185_000n };
  expect(await client.findTemperatureRise(week, CALL)).toMatchObject({
    rise: { riseDeciC: 0, toDeciC: 412, firstAtMs: sampledAtMs, lastAtMs: sampledAtMs },
  });
  expect(await client.findTemperatureRise({ ...week, sensorId: 'other' }, CALL)).toEqual({ rise: undefined });
  for (const wrong of [{ withinMs: 19_999n }, { withinMs: 5_000_001n }, { fromMs: week.toMs - 2_678_400_001n }]) {
    const asked = client.findTemperatureRise({ ...week, ...wrong }, CALL);
    await expect(asked).rejects.toMatchObject({ code: 'invalid-argument' });
  }
});
