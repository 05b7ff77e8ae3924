import { expect, test } from '@jest/globals';
import { createMemoryTurnStore } from '@headroom/turn-store';
import type { GridStore } from '../../ports.ts';
import { type StoreSubject, storeChecks } from './contract.ts';
import { createMemoryStore } from './memory-store.ts';

type Change = (store: GridStore) => GridStore;
function subject(change: Change = (store) => store): StoreSubject {
  let nowMs = 0;
  const turns = createMemoryTurnStore();
  return {
    open: () => change(createMemoryStore(turns, { monoMs: () => nowMs })),
    pass: async (ms) => {
      nowMs += ms;
    },
  };
}

for (const [name, check] of Object.entries(storeChecks)) {
  test(`the store in memory keeps the contract: ${name}`, () => check(subject()));
}

const faults: Readonly<Record<keyof typeof storeChecks, Change>> = {
  oneHolder: (store) => ({ ...store, hold: async () => 1 }),
  atOnce: (store) => ({ ...store, hold: async () => 1 }),
  takeOver: (store) => ({ ...store, save: (_, what) => store.save(2, what) }),
  renewed: (store) => ({ ...store, hold: (holder) => store.hold(holder, 1) }),
  released: (store) => ({ ...store, release: async () => {} }),
  kept: (store) => ({ ...store, load: async () => new Map() }),
  timeAlone: (store) => ({
    ...store,
    save: (term, { sources, targetKeys }) =>
      store.save(term, { targetKeys, sources: sources.map((each) => ({ ...each, isChanged: true })) }),
  }),
  versions: (store) => ({
    ...store,
    save: async (_, { targetKeys }) => new Map(targetKeys.map((key) => [key, 1])),
  }),
};
for (const name of Object.keys(faults) as (keyof typeof storeChecks)[]) {
  test(`the contract sees a store that does it wrong: ${name}`, async () => {
    await expect(storeChecks[name](subject(faults[name]))).rejects.toMatchObject({ code: 'CONTRACT_BROKEN' });
  });
}
