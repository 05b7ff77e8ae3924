import { expect, test } from '@jest/globals';
import { createMemoryTurnStore } from '@headroom/turn-store';
import fc from 'fast-check';
import { anyEvent } from '../../domain/testing/any-event.ts';
import type { RegistryStore, RegistryTurn } from '../../ports.ts';
import { playBoth, type RegistryStoreSubject, registryStoreChecks } from '../contract.ts';
import { createMemoryRegistryStore } from './registry-store.ts';

function subject(): RegistryStoreSubject {
  let emissions = 0;
  const store = createMemoryRegistryStore(createMemoryTurnStore(), () => {
    emissions += 1;
  });
  return { store, emissions: () => emissions };
}

test.each(Object.entries(registryStoreChecks))('the memory registry keeps the contract: %s', async (_, check) => {
  await check(subject());
});

test('the memory registry holds what the pure world holds, whatever happens', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyEvent, { maxLength: 25 }), (events) => playBoth(subject().store, events)),
    { numRuns: 60 },
  );
});

const planted = (
  change: (turn: RegistryTurn) => Partial<RegistryTurn>,
  reads: Partial<RegistryStore['reads']> = {},
) => {
  const { store, emissions } = subject();
  const wrong: RegistryStore = {
    turn: (body) => store.turn((turn) => body({ ...turn, ...change(turn) })),
    reads: { ...store.reads, ...reads },
  };
  return { store: wrong, emissions };
};

test.each<[keyof typeof registryStoreChecks, () => RegistryStoreSubject]>([
  ['sites', () => planted(() => ({ saveSite: async () => undefined }))],
  ['stationsFollowTheirDocument', () => planted(() => ({ saveCredentials: async () => undefined }))],
  ['tokens', () => planted((turn) => ({ saveToken: (token) => turn.saveToken({ ...token, status: 'accepted' }) }))],
  ['historyWithEveryTurn', () => planted(() => ({ saveReadings: async () => undefined }))],
  ['repeatsAreSeenOnce', () => planted(() => ({ firstSeen: async () => true }))],
  ['pendingRequests', () => planted((turn) => ({ evse: (question) => turn.evse({ ...question, nowMs: 0 }) }))],
  ['listings', () => planted(() => ({}), { transactions: async () => [] })],
  ['listsAreBounded', () => planted(() => ({}), { sessions: async () => [] })],
  [
    'energySummary',
    () =>
      planted(() => ({}), {
        energySummary: async () => ({ endedSessions: 4, requestedWh: 3_500, deliveredWh: 1_150, missedWh: 2_690 }),
      }),
  ],
])('a planted wrong registry turns the check red: %s', async (name, wrong) => {
  await expect(registryStoreChecks[name](wrong())).rejects.toThrow(/expect\(/);
});
