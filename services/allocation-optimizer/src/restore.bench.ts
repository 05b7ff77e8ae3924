import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { HEADERS, TOPICS } from '@headroom/contracts';
import { createMemoryEpochs } from '@headroom/turn-store';
import { stopwatch, tellTable } from '@headroom/testing';
import { createShardMemory } from './adapters/log/shard-memory.ts';
import { assembleAllocationOptimizer } from './assemble.ts';
import { DEFAULT_ALLOCATION_OPTIMIZER_CONFIG } from './config.ts';
import { BAYS_OF_PAST_SITE } from './testing/past-sites.ts';
import { platformOfPast } from './real.fixture.ts';

// One optimizer gets every shard at once, as the last one of a group does, and decides for each site.
const [brokers = ''] = process.argv.slice(2);
const SITES = 5_000;
const SHARDS = 64;
const COPIES = 2;
const STOP_WITHIN_MS = 5_000;

let caughtUp = 0;
const silent = (): void => {};
const logger = {
  info: (event: string): void => void (caughtUp += event === 'allocation.shard-caught-up' ? 1 : 0),
  ...{ warn: silent, error: silent },
};
const { platform, bytes } = await platformOfPast({
  ...{ brokers: brokers.split(','), prefix: '', shards: SHARDS, logger, sites: SITES, copies: COPIES },
});
const { log } = platform;

const reading = stopwatch();
const memory = createShardMemory(log);
const found = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => memory.read(shard)));
const read = reading();
const sites = found.reduce((sum, each) => sum + each.sites.length, 0);

const owning = stopwatch();
const service = assembleAllocationOptimizer(platform, DEFAULT_ALLOCATION_OPTIMIZER_CONFIG, {
  epochs: createMemoryEpochs(),
});
const starting = service.start();
// On a slow machine it takes itself for a spare before the group is joined.
while (caughtUp < SHARDS) await sleep(20);
const owned = owning();
await starting;
const decided = await allDecided();
const deciding = owning();
await service.stop(STOP_WITHIN_MS);
await log.close();
await tellTable({
  title: `Optimizer: ${SITES} sites of ${BAYS_OF_PAST_SITE} EVSEs on ${SHARDS} shards, ${bytes} bytes a snapshot, ${COPIES} copies of each`,
  rows: [
    { step: 'snapshots and documents read', sites, 'wall ms': read.wallMs, 'CPU ms': read.cpuMs },
    { step: 'start to last shard caught up', sites, 'wall ms': owned.wallMs, 'CPU ms': owned.cpuMs },
    { step: 'start to each site decided for', sites: decided, 'wall ms': deciding.wallMs, 'CPU ms': deciding.cpuMs },
  ],
  notes: [
    'One process, one broker. No facts stand behind the snapshots; epochs come from memory.',
    'The last step contains the reading of the decisions by this bench.',
  ],
});

/** Waits until every site has a decision in the log. */
async function allDecided(): Promise<number> {
  const decided = new Set<string>();
  const next = new Map<number, bigint>();
  while (decided.size < SITES) {
    for (let partition = 0; partition < SHARDS; partition += 1) {
      const end = await log.readToEnd({
        ...{ topic: TOPICS.allocationFacts.name, partition, from: next.get(partition) ?? 0n },
        onRecords: (records) => {
          for (const { key, headers } of records) {
            if (headers[HEADERS.eventType] === 'decisionMade') decided.add(key);
          }
        },
      });
      next.set(partition, end);
    }
    await sleep(100);
  }
  return decided.size;
}
