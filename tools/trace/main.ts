/** `npm run trace -- --last`: the newest traced frame of the running stack, followed through all of its processes. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { type FinishedSpan, newestTrace, traceLines } from '@headroom/telemetry';
import { ROOT } from '../docs/topics.ts';

const USAGE = `npm run trace -- --last
  --last    the newest trace that reached a station and came back; if there is none, the newest one`;
/** Where a running stack says which process answers where. */
const PROCESSES = join(ROOT, '.headroom/stack/processes.json');
/** A frame that led to a command whose station has answered. */
const WHOLE = ['station frame', 'command to station', 'take answer'];
const ASK_WITHIN_MS = 2_000;
const USAGE_STATUS = 2;

const end = (sentence: string, status: number): never => {
  process.stderr.write(`${sentence}\n`);
  return process.exit(status);
};

async function spansAt(url: string): Promise<readonly FinishedSpan[]> {
  try {
    const answer = await fetch(`${url}/traces`, { signal: AbortSignal.timeout(ASK_WITHIN_MS) });
    return answer.ok ? ((await answer.json()) as readonly FinishedSpan[]) : [];
  } catch {
    // A process that is away has nothing to say; the others have.
    return [];
  }
}

async function main(): Promise<void> {
  const [option, ...rest] = process.argv.slice(2);
  if (option !== '--last' || rest.length > 0) return end(USAGE, USAGE_STATUS);
  if (!existsSync(PROCESSES)) return end('No stack runs here: npm run stack starts one.', 1);
  const processes = JSON.parse(readFileSync(PROCESSES, 'utf8')) as Readonly<Record<string, string>>;
  const spans = (await Promise.all(Object.values(processes).map(spansAt))).flat();
  const trace = newestTrace(spans, WHOLE);
  if (trace === undefined) {
    return end('Nothing was traced yet. HEADROOM_TRACE_SAMPLE_RATIO says how many frames are; wait for some.', 1);
  }
  process.stdout.write(`${[`trace ${trace[0]?.traceId ?? ''}`, ...traceLines(trace)].join('\n')}\n`);
}

await main();
