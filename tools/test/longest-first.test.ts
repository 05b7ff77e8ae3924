import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

interface Found {
  readonly path: string;
}
interface LongestFirst {
  readonly longest: readonly string[];
  inOrder(tests: readonly Found[]): readonly Found[];
}

const E2E = join(import.meta.dirname, '../../test-e2e');
const { longest, inOrder } = createRequire(import.meta.url)('./longest-first.cjs') as LongestFirst;

test('the files that take longest are there, come first in their order, and before all others by their names', () => {
  const first = longest.map((name) => join(E2E, name));
  expect(first.filter((path) => !existsSync(path))).toEqual([]);
  const others = [join(E2E, 'embedded.test.ts'), join(E2E, 'why-page.test.ts')];
  const tests = [...first, ...others].toReversed().map((path) => ({ path }));
  expect(inOrder(tests).map(({ path }) => path)).toEqual([...first, ...others]);
});
