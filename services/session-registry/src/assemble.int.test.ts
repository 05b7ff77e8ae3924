import { randomUUID } from 'node:crypto';
import { afterEach, expect } from '@jest/globals';
import { commonV1, LOCAL_PARTITIONS, registryV1, sessionV1, siteV1, stationV1, TOPICS } from '@headroom/contracts';
import {
  createMemoryEventLog,
  type EventLog,
  parkedSpecs,
  parkedTopicOf,
  type StoredRecord,
} from '@headroom/event-log';
import { createMemoryLiveState } from '@headroom/live-state';
import { createDatabase } from '@headroom/local';
import { postgresForTests } from '@headroom/local/testing';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import { type Platform, systemIds, systemRng, systemTime } from '@headroom/service-host';
import { passwordHash } from './adapters/crypto/secret-source.ts';
import { assembleSessionRegistry } from './assemble.ts';
import { DEFAULT_SESSION_REGISTRY_CONFIG } from './config.ts';
import { GROUP } from './service.ts';
import { ended, started, stationRecord, status } from './testing/station-records.ts';

const postgres = await postgresForTests();
/** A memory log begins empty, so each test that has one needs a database that remembers no other. */
const emptied = (url: string): Promise<string> => createDatabase(url, `registry_${randomUUID().replaceAll('-', '_')}`);
const ADDRESS = 'session-registry';
const CALL = { deadlineMs: 10_000 };

const SITE: siteV1.SiteConfig = {
  siteId: 'depot',
  version: 0n,
  configuredAtMs: 0n,
  name: 'Depot',
  timezone: 'Europe/Paris',
  sources: [],
  nominalVoltageV: 230,
  circuits: [{ circuitId: 'grid', name: 'Grid', rating: { l1DeciA: 3_200, l2DeciA: 3_200, l3DeciA: 3_200 } }],
  stations: [
    {
      stationId: 'ST-1',
      circuitId: 'grid',
      evses: [
        {
          evse: 1,
          name: 'Bay 1',
          phases: [commonV1.GridPhase.L1, commonV1.GridPhase.L2, commonV1.GridPhase.L3],
          maxCurrentDeciA: 320,
          minCurrentDeciA: 60,
          fallbackDeciA: 60,
        },
      ],
    },
  ],
  otherLoads: [],
  policy: { kind: siteV1.PolicyKind.EQUAL_SHARE, leaseS: 120 },
};

/** What is in a topic, growing; `until` resolves once it satisfies. */
async function follow(log: EventLog, topic: string) {
  const records: StoredRecord[] = [];
  let look: () => void = () => undefined;
  await log.consume({
    group: `test-${topic}`,
    topics: [topic],
    start: { kind: 'earliest' },
    onBatch: async (batch) => {
      records.push(...batch.records);
      look();
    },
    onFatal: (cause) => {
      throw cause;
    },
  });
  const until = (enough: (records: readonly StoredRecord[]) => boolean): Promise<void> =>
    new Promise((resolve) => {
      look = () => enough(records) && resolve();
      look();
    });
  return { records, until };
}

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

async function world(url: string, log = createMemoryEventLog()) {
  const time = systemTime();
  const specs = Object.values(TOPICS).map(({ name, cleanup }) => ({
    name,
    cleanup,
    partitions: LOCAL_PARTITIONS,
    replicationFactor: 1,
  }));
  await log.ensureTopics([...specs, ...parkedSpecs(specs, GROUP)]);
  const silent = () => undefined;
  const platform: Platform = {
    clock: time,
    timers: time,
    io: time,
    ids: systemIds(),
    rng: systemRng(),
    log,
    live: createMemoryLiveState({ clock: time }),
    rpc: createMemoryRpcNetwork(),
    databaseUrl: url,
    shards: LOCAL_PARTITIONS,
    addresses: { 'session-registry': ADDRESS },
    logger: { info: silent, warn: silent, error: silent },
    fatal: (why, cause) => {
      throw new Error(why, { cause });
    },
  };
  const service = assembleSessionRegistry(platform, DEFAULT_SESSION_REGISTRY_CONFIG);
  running.push(() => service.stop(1_000));
  await service.start();
  const registry = platform.rpc.client(registryV1.RegistryServiceService, ADDRESS);
  return { service, registry, log, clock: time };
}

