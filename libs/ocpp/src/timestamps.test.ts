import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatTimestamp, parseTimestamp } from './timestamps.ts';

const AT = Date.UTC(2026, 10, 21, 8, 0, 0);

test.each([
  ['2026-11-21T08:00:00Z', AT],
  ['2026-11-21T09:00:00+01:00', AT],
  ['2026-11-21T08:00:00+0000', AT],
  ['2026-11-21T06:30:00-0130', AT],
  ['2026-11-21 08:00:00z', AT],
  ['2026-11-21T08:00Z', AT],
  ['2026-11-21T08:00:00.123456789Z', AT + 123],
  ['2026-11-21T08:00:00.7Z', AT + 700],
])('H29: %s is read', (text, atMs) => {
  expect(parseTimestamp(text)).toEqual({ atMs });
});

test('H27: without a zone it is UTC, and marked', () => {
  expect(parseTimestamp('2026-11-21T08:00:00')).toEqual({ atMs: AT, quirk: 'no-zone' });
});

test('H28: a clock that was never set is marked implausible', () => {
  expect(parseTimestamp('1970-01-01T00:00:07Z')).toEqual({ atMs: 7000, quirk: 'implausible' });
});

test.each(['', 'now', '2026-02-31T00:00:00Z', '2026-13-01T00:00:00Z', '2026-11-21', '2026-11-21T25:00:00Z'])(
  'H29: %p is no instant',
  (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  },
);

test('H29: the reader never throws, and reads back what we write', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseTimestamp(text)));
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2015, 0), max: Date.UTC(2099, 0) }), (atMs) =>
      expect(parseTimestamp(formatTimestamp(atMs))).toEqual({ atMs }),
    ),
  );
});
