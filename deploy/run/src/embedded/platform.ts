import { createMemoryEventLog } from '@headroom/event-log';
import { createMemoryLiveState } from '@headroom/live-state';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import { createPinoLogger, type Platform, systemIds, systemRng, systemTime } from '@headroom/service-host';

/** Partitions of each topic in the embedded run: as in a local stack, so that shards are real. */
const SHARDS = 6;
const SERVICES = ['session-registry', 'meter-ingestion', 'allocation-optimizer', 'ocpp-gateway'];

/** Memory twins of the log, live state and rpc; PostgreSQL is real. */
export function embeddedPlatform(options: {
  readonly databaseUrl: string;
  readonly speed: number;
  readonly verbose: boolean;
  readonly fatal: Platform['fatal'];
}): Platform {
  const time = systemTime(options.speed);
  return {
    clock: time,
    timers: time,
    io: systemTime(),
    ids: systemIds(),
    rng: systemRng(),
    log: createMemoryEventLog(),
    live: createMemoryLiveState({ clock: time }),
    rpc: createMemoryRpcNetwork(),
    databaseUrl: options.databaseUrl,
    shards: SHARDS,
    addresses: Object.fromEntries(SERVICES.map((name) => [name, name])),
    // The terminal belongs to the person.
    logger: createPinoLogger('headroom', options.verbose ? 'warn' : 'error'),
    fatal: options.fatal,
  };
}
