import { HEADERS } from '@headroom/contracts';
import type {
  AppendOptions,
  ConsumeOptions,
  Consumption,
  EventLog,
  EventRecord,
  OwnershipOptions,
  RecordBatch,
} from '@headroom/event-log';
import type { Clock } from '@headroom/kernel';
import { byLabel, type Metrics } from '@headroom/telemetry';

const MS_PER_S = 1_000;
/** As `parkedTopicOf` ends them. */
const PARKED = '.parked';

export interface Measuring {
  readonly metrics: Metrics;
  /** The platform's: ages of records are reckoned by it. */
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Real time: how long something took. */
  readonly io: Pick<Clock, 'monoMs'>;
}

/** The same log, telling what passes through it. Nothing is built for a record: one addition each, series are kept by topic. */
export function measureLog(inner: EventLog, measuring: Measuring): EventLog {
  const appends = appendsOf(measuring.metrics);
  const { io, metrics } = measuring;
  const consumptions = new Set<Consumption>();
  const owned = new Set<string>();
  metrics.observe('headroom_log_poll_age_seconds', {}, () =>
    consumptions.size === 0 ? undefined : Math.max(...[...consumptions].map((each) => each.pollAgeMs())) / MS_PER_S,
  );
  metrics.observe('headroom_log_owned_shards', {}, () => owned.size);
  const handling = measureHandling(measuring);
  return {
    ensureTopics: (specs) => inner.ensureTopics(specs),
    append: async (records: readonly EventRecord[], options?: AppendOptions) => {
      const [first] = records;
      if (first === undefined) return inner.append(records, options);
      const begunMs = io.monoMs();
      appends.begin();
      try {
        const positions = await inner.append(records, options);
        appends.taken(records);
        return positions;
      } catch (cause) {
        appends.refused(first.topic, cause);
        throw cause;
      } finally {
        appends.end(first.topic, io.monoMs() - begunMs);
      }
    },
    partitionOf: (topic, key) => inner.partitionOf(topic, key),
    consume: async (options) => {
      const consumption = await inner.consume(measured(options, handling, owned));
      consumptions.add(consumption);
      return {
        pollAgeMs: () => consumption.pollAgeMs(),
        stop: () => {
          consumptions.delete(consumption);
          return consumption.stop();
        },
      };
    },
    readToEnd: (range) => inner.readToEnd(range),
    trouble: () => inner.trouble(),
    close: () => inner.close(),
  };
}

function appendsOf(metrics: Metrics) {
  let underWay = 0;
  metrics.observe('headroom_log_appends_under_way', {}, () => underWay);
  const of = byLabel((topic) => ({
    records: metrics.counter('headroom_log_appended_records_total', { topic }),
    bytes: metrics.counter('headroom_log_appended_bytes_total', { topic }),
    seconds: metrics.histogram('headroom_log_append_seconds', { topic }),
    parked: topic.endsWith(PARKED) ? metrics.counter('headroom_log_parked_records_total', { topic }) : undefined,
    refusals: byLabel((code) => metrics.counter('headroom_log_append_refusals_total', { topic, code })),
  }));
  return {
    begin: () => {
      underWay += 1;
    },
    taken: (records: readonly EventRecord[]) => {
      for (const record of records) {
        const topic = of(record.topic);
        topic.records.add();
        topic.bytes.add(record.value.length);
        topic.parked?.add();
      }
    },
    refused: (topic: string, cause: unknown) => of(topic).refusals(codeOf(cause)).add(),
    end: (topic: string, tookMs: number) => {
      underWay -= 1;
      of(topic).seconds.record(tookMs / MS_PER_S);
    },
  };
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unknown';

type Handling = ReturnType<typeof measureHandling>;

function measureHandling({ metrics, clock, io }: Measuring) {
  const of = byLabel((topic) => ({
    records: metrics.counter('headroom_log_consumed_records_total', { topic }),
    seconds: metrics.histogram('headroom_log_handling_seconds', { topic }),
    ages: metrics.histogram('headroom_log_record_age_seconds', { topic }),
    failures: metrics.counter('headroom_log_handling_failures_total', { topic }),
  }));
  return async (batch: RecordBatch, handle: ConsumeOptions['onBatch']): Promise<void> => {
    const topic = of(batch.topic);
    const begunMs = io.monoMs();
    // Records stand in their order: the first one has waited longest.
    const occurredAtMs = Number(batch.records[0]?.headers[HEADERS.occurredAtMs]);
    if (Number.isFinite(occurredAtMs)) topic.ages.record(Math.max(0, clock.nowMs() - occurredAtMs) / MS_PER_S);
    try {
      await handle(batch);
      topic.records.add(batch.records.length);
    } catch (cause) {
      topic.failures.add();
      throw cause;
    } finally {
      topic.seconds.record((io.monoMs() - begunMs) / MS_PER_S);
    }
  };
}

function measured(options: ConsumeOptions, handling: Handling, owned: Set<string>): ConsumeOptions {
  const { onBatch, ownership, group } = options;
  return {
    ...options,
    onBatch: (batch) => handling(batch, onBatch),
    ...(ownership === undefined ? {} : { ownership: countOwned(group, ownership, owned) }),
  };
}

function countOwned(group: string, inner: OwnershipOptions, owned: Set<string>): OwnershipOptions {
  return {
    ...inner,
    onAcquired: async (shards, acquisition) => {
      await inner.onAcquired(shards, acquisition);
      for (const shard of shards) owned.add(`${group}/${shard}`);
    },
    onLost: (shards) => {
      for (const shard of shards) owned.delete(`${group}/${shard}`);
      return inner.onLost(shards);
    },
  };
}
