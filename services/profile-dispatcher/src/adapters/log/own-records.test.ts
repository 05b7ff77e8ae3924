import { expect, test } from '@jest/globals';
import { createOwnRecords, MAX_OWN_RECORDS } from './own-records.ts';

test('what was appended in this tenure is known once, and in its own shard only', () => {
  const own = createOwnRecords();
  own.begin(3, 7);
  own.appended(3, 7, 40n);
  expect(own.take(4, 40n)).toBe(false);
  expect(own.take(3, 41n)).toBe(false);
  expect(own.take(3, 40n)).toBe(true);
  expect(own.take(3, 40n)).toBe(false);
});

test('OW-14 what an earlier tenure appended is read like the records of others, also when its acknowledgement comes late', () => {
  const own = createOwnRecords();
  own.begin(3, 7);
  own.appended(3, 7, 40n);
  own.begin(3, 8);
  own.appended(3, 7, 41n);
  expect([40n, 41n].map((offset) => own.take(3, offset))).toEqual([false, false]);
});

test('a second mark of the same tenure forgets nothing', () => {
  const own = createOwnRecords();
  own.begin(3, 7);
  own.appended(3, 7, 40n);
  own.begin(3, 7);
  expect(own.take(3, 40n)).toBe(true);
});

test('beyond the bound those before are forgotten', () => {
  const own = createOwnRecords();
  own.begin(3, 7);
  for (let offset = 0; offset <= MAX_OWN_RECORDS; offset += 1) own.appended(3, 7, BigInt(offset));
  expect(own.take(3, 0n)).toBe(false);
  expect(own.take(3, BigInt(MAX_OWN_RECORDS))).toBe(true);
});
