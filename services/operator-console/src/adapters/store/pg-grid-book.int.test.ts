import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { postgresForTests } from '@headroom/local/testing';
import { createPgTurnStore } from '@headroom/turn-store';
import type { GridBook } from '../../ports.ts';
import { bookChecks } from './contract.ts';
import { createPgGridBook, GRID } from './pg-grid-book.ts';

const postgres = await postgresForTests();

for (const [name, check] of Object.entries(bookChecks)) {
  postgres.test(
    `the book in PostgreSQL keeps the contract: ${name}`,
    async ({ url }) => {
      const schema = `t_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
      const opened: GridBook[] = [];
      try {
        await check(() => {
          const book = createPgGridBook({ url, schema });
          opened.push(book);
          return book;
        });
      } finally {
        await Promise.all(opened.map((book) => book.close()));
      }
    },
    60_000,
  );
}

postgres.test(
  'what an older console has kept is read by this one: its one report of an event is the report of the site',
  async ({ url }) => {
    const schema = `t_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
    const older = createPgTurnStore({ url, schema, migrations: [GRID] });
    const insert = 'insert into grid_events (site_id, source, key, event) values ($1, $2, $3, $4::jsonb)';
    const event = (eventId: string) => ({ source: 'dso', eventId, eventName: eventId, kind: 'set', periods: [] });
    const report = { source: 'dso', eventId: 'told', reportedAtMs: 7, during: [], delivery: 'sent' };
    await older.turn(async ({ sql }) => {
      await sql(insert, ['depot', 'dso', 'told', JSON.stringify({ ...event('told'), report })]);
      await sql(insert, ['depot', 'dso', 'silent', JSON.stringify(event('silent'))]);
    });
    await older.close();
    const book = createPgGridBook({ url, schema });
    try {
      const { items } = await book.list({ siteId: 'depot', limit: 9 });
      expect(items).toEqual([event('silent'), { ...event('told'), reports: [report] }]);
    } finally {
      await book.close();
    }
  },
  60_000,
);

test('a PostgreSQL that is not there is said in a way that can be told from a bug', async () => {
  const book = createPgGridBook({ url: 'postgres://headroom@127.0.0.1:1/none' });
  await expect(book.list({ siteId: 'depot', limit: 1 })).rejects.toMatchObject({ retryable: true });
  await book.close();
});
