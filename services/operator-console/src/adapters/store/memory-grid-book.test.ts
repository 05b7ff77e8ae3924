import { expect, test } from '@jest/globals';
import { createMemoryTurnStore } from '@headroom/turn-store';
import type { GridBook } from '../../ports.ts';
import { bookChecks, type OpenBook } from './contract.ts';
import { createMemoryGridBook } from './memory-grid-book.ts';

type Change = (book: GridBook) => GridBook;
function openOf(change: Change = (book) => book): OpenBook {
  const turns = createMemoryTurnStore();
  return () => change(createMemoryGridBook(turns));
}

for (const [name, check] of Object.entries(bookChecks)) {
  test(`the book in memory keeps the contract: ${name}`, () => check(openOf()));
}

let offset = 1_000_000n;
const faults: Readonly<Record<keyof typeof bookChecks, Change>> = {
  kept: (book) => ({ ...book, load: async () => new Map() }),
  once: (book) => ({ ...book, take: (news, last) => book.take(news, { ...last, offset: (offset += 1n) }) }),
  folded: (book) => ({ ...book, take: (news, last) => book.take(news.slice(0, 2), last) }),
  nameless: (book) => ({ ...book, take: (news, last) => book.take(news.slice(0, 1), last) }),
  newest: (book) => ({ ...book, take: (news, last) => book.take(news.toReversed().slice(0, 1), last) }),
  places: (book) => ({ ...book, take: (news, last) => book.take(news.slice(0, -2), last) }),
  paged: (book) => ({ ...book, list: ({ siteId, limit }) => book.list({ siteId, limit }) }),
  bounded: (book) => ({ ...book, take: (news, last) => book.take(news.slice(0, -1), last) }),
};
for (const name of Object.keys(faults) as (keyof typeof bookChecks)[]) {
  test(`the contract sees a book that does it wrong: ${name}`, async () => {
    await expect(bookChecks[name](openOf(faults[name]))).rejects.toMatchObject({ code: 'CONTRACT_BROKEN' });
  });
}
