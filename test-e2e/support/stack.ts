import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, type StackOptions, startStack, StackRefused } from '@headroom/run';
import { systemTime } from '@headroom/service-host';
import { type Demo, type Scenario, type SimLog, startDemo } from '@headroom/sim';
import { type Api, apiAt } from './api.ts';

export interface TestStack {
  readonly stack: Stack;
  readonly api: Api;
  /** Data and logs of the run; gone after `stop`. */
  readonly directory: string;
  stop(): Promise<void>;
}

/** The stack on the real servers, or why it cannot be had; a failure where CI asks for all of it. */
export async function stackForTests(
  options: Omit<StackOptions, 'port' | 'directory' | 'say'> = {},
): Promise<TestStack | { readonly why: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'headroom-e2e-'));
  try {
    const stack = await startStack({ ...options, port: 0, directory, say: () => undefined });
    const stop = async () => {
      await stack.stop();
      rmSync(directory, { recursive: true, force: true });
    };
    return { stack, api: apiAt(stack.url), directory, stop };
  } catch (cause) {
    if (!(cause instanceof StackRefused) || process.env['CI'] === 'true') throw cause;
    process.stdout.write(`SKIPPED stack: ${cause.message}\n`);
    return { why: cause.message };
  }
}

/** What the simulator warned of; a test may look. */
export function collectingLog(): SimLog & { readonly warnings: string[] } {
  const warnings: string[] = [];
  return {
    warnings,
    info: () => undefined,
    warn: (event, fields = {}) => void warnings.push(`${event} ${JSON.stringify(fields)}`),
  };
}

/** Virtual stations in the test's own process, so that their ledgers can judge. */
export function demoAgainst(stack: Stack, scenario: Scenario, log: SimLog): Promise<Demo> {
  const time = systemTime();
  return startDemo({ apiUrl: stack.url, ocppUrl: stack.ocppUrl, clock: time, timers: time, seed: 7, scenario, log });
}