const casesOf = (records: readonly StoredRecord[]): readonly string[] =>
  records.map((record) => sessionV1.SessionFact.decode(record.value).fact?.$case ?? '');

postgres.test('a site, a station, a token and a car: from the first rpc to the last session fact', async ({ url }) => {
  const { service, registry, log, clock } = await world(await emptied(url));
  const facts = await follow(log, TOPICS.sessionFacts.name);
  const configs = await follow(log, TOPICS.siteConfig.name);

  const put = await registry.putSite({ site: SITE, dryRun: false }, CALL);
  expect(put).toMatchObject({ problems: [], site: { version: 1n } });
  expect(await registry.putSite({ site: SITE, dryRun: false }, CALL)).toMatchObject({ site: { version: 1n } });
  await configs.until((records) => records.length === 1);

  await expect(registry.resolveStation({ stationId: 'ST-1' }, CALL)).rejects.toMatchObject({ code: 'not-found' });
  const { password, siteId } = await registry.putStation({ stationId: 'ST-1' }, CALL);
  expect(password).toMatch(/^[A-Za-z0-9]{24}$/);
  expect(siteId).toBe('depot');
  const known = await registry.resolveStation({ stationId: 'ST-1' }, CALL);
  expect(known).toMatchObject({ siteId: 'depot', evses: [1] });
  expect([...known.passwordHash]).toEqual([...passwordHash(known.passwordSalt, password)]);

  const token = { idTokenHash: 'ab'.repeat(32), status: registryV1.AuthorizationStatus.ACCEPTED, label: '' };
  await registry.putToken(token, CALL);
  const may = await registry.authorize({ stationId: 'ST-1', idTokenHash: token.idTokenHash }, CALL);
  expect(may.status).toBe(registryV1.AuthorizationStatus.ACCEPTED);

  const asked = { stationId: 'ST-1', evse: 1, energyWh: 9_000n };
  expect(await registry.putChargingRequest(asked, CALL)).toEqual({ problems: [] });
  const now = clock.nowMs();
  await log.append([
    stationRecord(
      'ST-1',
      { $case: 'booted', value: { vendor: 'v', model: 'm', firmwareVersion: '', serialNumber: '', onRequest: false } },
      now,
    ),
    stationRecord('ST-1', status(stationV1.ConnectorStatus.PREPARING), now),
    stationRecord('ST-1', started('77', now), now, 'start-77'),
    stationRecord('ST-1', started('77', now), now, 'start-77'),
    stationRecord('ST-1', ended('77', now, 6_000n), now),
    stationRecord('ST-1', status(stationV1.ConnectorStatus.AVAILABLE), now),
  ]);
  await facts.until((records) => casesOf(records).includes('sessionEnded'));
  expect(casesOf(facts.records)).toEqual([
    'sessionStarted',
    'chargingRequested',
    'transactionOpened',
    'transactionClosed',
    'sessionEnded',
  ]);
  expect(new Set(facts.records.map((record) => record.headers['event-id'])).size).toBe(5);

  const { sessions } = await registry.listSessions({ siteId: 'depot', limit: 0 }, CALL);
  expect(sessions).toMatchObject([{ energyWh: 5_000n, requestedEnergyWh: 9_000n, transactionIds: ['77'] }]);
  const { transactions } = await registry.listTransactions({ siteId: 'depot', stationId: '', limit: 0 }, CALL);
  expect(transactions).toMatchObject([{ transactionId: '77', meterStartWh: 1_000n, meterStopWh: 6_000n }]);
  expect(await registry.getEnergySummary({ siteId: 'depot', sinceMs: 0n }, CALL)).toEqual({
    endedSessions: 1,
    requestedWh: 9_000n,
    deliveredWh: 5_000n,
    missedWh: 4_000n,
  });
  expect(service.readiness()).toEqual({ kind: 'ready' });
});

