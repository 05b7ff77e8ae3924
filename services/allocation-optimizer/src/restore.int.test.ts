import { setTimeout as sleep } from 'node:timers/promises';
import { allocationV1, TOPICS } from '@headroom/contracts';
import type { EventLog } from '@headroom/event-log';
import { kafkaForTests } from '@headroom/local/testing';
import { createMemoryEpochs } from '@headroom/turn-store';
import { expect } from '@jest/globals';
import { createShardMemory } from './adapters/log/shard-memory.ts';
import { assembleAllocationOptimizer } from './assemble.ts';
import { DEFAULT_ALLOCATION_OPTIMIZER_CONFIG } from './config.ts';
import { T0 } from './domain/given.fixture.ts';
import { BAYS_OF_PAST_SITE, pastSiteName, pastSnapshot } from './testing/past-sites.ts';
import { platformOfPast } from './real.fixture.ts';

// How long it takes is a question for `npm run bench -- restore`, with ten times as many sites and the shards of production.
const kafka = await kafkaForTests();
const SITES = 500;
const SHARDS = 16;
const LIMIT_MS = 120_000;
const silent = () => {};

kafka.test(
  `OW-31: ${SITES} sites on ${SHARDS} shards are restored from their compacted topic as they were, and each is decided for`,
  async ({ brokers, prefix }) => {
    const logger = { info: silent, warn: silent, error: silent };
    const { platform } = await platformOfPast({ brokers, prefix, shards: SHARDS, logger, sites: SITES, copies: 2 });
    const { log } = platform;
    const names = Array.from({ length: SITES }, (_, n) => pastSiteName(n));

    const memory = createShardMemory(log);
    const shards = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => memory.read(shard)));
    expect(shards.flatMap(({ unreadable }) => unreadable)).toEqual([]);
    expect(shards.flatMap(({ models }) => models.map(({ siteId }) => siteId)).toSorted()).toEqual(names);
    const sites = shards.flatMap((shard) => shard.sites);
    expect(sites.map(({ siteId }) => siteId).toSorted()).toEqual(names);
    const was = pastSnapshot();
    for (const { state, memory: remembered, ownerEpoch } of sites) {
      expect({ state, remembered, ownerEpoch }).toEqual({ state: was.state, remembered: was.memory, ownerEpoch: 1n });
    }

    // The wall stands still: what was measured then is fresh.
    const clock = { ...platform.clock, nowMs: () => T0 };
    const epochs = createMemoryEpochs();
    const service = assembleAllocationOptimizer({ ...platform, clock }, DEFAULT_ALLOCATION_OPTIMIZER_CONFIG, {
      epochs,
    });
    await service.start();
    const decided = await firstDecisions(log);
    expect([...decided.keys()].toSorted()).toEqual(names);
    const limits = [...was.decision.allocations.values()].map(({ limit }) => limit);
    expect(limits).toHaveLength(BAYS_OF_PAST_SITE);
    // Nothing jumps because the owner is another one.
    for (const given of decided.values()) expect(given).toEqual(limits);
    await service.stop(2_000);
    await log.close();
  },
  LIMIT_MS,
);

/** Waits until each site has a decision of the new epoch; bounded by the test's limit. Limits of its EVSEs, in their order. */
async function firstDecisions(log: EventLog): Promise<ReadonlyMap<string, readonly number[]>> {
  const decided = new Map<string, readonly number[]>();
  const next = new Map<number, bigint>();
  while (decided.size < SITES) {
    for (let partition = 0; partition < SHARDS; partition += 1) {
      const end = await log.readToEnd({
        ...{ topic: TOPICS.allocationFacts.name, partition, from: next.get(partition) ?? 0n },
        onRecords: (records) => {
          for (const { key, value } of records) {
            const { fact } = allocationV1.AllocationFact.decode(value);
            if (fact?.$case !== 'decisionMade' || decided.has(key)) continue;
            decided.set(
              key,
              fact.value.allocations.map(({ limitDeciA }) => limitDeciA),
            );
          }
        },
      });
      next.set(partition, end);
    }
    await sleep(50);
  }
  return decided;
}
