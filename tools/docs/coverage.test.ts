import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from './topics.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const namesIn = (text: string, pattern: RegExp): readonly string[] =>
  [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))].toSorted();

/** Files that may name variables of the environment (tools/checks/tidy.ts sees that no other does). */
const SOURCES = ['services/*/src/config.ts', 'libs/service-host/src/real-platform.ts'];

test('docs/configuration.md has every HEADROOM_ variable that a service reads, and no other', () => {
  const files = execFileSync('git', ['ls-files', ...SOURCES], { cwd: ROOT, encoding: 'utf8' })
    .trim()
    .split('\n');
  const inCode = namesIn(files.map(read).join('\n'), /'(HEADROOM_[A-Z_]+)'/g);
  expect(inCode.length).toBeGreaterThan(20);
  expect(namesIn(read('docs/configuration.md'), /^\| `(HEADROOM_[A-Z_]+)`/gm)).toEqual(inCode);
});

test('docs/site-document.md has every problem that refuses a site, and no other', () => {
  const union = /export type SiteProblemCode =([^;]*);/.exec(read('libs/site-model/src/input.ts'))?.[1] ?? '';
  const ofModel = namesIn(union, /'([a-z-]+)'/g);
  const ofDocument = namesIn(
    read('services/operator-console/src/adapters/http/site-document-schema.ts'),
    /code: '([a-z-]+)'/g,
  );
  const ofRegistry = namesIn(read('services/session-registry/src/domain/site.ts'), /problem\('([a-z-]+)'/g);
  const inCode = [...new Set([...ofModel, ...ofDocument, ...ofRegistry])].toSorted();
  expect(inCode.length).toBeGreaterThan(17);
  expect(namesIn(read('docs/site-document.md'), /^\| `([a-z-]+)` +\|/gm)).toEqual(inCode);
});

test('the README has every option of npm start, and no other', () => {
  const usage = /EMBEDDED_USAGE = `([^`]*)`/.exec(read('deploy/run/src/arguments.ts'))?.[1] ?? '';
  const inCode = namesIn(usage, /^ {2}(--[a-z-]+)/gm);
  expect(inCode.length).toBeGreaterThan(5);
  expect(namesIn(read('README.md'), /^\| `(--[a-z-]+)/gm)).toEqual(inCode);
});
