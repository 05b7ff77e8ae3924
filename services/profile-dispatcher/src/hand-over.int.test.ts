import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  type allocationV1,
  commonV1,
  encodeRecord,
  gatewayV1,
  LOCAL_PARTITIONS,
  siteV1,
  stationV1,
  type Topic,
  TOPICS,
} from '@headroom/contracts';
import { createKafkaEventLog, type EventLog } from '@headroom/event-log';
import { kafkaForTests, postgresForTests } from '@headroom/local/testing';
import { bind, createGrpcNetwork } from '@headroom/rpc';
import { topicSpecs } from '@headroom/service-host';
import { prefixedLog } from '@headroom/testing';
import { expect } from '@jest/globals';

const kafka = await kafkaForTests();
const postgres = await postgresForTests();
/** Sessions end after 6 s; contention of a shared machine on top. */
const PATIENCE_MS = 60_000;
const SITES = Array.from({ length: 18 }, (_, n) => `site-${n}`);
const envelope = { eventId: '-', eventType: 'test', occurredAtMs: 0, producer: 'test' };
const PHASES = [commonV1.GridPhase.L1, commonV1.GridPhase.L2, commonV1.GridPhase.L3];

postgres.test('PostgreSQL is here, for the epochs of the test below', ({ url }) => {
  expect(url).not.toBe('');
});

kafka.test(
  'HO-2, HO-10, OW-10: shards go to and fro between dispatchers, one is killed with kill -9: each limit is renewed by one owner, no lower epoch follows a higher one',
  async ({ brokers, prefix }) => {
    const databaseUrl = postgres.endpoint?.url;
    if (databaseUrl === undefined) return;
    const log = prefixedLog(await createKafkaEventLog({ brokers, clientId: 'hand-over' }), prefix);
    await log.ensureTopics(topicSpecs({ shards: LOCAL_PARTITIONS, replicationFactor: 1 }));
    const field = await createField(log);
    const args = [brokers.join(), prefix, databaseUrl, String(LOCAL_PARTITIONS)];
    const owners = [spawnDispatcher(args), spawnDispatcher(args)];
    const [victim, survivor] = owners;
    if (victim === undefined || survivor === undefined) throw new Error('two were started');
    try {
      await until('both act, and every site has its limits', () => {
        const both = owners.every((owner) => owner.shards().size === LOCAL_PARTITIONS / 2);
        return both && SITES.every((site) => field.newest(site) !== undefined);
      });
      // To and fro: a third one comes and goes, and shards with it.
      const guest = spawnDispatcher(args);
      owners.push(guest);
      await until('a third one has its share', () => guest.shards().size === LOCAL_PARTITIONS / 3);
      await until('it sends', () => field.requests.some(({ owned }) => guest.has(owned)));
      guest.end();
      await until('they share its shards', () => victim.shards().size + survivor.shards().size === LOCAL_PARTITIONS);
      await until('all is renewed by them', () => SITES.every((site) => !guest.has(field.newest(site) ?? '')));

      const lost = SITES.filter((site) => victim.has(field.newest(site) ?? ''));
      const killedAtMs = performance.now();
      victim.kill();
      await until('the other one sends for all of them', () =>
        lost.every((site) => survivor.has(field.newest(site) ?? '')),
      );
      const tookMs = Math.max(...lost.map((site) => field.firstAfter(site, killedAtMs))) - killedAtMs;
      process.stdout.write(
        `  ${lost.length} sites commanded again ${Math.round(tookMs)} ms after kill -9 of their dispatcher\n`,
      );
      expect(lost.length).toBeGreaterThan(0);
      expect(field.lower).toEqual([]);
      // Each epoch of a shard is one owner's, and each command of an EVSE is of the newest there was.
      for (const { owned } of field.requests) expect(owners.filter((owner) => owner.has(owned))).toHaveLength(1);
      expect(owners.flatMap(({ fatal }) => fatal())).toEqual([]);
    } finally {
      for (const owner of owners) owner.kill();
      await field.stop();
      await log.close();
    }
  },
  4 * PATIENCE_MS,
);

interface Request {
  readonly atMs: number;
  readonly siteIds: readonly string[];
  /** `shard/epoch`. */
  readonly owned: string;
}

