import { decodeRecord, HEADERS, type Topic, TOPICS } from '@headroom/contracts';
import type { EventLog, RecordBatch, StoredRecord } from '@headroom/event-log';
import { err, ok, type Result } from '@headroom/kernel';
import type { Fact } from '../../domain/facts.ts';
import type { FactBatch, FactFeed } from '../../ports.ts';
import { factsOfJournal } from './journal-codec.ts';
import type { OwnRecords } from './own-records.ts';
import { factsOfAllocation, factsOfMetering, factsOfSession } from './other-facts.ts';
import { siteModelFromConfig } from '@headroom/site-wire';
import { factsOfStation } from './station-facts.ts';

export const GROUP = 'profile-dispatcher';

type Reading = (value: Uint8Array) => Result<readonly Fact[], string>;

const reading =
  <Message>(topic: Topic<Message>, factsOf: (message: Message) => Result<readonly Fact[], string>): Reading =>
  (value) => {
    const decoded = decodeRecord(topic, value);
    if (decoded.kind === 'err') return decoded;
    try {
      return factsOf(decoded.value);
    } catch (cause) {
      // Numbers that no domain type takes (a fraction of a deci-ampere, a current beyond 2^53): parked, not fatal.
      return err(cause instanceof Error ? cause.message : 'a value that is none');
    }
  };

function understoodOf({ offset, headers }: StoredRecord, facts: readonly Fact[]): FactBatch['records'][number] {
  const traceparent = headers[HEADERS.traceparent];
  return { offset, facts, ...(traceparent === undefined ? {} : { traceparent }) };
}

/** Topics of the dispatcher, with what it understands of them. */
const READINGS: ReadonlyMap<string, Reading> = new Map([
  [
    TOPICS.siteConfig.name,
    reading(TOPICS.siteConfig, (config) => {
      const model = siteModelFromConfig(config);
      if (model.kind === 'err') return model;
      return ok([{ kind: 'site-configured' as const, siteId: model.value.siteId, model: model.value }]);
    }),
  ],
  [TOPICS.stationFacts.name, reading(TOPICS.stationFacts, (wire) => ok(factsOfStation(wire)))],
  [TOPICS.sessionFacts.name, reading(TOPICS.sessionFacts, (wire) => ok(factsOfSession(wire)))],
  [TOPICS.meteringFacts.name, reading(TOPICS.meteringFacts, (wire) => ok(factsOfMetering(wire)))],
  [TOPICS.allocationFacts.name, reading(TOPICS.allocationFacts, (wire) => ok(factsOfAllocation(wire)))],
  [TOPICS.dispatchFacts.name, reading(TOPICS.dispatchFacts, (wire) => ok(factsOfJournal(wire)))],
]);

const TOPICS_READ: readonly string[] = [...READINGS.keys()];

export interface UnreadableRecords {
  /** Resolves once the record stands in its parked topic. */
  readonly park: (record: StoredRecord, why: string) => Promise<void>;
  /** So many of the past could not be read. They were parked when they came. */
  readonly leftOut: (count: number) => void;
}

/** `own`: what need not be read, because we have written it. */
export function createFeed(log: EventLog, unreadable: UnreadableRecords, own: Pick<OwnRecords, 'take'>): FactFeed {
  /** By shard that still reads the past: records that could not be read. */
  const leftOut = new Map<number, number>();
  const read = async ({ topic, partition, records }: RecordBatch): Promise<FactBatch['records']> => {
    const readRecord = READINGS.get(topic);
    const isOwnTopic = topic === TOPICS.dispatchFacts.name;
    const understood: FactBatch['records'][number][] = [];
    for (const record of records) {
      // An empty value is a tombstone of a compacted topic: the site is gone, and nothing is sent to it any more.
      if (record.value.length === 0) continue;
      if (isOwnTopic && own.take(partition, record.offset)) continue;
      const facts = readRecord?.(record.value) ?? err(`nothing reads the topic ${topic}`);
      const past = leftOut.get(partition);
      if (facts.kind === 'ok') understood.push(understoodOf(record, facts.value));
      // The past is read at every acquisition: what was parked once is not parked again.
      else if (past !== undefined) leftOut.set(partition, past + 1);
      else await unreadable.park(record, facts.error);
    }
    return understood;
  };
  const caughtUp = (shard: number): void => {
    const count = leftOut.get(shard) ?? 0;
    leftOut.delete(shard);
    if (count > 0) unreadable.leftOut(count);
  };
  return {
    start: (owner, onFatal) =>
      log.consume({
        group: GROUP,
        topics: TOPICS_READ,
        start: {
          kind: 'stored',
          // Documents of sites are compacted and few, and no snapshot holds them.
          nextOffset: async (topic, shard) =>
            topic === TOPICS.siteConfig.name ? undefined : owner.startOf(topic, shard),
        },
        onBatch: async (batch) => {
          const records = await read(batch);
          const { topic, partition: shard } = batch;
          const upTo = topic === TOPICS.siteConfig.name ? undefined : batch.records.at(-1)?.offset;
          owner.onFacts({ shard, topic, isOwn: topic === TOPICS.dispatchFacts.name, records, upTo });
        },
        ownership: {
          onPause: (shards) => owner.onPause(shards),
          onLost: (shards) => owner.onLost(shards),
          onAcquired: (shards, acquisition) => {
            for (const shard of shards) leftOut.set(shard, 0);
            return owner.onAcquired(shards, (shard) => ({
              ownsNow: () => acquisition.ownsNow(shard),
              acquireAgain: () => acquisition.acquireAgain(shard),
            }));
          },
          onShardCaughtUp: (shard) => {
            caughtUp(shard);
            owner.onCaughtUp(shard);
          },
          claims: () => owner.claims(),
        },
        onFatal,
      }),
    trouble: () => log.trouble(),
  };
}
