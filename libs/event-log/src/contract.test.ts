import { expect, test } from '@jest/globals';
import { APPEND_CHECKS } from './contract-append.ts';
import { CONSUME_CHECKS } from './contract-consume.ts';
import { READ_CHECKS } from './contract-read.ts';
import { createMemoryEventLog } from './memory.ts';
import type { ConsumeOptions, EventLog, EventRecord, ReadRange, StoredRecord } from './port.ts';

// Each check of the suite is shown a log that breaks its promise, and must go red.

const PARTITION = { partitions: 3, cleanup: 'delete', replicationFactor: 1 } as const;
type Spoil = (log: EventLog) => Partial<EventLog>;

const consuming =
  (change: (options: ConsumeOptions) => Partial<ConsumeOptions>): Spoil =>
  (log) => ({ consume: (options) => log.consume({ ...options, ...change(options) }) });

const reading =
  (read: (log: EventLog, range: ReadRange) => Promise<bigint>): Spoil =>
  (log) => ({ readToEnd: (range) => read(log, range) });

const WRONG: readonly (readonly [title: string, spoil: Spoil])[] = [
  ['order of the calls', (log) => ({ append: (records) => log.append(records.toReversed()) })],
  [
    'append resolves once',
    () => ({
      append: async (records) => records.map(({ topic }, n) => ({ topic, partition: 0, offset: BigInt(n) })),
    }),
  ],
  ['share no bytes', sharesBytes],
  [
    'does not exist is refused',
    (log) => ({
      append: async (records) => {
        await log.ensureTopics(records.map(({ topic }) => ({ name: topic, ...PARTITION })));
        return log.append(records);
      },
    }),
  ],
  [
    'over the bound is refused with its whole call',
    (log) => ({
      append: (records) => log.append(records.map((each) => ({ ...each, value: each.value.slice(0, 1_000) }))),
    }),
  ],
  ['refuses another partition count', (log) => ({ ensureTopics: (specs) => log.ensureTopics(specs).catch(() => {}) })],
  ['unwritten records is bounded', () => ({ append: createUnbounded() })],
  ['fence that is closed', (log) => ({ append: (records) => log.append(records) })],
  ['after close nothing', () => ({ close: async () => {} })],
  ['whose handler fails', consuming(({ onBatch }) => ({ onBatch: (batch) => onBatch(batch).catch(() => {}) }))],
  ['never overlap', consuming(({ onBatch }) => ({ onBatch: async (batch) => void onBatch(batch) }))],
  ['holds up no other', consuming(oneAtATime)],
  ['"stored" begins', consuming(() => ({ start: { kind: 'earliest' } }))],
  ['"earliest" replays', remembers],
  ['empty log is caught up', consuming(() => ({ onCaughtUp: () => {} }))],
  [
    'two groups',
    (log) => ({ consume: (options) => log.consume(options.group.endsWith('-b') ? deaf(options) : options) }),
  ],
  ['compacted topic keeps', keepsFirst],
  [
    'stop lets',
    (log) => ({
      consume: async (options) => {
        const consumption = await log.consume(options);
        return { ...consumption, stop: async () => void consumption.stop() };
      },
    }),
  ],
  [
    'broken invariant',
    consuming(({ onBatch }) => ({
      onBatch: (batch) => onBatch(batch).catch(() => Promise.reject(new Error('again'))),
    })),
  ],
  ['beyond the end', consuming(() => ({ start: { kind: 'stored', nextOffset: async () => undefined } }))],
  ['one partition from its oldest', reading((log, range) => log.readToEnd({ ...range, from: 0n }))],
  ['empty partition ends', reading((log, range) => log.readToEnd(range).then((end) => end - 1n))],
  ['over many answers', reading(firstAnswerOnly)],
  ['does not follow', reading(follows)],
  ['range of an unknown topic', reading((log, range) => log.readToEnd(range).catch(() => 0n))],
];

const ALL = [...APPEND_CHECKS, ...CONSUME_CHECKS, ...READ_CHECKS];

test.each(WRONG)('planted: the check "…%s…" sees a log that breaks it', async (title, spoil) => {
  const checks = ALL.filter((check) => check.title.includes(title));
  expect(checks).toHaveLength(1);
  const maxQueueBytes = 1_000_000;
  const honest = createMemoryEventLog({ maxQueueBytes });
  const log = { ...honest, ...spoil(honest) };
  await expect(checks[0]?.run({ prefix: 't.', log, maxQueueBytes, waitMs: 400 })).rejects.toThrow(/\S/);
  // Not awaited: a check that failed may have left a handler that never ends.
  void honest.close();
});

test('every check has a planted violation', () => {
  const unplanted = ALL.filter((check) => !WRONG.some(([title]) => check.title.includes(title)));
  expect(unplanted.map((check) => check.title)).toEqual([]);
});

function sharesBytes(log: EventLog): Partial<EventLog> {
  const values: Uint8Array[] = [];
  return {
    append: (records) => {
      values.push(...records.map((record) => record.value));
      return log.append(records);
    },
    consume: (options) => {
      const shared = (value: Uint8Array, n: number) => values[n] ?? value;
      return log.consume({
        ...options,
        onBatch: (batch) =>
          options.onBatch({
            ...batch,
            records: batch.records.map((each, n) => ({ ...each, value: shared(each.value, n) })),
          }),
      });
    },
  };
}

function createUnbounded(): EventLog['append'] {
  return async (records) => records.map(({ topic }) => ({ topic, partition: 0, offset: 0n }));
}

function oneAtATime({ onBatch }: ConsumeOptions): Partial<ConsumeOptions> {
  let turn: Promise<void> = Promise.resolve();
  return {
    onBatch: (batch) => {
      turn = turn.then(() => onBatch(batch));
      return turn;
    },
  };
}

function remembers(log: EventLog): Partial<EventLog> {
  const next = new Map<number, bigint>();
  return {
    consume: (options) =>
      log.consume({
        ...options,
        start: { kind: 'stored', nextOffset: async (_, partition) => next.get(partition) },
        onBatch: async (batch) => {
          await options.onBatch(batch);
          next.set(batch.partition, (batch.records.at(-1)?.offset ?? 0n) + 1n);
        },
      }),
  };
}

const deaf = (options: ConsumeOptions): ConsumeOptions => ({ ...options, onBatch: async () => {} });

function keepsFirst(log: EventLog): Partial<EventLog> {
  const keys = new Set<string>();
  const isFirst = (record: EventRecord) => !keys.has(record.key) && keys.add(record.key).size > 0;
  return { append: (records) => log.append(records.filter(isFirst)) };
}

async function firstAnswerOnly(log: EventLog, { onRecords, ...range }: ReadRange): Promise<bigint> {
  const records: StoredRecord[] = [];
  const end = await log.readToEnd({ ...range, onRecords: (some) => records.push(...some) });
  onRecords(records.slice(0, 20));
  return end;
}

/** Reads once more what came in between. */
async function follows(log: EventLog, range: ReadRange): Promise<bigint> {
  return log.readToEnd({ ...range, from: await log.readToEnd(range) });
}
