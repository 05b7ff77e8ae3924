import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FinishedSpan } from '@headroom/telemetry';
import { NO_STACK, reportOf, UNREADABLE } from './report.ts';

export const USAGE = `npm run trace -- --last [--stack FOLDER]
  --last     the newest trace that reached a station and came back; if there is none, the newest one
  --stack    where the stack keeps its files; default .headroom/stack`;
/** Where a running stack says which process answers where. */
export const PROCESSES = 'processes.json';
const ASK_WITHIN_MS = 2_000;
export const USAGE_STATUS = 2;

export interface Printed {
  /** 0: a trace was printed; 1: there is none; 2: the arguments are wrong. */
  readonly status: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

const ended = (sentence: string, status: number): Printed => ({ status, out: [], err: [sentence] });

/** Asks each process of a stack for its spans, and tells the newest trace, or in words why there is none. */
export async function printLast(args: readonly string[], defaultFolder: string): Promise<Printed> {
  const folder = folderOf(args, defaultFolder);
  if (folder === undefined) return ended(USAGE, USAGE_STATUS);
  const file = join(folder, PROCESSES);
  if (!existsSync(file)) return ended(NO_STACK, 1);
  const processes = processesIn(readFileSync(file, 'utf8'));
  if (processes === undefined) return ended(UNREADABLE, 1);
  const heard = await Promise.all(processes.map(async ([name, url]) => [name, await spansAt(url)] as const));
  const { lines, notes } = reportOf(new Map(heard));
  return { status: lines.length === 0 ? 1 : 0, out: lines, err: notes };
}

/** Undefined: the arguments are wrong. */
function folderOf([last, option, folder, ...rest]: readonly string[], defaultFolder: string): string | undefined {
  if (last !== '--last' || rest.length > 0) return undefined;
  if (option === undefined) return defaultFolder;
  return option === '--stack' ? folder : undefined;
}

/** Undefined: it is no list of processes. */
function processesIn(text: string): readonly (readonly [name: string, url: string])[] | undefined {
  try {
    const entries = Object.entries(JSON.parse(text) as object);
    const found = entries.flatMap(([name, url]) => (typeof url === 'string' ? [[name, url] as const] : []));
    return found.length === entries.length && found.length > 0 ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined: it does not answer. */
async function spansAt(url: string): Promise<readonly FinishedSpan[] | undefined> {
  try {
    const answer = await fetch(`${url}/traces`, { signal: AbortSignal.timeout(ASK_WITHIN_MS) });
    if (!answer.ok) return undefined;
    const spans: unknown = await answer.json();
    return Array.isArray(spans) ? (spans as readonly FinishedSpan[]) : undefined;
  } catch {
    return undefined;
  }
}
