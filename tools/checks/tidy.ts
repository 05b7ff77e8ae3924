import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, type Check } from './check.ts';

interface File {
  readonly path: string;
  readonly text: string;
}

/** One habit of STYLE.md that a pattern can see. Yields `path:line: sentence`. */
type Rule = (files: readonly File[]) => Iterable<string>;

function* linesOf(file: File): Iterable<readonly [number, string]> {
  for (const [i, line] of file.text.split('\n').entries()) yield [i + 1, line];
}

const grep = (files: readonly File[], accept: (path: string) => boolean, pattern: RegExp, sentence: string): string[] =>
  files
    .filter((file) => accept(file.path))
    .flatMap((file) =>
      [...linesOf(file)].filter(([, line]) => pattern.test(line)).map(([n]) => `${file.path}:${n}: ${sentence}`),
    );

const isCode = (path: string): boolean => /\.(ts|tsx|mjs|cjs)$/.test(path);
const isCore = (path: string): boolean => /^services\/[^/]+\/src\/(domain|app)\/.*(?<!\.test)\.ts$/.test(path);
const namesThis = (path: string): boolean => path.startsWith('tools/checks/');

// Quantities whose names must end in their unit; a message-typed field (PhaseCurrents) carries it inside.
const QUANTITY =
  /^\s*(?:optional |repeated )?(?:u?s?int(?:32|64)|double|float) (\w*(?:current|power|energy|voltage|limit|duration|delay|interval)\w*) = /;
const UNIT = /_(?:deci_a|w|wh|milli_j|v|ms|s|percent)$/;

const RULES: readonly Rule[] = [
  function* quantitiesCarryUnits(files) {
    for (const file of files.filter(({ path }) => path.endsWith('.proto'))) {
      for (const [n, line] of linesOf(file)) {
        const name = QUANTITY.exec(line)?.[1];
        // A bound on a list is a count, not a quantity.
        if (name !== undefined && name !== 'limit' && !UNIT.test(name))
          yield `${file.path}:${n}: ${name} does not end in its unit`;
      }
    }
  },
  (files) =>
    grep(
      files,
      (path) => isCode(path) && !namesThis(path),
      /\b(?:TODO|FIXME)\b(?!\(#\d+\))/,
      'a TODO names its issue: TODO(#4)',
    ),
  (files) =>
    grep(
      files,
      (path) =>
        isCode(path) &&
        /^(services|libs)\//.test(path) &&
        !/config\.ts$|real-platform\.ts$|\.test\.ts$|index\.ts$/.test(path),
      /['"`]HEADROOM_[A-Z_]+['"`]/,
      'environment variables are named in config.ts only',
    ),
  (files) => grep(files, isCore, /=\s*Math\s*;|=\s*Date\s*;/, 'an alias of Math or Date escapes the linter'),
  (files) => grep(files, isCore, /import\(['"]/, 'import() in the core escapes the linter'),
  (files) =>
    grep(
      files,
      (path) => !namesThis(path),
      /https?:\/\/(?:registry\.|repo1?\.|[\w.]*(?:npmjs|pypi|crates)\.)/,
      'names the host of a package registry',
    ),
  (files) =>
    grep(
      files,
      (path) => !namesThis(path),
      /(?:^|[\s'"`(=])\/(?:work|root|home)\/[\w.]/,
      'names a path of one machine',
    ),
  (files) =>
    grep(
      files,
      (path) => isCode(path) && !namesThis(path) && !path.includes('/web/'),
      /oxlint-disable|eslint-disable|@ts-(?:ignore|expect-error|nocheck)/,
      'a check is switched off',
    ),
  function* localNamesOnly(files) {
    for (const file of files.filter(({ path }) => isCore(path))) {
      for (const [n, line] of linesOf(file))
        if (line.includes('localeCompare')) yield `${file.path}:${n}: localeCompare depends on the machine`;
    }
  },
  function* optionalDependenciesAreLocked(files) {
    // PN-15: a frozen install misses an optional dependency that was added without a new lock file.
    const manifest = files.find(({ path }) => path === 'package.json');
    const lock = files.find(({ path }) => path === 'pnpm-lock.yaml');
    if (manifest === undefined || lock === undefined) return yield 'package.json or pnpm-lock.yaml is missing';
    const optional: Record<string, string> = JSON.parse(manifest.text).optionalDependencies ?? {};
    for (const [name, version] of Object.entries(optional)) {
      if (!lock.text.includes(`${name}@${version}`)) yield `pnpm-lock.yaml: ${name}@${version} is not locked`;
    }
  },
];

/** The repository lints itself. */
export const tidy: Check = {
  name: 'tidy',
  async run(root) {
    const listed = await capture('git', ['ls-files', '--cached', '--others', '--exclude-standard'], root);
    const text = /\.(ts|tsx|mjs|cjs|json|ya?ml|md|proto|html|css|toml)$|(^|\/)\.npmrc$/;
    const files = listed.text
      .split('\n')
      .filter((path) => text.test(path))
      .flatMap((path) => {
        try {
          return [{ path, text: readFileSync(join(root, path), 'utf8') }];
        } catch {
          return [];
        }
      });
    const findings = RULES.flatMap((rule) => [...rule(files)]);
    return { passed: findings.length === 0, findings: findings.join('\n') };
  },
};
