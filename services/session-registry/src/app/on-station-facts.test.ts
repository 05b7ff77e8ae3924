import { expect, test } from '@jest/globals';
import type { RecordBatch } from '@headroom/event-log';
import { err, ok, stationId, transactionId } from '@headroom/kernel';
import { createMemoryTurnStore, TurnStoreError } from '@headroom/turn-store';
import { createMemoryRegistryStore } from '../adapters/memory/registry-store.ts';
import { createEvents } from '../events.ts';
import type { RegistryStore } from '../ports.ts';
import { onStationFacts, type StationReport } from './on-station-facts.ts';

const TOPIC = 'station.facts';
const GROUP = 'session-registry';

const report = (id: string | undefined): StationReport => ({
  eventId: `e-${id}`,
  stationId: stationId('ST-1'),
  siteId: undefined,
  event:
    id === undefined
      ? undefined
      : {
          kind: 'transaction-started',
          evse: 1,
          transactionId: transactionId(id),
          authorized: true,
          meterStartWh: 0,
          atMs: 1,
        },
});

/** Records named by what they say: `-` nothing, `?` does not decode, else a start of that id. */
const batchOf = (said: readonly string[], from = 0): RecordBatch => ({
  topic: TOPIC,
  partition: 2,
  records: said.map((text, index) => ({
    topic: TOPIC,
    partition: 2,
    offset: BigInt(from + index),
    key: 'k',
    value: new TextEncoder().encode(text),
    headers: {},
  })),
});

function rig(wrap: (store: RegistryStore) => RegistryStore = (store) => store) {
  const turns = createMemoryTurnStore();
  let commits = 0;
  const plain = createMemoryRegistryStore(turns, () => undefined);
  const counted: RegistryStore = {
    ...plain,
    turn: async (body) => {
      const answer = await plain.turn(body);
      commits += 1;
      return answer;
    },
  };
  const parked: string[] = [];
  const silent = () => undefined;
  const deps = {
    store: wrap(counted),
    clock: { nowMs: () => 1, monoMs: () => 0 },
    nameOf: (parts: readonly string[]) => parts.join(' '),
    decode: ({ value }: { readonly value: Uint8Array }) => {
      const text = new TextDecoder().decode(value);
      return text === '?' ? err('does not decode') : ok(report(text === '-' ? undefined : text));
    },
    nextOffset: (topic: string, partition: number) => turns.nextOffset(GROUP, topic, partition),
    park: async ({ offset }: { readonly offset: bigint }, reason: string) => void parked.push(`${offset} ${reason}`),
    events: createEvents({ info: silent, warn: silent, error: silent }),
  };
  return { deps, parked, commits: () => commits, next: () => turns.nextOffset(GROUP, TOPIC, 2) };
}

test('each fact about sessions is one commit; what says nothing moves the position on, once for a run of them', async () => {
  const { deps, commits, next } = rig();
  await onStationFacts(deps, batchOf(['-', '-', 'A', '-', '-', '-']));
  expect(commits()).toBe(2);
  expect(await next()).toBe(6n);
});

test('OW-70 what the store has behind it already is passed over', async () => {
  const { deps, commits, next } = rig();
  await onStationFacts(deps, batchOf(['A', 'B', '-']));
  const before = commits();
  await onStationFacts(deps, batchOf(['A', 'B', '-']));
  expect(commits()).toBe(before);
  await onStationFacts(deps, batchOf(['B', '-', 'C'], 1));
  expect(commits()).toBe(before + 1);
  expect(await next()).toBe(4n);
});

test('a record that does not decode is parked with its reason, and the rest goes on', async () => {
  const { deps, parked, next } = rig();
  await onStationFacts(deps, batchOf(['A', '?', 'B', '?']));
  expect(parked).toEqual(['1 does not decode', '3 does not decode']);
  expect(await next()).toBe(4n);
  expect(await deps.store.reads.transactions({ siteId: undefined, stationId: undefined, limit: 9 })).toHaveLength(2);
});

const failingOnce =
  (error: TurnStoreError) =>
  (store: RegistryStore): RegistryStore => {
    let failed = false;
    return {
      ...store,
      turn: async (body) => {
        if (failed) return store.turn(body);
        failed = true;
        throw error;
      },
    };
  };

test('a record that the store refuses for good is parked', async () => {
  const { deps, parked, next } = rig(failingOnce(new TurnStoreError('STORE_CONFLICT', 'no')));
  await onStationFacts(deps, batchOf(['A', 'B']));
  expect(parked).toEqual(['0 no']);
  expect(await next()).toBe(2n);
});

test('an outage is not a refusal: nothing is parked, the batch comes again and goes on where it stood', async () => {
  const { deps, parked, next } = rig(failingOnce(new TurnStoreError('STORE_UNAVAILABLE', 'away')));
  await expect(onStationFacts(deps, batchOf(['A', 'B']))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(parked).toEqual([]);
  expect(await next()).toBeUndefined();
  await onStationFacts(deps, batchOf(['A', 'B']));
  expect(await next()).toBe(2n);
});
