import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface Page {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
}

/** Markdown that git knows, or will know. */
export function pagesOf(root: string): readonly Page[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```/gm, '').replaceAll(/`[^`\n]*`/g, '``');
const TARGETS = [/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g, /(?:src|srcset|href)="([^"]+)"/g, /^\[[^\]]+\]:\s*(\S+)/gm];
const OUTSIDE = /^[a-z][a-z0-9+.-]*:/i;

/** Links and images of a page that lead nowhere, as `page: target`. Addresses of other sites are not asked. */
export function brokenLinks(root: string, { path, text }: Page): readonly string[] {
  const plain = withoutCode(text);
  const targets = TARGETS.flatMap((pattern) => [...plain.matchAll(pattern)].map(([, target = '']) => target));
  return targets
    .filter((target) => !OUTSIDE.test(target) && !leads(root, { path, text }, target))
    .map((target) => `${path}: ${target}`);
}

function leads(root: string, { path, text }: Page, target: string): boolean {
  const [file = '', heading = ''] = target.split('#');
  if (file === '') return headingsOf(text).has(heading);
  const at = normalize(join(dirname(path), decodeURIComponent(file)));
  if (at.startsWith('..') || !existsSync(join(root, at))) return false;
  if (heading === '' || !at.endsWith('.md')) return true;
  return headingsOf(readFileSync(join(root, at), 'utf8')).has(heading);
}

/** Anchors of the headings, as GitHub makes them. */
const headingsOf = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

/** Built into npm, so not among the scripts of package.json. */
const NPM_OWN: ReadonlySet<string> = new Set(['install', 'ci', 'run']);

/** Scripts that a page tells people to run, in code: `npm run X`, `npm X`. */
export function npmScriptsIn(text: string): readonly string[] {
  const code = [...text.matchAll(/^```[\s\S]*?^```|`[^`\n]*`/gm)].map(([span]) => span).join('\n');
  const named = [...code.matchAll(/\bnpm (run )?([a-z][\w:-]*)/g)].map(([, run, name = '']) => ({ run, name }));
  return [...new Set(named.filter(({ run, name }) => run !== undefined || !NPM_OWN.has(name)).map(({ name }) => name))];
}
