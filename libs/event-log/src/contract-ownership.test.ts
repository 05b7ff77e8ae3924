import { expect, test } from '@jest/globals';
import { OWNERSHIP_CHECKS } from './contract-ownership.ts';
import { createMemoryEventLog } from './memory.ts';
import type { OwnershipOptions } from './ownership.ts';
import type { Consumption, ConsumeOptions, EventLog } from './port.ts';

// Each check of the suite is shown a log that breaks its promise, and must go red.

type Spoil = (log: EventLog) => EventLog['consume'];

const owning =
  (change: (ownership: OwnershipOptions) => Partial<OwnershipOptions>): Spoil =>
  (log) =>
  (options) => {
    const { ownership } = options;
    return log.consume(
      ownership === undefined ? options : { ...options, ownership: { ...ownership, ...change(ownership) } },
    );
  };

const WRONG: readonly (readonly [title: string, spoil: Spoil])[] = [
  [
    'before onAcquired resolves',
    owning(({ onAcquired }) => ({ onAcquired: async (...args) => void onAcquired(...args) })),
  ],
  ['what stood there', owning(saysAtOnce)],
  ['empty shard', owning(() => ({ onShardCaughtUp: () => {} }))],
  ['moves the fewest', movesAll],
  ['comes back', remembers],
  ['before a shard moves', owning(({ onPause }) => ({ onPause: async (shards) => void onPause?.(shards) }))],
  ['that stops has lost', owning(({ onLost }) => ({ onLost: async (shards) => void onLost(shards) }))],
  [
    'ownsNow is false',
    owning(({ onAcquired }) => ({
      onAcquired: (shards, acquisition) => onAcquired(shards, { ...acquisition, ownsNow: () => true }),
    })),
  ],
  [
    'that fails is tried again',
    owning(({ onAcquired }) => ({ onAcquired: (...args) => onAcquired(...args).catch(() => {}) })),
  ],
  [
    'acquireAgain',
    owning(({ onAcquired }) => ({
      onAcquired: (shards, acquisition) => onAcquired(shards, { ...acquisition, acquireAgain: () => {} }),
    })),
  ],
  ['"stored" is asked', asksEarly],
];

test.each(WRONG)('planted: the check "…%s…" sees a log that breaks it', async (title, spoil) => {
  const checks = OWNERSHIP_CHECKS.filter((check) => check.title.includes(title));
  expect(checks).toHaveLength(1);
  const honest = createMemoryEventLog();
  const log = { ...honest, consume: spoil(honest) };
  await expect(checks[0]?.run({ prefix: 't.', log, maxQueueBytes: 1_000_000, waitMs: 600 })).rejects.toThrow(/\S/);
  void honest.close();
});

test('every check has a planted violation', () => {
  const unplanted = OWNERSHIP_CHECKS.filter((check) => !WRONG.some(([title]) => check.title.includes(title)));
  expect(unplanted.map((check) => check.title)).toEqual([]);
});

function saysAtOnce({ onAcquired, onShardCaughtUp }: OwnershipOptions): Partial<OwnershipOptions> {
  return {
    onAcquired: async (shards, acquisition) => {
      await onAcquired(shards, acquisition);
      for (const shard of shards) onShardCaughtUp?.(shard);
    },
    onShardCaughtUp: () => {},
  };
}

/** At a join everybody leaves and comes back. */
function movesAll(log: EventLog): EventLog['consume'] {
  const members: { readonly options: ConsumeOptions; consumption: Consumption }[] = [];
  return async (options) => {
    for (const member of members) {
      await member.consumption.stop();
      member.consumption = await log.consume(member.options);
    }
    const consumption = await log.consume(options);
    members.push({ options, consumption });
    return consumption;
  };
}

/** A shard that comes back goes on where it was left. */
function remembers(log: EventLog): EventLog['consume'] {
  return (options) => {
    const next = new Map<number, bigint>();
    return log.consume({
      ...options,
      start: { kind: 'stored', nextOffset: async (_, partition) => next.get(partition) },
      onBatch: async (batch) => {
        await options.onBatch(batch);
        next.set(batch.partition, (batch.records.at(-1)?.offset ?? 0n) + 1n);
      },
    });
  };
}

function asksEarly(log: EventLog): EventLog['consume'] {
  return async (options) => {
    const { start, topics } = options;
    if (start.kind === 'earliest') return log.consume(options);
    const early = await Promise.all([0, 1, 2].map((partition) => start.nextOffset(topics[0] ?? '', partition)));
    return log.consume({ ...options, start: { kind: 'stored', nextOffset: async (_, partition) => early[partition] } });
  };
}