postgres.test(
  'a restart goes on behind what it has committed; a record that does not decode is parked',
  async ({ url }) => {
    const database = await emptied(url);
    const first = await world(database);
    await first.registry.putSite({ site: { ...SITE, siteId: 'yard', stations: [] }, dryRun: false }, CALL);
    const now = first.clock.nowMs();
    const parked = await follow(first.log, parkedTopicOf(TOPICS.stationFacts.name, GROUP));
    const facts = await follow(first.log, TOPICS.sessionFacts.name);
    const bad = { topic: TOPICS.stationFacts.name, key: 'depot', value: new Uint8Array([255, 255]), headers: {} };
    const poison = stationRecord('ST-5', started('a\u0000b', now), now);
    await first.log.append([bad, poison, stationRecord('ST-5', started('1', now), now)]);
    await facts.until((records) => records.length === 2);
    await parked.until((records) => records.length === 2);
    expect(parked.records.map((record) => record.headers['parked-reason'])).toEqual([
      expect.stringMatching(/does not decode/),
      expect.stringMatching(/invalid byte sequence/),
    ]);
    await running.pop()?.();

    const second = await world(database, first.log);
    await second.log.append([stationRecord('ST-5', ended('1', now, 1_500n), now)]);
    await facts.until((records) => records.length === 3);
    expect(casesOf(facts.records)).toEqual(['sessionStarted', 'transactionOpened', 'transactionClosed']);
    expect(parked.records).toHaveLength(2);
  },
);

postgres.test('what cannot be is refused with a reason, and nothing is stored', async ({ url }) => {
  const { registry, clock } = await world(await emptied(url));
  await expect(registry.getSite({ siteId: 'nowhere' }, CALL)).rejects.toMatchObject({ code: 'not-found' });
  await expect(registry.putSite({ site: undefined, dryRun: false }, CALL)).rejects.toMatchObject({
    code: 'invalid-argument',
  });
  const loop = {
    ...SITE,
    siteId: 'loop',
    circuits: SITE.circuits.map((each) => ({ ...each, parentCircuitId: 'grid' })),
  };
  const refused = await registry.putSite({ site: loop, dryRun: false }, CALL);
  expect(refused.problems.map(({ code }) => code)).toContain('circuit-loop');
  const tried = await registry.putSite({ site: { ...SITE, siteId: 'dry', stations: [] }, dryRun: true }, CALL);
  expect(tried).toMatchObject({ problems: [], site: { siteId: 'dry', version: 1n } });
  const { sites } = await registry.listSites({}, CALL);
  expect(sites.map((site) => site.siteId)).not.toContain('dry');
  expect(sites.map((site) => site.siteId)).not.toContain('loop');

  expect((await registry.putStation({ stationId: 'no way' }, CALL)).problems).toMatchObject([
    { code: 'bad-station-id' },
  ]);
  const nobody = { stationId: 'ST-404', evse: 1, energyWh: 1n };
  expect((await registry.putChargingRequest(nobody, CALL)).problems).toMatchObject([{ code: 'unknown-evse' }]);
  const token = { idTokenHash: 'plain token', status: registryV1.AuthorizationStatus.ACCEPTED, label: '' };
  await expect(registry.putToken(token, CALL)).rejects.toMatchObject({ code: 'invalid-argument' });
  const limitOverride = { powerLimitW: 1n, validUntilMs: BigInt(clock.nowMs() + 60_000), setBy: 'ann', reason: '' };
  const none = await registry.putLimitOverride({ siteId: 'nowhere', limitOverride }, CALL);
  expect(none.problems).toMatchObject([{ code: 'unknown-site' }]);
});

postgres.test('an override is told with the site, and ends when it is taken back', async ({ url }) => {
  const { registry, clock } = await world(await emptied(url));
  const site = { ...SITE, siteId: 'port', stations: [] };
  await registry.putSite({ site, dryRun: false }, CALL);
  const limitOverride = {
    powerLimitW: 5_000n,
    validUntilMs: BigInt(clock.nowMs() + 60_000),
    setBy: 'ann',
    reason: 'x',
  };
  const set = await registry.putLimitOverride({ siteId: 'port', limitOverride }, CALL);
  expect(set).toMatchObject({ problems: [], site: { version: 2n, limitOverride } });
  expect((await registry.getSite({ siteId: 'port' }, CALL)).site).toMatchObject({ version: 2n, limitOverride });
  const ended = await registry.putLimitOverride({ siteId: 'port' }, CALL);
  expect(ended.site).toMatchObject({ version: 3n });
  expect(ended.site?.limitOverride).toBeUndefined();
});
