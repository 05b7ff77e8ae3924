import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from './topics.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const PAGE = read('docs/grid.md');

/** `| input | what happens | [words](path) | title |`, as docs/grid.md has them. */
const ROWS = [...PAGE.matchAll(/^\| ([^|]+) \| [^|]+ \| \[[^\]]+\]\(\.\.\/([^)]+)\)\s*\| `([^|]+)`\s*\|$/gm)].map(
  ([, input = '', path = '', title = '']) => [input.trim(), path, title] as const,
);

test.each(ROWS)('bad input of the grid, %s: stands in %s as "%s"', (_, path, title) => {
  expect(existsSync(join(ROOT, path))).toBe(true);
  expect(read(path)).toContain(title);
});

test('the table names every wrong event and answer that the VTN of the simulator knows, or what is like it', () => {
  // The last bullet of the grid: NaN, below zero, an end before its start, 10^6 intervals, an unknown payload, 10 MB, a wrong token, 500, HTML, nothing.
  const inputs = ROWS.map(([input]) => input).join('\n');
  for (const word of ['NaN', 'below zero', 'end before its start', '10^6', 'unknown payload', '10 MB', 'wrong token'])
    expect(inputs).toContain(word);
  for (const word of ['500', 'HTML', 'nothing', 'wrong secret']) expect(inputs).toContain(word);
});

test('those of the simulator go through one test of the whole adapter', () => {
  const title = 'refused or bounded, said in the log, the timeline unmoved; and the next sound answer counts';
  expect(read('sim/src/vtn/ven.test.ts')).toContain(title);
  expect(PAGE).toContain(title);
});
