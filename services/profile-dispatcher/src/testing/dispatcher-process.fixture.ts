import process from 'node:process';
import { createKafkaEventLog } from '@headroom/event-log';
import { createMemoryLiveState } from '@headroom/live-state';
import { createGrpcNetwork } from '@headroom/rpc';
import { systemIds, systemRng, systemTime } from '@headroom/service-host';
import { prefixedLog } from '@headroom/testing';
import { assembleProfileDispatcher } from '../assemble.ts';
import { DEFAULT_PROFILE_DISPATCHER_CONFIG } from '../config.ts';

// A program of the hand-over test: a dispatcher in a process of its own, to be killed. It says what it does, a line each.
const [brokers, prefix, databaseUrl, shards] = process.argv.slice(2);
if (!brokers || !prefix || !databaseUrl || !shards) {
  throw new Error('usage: dispatcher-process.fixture.ts BROKERS PREFIX DATABASE SHARDS');
}
const say = (event: string, fields = {}) => void process.stdout.write(`${JSON.stringify({ event, ...fields })}\n`);
const time = systemTime();
const log = await createKafkaEventLog({ brokers: brokers.split(','), clientId: 'profile-dispatcher' });
const service = assembleProfileDispatcher(
  {
    ...{ clock: time, timers: time, io: time, ids: systemIds(), rng: systemRng() },
    log: prefixedLog(log, prefix),
    live: createMemoryLiveState({ clock: time }),
    rpc: createGrpcNetwork(),
    ...{ databaseUrl, shards: Number(shards), addresses: {} },
    logger: { info: say, warn: say, error: say },
    fatal: (why, cause) => {
      say('fatal', { why, cause: String(cause) });
      process.exit(1);
    },
  },
  DEFAULT_PROFILE_DISPATCHER_CONFIG,
);
process.on('SIGTERM', () => {
  void service.stop(5_000).then(() => process.exit(0));
});
await service.start();
