import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { topicNamed } from '@headroom/contracts';
import { createKafkaEventLog } from '@headroom/event-log';
import { createMemoryLiveState } from '@headroom/live-state';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import { systemIds, systemRng, systemTime, topicSpecs } from '@headroom/service-host';
import { createMemoryEpochs } from '@headroom/turn-store';
import { stopwatch, tellTable } from '@headroom/testing';
import { createSnapshots } from './adapters/log/snapshots.ts';
import { assembleWithEpochs } from './assemble.ts';
import { DEFAULT_PROFILE_DISPATCHER_CONFIG } from './config.ts';
import { writePastSites } from './testing/past-sites.ts';

// One dispatcher gets every shard at once, as the last one of a group does. Its gateways are gone: that holds nothing up.
const [brokers = ''] = process.argv.slice(2);
const SITES = 5_000;
const SHARDS = 64;
const BAYS = 10;
const COPIES = 2;
const STOP_WITHIN_MS = 5_000;

let restored = 0;
let opened = 0;
const silent = (): void => {};
const logger = {
  info: (event: string, fields: Readonly<Record<string, unknown>> = {}): void => {
    if (event === 'dispatch-shard-restored') restored += Number(fields['sites']);
    if (event === 'dispatch-shard-opened') opened += 1;
  },
  ...{ warn: silent, error: silent },
};
const log = await createKafkaEventLog({ brokers: brokers.split(','), clientId: 'profile-dispatcher' });
// Without the parked ones: nothing is parked here.
const specs = topicSpecs({ shards: SHARDS, replicationFactor: 1 });
await log.ensureTopics(specs.filter(({ name }) => topicNamed(name) !== undefined));
const bytes = await writePastSites(log, { sites: SITES, bays: BAYS, copies: COPIES });

const reading = stopwatch();
const snapshots = createSnapshots(log, { unreadable: silent, tooLarge: silent });
const found = await Promise.all(Array.from({ length: SHARDS }, (_, shard) => snapshots.load(shard)));
const read = reading();
const sites = found.reduce((sum, each) => sum + each.snapshots.length, 0);

const time = systemTime();
const owning = stopwatch();
const service = assembleWithEpochs(
  {
    ...{ clock: time, timers: time, io: time, ids: systemIds(), rng: systemRng(), log, logger },
    ...{ live: createMemoryLiveState({ clock: time }), rpc: createMemoryRpcNetwork() },
    ...{ databaseUrl: '', shards: SHARDS, addresses: {} },
    fatal: (why, cause) => {
      throw new Error(why, { cause });
    },
  },
  DEFAULT_PROFILE_DISPATCHER_CONFIG,
  { source: createMemoryEpochs(), close: async () => {} },
);
await service.start();
while (opened < SHARDS) await sleep(20);
const owned = owning();
await service.stop(STOP_WITHIN_MS);
await log.close();
await tellTable({
  title: `Dispatcher: ${SITES} sites of ${BAYS} EVSEs on ${SHARDS} shards, ${bytes} bytes a snapshot, ${COPIES} copies of each`,
  rows: [
    { step: 'snapshots and documents read', sites, 'wall ms': read.wallMs, 'CPU ms': read.cpuMs },
    { step: 'start to last shard caught up', sites: restored, 'wall ms': owned.wallMs, 'CPU ms': owned.cpuMs },
  ],
  notes: ['One process, one broker. No facts stand behind the snapshots; epochs come from memory.'],
});
