import { OWNER_ROLES } from '@headroom/contracts';
import { park } from '@headroom/event-log';
import { invariant } from '@headroom/kernel';
import { type Platform, type Service, telemetryOf } from '@headroom/service-host';
import { traceIdIn } from '@headroom/telemetry';
import { createPgEpochs, type EpochSource } from '@headroom/turn-store';
import { createStationBoard } from './adapters/live/station-board.ts';
import { createFeed, GROUP } from './adapters/log/feed.ts';
import { createJournal } from './adapters/log/journal.ts';
import { createOwnRecords } from './adapters/log/own-records.ts';
import { createSnapshots } from './adapters/log/snapshots.ts';
import { createGateways } from './adapters/rpc/gateways.ts';
import { createDispatcher } from './app/dispatcher.ts';
import { SHARD_PHASES } from './app/shard.ts';
import type { ProfileDispatcherConfig } from './config.ts';
import { createEvents } from './events.ts';
import type { Epochs } from './ports.ts';
import { createService, SERVICE_NAME } from './service.ts';

/** The dispatcher on a platform, epochs from its PostgreSQL. */
export function assembleProfileDispatcher(platform: Platform, config: ProfileDispatcherConfig): Service {
  const source = createPgEpochs({ url: platform.databaseUrl });
  return assembleWithEpochs(platform, config, { source, close: () => source.close() });
}

export interface EpochsHandle {
  readonly source: EpochSource;
  close(): Promise<void>;
}

export interface Watching {
  /** Of a model of which no pack tells, a lease is watched to its end before any is believed to end (SI28). False in tests of other things only. */
  readonly watchesLeases: boolean;
}

/** The same with epochs from elsewhere, for runs without PostgreSQL. */
export function assembleWithEpochs(
  platform: Platform,
  config: ProfileDispatcherConfig,
  epochs: EpochsHandle,
  { watchesLeases }: Watching = { watchesLeases: true },
): Service {
  const { clock, timers, log, fatal } = platform;
  const { metrics, tracer } = telemetryOf(platform);
  const events = createEvents(platform.logger, metrics);
  const owner = `${SERVICE_NAME}-${platform.ids.next()}`;
  const own = createOwnRecords();
  const feed = createFeed(
    log,
    {
      park: async (record, reason) => {
        events.recordParked(record.topic, reason, traceIdIn(record.headers));
        await park(log, { record, group: GROUP, reason });
      },
      leftOut: events.recordsLeftOut,
    },
    own,
  );
  const gateways = createGateways(platform.rpc, {
    sendDeadlineMs: config.sendDeadlineMs,
    onFailure: events.gatewayFailed,
  });
  const ownEpochs = epochsFor(epochs, owner);
  const journal = createJournal(log, owner, own);
  const snapshots = createSnapshots(log, { unreadable: events.snapshotUnreadable, tooLarge: events.snapshotTooLarge });
  const dispatcher = createDispatcher({
    watchesLeases,
    ...{ clock, journal, snapshots, gateways, events, config, fatal, tracer },
    ...{ epochs: ownEpochs, board: createStationBoard(platform.live) },
  });
  for (const phase of SHARD_PHASES) {
    metrics.observe('headroom_dispatch_shards', { phase }, () => dispatcher.shardsIn(phase));
  }
  metrics.observe('headroom_raises_waiting', {}, () => dispatcher.raisesWaiting());
  const { passEveryMs } = config;
  return createService({ dispatcher, feed, epochs: ownEpochs, clock, timers, passEveryMs, fatal });
}

const epochsFor = ({ source, close }: EpochsHandle, owner: string): Epochs => ({
  take: async (shards) => {
    const taken = await source.acquire(OWNER_ROLES.dispatcher, shards, owner);
    return new Map([...taken].map(([shard, epoch]) => [shard, safeEpoch(epoch)]));
  },
  close,
});

function safeEpoch(epoch: bigint): number {
  invariant(epoch <= BigInt(Number.MAX_SAFE_INTEGER), `epoch ${epoch} is beyond what a number holds`);
  return Number(epoch);
}
