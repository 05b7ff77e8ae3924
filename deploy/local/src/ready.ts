import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GuardedProcess } from './guarded-process.ts';
import { claimPort } from './ports.ts';

/** Of a log, enough for the reason of a failed start. */
const TAIL_BYTES = 64 * 1024;
const TAIL_LINES = 40;

/** True when something accepts connections there. */
export function portAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1000, () => done(false));
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

/** The last part of a log file from byte `from` on; empty when there is none. */
export function logTail(file: string, from = 0): string {
  if (!existsSync(file)) return '';
  const size = statSync(file).size;
  const start = Math.max(from, size - TAIL_BYTES);
  const bytes = Buffer.alloc(Math.max(0, size - start));
  const handle = openSync(file, 'r');
  try {
    readSync(handle, bytes, 0, bytes.length, start);
  } finally {
    closeSync(handle);
  }
  return bytes.toString('utf8');
}

export const logSize = (file: string): number => (existsSync(file) ? statSync(file).size : 0);

export interface ReadyCheck {
  readonly name: string;
  readonly process: GuardedProcess;
  readonly logFile: string;
  readonly pollMs: number;
  readonly limitMs: number;
  readonly isReady: () => Promise<boolean>;
}

/** Polls until the server is ready. Rejects with the end of its log when it ends first or takes too long; it is stopped then. */
export async function whenReady(check: ReadyCheck): Promise<void> {
  let ended = false;
  void check.process.exited.then(() => {
    ended = true;
  });
  const deadline = performance.now() + check.limitMs;
  while (!ended && performance.now() < deadline) {
    if (await check.isReady()) return;
    await sleep(check.pollMs);
  }
  await check.process.stop();
  const lines = logTail(check.logFile).trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  const what = ended ? 'ended at its start' : `was not ready within ${check.limitMs} ms`;
  throw new Error(`${check.name} ${what}. The end of its log:\n${lines}`);
}

/** Runs `start` again with another port when somebody took the first one in between. A port that was asked for is not changed. */
export async function onFreePort<T>(port: number | undefined, start: (port: number) => Promise<T>): Promise<T> {
  if (port !== undefined) return start(port);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await claimPort());
    } catch (error) {
      if (attempt === 3 || !/already in use/i.test(String(error))) throw error;
    }
  }
}
