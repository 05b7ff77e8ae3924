import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { postgresForTests } from '@headroom/local/testing';
import { createPgSchema } from '@headroom/turn-store';
import { newMemory } from '../../domain/source-memory.ts';
import type { GridStore } from '../../ports.ts';
import { storeChecks } from './contract.ts';
import { MIGRATIONS } from './migrations.ts';
import { createPgStore } from './pg-store.ts';

const postgres = await postgresForTests();
const freshSchema = (): string => `t_${randomUUID().replaceAll('-', '').slice(0, 16)}`;

for (const [name, check] of Object.entries(storeChecks)) {
  postgres.test(`the store in PostgreSQL keeps the contract: ${name}`, async ({ url }) => {
    const schema = freshSchema();
    const opened: GridStore[] = [];
    const open = (): GridStore => {
      const store = createPgStore({ url, schema });
      opened.push(store);
      return store;
    };
    try {
      await check({ open, pass: (ms) => pause(ms) });
    } finally {
      await Promise.all(opened.map((store) => store.close()));
    }
  });
}

postgres.test('a memory of another shape counts as none, and is told', async ({ url }) => {
  const schema = freshSchema();
  const unreadable: string[] = [];
  const store = createPgStore({ url, schema, onUnreadable: (source) => void unreadable.push(source) });
  const term = (await store.hold('one', 60_000)) ?? 0;
  await store.save(term, { sources: [{ name: 'dso', memory: newMemory(1, 2), isChanged: true }], targetKeys: [] });
  const tables = createPgSchema({ url, schema, migrations: MIGRATIONS });
  await tables.query('update sources set shape = shape + 1');
  expect([(await store.load()).size, unreadable]).toEqual([0, ['dso']]);
  await Promise.all([store.close(), tables.close()]);
});

test('a PostgreSQL that is not there: who acts is not known, and it says why', async () => {
  const store = createPgStore({ url: 'postgres://headroom@127.0.0.1:1/none' });
  await expect(store.hold('one', 1_000)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(store.trouble()).toMatch(/PostgreSQL did not answer/);
  await store.close();
});
