import { expect, test } from '@jest/globals';
import { siteId, stationId, transactionId } from '@headroom/kernel';
import { createEvseOfTransaction } from './evse-of-transaction.ts';
import type { MeterMessage } from './meter-message.ts';

const message = (evse: number, transaction: string, station = 'ST-1'): MeterMessage => ({
  eventId: 'e',
  siteId: siteId('s'),
  stationId: stationId(station),
  evse,
  transactionId: transactionId(transaction),
  receivedAtMs: 0,
  offline: false,
  values: [],
});

test('a message that names only its transaction belongs to where that runs, in its own station', () => {
  const book = createEvseOfTransaction();
  book.locate(message(2, 'tx'), [1, 2]);
  expect(book.locate(message(0, 'tx'), [1, 2]).evse).toBe(2);
  expect(book.locate(message(0, 'tx', 'ST-2'), [1, 2]).evse).toBe(0);
});

test('a station with one EVSE leaves no doubt; without a transaction the station as a whole is meant', () => {
  const book = createEvseOfTransaction();
  expect(book.locate(message(0, 'unheard'), [7]).evse).toBe(7);
  expect(book.locate(message(0, ''), [7]).evse).toBe(0);
});

test('over the bound, the transaction heard of longest ago is forgotten', () => {
  const book = createEvseOfTransaction(2);
  for (const transaction of ['a', 'b', 'a', 'c']) book.locate(message(1, transaction), [1, 2]);
  expect(['a', 'b', 'c'].map((transaction) => book.locate(message(0, transaction), [1, 2]).evse)).toEqual([1, 0, 1]);
});
