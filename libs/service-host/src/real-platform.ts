import type { Telemetry } from '@headroom/telemetry';
import { createKafkaEventLog } from '@headroom/event-log';
import { err, ok, type Result } from '@headroom/kernel';
import { createRedisLiveState } from '@headroom/live-state';
import { countCalls, createGrpcNetwork, replicasOf } from '@headroom/rpc';
import { systemIds, systemRng } from './chance.ts';
import type { Logger } from './logger.ts';
import { measureLive } from './measure-live.ts';
import { measureLog } from './measure-log.ts';
import { measureRpc } from './measure-rpc.ts';
import type { Platform } from './platform.ts';
import { addressBook, optionalAddress, optionalHttpUrl, ratio, required, wholeNumber } from './readers.ts';
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
  /** Port of /healthz, /readyz, /metrics and /traces on 127.0.0.1; 0 picks one. */
  readonly healthPort: number;
  /**
   * Base URL of an OTLP collector over HTTP; undefined: nothing is sent, and who asks at the health port is answered. A
   * collector that is away costs the spans of that time, and nothing else.
   */
  readonly otlpEndpoint: string | undefined;
  /**
   * Of frames of stations and polls of utilities, those that are traced to their end, 0 to 1. Default 0.01. Too small: what one looks for was not
   * traced; too large: each span costs its process some microseconds.
   */
  readonly traceSampleRatio: number;
}

const DEFAULT_SAMPLE_RATIO = 0.01;

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
  const otlp = optionalHttpUrl('HEADROOM_OTLP_ENDPOINT', env['HEADROOM_OTLP_ENDPOINT']);
  const sampled = ratio('HEADROOM_TRACE_SAMPLE_RATIO', env['HEADROOM_TRACE_SAMPLE_RATIO'], DEFAULT_SAMPLE_RATIO);
  const read = [brokers, redis, database, shards, health, addresses, rpcAddress, otlp, sampled];
  const wrong = read.flatMap((result) => (result.kind === 'err' ? [result.error] : []));
  if (
    brokers.kind === 'err' ||
    redis.kind === 'err' ||
    database.kind === 'err' ||
    shards.kind === 'err' ||
    health.kind === 'err' ||
    addresses.kind === 'err' ||
    rpcAddress.kind === 'err' ||
    otlp.kind === 'err' ||
    sampled.kind === 'err'
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
    otlpEndpoint: otlp.value,
    traceSampleRatio: sampled.value,
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
  host: { readonly logger: Logger; readonly fatal: Platform['fatal']; readonly telemetry: Telemetry },
): Promise<RealPlatform> {
  const addresses = addressesFor(service, config);
  const time = systemTime();
  const { metrics } = host.telemetry;
  const measuring = { metrics, clock: time, io: time };
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
    log: measureLog(log, measuring),
    live: measureLive(live, measuring),
    rpc: measureRpc(rpc, { ...measuring, logger: host.logger }),
    telemetry: host.telemetry,
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
