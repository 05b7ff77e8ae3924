import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { postgresForTests } from '@headroom/local/testing';
import type { GridBook } from '../../ports.ts';
import { bookChecks } from './contract.ts';
import { createPgGridBook } from './pg-grid-book.ts';

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

test('a PostgreSQL that is not there is said in a way that can be told from a bug', async () => {
  const book = createPgGridBook({ url: 'postgres://headroom@127.0.0.1:1/none' });
  await expect(book.list({ siteId: 'depot', limit: 1 })).rejects.toMatchObject({ retryable: true });
  await book.close();
});
