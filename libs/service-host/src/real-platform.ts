import { createKafkaEventLog } from '@headroom/event-log';
import { err, ok, type Result } from '@headroom/kernel';
import { createRedisLiveState } from '@headroom/live-state';
import { countCalls, createGrpcNetwork, replicasOf } from '@headroom/rpc';
import { systemIds, systemRng } from './chance.ts';
import type { Logger } from './logger.ts';
import type { Platform } from './platform.ts';
import { addressBook, optionalAddress, required, wholeNumber } from './readers.ts';
import { systemTime } from './time.ts';

/** Where the real parts are. One set of names for every service. */
export interface PlatformConfig {
  /** `host:port`, comma-separated. */
  readonly kafkaBrokers: readonly string[];
  readonly redisUrl: string;
  readonly databaseUrl: string;
  /** Partitions of every site-keyed topic, fixed for ever: 64 in production, 6 locally. */
  readonly shards: number;
  /** Of each service; replicas are separated by `|`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Where this process serves rpc. Undefined: at the address of its own service in `addresses`. */
  readonly rpcAddress: string | undefined;
  /** Port of /healthz and /readyz on 127.0.0.1; 0 picks one. */
  readonly healthPort: number;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The configuration, or one sentence for each thing that is wrong. */
export function toPlatformConfig(env: Env): Result<PlatformConfig, readonly string[]> {
  const brokers = required(
    'HEADROOM_KAFKA_BROKERS',
    env['HEADROOM_KAFKA_BROKERS'],
    'Kafka as host:port, comma-separated',
  );
  const redis = required('HEADROOM_REDIS_URL', env['HEADROOM_REDIS_URL'], 'Redis as redis://host:port');
  const database = required(
    'HEADROOM_DATABASE_URL',
    env['HEADROOM_DATABASE_URL'],
    'PostgreSQL as postgres://user@host:port/name',
  );
  const shards = wholeNumber('HEADROOM_SHARDS', env['HEADROOM_SHARDS'], { min: 1, max: 1024, fallback: 64 });
  const health = wholeNumber('HEADROOM_HEALTH_PORT', env['HEADROOM_HEALTH_PORT'], { min: 0, max: 65_535, fallback: 0 });
  const addresses = addressBook('HEADROOM_ADDRESSES', env['HEADROOM_ADDRESSES']);
  const rpcAddress = optionalAddress('HEADROOM_RPC_ADDRESS', env['HEADROOM_RPC_ADDRESS']);
  const read = [brokers, redis, database, shards, health, addresses, rpcAddress];
  const wrong = read.flatMap((result) => (result.kind === 'err' ? [result.error] : []));
  if (
    brokers.kind === 'err' ||
    redis.kind === 'err' ||
    database.kind === 'err' ||
    shards.kind === 'err' ||
    health.kind === 'err' ||
    addresses.kind === 'err' ||
    rpcAddress.kind === 'err'
  ) {
    return err(wrong);
  }
  return ok({
    kafkaBrokers: brokers.value.split(','),
    redisUrl: redis.value,
    databaseUrl: database.value,
    shards: shards.value,
    addresses: addresses.value,
    rpcAddress: rpcAddress.value,
    healthPort: health.value,
  });
}

export interface RealPlatform extends Platform {
  /** Calls this process has handled, by method path. */
  readonly handledCalls: () => Readonly<Record<string, number>>;
  /** Closes what the platform opened, in the reverse order. */
  close(): Promise<void>;
}

/** The addresses as one process sees them: nobody calls itself, so the entry of its own service is where it serves. */
export function addressesFor(
  service: string,
  { addresses, rpcAddress }: Pick<PlatformConfig, 'addresses' | 'rpcAddress'>,
): Readonly<Record<string, string>> {
  if (rpcAddress !== undefined) return { ...addresses, [service]: rpcAddress };
  if (replicasOf(addresses[service] ?? '').length > 1) {
    throw new Error(
      `HEADROOM_ADDRESSES names several replicas of ${service}: say with HEADROOM_RPC_ADDRESS which one this is`,
    );
  }
  return addresses;
}

/** Kafka, Redis, gRPC and PostgreSQL behind the ports. */
export async function createRealPlatform(
  service: string,
  config: PlatformConfig,
  host: { readonly logger: Logger; readonly fatal: Platform['fatal'] },
): Promise<RealPlatform> {
  const addresses = addressesFor(service, config);
  const time = systemTime();
  const { network: rpc, handled } = countCalls(createGrpcNetwork());
  const live = await createRedisLiveState({ url: config.redisUrl });
  const log = await createKafkaEventLog({
    brokers: config.kafkaBrokers,
    clientId: service,
    // The same one once in ten seconds at most.
    report: (failure, fields) => host.logger.warn(`event-log.${failure}`, fields),
  });
  return {
    clock: time,
    timers: time,
    io: time,
    ids: systemIds(),
    rng: systemRng(),
    log,
    live,
    rpc,
    databaseUrl: config.databaseUrl,
    shards: config.shards,
    addresses,
    logger: host.logger,
    fatal: host.fatal,
    handledCalls: handled,
    async close() {
      await log.close();
      await live.close();
      await rpc.close();
    },
  };
}
