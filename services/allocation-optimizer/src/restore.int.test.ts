import { setTimeout as sleep } from 'node:timers/promises';
import { encodeRecord, HEADERS, siteStateV1, topicNamed, TOPICS } from '@headroom/contracts';
import type { EventLog, EventRecord } from '@headroom/event-log';
import { siteId } from '@headroom/kernel';
import { kafkaForTests } from '@headroom/local/testing';
import { topicSpecs } from '@headroom/service-host';
import { createMemoryEpochs } from '@headroom/turn-store';
import { expect } from '@jest/globals';
import { siteModelFromConfig } from './adapters/log/site-model-from-config.ts';
import { ownerMemoryToWire } from './adapters/log/owner-memory-to-wire.ts';
import { siteStateToWire } from './adapters/log/site-state-to-wire.ts';
import { createShardMemory } from './adapters/log/shard-memory.ts';
import { assembleAllocationOptimizer } from './assemble.ts';
import { DEFAULT_ALLOCATION_OPTIMIZER_CONFIG } from './config.ts';
import { all, building, car, measured, ready, Scene, stationName, T0 } from './domain/given.fixture.ts';
import type { SiteSnapshot } from './ports.ts';
import { realPlatform } from './real.fixture.ts';
import { phases, siteDocument, stationDocument } from './service.fixture.ts';

const kafka = await kafkaForTests();
const SITES = 5_000;
/** A broker of a test machine takes its time to make the 64 partitions of each topic in production. */
const SHARDS = 16;
const BAYS = 10;
/** Times that each site was written before: what compaction has not come to yet. */
const COPIES = 2;
/** Decisions that are waited for: that it decides is shown, not how long two busy cores take for all of them. */
const DECIDED = 500;
const CHUNK = 500;
const APPEND_ATTEMPTS = 10;
const LIMIT_MS = 300_000;
const ENVELOPE = { eventType: 'test', occurredAtMs: 0, producer: 'test' };

const siteName = (n: number): string => `site-${String(n).padStart(5, '0')}`;
const documentOf = (site: string) =>
  siteDocument(site, {
    circuits: [{ circuitId: 'grid', name: 'Grid', rating: phases(2_000), powerLimitW: 100_000n }],
    stations: Array.from({ length: BAYS }, (_, n) => stationDocument(stationName(n + 1))),
  });

/** A busy site: a car at every bay, measured, limited. */
function snapshotOf(site: string): SiteSnapshot {
  const model = siteModelFromConfig(documentOf(site));
  if (model.kind === 'err') throw new Error(model.error);
  const cars = all(1, BAYS, (n) => [...ready(n), ...car(n), measured(n, 100, T0)]);
  const scene = new Scene(model.value).given(cars, building(100));
  const decision = scene.decideAt(T0);
  return {
    ...{ site: model.value, state: scene.state, memory: scene.memory, decision },
    ...{ ownerEpoch: 1n, decisionSeq: 1n, snapshotSeq: 1n, atMs: T0, dispatcherEpoch: 1n, inputs: [] },
  };
}

kafka.test(
  `OW-31: ${SITES} sites on ${SHARDS} shards are restored from their compacted topic, and deciding begins`,
  async ({ brokers, prefix }) => {
    let caughtUp = 0;
    const logger = {
      info: (event: string) => void (caughtUp += event === 'allocation.shard-caught-up' ? 1 : 0),
      warn: () => {},
      error: () => {},
    };
    const platform = await realPlatform({ brokers, prefix, databaseUrl: '', shards: SHARDS, logger });
    const { log } = platform;
    // Without the parked ones: nothing is parked here, and hundreds of partitions more take their time.
    const specs = topicSpecs({ shards: SHARDS, replicationFactor: 1 });
    await log.ensureTopics(specs.filter(({ name }) => topicNamed(name) !== undefined));
    const bytes = await write(log);

    const reading = stopwatch();
    const memory = createShardMemory(log);
    const shards = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => memory.read(shard)));
    const read = reading();
    expect(shards.flatMap(({ sites }) => sites)).toHaveLength(SITES);
    expect(shards.flatMap(({ models }) => models)).toHaveLength(SITES);
    expect(shards.flatMap(({ unreadable }) => unreadable)).toEqual([]);

    const taking = stopwatch();
    const service = assembleAllocationOptimizer(platform, DEFAULT_ALLOCATION_OPTIMIZER_CONFIG, {
      epochs: createMemoryEpochs(),
    });
    await service.start();
    // On a slow machine it takes itself for a spare before the group is joined.
    while (caughtUp < SHARDS) await sleep(50);
    const owned = taking();
    const decided = await decidedSites(log);
    process.stdout.write(
      `  ${SITES} sites of ${BAYS} EVSEs, ${bytes} bytes each, ${COPIES} copies: snapshots and documents read in ${read}; ` +
        `started, joined, restored and caught up in ${owned}, ${decided} decided for in ${taking()}\n`,
    );
    expect(decided).toBeGreaterThanOrEqual(DECIDED);
    await service.stop(2_000);
    await log.close();
  },
  LIMIT_MS,
);

/** Time on the wall and of the processor: other work on the machine lengthens the first only. */
function stopwatch(): () => string {
  const [beganMs, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return `${Math.round(performance.now() - beganMs)} ms (${Math.round((user + system) / 1_000)} ms of CPU)`;
  };
}

/** Documents and snapshots of all sites. Returns the bytes of one snapshot. */
async function write(log: EventLog): Promise<number> {
  const appendAll = async (make: (site: string) => EventRecord) => {
    for (let from = 0; from < SITES; from += CHUNK) {
      await steadily(() => log.append(Array.from({ length: CHUNK }, (_, n) => make(siteName(from + n)))));
    }
  };
  await appendAll((site) => encodeRecord(TOPICS.siteConfig, site, documentOf(site), { ...ENVELOPE, eventId: site }));
  const one = snapshotOf(siteName(0));
  const wire = { ...siteStateToWire(one), memory: ownerMemoryToWire(one) };
  for (let copy = 1; copy <= COPIES; copy += 1) {
    await appendAll((site) =>
      encodeRecord(
        TOPICS.siteState,
        site,
        { ...wire, siteId: siteId(site) },
        { ...ENVELOPE, eventId: `${site}:1:${copy}` },
      ),
    );
  }
  return siteStateV1.SiteState.encode(wire).finish().byteLength;
}

/** New topics get their leaders one after the other. */
async function steadily(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (cause) {
      if (attempt === APPEND_ATTEMPTS) throw cause;
    }
  }
}

/** Waits until that many sites have a decision of the new epoch; bounded by the test's limit. */
async function decidedSites(log: EventLog): Promise<number> {
  const sites = new Set<string>();
  const next = new Map<number, bigint>();
  while (sites.size < DECIDED) {
    for (let partition = 0; partition < SHARDS; partition += 1) {
      const end = await log.readToEnd({
        ...{ topic: TOPICS.allocationFacts.name, partition, from: next.get(partition) ?? 0n },
        onRecords: (records) => {
          for (const { key, headers } of records) {
            if (headers[HEADERS.eventType] === 'decisionMade') sites.add(key);
          }
        },
      });
      next.set(partition, end);
    }
    await sleep(50);
  }
  return sites.size;
}
