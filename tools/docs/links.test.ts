import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { brokenLinks, npmScriptsIn, pagesOf } from './pages.ts';
import { ROOT } from './topics.ts';

const pages = pagesOf(ROOT);

describe('every page', () => {
  test.each(pages.map((page) => [page.path, page] as const))('%s: links and images lead somewhere', (_path, page) => {
    expect(brokenLinks(ROOT, page)).toEqual([]);
  });

  test('the pages that a newcomer looks for are there', () => {
    const paths = pages.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'STYLE.md', 'CONTRIBUTING.md', 'docs/glossary.md']),
    );
  });
});

describe('npm scripts', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly scripts: object };
  test.each(pages.map((page) => [page.path, page] as const))('%s names only scripts that exist', (_path, page) => {
    expect(npmScriptsIn(page.text).filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  test('the README names the two commands', () => {
    const readme = pages.find(({ path }) => path === 'README.md');
    expect(npmScriptsIn(readme?.text ?? '')).toEqual(expect.arrayContaining(['start', 'test', 'stack']));
  });
});

describe('the check itself', () => {
  const page = (text: string) => ({ path: 'docs/planted.md', text });

  test.each([
    ['a file that is not there', '[x](nowhere.md)', 'nowhere.md'],
    ['an image that is not there', '![x](images/nowhere.png)', 'images/nowhere.png'],
    ['a source of a picture', '<source srcset="images/nowhere.svg">', 'images/nowhere.svg'],
    ['a way out of the repository', '[x](../../elsewhere.md)', '../../elsewhere.md'],
    ['a heading that is not there', '[x](../README.md#no-such-heading)', '../README.md#no-such-heading'],
  ])('sees %s', (_what, text, target) => {
    expect(brokenLinks(ROOT, page(text))).toEqual([`docs/planted.md: ${target}`]);
  });

  test.each([
    ['what stands in code', '`[x](nowhere.md)`\n\n```md\n[x](nowhere.md)\n```\n'],
    ['other sites', '[x](https://example.org/nowhere.md)'],
    ['a heading of the page itself', '## Two words\n\n[x](#two-words)'],
  ])('leaves %s alone', (_what, text) => {
    expect(brokenLinks(ROOT, page(text))).toEqual([]);
  });

  test('sees scripts, and not what npm brings itself', () => {
    const text = 'As npm brings it: `npm start`, `npm install`.\n\n```sh\nnpm run stack -- --port 1\n```\n';
    expect(npmScriptsIn(text)).toEqual(['start', 'stack']);
  });
});
