import { decodeRecord, type Topic, TOPICS } from '@headroom/contracts';
import { type EventLog, type RecordBatch, type StoredRecord } from '@headroom/event-log';
import { err, ok, type Result } from '@headroom/kernel';
import type { Fact } from '../../domain/facts.ts';
import type { FactFeed } from '../../ports.ts';
import { factsOfJournal } from './journal-codec.ts';
import { factsOfAllocation, factsOfMetering, factsOfSession } from './other-facts.ts';
import { siteModelFromConfig } from './site-config.ts';
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

export const TOPICS_READ: readonly string[] = [...READINGS.keys()];

export interface UnreadableRecords {
  /** Resolves once the record stands in its parked topic. */
  readonly park: (record: StoredRecord, why: string) => Promise<void>;
  /** So many of the past could not be read. They were parked when they came. */
  readonly leftOut: (count: number) => void;
}

export function createFeed(log: EventLog, unreadable: UnreadableRecords): FactFeed {
  let isReplaying = true;
  let leftOut = 0;
  const read = async ({ topic, records }: RecordBatch): Promise<readonly Fact[]> => {
    const readRecord = READINGS.get(topic);
    const facts: Fact[] = [];
    for (const record of records) {
      // An empty value is a tombstone of a compacted topic: the site is gone, and nothing is sent to it any more.
      if (record.value.length === 0) continue;
      const understood = readRecord?.(record.value) ?? err(`nothing reads the topic ${topic}`);
      if (understood.kind === 'ok') facts.push(...understood.value);
      // The past is read at every start: what was parked once is not parked again.
      else if (isReplaying) leftOut += 1;
      else await unreadable.park(record, understood.error);
    }
    return facts;
  };
  return {
    start: ({ onFacts, onCaughtUp, onFatal }) =>
      log.consume({
        group: GROUP,
        topics: TOPICS_READ,
        start: { kind: 'earliest' },
        onBatch: async (batch) => {
          const facts = await read(batch);
          if (facts.length > 0) onFacts({ shard: batch.partition, facts });
        },
        onCaughtUp: () => {
          isReplaying = false;
          if (leftOut > 0) unreadable.leftOut(leftOut);
          onCaughtUp();
        },
        onFatal,
      }),
    trouble: () => log.trouble(),
  };
}
