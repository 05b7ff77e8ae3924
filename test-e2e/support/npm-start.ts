import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const ROOT = join(import.meta.dirname, '../..');
const READY_WITHIN_MS = 60_000;

export interface NpmStart {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly url: string;
  readonly ocppUrl: string;
  /** Sends the signal to npm alone, as a process manager does; resolves with status and time taken. */
  end(signal: NodeJS.Signals): Promise<{ readonly status: number | null; readonly tookMs: number }>;
}

export interface Ended {
  readonly status: number | null;
  readonly output: string;
}

function launch(args: readonly string[]): { child: ChildProcess; output: () => string; ended: Promise<number | null> } {
  const child = spawn('npm', ['start', '--', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part: Buffer) => (output += part.toString('utf8')));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, output: () => output, ended };
}

/** `npm start` as a person types it, up to its two lines. */
export async function npmStart(args: readonly string[]): Promise<NpmStart> {
  const { child, output, ended } = launch(args);
  const line = (pattern: RegExp) =>
    eventually(`${pattern} in: ${output()}`, READY_WITHIN_MS, () => pattern.exec(output())?.[1]);
  const url = await line(/^Headroom is ready: (http:\S+)$/m);
  const ocppUrl = await line(/^OCPP: (ws:\S+)\/\{stationId\}$/m);
  return {
    child,
    output,
    url,
    ocppUrl,
    async end(signal) {
      const begun = performance.now();
      child.kill(signal);
      const status = await ended;
      return { status, tookMs: performance.now() - begun };
    },
  };
}

/** `npm start` that is refused: what it said and how it ended. */
export async function npmStartRefused(args: readonly string[]): Promise<Ended> {
  const { output, ended } = launch(args);
  return { status: await ended, output: output() };
}
