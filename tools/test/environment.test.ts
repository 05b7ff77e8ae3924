import { isContext } from 'node:vm';
import { expect, test } from '@jest/globals';

test('the global object of a test is the plain one of its context: nothing stands between it and what the tested code names', () => {
  // Of a context behind an interceptor Node knows the object in front of it, not the one that its code sees.
  expect(isContext(globalThis)).toBe(true);
});
