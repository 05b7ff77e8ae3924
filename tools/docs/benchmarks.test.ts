import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { BENCHES } from '../bench/registry.ts';
import { FIGURES } from './benchmark-figures.ts';
import { WORDS } from './benchmark-words.ts';
import { BENCHMARKS_PAGE, benchmarkPages, readResults } from './benchmarks.ts';
import { ROOT } from './topics.ts';

const results = readResults(ROOT);

test('docs/benchmarks.md and its pictures are what docs/benchmarks.json says (else: npm run docs)', () => {
  const pages = benchmarkPages(results);
  expect(pages.map(([path]) => path)).toContain(BENCHMARKS_PAGE);
  for (const [path, text] of pages) expect([path, readFileSync(join(ROOT, path), 'utf8')]).toEqual([path, text]);
});

test('each bench has its words, and each figure names something that was drawn', () => {
  const names = BENCHES.map(({ name }) => name);
  expect(Object.keys(WORDS).toSorted()).toEqual(names.toSorted());
  for (const name of Object.keys(FIGURES)) expect(names).toContain(name);
});

test('a figure that has changed makes the page stale, and a missed aim is named so', () => {
  if (results === undefined) throw new Error('there are no results');
  const aim = { what: 'planted', unit: 'ms', atMost: 1, value: 2 };
  const planted = { title: 'Planted', rows: [{ value: 2 }], notes: [], aims: [aim] };
  const run = { loadBefore: 0, failures: [], tables: [planted] };
  const [page] = benchmarkPages({ ...results, benches: [{ name: 'restore', about: '', aim: '', runs: [run] }] });
  expect(page?.[1]).toMatch(/\| planted +\| at most 1 ms +\| 2 ms +\| +\| \*\*missed\*\* +\|/);
});
