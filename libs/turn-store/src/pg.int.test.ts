import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import { postgresForTests } from '@headroom/local/testing';
import { epochChecks, type TurnStoreHandle, type TurnStoreSubject, turnStoreChecks } from './contract.ts';
import { createPgTurnStore, MAX_TURN_ATTEMPTS, type PgTurn, type PgTurnStore } from './pg.ts';
import { createPgEpochs } from './pg-epochs.ts';
import type { Migration } from './pg-migrations.ts';
import type { OutboxRecord } from './port.ts';

const postgres = await postgresForTests();
const NUMBERS: Migration = {
  id: '0001-numbers',
  sql: 'create table numbers (key text primary key, value bigint not null check (value < 1000))',
};

const freshSchema = (): string => `t_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
const storeOn = (url: string, schema = freshSchema(), migrations: readonly Migration[] = [NUMBERS]): PgTurnStore =>
  createPgTurnStore({ url, schema, migrations });

const readNumber = async (sql: PgTurn['sql'], key: string): Promise<number> => {
  const rows = await sql<{ value: number }>('select value from numbers where key = $1', [key]);
  return rows[0]?.value ?? 0;
};
const putNumber = async (sql: PgTurn['sql'], key: string, value: number): Promise<void> => {
  await sql('insert into numbers (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value', [
    key,
    value,
  ]);
};

function handleOn(store: PgTurnStore): TurnStoreHandle {
  return {
    turn: (body) =>
      store.turn((turn) =>
        body({
          ...turn,
          put: (key, value) => putNumber(turn.sql, key, value),
          read: (key) => readNumber(turn.sql, key),
        }),
      ),
    committed: (key) => readNumber(store.query, key),
    store,
    close: () => store.close(),
  };
}

const pgSubject = (url: string): TurnStoreSubject => {
  const schema = freshSchema();
  return { open: async () => handleOn(storeOn(url, schema)) };
};

for (const [name, check] of Object.entries(turnStoreChecks)) {
  postgres.test(`the PostgreSQL turn store keeps the contract: ${name}`, ({ url }) => check(pgSubject(url)));
}

for (const [name, check] of Object.entries(epochChecks)) {
  postgres.test(`the PostgreSQL epochs keep the contract: ${name}`, async ({ url }) => {
    const epochs = createPgEpochs({ url, schema: freshSchema(), maxConnections: 6 });
    try {
      await check({ epochs });
    } finally {
      await epochs.close();
    }
  });
}

async function withStore(store: PgTurnStore, body: (store: PgTurnStore) => Promise<void>): Promise<void> {
  try {
    await body(store);
  } finally {
    await store.close();
  }
}

const record: OutboxRecord = { topic: 't', key: 'k', value: new Uint8Array([0, 255, 7]), headers: { 'event-id': 'é' } };

postgres.test('records leave the outbox byte for byte', ({ url }) =>
  withStore(storeOn(url), async (store) => {
    await store.turn((turn) => turn.emit(record));
    const seen: OutboxRecord[] = [];
    await store.relayOutbox(async (records) => void seen.push(...records), 10);
    expect(seen.map((each) => ({ ...each, value: [...each.value] }))).toEqual([{ ...record, value: [0, 255, 7] }]);
  }),
);

postgres.test('a turn that commits late is still relayed, although a younger record has left already', ({ url }) =>
  withStore(storeOn(url), async (store) => {
    const topics: string[] = [];
    const relay = () => store.relayOutbox(async (records) => void topics.push(...records.map((r) => r.topic)), 10);
    await store.turn(async (turn) => {
      await turn.emit({ ...record, topic: 'old' });
      await store.turn((other) => other.emit({ ...record, topic: 'young' }));
      await relay();
    });
    await relay();
    expect(topics).toEqual(['young', 'old']);
  }),
);

postgres.test('a broken constraint is STORE_CONFLICT and not retried', ({ url }) =>
  withStore(storeOn(url), async (store) => {
    let runs = 0;
    const turn = store.turn(async ({ sql }) => {
      runs += 1;
      await putNumber(sql, 'a', 5_000);
    });
    await expect(turn).rejects.toMatchObject({ code: 'STORE_CONFLICT', retryable: false });
    expect(runs).toBe(1);
    expect(store.trouble()).toBeUndefined();
  }),
);

postgres.test('a turn that goes on after a failed statement does not commit in silence', ({ url }) =>
  withStore(storeOn(url), async (store) => {
    const turn = store.turn(async ({ sql }) => {
      await putNumber(sql, 'a', 1);
      await putNumber(sql, 'b', 5_000).catch(() => undefined);
    });
    await expect(turn).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    expect(await readNumber(store.query, 'a')).toBe(0);
  }),
);

postgres.test('contention that outlasts the bounded attempts is STORE_CONTENDED', ({ url }) =>
  withStore(storeOn(url), async (store) => {
    await store.turn(({ sql }) => putNumber(sql, 'a', 1));
    let runs = 0;
    const turn = store.turn(async ({ sql }) => {
      runs += 1;
      await readNumber(sql, 'a');
      await store.turn((other) => putNumber(other.sql, 'a', 100 + runs));
      await putNumber(sql, 'a', 2);
    });
    await expect(turn).rejects.toMatchObject({ code: 'STORE_CONTENDED', retryable: true });
    expect(runs).toBe(MAX_TURN_ATTEMPTS);
  }),
);

postgres.test('a deadlock ends by itself and both turns commit', ({ url }) =>
  withStore(storeOn(url), async (store) => {
    await store.turn(async ({ sql }) => {
      await putNumber(sql, 'a', 0);
      await putNumber(sql, 'b', 0);
    });
    const bump = async (sql: PgTurn['sql'], key: string) =>
      sql('update numbers set value = value + 1 where key = $1', [key]);
    let arrived = 0;
    const cross = (first: string, second: string) =>
      store.turn(async ({ sql }) => {
        await bump(sql, first);
        arrived += 1;
        // Both hold their first row before either asks for its second; later attempts go straight on.
        while (arrived < 2) await sql('select pg_sleep(0.005)');
        await bump(sql, second);
      });
    await Promise.all([cross('a', 'b'), cross('b', 'a')]);
    expect([await readNumber(store.query, 'a'), await readNumber(store.query, 'b')]).toEqual([2, 2]);
  }),
);

postgres.test('instances that start together migrate once', async ({ url }) => {
  const schema = freshSchema();
  const stores = [1, 2, 3].map(() => storeOn(url, schema));
  await Promise.all(stores.map((store) => store.migrate()));
  await Promise.all(stores.map((store) => store.close()));
});

postgres.test('a migration that changed after its release is refused with a sentence', async ({ url }) => {
  const schema = freshSchema();
  await withStore(storeOn(url, schema), (store) => store.migrate());
  const changed = storeOn(url, schema, [{ ...NUMBERS, sql: `${NUMBERS.sql} ` }]);
  await withStore(changed, async (store) => {
    await expect(store.migrate()).rejects.toThrow(/migration "0001-numbers" of schema ".*" was changed/);
  });
});

postgres.test('a migration that fails leaves nothing of its release behind', async ({ url }) => {
  const schema = freshSchema();
  const bad: Migration = { id: '0002-bad', sql: 'create table half (a int); create table numbers (key text)' };
  await withStore(storeOn(url, schema, [NUMBERS, bad]), async (store) => {
    await expect(store.migrate()).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
  });
  await withStore(storeOn(url, schema), async (store) => {
    const rows = await store.query<{ found: string | null }>(`select to_regclass('half')::text as found`);
    expect(rows).toEqual([{ found: null }]);
  });
});

postgres.test('a statement over its time is an outage, told in words until something works again', ({ url }) => {
  const slow = createPgTurnStore({ url, schema: freshSchema(), migrations: [NUMBERS], statementTimeoutMs: 1_000 });
  return withStore(slow, async (store) => {
    await store.migrate();
    await expect(store.query('select pg_sleep(30)')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(store.trouble()).toMatch(/57014/);
    await store.query('select 1');
    expect(store.trouble()).toBeUndefined();
  });
});

postgres.test('more turns than connections wait; a wait over its bound is an outage', ({ url }) => {
  const narrow = createPgTurnStore({
    url,
    schema: freshSchema(),
    migrations: [NUMBERS],
    maxConnections: 1,
    connectTimeoutMs: 300,
  });
  return withStore(narrow, async (store) => {
    await store.migrate();
    const inner = await store.turn(async ({ sql }) => {
      await sql('select 1');
      return store.query('select 1').catch((cause: unknown) => cause);
    });
    expect(inner).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
  });
});

postgres.test(
  'a server that is not there is STORE_UNAVAILABLE, and a killed session does not end the process',
  async ({ url }) => {
    await withStore(storeOn('postgres://headroom@127.0.0.1:1/none'), async (store) => {
      await expect(store.turn(async () => 1)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      expect(store.trouble()).toBeDefined();
    });
    await withStore(storeOn(url), async (store) => {
      const turn = store.turn(async ({ sql }) => {
        const rows = await sql<{ pid: number }>('select pg_backend_pid() as pid');
        await store.query('select pg_terminate_backend($1)', [rows[0]?.pid ?? 0]);
        await putNumber(sql, 'a', 1);
      });
      await expect(turn).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await store.turn(({ sql }) => putNumber(sql, 'a', 2));
      expect(store.trouble()).toBeUndefined();
    });
  },
);

postgres.test('old inbox rows are pruned, young ones stay', ({ url }) =>
  withStore(storeOn(url), async (store) => {
    await store.turn(async (turn) => {
      await turn.firstSeen('c', 'old');
      await turn.firstSeen('c', 'young');
      await turn.sql(`update inbox set seen_at = now() - interval '2 hours' where event_id = 'old'`);
    });
    expect(await store.pruneInbox(3_600_000)).toBe(1);
    expect(await store.turn((turn) => turn.firstSeen('c', 'young'))).toBe(false);
  }),
);
