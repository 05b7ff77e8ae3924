import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { allocationPages } from './allocation.ts';
import { ROOT } from './topics.ts';

test('docs/allocation.md and its pictures are what `npm run docs` writes', () => {
  const pages = allocationPages(ROOT);
  expect(pages[0]?.[1]).toContain('Headroom, informed');
  for (const [path, text] of pages) expect([path, readFileSync(join(ROOT, path), 'utf8')]).toEqual([path, text]);
});
