/** `npm run trace -- --last`: the newest traced frame of the running stack, followed through all of its processes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { FinishedSpan } from '@headroom/telemetry';
import { ROOT } from '../docs/topics.ts';
import { NO_STACK, reportOf } from './report.ts';

const USAGE = `npm run trace -- --last
  --last    the newest trace that reached a station and came back; if there is none, the newest one`;
/** Where a running stack says which process answers where. */
const PROCESSES = join(ROOT, '.headroom/stack/processes.json');
const ASK_WITHIN_MS = 2_000;
const USAGE_STATUS = 2;

const end = (sentence: string, status: number): never => {
  process.stderr.write(`${sentence}\n`);
  return process.exit(status);
};

/** Undefined: it does not answer. */
async function spansAt(url: string): Promise<readonly FinishedSpan[] | undefined> {
  try {
    const answer = await fetch(`${url}/traces`, { signal: AbortSignal.timeout(ASK_WITHIN_MS) });
    return answer.ok ? ((await answer.json()) as readonly FinishedSpan[]) : undefined;
  } catch {
    return undefined;
  }
}

async function main(): Promise<void> {
  const [option, ...rest] = process.argv.slice(2);
  if (option !== '--last' || rest.length > 0) return end(USAGE, USAGE_STATUS);
  if (!existsSync(PROCESSES)) return end(NO_STACK, 1);
  const processes = JSON.parse(readFileSync(PROCESSES, 'utf8')) as Readonly<Record<string, string>>;
  const heard = await Promise.all(
    Object.entries(processes).map(async ([name, url]) => [name, await spansAt(url)] as const),
  );
  const { lines, notes } = reportOf(new Map(heard));
  if (lines.length === 0) return end(notes.join('\n'), 1);
  for (const note of notes) process.stderr.write(`${note}\n`);
  process.stdout.write(`${lines.join('\n')}\n`);
}

await main();
