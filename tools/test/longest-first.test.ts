import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

interface Sequencer {
  sort(tests: readonly { readonly path: string }[]): readonly { readonly path: string }[];
}
type LongestFirst = { readonly longest: readonly string[] } & (new (options: object) => Sequencer);

const E2E = join(import.meta.dirname, '../../test-e2e');
const LongestFirst = createRequire(import.meta.url)('./longest-first.cjs') as LongestFirst;

test('the files that take longest are there, come first in their order, and before all others by their names', () => {
  const longest = LongestFirst.longest.map((name) => join(E2E, name));
  expect(longest.filter((path) => !existsSync(path))).toEqual([]);
  const others = [join(E2E, 'embedded.test.ts'), join(E2E, 'why-page.test.ts')];
  const tests = [...longest, ...others].toReversed().map((path) => ({ path }));
  const sequencer = new LongestFirst({ contexts: [], globalConfig: {} });
  expect(sequencer.sort(tests).map(({ path }) => path)).toEqual([...longest, ...others]);
});
