/** Q3: two relays on one outbox, as two instances of a service have. */
import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { postgresForTests } from '@headroom/local/testing';
import { createPgTurnStore, type PgTurnStore } from './pg.ts';
import type { OutboxRecord, PublishOutbox } from './port.ts';

const postgres = await postgresForTests();
const KEYS = ['site-1', 'site-2', 'site-3'];
const ROUNDS = 60;

type Relay = (publish: PublishOutbox, max: number) => Promise<number>;

/** @param idleInTransactionTimeoutMs of the second one */
const storesOn = (url: string, idleInTransactionTimeoutMs?: number): readonly [PgTurnStore, PgTurnStore] => {
  const schema = `t_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  const idle = idleInTransactionTimeoutMs === undefined ? {} : { idleInTransactionTimeoutMs };
  const open = (options = {}) => createPgTurnStore({ url, schema, migrations: [], ...options });
  return [open(), open(idle)];
};
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const record = (key: string, n: number): OutboxRecord => ({
  topic: 'facts',
  key,
  value: new Uint8Array(),
  headers: { n: String(n) },
});
const emit = (store: PgTurnStore, key: string, n: number) => store.turn((turn) => turn.emit(record(key, n)));

/** What the two relays wrote while turns committed, in the order in which it was written. */
async function race([first, second]: readonly [PgTurnStore, PgTurnStore], relayOf: (store: PgTurnStore) => Relay) {
  const written: OutboxRecord[] = [];
  const state = { over: false };
  const relays = [first, second].map(async (store) => {
    const relay = relayOf(store);
    // The log is as slow as it likes to be.
    const publish: PublishOutbox = async (records) => {
      await pause(Math.random() * 12);
      written.push(...records);
    };
    while ((await relay(publish, 2)) > 0 || !state.over) await pause(1);
  });
  for (let n = 0; n < ROUNDS; n += 1) await Promise.all(KEYS.map((key, at) => emit(at === 1 ? second : first, key, n)));
  state.over = true;
  await Promise.all(relays);
  return KEYS.map((key) => written.filter((each) => each.key === key).map(({ headers }) => Number(headers['n'])));
}

const inOrder = Array.from({ length: ROUNDS }, (_, n) => n);

/** What Q3 warns of: whoever comes takes the rows that nobody has locked. */
const skipLocked =
  (store: PgTurnStore): Relay =>
  (publish, max) =>
    store.turn(async ({ sql }) => {
      const rows = await sql<{ id: number; key: string; headers: Record<string, string> }>(
        'select id, key, headers from outbox order by id limit $1 for update skip locked',
        [max],
      );
      if (rows.length === 0) return 0;
      await publish(
        rows.map(({ key, headers }) => ({ ...record(key, 0), headers })),
        () => true,
      );
      await sql('delete from outbox where id = any($1::bigint[])', [rows.map(({ id }) => id)]);
      return rows.length;
    });

async function withStores(stores: readonly PgTurnStore[], body: () => Promise<void>): Promise<void> {
  try {
    await stores[0]?.migrate();
    await body();
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}

postgres.test('Q3: two relays race, and the records of each key are written once and in their order', ({ url }) => {
  const stores = storesOn(url);
  return withStores(stores, async () => {
    expect(await race(stores, (store) => store.relayOutbox)).toEqual(KEYS.map(() => inOrder));
  });
});

postgres.test('Q3, planted: relays that skip what the other has locked break the order of a key', ({ url }) => {
  const stores = storesOn(url);
  return withStores(stores, async () => {
    expect(await race(stores, skipLocked)).not.toEqual(KEYS.map(() => inOrder));
  });
});

postgres.test(
  'Q3: a relay that sleeps with records in its hands loses them to the other, and may not write them late',
  ({ url }) => {
    // Nothing but the relay has so little time: a busy machine takes it for a migration.
    const [other, sleeper] = storesOn(url, 400);
    return withStores([other, sleeper], async () => {
      await emit(other, 'site-1', 1);
      const held: boolean[] = [];
      const sleeping = sleeper.relayOutbox(async (_, holds) => {
        held.push(holds());
        await pause(1_500);
        held.push(holds());
      }, 10);
      const lost = sleeping.catch((cause: unknown) => cause);
      await pause(50);
      expect(await other.relayOutbox(async () => {}, 10)).toBe(0);
      await pause(700);
      expect(await other.relayOutbox(async () => {}, 10)).toBe(1);
      expect(await lost).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      expect(held).toEqual([true, false]);
    });
  },
);
