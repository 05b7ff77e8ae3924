import { encodeRecord, LOCAL_PARTITIONS, type Topic, TOPICS } from '@headroom/contracts';
import { createMemoryEventLog, type MemoryEventLog, parkedSpecs, type StoredRecord } from '@headroom/event-log';
import { createMemoryLiveState } from '@headroom/live-state';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import type { Platform } from '@headroom/service-host';
import { type ManualTime, manualTime, settle } from '@headroom/testing';
import { T0 } from './domain/given.fixture.ts';
import { GROUP } from './service.ts';

/** Tests only: a platform of memory twins, on time that stands still until told. */
export interface FakePlatform {
  readonly platform: Platform;
  readonly time: ManualTime;
  readonly log: MemoryEventLog;
  readonly deaths: string[];
  readonly logged: { readonly event: string; readonly fields: object }[];
  /** Appends one message of a topic, as its producer would. */
  say<Message>(topic: Topic<Message>, siteId: string, message: Message): Promise<void>;
  /** Everything that stands in a topic, in the order of its shards. */
  read(topic: string): Promise<readonly StoredRecord[]>;
}

export async function fakePlatform(partitions = LOCAL_PARTITIONS): Promise<FakePlatform> {
  const time = manualTime(T0);
  const log = createMemoryEventLog({ timers: time });
  const specs = Object.values(TOPICS).map(({ name, cleanup }) => ({
    name,
    cleanup,
    partitions,
    replicationFactor: 1,
  }));
  await log.ensureTopics([...specs, ...parkedSpecs(specs, GROUP)]);
  const deaths: string[] = [];
  let readers = 0;
  const logged: { event: string; fields: object }[] = [];
  const note = (event: string, fields: object = {}): void => void logged.push({ event, fields });
  let ids = 0;
  return {
    time,
    log,
    deaths,
    logged,
    platform: {
      clock: time,
      timers: time,
      io: time,
      ids: { next: () => `id-${(ids += 1)}` },
      rng: { next: () => 0.5 },
      log,
      live: createMemoryLiveState({ clock: time }),
      rpc: createMemoryRpcNetwork(),
      databaseUrl: '',
      shards: partitions,
      addresses: {},
      logger: { info: note, warn: note, error: note },
      fatal: (why, cause) => deaths.push(`${why}: ${cause instanceof Error ? cause.stack : String(cause)}`),
    },
    say: async (topic, siteId, message) => {
      const envelope = { eventId: `${readers}`, eventType: 'test', occurredAtMs: time.nowMs(), producer: 'test' };
      await log.append([encodeRecord(topic, siteId, message, envelope)]);
      await settle();
    },
    read: async (topic) => {
      const records: StoredRecord[] = [];
      readers += 1;
      const consumption = await log.consume({
        group: `reader-${readers}`,
        topics: [topic],
        start: { kind: 'earliest' },
        onBatch: async (batch) => {
          records.push(...batch.records);
        },
        onFatal: (cause) => deaths.push(String(cause)),
      });
      await settle();
      await consumption.stop();
      return records;
    },
  };
}
