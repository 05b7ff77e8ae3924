import type { EventLog, StoredRecord } from '@headroom/event-log';

/** Topics and groups of a run of its own on a broker that others use too. */
export function prefixedLog(log: EventLog, prefix: string): EventLog {
  const named = <T extends { readonly topic: string }>(of: T): T => ({ ...of, topic: `${prefix}${of.topic}` });
  const plain = (topic: string): string => topic.slice(prefix.length);
  const back = (record: StoredRecord): StoredRecord => ({ ...record, topic: plain(record.topic) });
  return {
    ...log,
    ensureTopics: (specs) => log.ensureTopics(specs.map((spec) => ({ ...spec, name: `${prefix}${spec.name}` }))),
    append: async (records, options) =>
      (await log.append(records.map(named), options)).map((position) => ({
        ...position,
        topic: plain(position.topic),
      })),
    partitionOf: (topic, key) => log.partitionOf(`${prefix}${topic}`, key),
    consume: (options) => {
      const { start } = options;
      return log.consume({
        ...options,
        group: `${prefix}${options.group}`,
        topics: options.topics.map((topic) => `${prefix}${topic}`),
        start:
          start.kind === 'earliest'
            ? start
            : { kind: 'stored', nextOffset: (topic, partition) => start.nextOffset(plain(topic), partition) },
        onBatch: (batch) => options.onBatch({ ...batch, topic: plain(batch.topic), records: batch.records.map(back) }),
      });
    },
    readToEnd: (range) =>
      log.readToEnd({ ...named(range), onRecords: (records) => range.onRecords(records.map(back)) }),
  };
}
