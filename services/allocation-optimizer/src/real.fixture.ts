import { createKafkaEventLog, type EventLog } from '@headroom/event-log';
import { createMemoryLiveState } from '@headroom/live-state';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import { type Logger, type Platform, systemIds, systemRng, systemTime } from '@headroom/service-host';
import { prefixedLog } from '@headroom/testing';

export interface RealOptions {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly databaseUrl: string;
  readonly shards: number;
  readonly logger: Logger;
}

/** Tests only: a platform on a real log, and twins of what an optimizer needs besides. */
export async function realPlatform(options: RealOptions): Promise<Platform & { readonly log: EventLog }> {
  const log = await createKafkaEventLog({ brokers: options.brokers, clientId: 'allocation-optimizer' });
  const time = systemTime();
  return {
    clock: time,
    timers: time,
    io: time,
    ids: systemIds(),
    rng: systemRng(),
    log: prefixedLog(log, options.prefix),
    live: createMemoryLiveState({ clock: time }),
    rpc: createMemoryRpcNetwork(),
    databaseUrl: options.databaseUrl,
    shards: options.shards,
    addresses: {},
    logger: options.logger,
    fatal: (why, cause) => {
      throw new Error(why, { cause });
    },
  };
}
