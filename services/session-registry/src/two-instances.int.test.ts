/** Two instances on one PostgreSQL: shards move between them, or both believe that every shard is theirs. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect } from '@jest/globals';
import { HEADERS, LOCAL_PARTITIONS, registryV1, sessionV1, stationV1, TOPICS } from '@headroom/contracts';
import { createMemoryEventLog, type EventLog, type EventRecord, type MemoryEventLog } from '@headroom/event-log';
import { createMemoryLiveState } from '@headroom/live-state';
import { createDatabase } from '@headroom/local';
import { postgresForTests } from '@headroom/local/testing';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import { type Platform, systemIds, systemRng, systemTime, topicSpecs } from '@headroom/service-host';
import { assembleSessionRegistry } from './assemble.ts';
import { DEFAULT_SESSION_REGISTRY_CONFIG } from './config.ts';
import { GROUP } from './service.ts';
import { ended, started, stationRecord, status } from './testing/station-records.ts';

const postgres = await postgresForTests();
const time = systemTime();
const CALL = { deadlineMs: 10_000 };
const STATIONS = Array.from({ length: 12 }, (_, n) => `ST-${n}`);
const ROUNDS = 12;
const PATIENCE_MS = 25_000;

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

/** `seenBy`: the log as an instance sees it. */
async function twoInstances(url: string, seenBy: (log: MemoryEventLog, instance: string) => EventLog) {
  const databaseUrl = await createDatabase(url, `registry_${randomUUID().replaceAll('-', '_')}`);
  const log = createMemoryEventLog();
  await log.ensureTopics(topicSpecs({ shards: LOCAL_PARTITIONS, replicationFactor: 1 }));
  const rpc = createMemoryRpcNetwork();
  const silent = () => undefined;
  for (const instance of ['registry-a', 'registry-b']) {
    const platform: Platform = {
      clock: time,
      timers: time,
      io: time,
      ids: systemIds(),
      rng: systemRng(),
      log: seenBy(log, instance),
      live: createMemoryLiveState({ clock: time }),
      rpc,
      databaseUrl,
      shards: LOCAL_PARTITIONS,
      addresses: { 'session-registry': instance },
      logger: { info: silent, warn: silent, error: silent },
      fatal: (why, cause) => {
        throw new Error(why, { cause });
      },
    };
    const service = assembleSessionRegistry(platform, DEFAULT_SESSION_REGISTRY_CONFIG);
    await service.start();
    running.push(() => service.stop(1_000));
  }
  const registry = rpc.client(registryV1.RegistryServiceService, 'registry-a|registry-b', {
    repeatable: ['listTransactions'],
  });
  return { log, registry };
}

/** One visit of a car to each station; each station is keyed by itself, so that all shards have some. */
const visits = (round: number): readonly EventRecord[] => {
  const now = time.nowMs();
  const id = `tx-${round}`;
  return STATIONS.flatMap((station) =>
    [
      status(stationV1.ConnectorStatus.PREPARING),
      started(id, now),
      ended(id, now + 1, 2_000n),
      status(stationV1.ConnectorStatus.AVAILABLE),
    ].map((fact, n) => ({ ...stationRecord(station, fact, now + n, `${station}/${round}/${n}`), key: station })),
  );
};

/** What was told about each station, in the order of the log. */
async function toldOf(log: MemoryEventLog) {
  const told: { readonly station: string; readonly what: string; readonly eventId: string }[] = [];
  const topic = TOPICS.sessionFacts.name;
  for (let partition = 0; partition < LOCAL_PARTITIONS; partition += 1) {
    await log.readToEnd({
      topic,
      partition,
      onRecords: (records) => {
        for (const { value, headers } of records) {
          const { stationId, fact } = sessionV1.SessionFact.decode(value);
          told.push({ station: stationId, what: fact?.$case ?? '', eventId: headers[HEADERS.eventId] ?? '' });
        }
      },
    });
  }
  return told;
}

const VISIT = ['sessionStarted', 'transactionOpened', 'transactionClosed', 'sessionEnded'];

async function expectEachOnce(
  log: MemoryEventLog,
  registry: Awaited<ReturnType<typeof twoInstances>>['registry'],
): Promise<void> {
  const all = STATIONS.length * ROUNDS * VISIT.length;
  const lateMs = Date.now() + PATIENCE_MS;
  while ((await toldOf(log)).length < all && Date.now() < lateMs) await new Promise((done) => setTimeout(done, 50));
  const told = await toldOf(log);
  for (const station of STATIONS) {
    const facts = told.filter((each) => each.station === station);
    expect(facts.map(({ what }) => what)).toEqual(Array.from({ length: ROUNDS }, () => VISIT).flat());
  }
  expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(all);
  for (const stationId of STATIONS) {
    const { transactions } = await registry.listTransactions({ siteId: '', stationId, limit: 0 }, CALL);
    expect(transactions).toHaveLength(ROUNDS);
    expect(transactions.every(({ meterStopWh, endedAtMs }) => meterStopWh === 2_000n && endedAtMs !== undefined)).toBe(
      true,
    );
  }
}

postgres.test(
  'shards move to and fro between two instances: each fact has its effect once, and is told once and in order',
  async ({ url }) => {
    const { log, registry } = await twoInstances(url, (shared) => shared);
    const members = log.membersOf(GROUP);
    expect(members).toHaveLength(2);
    for (let round = 0; round < ROUNDS; round += 1) {
      await log.append(visits(round));
      for (const shard of [round % LOCAL_PARTITIONS, (round + 3) % LOCAL_PARTITIONS]) {
        await log.moveShard(GROUP, shard, members[round % 2] ?? '');
      }
      await new Promise((done) => setTimeout(done, 20));
    }
    await expectEachOnce(log, registry);
  },
  60_000,
);

postgres.test(
  'two instances that both believe every shard is theirs: the position in PostgreSQL refuses whoever comes late',
  async ({ url }) => {
    // Worse than any rebalance: each is a group of its own, so that both deal with every record at the same time.
    const apart = (log: MemoryEventLog, instance: string): EventLog => ({
      ...log,
      consume: (options) => log.consume({ ...options, group: `${options.group} ${instance}` }),
    });
    const { log, registry } = await twoInstances(url, apart);
    for (let round = 0; round < ROUNDS; round += 1) await log.append(visits(round));
    await expectEachOnce(log, registry);
  },
  60_000,
);
