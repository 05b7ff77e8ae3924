import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

test('each line that the docs say has a traceId is written by that process, and its source knows of one', () => {
  const rows = read('deploy/observability/README.md').matchAll(/^\| ([a-z-]+) +\| (`[^|]*`) +\|/gm);
  const services = new Set(readdirSync(join(ROOT, 'services')));
  const named = [...rows].filter(([, service = '']) => services.has(service));
  expect(named.length).toBeGreaterThanOrEqual(5);
  for (const [, service = '', lines = ''] of named) {
    const source = read(`services/${service}/src/events.ts`);
    expect(source).toContain('traceId');
    for (const [, line = ''] of lines.matchAll(/`([^`]+)`/g)) {
      expect([service, line, source.includes(`'${line}'`)]).toEqual([service, line, true]);
    }
  }
});
