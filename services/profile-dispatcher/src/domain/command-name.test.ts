import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import fc from 'fast-check';
import { commandId, isBefore, MAX_COMMAND_ID_LENGTH, readCommandId } from './command-name.ts';

const names = fc.record({
  purpose: fc.constantFrom('lease' as const, 'fallback' as const),
  evse: fc.integer({ min: 1, max: 999 }),
  limit: fc.integer({ min: 0, max: 99_999 }).map(deciAmps),
  shard: fc.integer({ min: 0, max: 63 }),
  order: fc.record({ epoch: fc.integer({ min: 1, max: 99_999 }), seq: fc.integer({ min: 1, max: 999_999_999 }) }),
});

test('a command id says what its command was, in no more characters than OCPP allows a message id', () => {
  fc.assert(
    fc.property(names, (name) => {
      const id = commandId(name);
      expect(readCommandId(id)).toEqual(name);
      expect(id.length).toBeLessThanOrEqual(MAX_COMMAND_ID_LENGTH);
    }),
  );
});

test.each(['', 'x1-60-0-1-1', 'l1-60-0-1', 'l1-60-0-1-1-1', 'l-1-60-0-1-1', `l1-60-0-1-${'1'.repeat(40)}`])(
  'an id that is not ours is not understood: %s',
  (text) => {
    expect(readCommandId(text)).toBeUndefined();
  },
);

test('O5: (epoch, seq) compares lexicographically: a new owner starts counting again', () => {
  expect(isBefore({ epoch: 1, seq: 900 }, { epoch: 2, seq: 1 })).toBe(true);
  expect(isBefore({ epoch: 2, seq: 1 }, { epoch: 1, seq: 900 })).toBe(false);
  expect(isBefore({ epoch: 2, seq: 1 }, { epoch: 2, seq: 2 })).toBe(true);
});
