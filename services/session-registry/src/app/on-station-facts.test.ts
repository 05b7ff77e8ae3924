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

/** `A@7`: the register of transaction A shows 7 Wh at 7 ms. */
const readingOf = (text: string): StationReport => {
  const [id = '', wh = '0'] = text.split('@');
  const reading = { energyWh: Number(wh), atMs: Number(wh) };
  return { ...report(undefined), event: { kind: 'register-read', transactionId: transactionId(id), reading } };
};

/** Records named by what they say: `-` nothing, `?` does not decode, `A@7` a reading, else a start of that id. */
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
  const warned: object[] = [];
  const silent = () => undefined;
  const deps = {
    store: wrap(counted),
    clock: { nowMs: () => 1, monoMs: () => 0 },
    nameOf: (parts: readonly string[]) => parts.join(' '),
    decode: ({ value }: { readonly value: Uint8Array }) => {
      const text = new TextDecoder().decode(value);
      if (text === '?') return err('does not decode');
      return ok(text.includes('@') ? readingOf(text) : report(text === '-' ? undefined : text));
    },
    nextOffset: (topic: string, partition: number) => turns.nextOffset(GROUP, topic, partition),
    park: async ({ offset }: { readonly offset: bigint }, reason: string) => void parked.push(`${offset} ${reason}`),
    events: createEvents({
      info: silent,
      warn: (_, fields = {}) => void warned.push(fields),
      error: silent,
    }),
  };
  return { deps, parked, warned, commits: () => commits, next: () => turns.nextOffset(GROUP, TOPIC, 2) };
}

test('each fact about sessions is one commit; what says nothing moves the position on, once for a run of them', async () => {
  const { deps, commits, next } = rig();
  await onStationFacts(deps, batchOf(['-', '-', 'A', '-', '-', '-']));
  expect(commits()).toBe(2);
  expect(await next()).toBe(6n);
});

const readings = async ({ deps }: ReturnType<typeof rig>) =>
  (await deps.store.reads.transactions({ siteId: undefined, stationId: undefined, limit: 9 })).map((each) =>
    each.state === 'open' ? each.lastReading?.energyWh : undefined,
  );

test('a run of readings is one commit with the position behind it; a start in between ends the run', async () => {
  const one = rig();
  await onStationFacts(one.deps, batchOf(['A', 'A@1', '-', 'A@5', 'A@3']));
  expect([one.commits(), await one.next(), await readings(one)]).toEqual([2, 5n, [5]]);
  const two = rig();
  // What stands before the start of a transaction is not its reading.
  await onStationFacts(two.deps, batchOf(['A@9', 'A@8', 'A', 'A@2', 'A@4', 'A@6']));
  expect([two.commits(), await two.next(), await readings(two)]).toEqual([3, 6n, [6]]);
});

const refusingReadingsOf =
  (id: string) =>
  (store: RegistryStore): RegistryStore => ({
    ...store,
    turn: (body) =>
      store.turn((turn) =>
        body({
          ...turn,
          saveReadings: async (given) => {
            if (given.some((each) => each.transactionId === id)) throw new TurnStoreError('STORE_CONFLICT', 'no');
            return turn.saveReadings(given);
          },
        }),
      ),
  });

test('of a run with a reading that the store refuses, that one is parked, and the others are saved', async () => {
  const one = rig(refusingReadingsOf('X'));
  await onStationFacts(one.deps, batchOf(['A', 'A@1', 'X@1', 'A@5', 'X@2']));
  expect([one.parked, await one.next(), await readings(one)]).toEqual([['2 no', '4 no'], 5n, [5]]);
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

test('the line of a record that is parked names its trace, where it is traced', async () => {
  const { deps, warned } = rig();
  const batch = batchOf(['?', '?']);
  const traceId = 'a'.repeat(32);
  const headers = { traceparent: `00-${traceId}-${'b'.repeat(16)}-01` };
  const records = batch.records.map((record, index) => (index === 0 ? { ...record, headers } : record));
  await onStationFacts(deps, { ...batch, records });
  expect(warned).toMatchObject([
    { offset: 0n, reason: 'does not decode', traceId },
    { offset: 1n, traceId: undefined },
  ]);
});
