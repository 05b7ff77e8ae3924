import { afterEach, expect, jest, test } from '@jest/globals';
import { stageBeside } from './stage.ts';

afterEach(() => {
  jest.restoreAllMocks();
});

function written(): readonly string[] {
  const parts: string[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    parts.push(String(text));
    return true;
  });
  return parts;
}

test('stages side by side do not print into one another: each says that it began, and all else in one piece at its end', async () => {
  const parts = written();
  const first = Promise.withResolvers<void>();
  const slow = stageBeside('slow', async (out) => {
    out('one ');
    await first.promise;
    out('two\n');
  });
  await stageBeside('quick', async (out) => out('three\n'));
  first.resolve();
  await slow;
  const text = parts.map((part) => part.replace(/[\d.]+ s/, 'N s'));
  expect(text).toEqual([
    '== begun: slow\n',
    '== begun: quick\n',
    '\n== quick\nthree\n== quick: N s\n',
    '\n== slow\none two\n== slow: N s\n',
  ]);
});

test('a stage that breaks prints what it had', async () => {
  const parts = written();
  const broken = stageBeside('broken', async (out) => {
    out('the last words\n');
    throw new Error('a server did not start');
  });
  await expect(broken).rejects.toThrow('a server did not start');
  expect(parts.join('')).toContain('the last words\n== broken: ');
});
