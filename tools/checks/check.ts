import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What a check came to; `findings` are lines for people. */
export interface CheckOutcome {
  readonly passed: boolean;
  readonly findings: string;
}

/** One static check of the tree at `root`. */
export interface Check {
  readonly name: string;
  run(root: string): Promise<CheckOutcome>;
}

/** No check takes longer; one that hangs is a failure. */
const CHECK_LIMIT_MS = 600_000;
const MAX_OUTPUT_CHARS = 20_000;

export interface Output {
  readonly status: number;
  readonly text: string;
}

/** Runs a command at `cwd` and keeps what it printed. */
export function capture(command: string, args: readonly string[], cwd: string): Promise<Output> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.stderr.on('data', (part: Buffer) => parts.push(part));
    const timer = setTimeout(() => child.kill('SIGKILL'), CHECK_LIMIT_MS);
    const end = (status: number) => {
      clearTimeout(timer);
      resolve({ status, text: Buffer.concat(parts).toString('utf8') });
    };
    child.once('error', (cause) => {
      parts.push(Buffer.from(cause.message));
      end(127);
    });
    child.once('close', (status) => end(status ?? 137));
  });
}

/** A check that is a command of an installed package: passed when it exits with 0. */
export function commandCheck(name: string, bin: string, args: readonly string[], folder = '.'): Check {
  return {
    name,
    async run(root) {
      const cwd = join(root, folder);
      const local = join(cwd, 'node_modules/.bin', bin);
      const command = existsSync(local) ? local : join(root, 'node_modules/.bin', bin);
      const { status, text } = await capture(command, args, cwd);
      return { passed: status === 0, findings: text.slice(-MAX_OUTPUT_CHARS) };
    },
  };
}
