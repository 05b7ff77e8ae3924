import { expect, test } from '@jest/globals';
import { epochChecks, type TurnStoreHandle, type TurnStoreSubject, turnStoreChecks } from './contract.ts';
import { createMemoryTurnStore, type MemoryTurnStore } from './memory.ts';
import { createMemoryEpochs } from './memory-epochs.ts';
import type { EpochSource, Turn } from './port.ts';

type Put = Parameters<Parameters<TurnStoreHandle['turn']>[0]>[0];

function handleOn(store: MemoryTurnStore): TurnStoreHandle {
  return {
    turn: (body) =>
      store.turn((turn) => {
        const numbers = turn.table<number>('numbers');
        const put: Put = {
          ...turn,
          put: async (key, value) => numbers.set(key, value),
          read: async (key) => numbers.get(key) ?? 0,
        };
        return body(put);
      }),
    committed: async (key) => store.read<number>('numbers').get(key) ?? 0,
    store,
    close: async () => undefined,
  };
}

function memorySubject(): TurnStoreSubject {
  const store = createMemoryTurnStore();
  return { open: async () => handleOn(store) };
}

test.each(Object.entries(turnStoreChecks))('the memory turn store keeps the contract: %s', async (_, check) => {
  await check(memorySubject());
});

test.each(Object.entries(epochChecks))('the memory epochs keep the contract: %s', async (_, check) => {
  await check({ epochs: createMemoryEpochs() });
});

/** A store that is wrong in one way. */
function planted(change: (handle: TurnStoreHandle, store: MemoryTurnStore) => TurnStoreHandle): TurnStoreSubject {
  const store = createMemoryTurnStore();
  return { open: async () => change(handleOn(store), store) };
}
const turnWith = (handle: TurnStoreHandle, change: (turn: Put) => Partial<Turn>): TurnStoreHandle => ({
  ...handle,
  turn: (body) => handle.turn((turn) => body({ ...turn, ...change(turn) })),
});

const mutants: Readonly<Record<keyof typeof turnStoreChecks, () => TurnStoreSubject>> = {
  // Commits although the body failed.
  atomic: () =>
    planted((handle) => ({
      ...handle,
      turn: async (body) => {
        const outcome = await handle.turn(async (turn) =>
          body(turn).then(
            (value) => ({ value }),
            (cause: unknown) => ({ cause }),
          ),
        );
        if ('cause' in outcome) throw outcome.cause;
        return outcome.value;
      },
    })),
  inboxOnce: () => planted((handle) => turnWith(handle, () => ({ firstSeen: async () => true }))),
  repeatAfterCrash: () => planted((handle) => turnWith(handle, () => ({ firstSeen: async () => true }))),
  outboxOrder: () =>
    planted((handle) => ({
      ...handle,
      store: {
        nextOffset: handle.store.nextOffset,
        relayOutbox: (publish, max) =>
          handle.store.relayOutbox((records, holds) => publish(records.toReversed(), holds), max),
      },
    })),
  outboxAtLeastOnce: () =>
    planted((handle) => ({
      ...handle,
      store: {
        nextOffset: handle.store.nextOffset,
        relayOutbox: async (publish, max) => {
          let failure: unknown;
          const count = await handle.store.relayOutbox(async (records, holds) => {
            await publish(records, holds).catch((cause: unknown) => {
              failure = cause;
            });
          }, max);
          if (failure !== undefined) throw failure;
          return count;
        },
      },
    })),
  outboxBatchBound: () =>
    planted((handle) => ({
      ...handle,
      store: {
        nextOffset: handle.store.nextOffset,
        relayOutbox: (publish) => handle.store.relayOutbox(publish, 1_000),
      },
    })),
  oneRelay: () =>
    planted((handle) => ({
      ...handle,
      store: {
        nextOffset: handle.store.nextOffset,
        relayOutbox: async (publish, max) => {
          const taken = await handle.store.relayOutbox(publish, max);
          return taken === 0 ? 1 : taken;
        },
      },
    })),
  offsetNeverBack: () =>
    planted((handle) => {
      let last = new Map<string, bigint>();
      return {
        ...turnWith(handle, () => ({
          advance: async (consumer, input) => {
            last = new Map(last).set(JSON.stringify([consumer, input.topic, input.partition]), input.offset + 1n);
            return true;
          },
        })),
        store: {
          relayOutbox: handle.store.relayOutbox,
          nextOffset: async (consumer, topic, partition) => last.get(JSON.stringify([consumer, topic, partition])),
        },
      };
    }),
  // Whoever comes late is told that it is news.
  oneForAnInput: () =>
    planted((handle) =>
      turnWith(handle, () => ({
        advance: async () => true,
      })),
    ),
  concurrentTurns: () =>
    planted((handle, store) => ({
      ...handle,
      // Reads what is committed and writes later, without a conflict being seen.
      turn: async (body) => {
        const before = store.read<number>('numbers').get('count') ?? 0;
        return handle.turn((turn) => body({ ...turn, read: async () => before }));
      },
    })),
};

test.each(Object.entries(turnStoreChecks))('a planted wrong store turns the check red: %s', async (name, check) => {
  const mutant = mutants[name as keyof typeof turnStoreChecks];
  await expect(check(mutant())).rejects.toMatchObject({ code: 'CONTRACT_BROKEN' });
});

test('a planted wrong epoch source turns the checks red', async () => {
  const same: EpochSource = {
    acquire: async (_, shards) => new Map(shards.map((shard) => [shard, 1n])),
    current: async () => new Map(),
  };
  await expect(epochChecks.increase({ epochs: same })).rejects.toMatchObject({ code: 'CONTRACT_BROKEN' });
  await expect(epochChecks.uniqueUnderConcurrency({ epochs: same })).rejects.toMatchObject({ code: 'CONTRACT_BROKEN' });
  await expect(epochChecks.current({ epochs: same })).rejects.toMatchObject({ code: 'CONTRACT_BROKEN' });
});
