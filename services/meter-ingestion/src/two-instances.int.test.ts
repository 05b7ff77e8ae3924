/** Two instances on one PostgreSQL, sharing the shards of one log, which move between them while meter values come in. */
import { afterAll, beforeAll, expect } from '@jest/globals';
import { encodeRecord, HEADERS, meteringServiceV1, meteringV1, siteV1, stationV1, TOPICS } from '@headroom/contracts';
import { createMemoryEventLog, type EventRecord, type MemoryEventLog } from '@headroom/event-log';
import { createMemoryLiveState } from '@headroom/live-state';
import { postgresForTests } from '@headroom/local/testing';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import { type Platform, type Service, systemIds, systemTime, topicSpecs } from '@headroom/service-host';
import { createPgTurnStore, type PgTurnStore } from '@headroom/turn-store';
import { MIGRATIONS, SCHEMA } from './adapters/pg/schema.ts';
import { assembleMeterIngestion } from './assemble.ts';
import { DEFAULT_METER_INGESTION_CONFIG } from './config.ts';
import { FACTS_GROUP } from './service.ts';

const postgres = await postgresForTests();
const { test } = postgres;
const SHARDS = 6;
const PATIENCE_MS = 15_000;
/** More than there are shards, so that each shard has some. */
const SITES = Array.from({ length: 18 }, (_, n) => `site-${n}`);
const INSTANCES = ['metering-a', 'metering-b'];

const time = systemTime();
const ids = systemIds();
const live = createMemoryLiveState({ clock: time });
const rpc = createMemoryRpcNetwork();
let log: MemoryEventLog;
let database: PgTurnStore;
const services: Service[] = [];

beforeAll(async () => {
  if (postgres.endpoint === undefined) return;
  log = createMemoryEventLog();
  await log.ensureTopics(topicSpecs({ shards: SHARDS, replicationFactor: 1 }));
  await log.append(SITES.map(siteConfig));
  for (const address of INSTANCES) {
    const service = assembleMeterIngestion(platformAt(address, postgres.endpoint.url), DEFAULT_METER_INGESTION_CONFIG);
    await service.start();
    services.push(service);
  }
  database = createPgTurnStore({ url: postgres.endpoint.url, schema: SCHEMA, migrations: MIGRATIONS });
});
afterAll(async () => {
  await Promise.all(services.map((service) => service.stop(2_000)));
  await database?.close();
});

const platformAt = (address: string, databaseUrl: string): Platform => ({
  clock: time,
  timers: time,
  io: time,
  ids,
  rng: { next: () => 0.5 },
  log,
  live,
  rpc,
  databaseUrl,
  shards: SHARDS,
  addresses: { 'meter-ingestion': address },
  logger: { info: () => {}, warn: () => {}, error: () => {} },
  fatal: (why, cause) => {
    throw new Error(why, { cause });
  },
});

const envelope = (eventId: string) => ({ eventId, eventType: 'Test', occurredAtMs: 0, producer: 'test' });

function siteConfig(siteId: string): EventRecord {
  const document = siteV1.SiteConfig.fromPartial({
    siteId,
    nominalVoltageV: 230,
    stations: [
      {
        stationId: `ST-${siteId}`,
        circuitId: 'grid',
        evses: [
          { evse: 1, phases: [1, 2, 3] },
          { evse: 2, phases: [1, 2, 3] },
        ],
      },
    ],
    otherLoads: [
      { circuitId: 'grid', meterId: 'building', worstCase: { l1DeciA: 1_400, l2DeciA: 1_400, l3DeciA: 1_400 } },
    ],
  });
  return encodeRecord(TOPICS.siteConfig, siteId, document, envelope(`site/${siteId}`));
}

/** Sample number `n` of a station: its power tells which it is. */
function meterValues(siteId: string, evse: number, n: number): EventRecord {
  const stationTimeMs = BigInt(time.nowMs()) - 30_000n + BigInt(n);
  const fact = stationV1.StationFact.fromPartial({
    stationId: `ST-${siteId}`,
    siteId,
    receivedAtMs: BigInt(time.nowMs()),
    fact: {
      $case: 'meterValuesReported',
      value: {
        evse,
        transactionId: 'tx',
        meterValues: [
          { stationTimeMs, sampledValues: [{ value: String(n), measurand: 'Power.Active.Import', unit: 'W' }] },
        ],
      },
    },
  });
  return encodeRecord(TOPICS.stationFacts, siteId, fact, envelope(`${siteId}/${evse}/${n}`));
}

