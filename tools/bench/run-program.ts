import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import type { BenchTable } from '@headroom/testing';

export interface ProgramRun {
  readonly tables: readonly BenchTable[];
  /** Undefined: it ended well. */
  readonly failure: string | undefined;
}

/** A program that hangs is a failure after this. */
const PROGRAM_LIMIT_MS = 900_000;
let running: ChildProcess | undefined;

export const stopRunning = (): void => void running?.kill('SIGKILL');

/** Runs one program to its end. What it prints is shown; what it hands over as tables is returned. */
export async function runProgram(root: string, path: string, endpoints: readonly string[]): Promise<ProgramRun> {
  const child = spawn(process.execPath, ['--conditions=development', '--no-warnings', join(root, path), ...endpoints], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  running = child;
  const tables: BenchTable[] = [];
  // The programs are ours: what they send is what `tellTable` takes.
  child.on('message', (table) => void tables.push(table as BenchTable));
  const failure = await new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), PROGRAM_LIMIT_MS);
    child.once('error', (cause) => resolve(`could not start: ${cause.message}`));
    child.once('close', (status, signal) => {
      clearTimeout(timer);
      resolve(status === 0 ? undefined : `ended with ${signal ?? `status ${status}`}`);
    });
  });
  running = undefined;
  if (failure === undefined && tables.length === 0) return { tables, failure: 'told nothing' };
  return { tables, failure };
}
