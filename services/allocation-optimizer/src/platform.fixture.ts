import { encodeRecord, LOCAL_PARTITIONS, type Topic, TOPICS } from '@headroom/contracts';
import { createMemoryEventLog, type MemoryEventLog, parkedSpecs, type StoredRecord } from '@headroom/event-log';
import { type Cancel, type Clock, epochMs, type Timers } from '@headroom/kernel';
import { createMemoryLiveState } from '@headroom/live-state';
import { createMemoryRpcNetwork } from '@headroom/rpc';
import type { Platform } from '@headroom/service-host';
import { T0 } from './domain/given.fixture.ts';
import { GROUP } from './service.ts';

/** Tests only: time that stands still until told. */
export class FakeTime implements Clock, Timers {
  #elapsedMs = 0;
  #timers: { dueMs: number; readonly periodMs: number | undefined; readonly fire: () => void }[] = [];

  nowMs = () => epochMs(T0 + this.#elapsedMs);
  monoMs = () => this.#elapsedMs;

  after(delayMs: number, fire: () => void): Cancel {
    return this.#add(delayMs, undefined, fire);
  }

  every(periodMs: number, fire: () => void): Cancel {
    return this.#add(periodMs, periodMs, fire);
  }

  /** Lets time pass, timer by timer, and whatever was started settle. */
  async pass(ms: number): Promise<void> {
    const endMs = this.#elapsedMs + ms;
    for (;;) {
      const [next] = this.#timers.filter(({ dueMs }) => dueMs <= endMs).toSorted((a, b) => a.dueMs - b.dueMs);
      if (next === undefined) break;
      this.#elapsedMs = next.dueMs;
      if (next.periodMs === undefined) this.#timers = this.#timers.filter((timer) => timer !== next);
      else next.dueMs += next.periodMs;
      next.fire();
      await settle();
    }
    this.#elapsedMs = endMs;
    await settle();
  }

  #add(delayMs: number, periodMs: number | undefined, fire: () => void): Cancel {
    const timer = { dueMs: this.#elapsedMs + delayMs, periodMs, fire };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }
}

/** Turns of the event loop that the memory twins need at most between an append and its last effect. */
const SETTLE_TURNS = 12;

export async function settle(): Promise<void> {
  for (let i = 0; i < SETTLE_TURNS; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

export interface FakePlatform {
  readonly platform: Platform;
  readonly time: FakeTime;
  readonly log: MemoryEventLog;
  readonly deaths: string[];
  /** Appends one message of a topic, as its producer would. */
  say<Message>(topic: Topic<Message>, siteId: string, message: Message): Promise<void>;
  /** Everything that stands in a topic, in the order of its shards. */
  read(topic: string): Promise<readonly StoredRecord[]>;
}

export async function fakePlatform(partitions = LOCAL_PARTITIONS): Promise<FakePlatform> {
  const time = new FakeTime();
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
  const silent = { info: () => {}, warn: () => {}, error: () => {} };
  let ids = 0;
  return {
    time,
    log,
    deaths,
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
      logger: silent,
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
