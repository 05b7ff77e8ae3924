import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { hunt, run, type Seen } from './hunt.ts';
import { applyMutant, type Mutant } from './mutant.ts';

export type Finding =
  | {
      readonly kind: 'found';
      /** In the first of its seeds. */
      readonly by: Seen;
      readonly seeds: number;
      /** In how many of them. Absent: the first one ended it. */
      readonly foundIn?: number;
      readonly cpuS: number;
    }
  | { readonly kind: 'missed'; readonly why: string; readonly cpuS: number };

const COMPILE_LIMIT_MS = 300_000;

/**
 * Plants it in the copy, and looks who sees it. One that does not apply or compile, that only an exception gives away, or
 * that is "seen" in the clean tree too, counts as missed.
 *
 * @param all in all of its seeds, to say in how many it is seen; then the clean tree runs up to the first of them
 */
export async function tryMutant(root: string, mutant: Mutant, all = false): Promise<Finding> {
  let undo: () => void;
  try {
    undo = applyMutant(root, mutant);
  } catch (cause) {
    return missed(cause instanceof Error ? cause.message : String(cause));
  }
  let seen: readonly Seen[];
  try {
    const problem = await compile(root, mutant);
    if (problem !== undefined) return missed(`does not compile: ${problem}`);
    seen = await hunt(root, mutant, { ...mutant, all });
  } finally {
    undo();
  }
  const cpuS = seen.at(-1)?.cpuS ?? 0;
  const { first, foundIn } = foundBy(mutant, seen);
  if (first === undefined) {
    const others = [...new Set(seen.flatMap(({ checker }) => checker ?? []))];
    const seenBy = others.length === 0 ? '' : `, only by ${others.join(' and ')}`;
    return missed(`in ${seen.length} seeds${seenBy}`, cpuS);
  }
  const clean = await hunt(root, mutant, { seeds: first.seed, checkers: [] });
  const dirty = clean.find(({ checker }) => checker !== undefined);
  if (dirty !== undefined || clean.length < first.seed) {
    return missed(`the clean tree fails too: seed ${dirty?.seed}, ${dirty?.checker}: ${dirty?.detail}`, cpuS);
  }
  return { kind: 'found', by: first, seeds: mutant.seeds, ...(all ? { foundIn } : {}), cpuS };
}

/** By the checkers that are to see it. An exception, or another checker, is none of them. */
export function foundBy(
  { checkers }: Pick<Mutant, 'checkers'>,
  seen: readonly Seen[],
): { readonly first: Seen | undefined; readonly foundIn: number } {
  const found = seen.filter(({ checker }) => checker !== undefined && checkers.includes(checker));
  return { first: found[0], foundIn: found.length };
}

const missed = (why: string, cpuS = 0): Finding => ({ kind: 'missed', why, cpuS });

/** The first line of what the compiler says of the packages that were changed; undefined: nothing. */
async function compile(root: string, { changes }: Mutant): Promise<string | undefined> {
  for (const project of new Set(changes.map(({ file }) => projectOf(root, file)))) {
    const { status, output } = await run(root, ['node_modules/typescript/bin/tsc', '-b', project], COMPILE_LIMIT_MS);
    if (status !== 0) return output.split('\n')[0] ?? 'tsc failed';
  }
  return undefined;
}

function projectOf(root: string, file: string): string {
  let folder = dirname(file);
  while (folder !== '.' && !existsSync(join(root, folder, 'tsconfig.json'))) folder = dirname(folder);
  return folder;
}
