import { err, ok, type Result } from '@headroom/kernel';
import type { z } from 'zod';
import type { Problem } from '../../domain/site-document.ts';

/** Problems of one request that are told at most. */
export const MAX_PROBLEMS = 50;

type Issue = z.core.$ZodIssue;

/** Checks a value against its schema; what is wrong comes back with its place. */
export function validated<T>(schema: z.ZodType<T>, value: unknown): Result<T, readonly Problem[]> {
  const checked = schema.safeParse(value);
  if (checked.success) {
    const nul = pathToNul(value);
    if (nul === undefined) return ok(checked.data);
    const pointer = pointerOf(nul);
    return err([{ code: 'invalid', detail: `${pointer}: a text must not contain the character NUL.`, pointer }]);
  }
  return err(checked.error.issues.flatMap((issue) => problemsOf(issue, [], value)).slice(0, MAX_PROBLEMS));
}

/** The first text that PostgreSQL would not keep: it knows no NUL, neither in text nor in jsonb. */
function pathToNul(value: unknown): readonly PropertyKey[] | undefined {
  const waiting: { readonly at: unknown; readonly path: readonly PropertyKey[] }[] = [{ at: value, path: [] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { at, path } = next;
    if (typeof at === 'string' && at.includes('\0')) return path;
    if (typeof at !== 'object' || at === null) continue;
    for (const [key, inner] of Object.entries(at)) waiting.push({ at: inner, path: [...path, key] });
  }
  return undefined;
}

function problemsOf(issue: Issue, base: readonly PropertyKey[], value: unknown): readonly Problem[] {
  const path = [...base, ...issue.path];
  const pointer = pointerOf(path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'unknown-key',
      detail: `Unknown key "${key}" in ${pointer === '' ? 'the document' : pointer}.`,
      pointer: pointerOf([...path, key]),
    }));
  }
  if (issue.code === 'invalid_union') {
    // The branch that got furthest is the one that was meant.
    const meant = issue.errors.toSorted((a, b) => depthOf(b) - depthOf(a))[0];
    if (meant !== undefined && depthOf(meant) > 0) return meant.flatMap((inner) => problemsOf(inner, path, value));
  }
  const name = pointer === '' ? 'The value' : pointer;
  const said = `${name}: ${issue.message.replace(/\.$/, '')}.`;
  if (!isMissing(value, path)) return [{ code: 'invalid', detail: said, pointer }];
  // A rule of ours may say what else would do.
  return [{ code: 'missing', detail: issue.code === 'custom' ? said : `${name} is missing.`, pointer }];
}

/** Not there, as opposed to wrong. */
function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  let at: unknown = value;
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return false;
    at = Object.entries(at).find(([key]) => key === String(part))?.[1];
  }
  return at === undefined;
}

const depthOf = (issues: readonly Issue[]): number =>
  Math.max(0, ...issues.map((issue) => issue.path.length + (issue.code === 'unrecognized_keys' ? 1 : 0)));

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
