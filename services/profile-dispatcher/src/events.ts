import type { Logger } from '@headroom/service-host';
import type { LimitResolved } from './domain/facts.ts';

/** What this service tells its operators. Never one line a command: failures in a row are told at 1, 2, 4, 8, ... */
export interface DispatchEvents {
  caughtUp(shards: number): void;
  shardOpened(shard: number, epoch: number): void;
  shardLost(shard: number, epoch: number): void;
  epochUnavailable(cause: unknown): void;
  journalUnavailable(shard: number, cause: unknown): void;
  /** A limit that did not reach its station, or that the station refused. */
  notTaken(record: LimitResolved): void;
  recordParked(topic: string, why: string): void;
  /** Records of the past that could not be read: they were parked when they came. */
  recordsLeftOut(count: number): void;
  gatewayFailed(gatewayAddress: string, commands: number, why: string): void;
}

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Distinct subjects whose failures are counted; beyond, the counting starts over. */
const MAX_COUNTED = 10_000;

export function createEvents(logger: Logger): DispatchEvents {
  const counts = new Map<string, number>();
  const sparsely = (subject: string, tell: (times: number) => void): void => {
    if (counts.size >= MAX_COUNTED) counts.clear();
    const times = (counts.get(subject) ?? 0) + 1;
    counts.set(subject, times);
    if ((times & (times - 1)) === 0) tell(times);
  };
  return {
    caughtUp: (shards) => logger.info('dispatch-caught-up', { shards }),
    shardOpened: (shard, epoch) => logger.info('dispatch-shard-opened', { shard, epoch }),
    shardLost: (shard, epoch) => logger.warn('dispatch-shard-lost', { shard, epoch }),
    epochUnavailable: (cause) => logger.warn('dispatch-epoch-unavailable', { cause: textOf(cause) }),
    journalUnavailable: (shard, cause) =>
      sparsely(`journal ${shard}`, (times) =>
        logger.warn('dispatch-journal-unavailable', { shard, times, cause: textOf(cause) }),
      ),
    notTaken: ({ stationId, evse, outcome, detail }) =>
      sparsely(`${stationId}/${evse} ${outcome}`, (times) =>
        logger.warn('dispatch-limit-not-taken', { stationId, evse, outcome, detail, times }),
      ),
    recordParked: (topic, why) => logger.error('dispatch-record-parked', { topic, why }),
    recordsLeftOut: (count) => logger.warn('dispatch-records-left-out', { count }),
    gatewayFailed: (gatewayAddress, commands, why) =>
      sparsely(`gateway ${gatewayAddress}`, (times) =>
        logger.warn('dispatch-gateway-failed', { gatewayAddress, commands, why, times }),
      ),
  };
}