async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const lateMs = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > lateMs) throw new Error(`it did not happen in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Event ids of what control was told, by place in the log. */
async function toldIds(): Promise<readonly string[]> {
  const seen: string[] = [];
  const topic = TOPICS.meteringFacts.name;
  for (let partition = 0; partition < SHARDS; partition += 1) {
    const onRecords = (records: readonly { readonly headers: Readonly<Record<string, string>> }[]): void =>
      records.forEach(({ headers }) => seen.push(headers[HEADERS.eventId] ?? ''));
    await log.readToEnd({ topic, partition, onRecords });
  }
  return seen;
}

test('each instance takes readings of every site, also of those whose shard another one reads', async () => {
  for (const [n, address] of INSTANCES.entries()) {
    const client = rpc.client(meteringServiceV1.MeteringServiceService, address);
    for (const siteId of SITES) {
      const reading = {
        siteId,
        meterId: 'building',
        sampledAtMs: BigInt(time.nowMs() + n),
        current: { l1DeciA: 10, l2DeciA: 10, l3DeciA: 10 },
      };
      expect(await client.recordSiteMeterReading(reading, { deadlineMs: 2_000 })).toEqual({ refusal: '', detail: '' });
    }
  }
  await until('each site shows its meter', async () => {
    const shown = await live.getMany('draw', SITES);
    const complete = [...shown.values()].filter(({ value }) => meteringV1.SiteDraw.decode(value).meters.length === 1);
    return complete.length === SITES.length || undefined;
  });
});

test('shards move to and fro while samples come in: each is told and recorded, once in the records, and no view goes back', async () => {
  const ROUNDS = 40;
  const backwards: string[] = [];
  const newest = new Map<string, bigint>();
  const unwatch = await Promise.all(
    SITES.map((siteId) =>
      live.watch('draw', siteId, ({ value }) => {
        for (const { evse, powerW = 0n } of meteringV1.SiteDraw.decode(value).evses) {
          const key = `${siteId}/${evse}`;
          if (powerW < (newest.get(key) ?? 0n)) backwards.push(`${key}: ${newest.get(key)} -> ${powerW}`);
          newest.set(key, powerW);
        }
      }),
    ),
  );
  const members = log.membersOf(FACTS_GROUP);
  expect(members).toHaveLength(2);
  for (let n = 1; n <= ROUNDS; n += 1) {
    // One EVSE at a time: the other stands on the board as it was, at whoever reads the shard now.
    await log.append(SITES.map((siteId) => meterValues(siteId, 1 + (n % 2), n)));
    await log.moveShard(FACTS_GROUP, n % SHARDS, members[Math.floor(n / SHARDS) % 2] ?? '');
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  const expected = SITES.flatMap((siteId) =>
    Array.from({ length: ROUNDS }, (_, n) => `${siteId}/${1 + ((n + 1) % 2)}/${n + 1}/0`),
  ).toSorted();
  const rows = await until('all is recorded', async () => {
    const found = await database.query<{ sample_key: string }>('select sample_key from evse_samples');
    return found.length >= expected.length ? found : undefined;
  });
  expect(rows.map((row) => row.sample_key).toSorted()).toEqual(expected);
  const told = await until('all is told', async () => {
    const all = new Set(await toldIds());
    return expected.every((id) => all.has(id)) ? all : undefined;
  });
  expect(told.size).toBe(expected.length + SITES.length * INSTANCES.length);
  await until(
    'every view ends with the last sample',
    () =>
      SITES.every(
        (siteId) => newest.get(`${siteId}/1`) === BigInt(ROUNDS) && newest.get(`${siteId}/2`) === BigInt(ROUNDS - 1),
      ) || undefined,
  );
  expect(backwards).toEqual([]);
  await Promise.all(unwatch.map((end) => end()));
}, 60_000);
