import { expect, test } from '@jest/globals';
import type { GatewayStore } from '../../ports.ts';
import { CONTRACT_MAX_ROWS, type StoreSubject, storeChecks } from './contract.ts';
import { createMemoryStore } from './memory-store.ts';

type Change = (store: GatewayStore) => GatewayStore;
function subject(change: Change = (store) => store): StoreSubject {
  const store = createMemoryStore(CONTRACT_MAX_ROWS);
  return { open: () => change(store) };
}

test.each(Object.entries(storeChecks))('the memory store of the gateways keeps the contract: %s', async (_, check) => {
  await check(subject());
});

const withInbox =
  (change: (inbox: GatewayStore['inbox']) => Partial<GatewayStore['inbox']>): Change =>
  (store) => ({ ...store, inbox: { ...store.inbox, ...change(store.inbox) } });

const mutants: Readonly<Record<keyof typeof storeChecks, Change>> = {
  inOrder: withInbox((inbox) => ({ relay: (publish, max) => inbox.relay((all) => publish(all.toReversed()), max) })),
  onceEach: withInbox((inbox) => ({
    put: (records) => inbox.put(records.map((record) => ({ ...record, eventId: `${record.eventId}${Math.random()}` }))),
  })),
  atLeastOnce: withInbox((inbox) => ({
    relay: (publish, max) => inbox.relay((all) => publish(all).catch(() => []), max),
  })),
  oneRelay: withInbox((inbox) => ({
    relay: async (publish, max) => {
      const count = await inbox.relay(publish, max);
      if (count === 0) await publish([]);
      return count;
    },
  })),
  setAside: withInbox((inbox) => ({
    relay: (publish, max) =>
      inbox.relay(async (all) => {
        await publish(all);
        return [];
      }, max),
    put: async () => 'full',
  })),
  waiting: withInbox(() => ({ waitingOf: async (ids) => new Set(ids) })),
  bounded: withInbox((inbox) => ({
    put: async (records) => {
      await inbox.put(records);
      return 'kept';
    },
  })),
  arrivals: (store) => ({
    ...store,
    arrivals: {
      ...store.arrivals,
      arrive: async (_, nowMs) => ({ generation: nowMs, recordsWait: false, booted: true }),
    },
  }),
};

test.each(Object.entries(mutants))('the contract catches a store that breaks it: %s', async (name, change) => {
  const check = storeChecks[name as keyof typeof storeChecks];
  await expect(check(subject(change))).rejects.toThrow(/./);
});