/** Sites with a station each, behind one gateway that takes all and answers for them; decisions that change every second. */
async function createField(log: EventLog) {
  const rpc = createGrpcNetwork();
  const requests: Request[] = [];
  const lower: string[] = [];
  const highest = new Map<number, bigint>();
  const put = async <M>(topic: Topic<M>, messages: readonly (readonly [string, M])[]) =>
    void (await log.append(messages.map(([key, message]) => encodeRecord(topic, key, message, envelope))));
  const station = (siteId: string, fact: stationV1.StationFact['fact']): readonly [string, stationV1.StationFact] => [
    siteId,
    {
      ...{ stationId: `${siteId}-ST`, siteId, connectionGeneration: 1n, receivedAtMs: BigInt(Date.now()) },
      ...{ rawFrame: Buffer.alloc(0), fact },
    },
  ];
  const gateway = bind('headroom.gateway.v1.GatewayService', gatewayV1.GatewayServiceService, {
    sendBatch: async ({ shard, dispatcherEpoch, commands }) => {
      const known = highest.get(shard) ?? 0n;
      if (dispatcherEpoch < known) lower.push(`shard ${shard}: ${dispatcherEpoch} after ${known}`);
      highest.set(shard, dispatcherEpoch > known ? dispatcherEpoch : known);
      if (commands.length === 0) return { verdicts: [] };
      const siteIds = commands.map(({ stationId }) => stationId.replace('-ST', ''));
      requests.push({ atMs: performance.now(), siteIds, owned: `${shard}/${dispatcherEpoch}` });
      const answers = commands.map(({ commandId }, index) => {
        const value = {
          commandId,
          status: stationV1.CommandStatus.ACCEPTED,
          detail: '',
          settings: [],
          composite: undefined,
        };
        return station(siteIds[index] ?? '', { $case: 'commandAnswered', value });
      });
      void put(TOPICS.stationFacts, answers).catch(() => undefined);
      return {
        verdicts: commands.map(({ commandId }) => ({ commandId, verdict: gatewayV1.Verdict.WRITTEN, detail: '' })),
      };
    },
  });
  const server = await rpc.serve('127.0.0.1:0', [gateway]);
  await put(
    TOPICS.siteConfig,
    SITES.map((site) => [site, siteConfig(site)] as const),
  );
  const connected = { ocppVersion: stationV1.OcppVersion.OCPP_VERSION_2_0_1, gatewayAddress: server.address };
  const booted = { vendor: 'v', model: 'm', firmwareVersion: '1', serialNumber: '', onRequest: false };
  const begun = SITES.flatMap((site) => [
    station(site, { $case: 'connected', value: connected }),
    station(site, { $case: 'booted', value: booted }),
    station(site, { $case: 'transactionStarted', value: started(site) }),
  ]);
  await put(TOPICS.stationFacts, begun);
  let seq = 0n;
  const deciding = setInterval(() => {
    seq += 1n;
    void put(
      TOPICS.allocationFacts,
      SITES.map((site) => [site, decision(site, seq)] as const),
    ).catch(() => undefined);
  }, 1_000);
  const of = (site: string) => requests.filter(({ siteIds }) => siteIds.includes(site));
  return {
    ...{ requests, lower },
    newest: (site: string) => of(site).at(-1)?.owned,
    firstAfter: (site: string, ms: number) => of(site).find(({ atMs }) => atMs > ms)?.atMs ?? Number.POSITIVE_INFINITY,
    stop: async () => {
      clearInterval(deciding);
      await server.stop(0);
      await rpc.close();
    },
  };
}

const started = (site: string): stationV1.TransactionStarted => ({
  ...{ evse: 1, connector: 1, transactionId: `tx-${site}`, idTokenHash: '', authorized: true },
  ...{ stationTimeMs: BigInt(Date.now()), offline: false, meterValues: [] },
  chargingState: stationV1.ChargingState.CHARGING,
});

function decision(siteId: string, seq: bigint): allocationV1.AllocationFact {
  const nowMs = BigInt(Date.now());
  const limitDeciA = 100 + 10 * Number(seq % 10n);
  const allocation = { stationId: `${siteId}-ST`, evse: 1, transactionId: `tx-${siteId}`, limitDeciA };
  const value: allocationV1.DecisionMade = {
    ...{ seq, decidedAtMs: nowMs, validUntilMs: nowMs + 60_000n, inputs: [], stateHash: '' },
    allocations: [{ ...allocation, sessionId: '', reason: undefined, dischargeReason: undefined }],
    ...{ circuits: [], siteConfigVersion: 1n, trigger: 'timer' },
    ...{ drop: undefined, lease: undefined, plan: undefined },
  };
  return { siteId, ownerEpoch: 1n, fact: { $case: 'decisionMade', value } };
}

const siteConfig = (siteId: string): siteV1.SiteConfig => ({
  ...{ siteId, version: 1n, configuredAtMs: 0n, name: siteId, timezone: 'Europe/Paris', nominalVoltageV: 230 },
  circuits: [{ circuitId: 'grid', name: 'Grid', rating: { l1DeciA: 640, l2DeciA: 640, l3DeciA: 640 } }],
  stations: [
    {
      ...{ stationId: `${siteId}-ST`, circuitId: 'grid' },
      evses: [
        {
          ...{ evse: 1, phases: PHASES, maxCurrentDeciA: 320, minCurrentDeciA: 60, fallbackDeciA: 60 },
          name: 'Bay',
        },
      ],
    },
  ],
  otherLoads: [],
  sources: [],
  policy: { kind: siteV1.PolicyKind.EQUAL_SHARE, leaseS: 60 },
});

interface Line {
  readonly event: string;
  readonly shard?: number;
  readonly epoch?: number;
}

function spawnDispatcher(args: readonly string[]) {
  const program = fileURLToPath(new URL('./testing/dispatcher-process.fixture.ts', import.meta.url));
  const child: ChildProcess = spawn(process.execPath, ['--no-warnings', '--conditions=development', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acting = new Set<number>();
  const epochs = new Set<string>();
  const fatal: unknown[] = [];
  if (child.stdout === null) throw new Error('its output is a pipe');
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line: Line = JSON.parse(text);
    if (line.event === 'fatal') fatal.push(line);
    if (line.shard === undefined) return;
    if (line.event === 'dispatch-shard-opened') {
      acting.add(line.shard);
      epochs.add(`${line.shard}/${line.epoch}`);
    }
    if (line.event === 'dispatch-shard-lost') acting.delete(line.shard);
  });
  return {
    kill: () => child.kill('SIGKILL'),
    end: () => child.kill('SIGTERM'),
    shards: (): ReadonlySet<number> => acting,
    /** It has owned this shard in this epoch. */
    has: (owned: string) => epochs.has(owned),
    fatal: () => fatal,
  };
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${what}`);
    await sleep(20);
  }
}
