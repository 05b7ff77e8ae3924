import { topicNamed } from '@headroom/contracts';
import { createKafkaEventLog, type EventLog } from '@headroom/event-log';
import { createMemoryLiveState } from '@headroom/live-state';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import { type Logger, type Platform, systemIds, systemRng, systemTime, topicSpecs } from '@headroom/service-host';
import { prefixedLog } from '@headroom/testing';
import { writePastSites } from './testing/past-sites.ts';

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

/** The same with the snapshots and documents of past sites on its log; `bytes`: of one snapshot. */
export async function platformOfPast({
  sites,
  copies,
  ...real
}: Omit<RealOptions, 'databaseUrl'> & { readonly sites: number; readonly copies: number }): Promise<{
  readonly platform: Awaited<ReturnType<typeof realPlatform>>;
  readonly bytes: number;
}> {
  const platform = await realPlatform({ ...real, databaseUrl: '' });
  // Without the parked ones: nothing is parked here, and hundreds of partitions more take their time.
  const specs = topicSpecs({ shards: real.shards, replicationFactor: 1 });
  await platform.log.ensureTopics(specs.filter(({ name }) => topicNamed(name) !== undefined));
  return { platform, bytes: await writePastSites(platform.log, { sites, copies }) };
}
