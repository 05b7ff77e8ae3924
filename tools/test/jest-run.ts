import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type NodeOptions, type Out, runNode } from './node-run.ts';

/** What one run of jest came to. */
export interface JestRun {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Test files that were executed, relative to the root. */
  readonly files: readonly string[];
  /** Of each failure a few lines: where, what, why. */
  readonly failures: readonly string[];
  /** Where and what; a title says why it was skipped. */
  readonly skips: readonly string[];
}

interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly FileReport[];
}

interface FileReport {
  readonly name: string;
  /** Why the file failed, as a whole or by its tests. */
  readonly message: string;
  readonly assertionResults: readonly {
    readonly status: string;
    readonly fullName: string;
    readonly failureMessages: readonly string[];
  }[];
}

/** `args` are of jest. The run is a failure after its limit. */
export interface JestOptions extends Omit<NodeOptions, 'onStdout'> {
  /** Of its report. */
  readonly name: string;
}

/** Runs jest and reads its report; no report is one failure. */
export async function runJest({ name, args, ...options }: JestOptions): Promise<JestRun> {
  const { root, out } = options;
  const folder = join(root, '.headroom/test');
  const report = join(folder, `${name}.json`);
  mkdirSync(folder, { recursive: true });
  rmSync(report, { force: true });
  // No NODE_OPTIONS: they would leak into the services that tests start (JS-14). A failed network test can keep jest
  // alive for ten minutes without --forceExit (JS-11).
  const command = ['--experimental-vm-modules', '--no-warnings', join(root, 'node_modules/jest/bin/jest.js')];
  const flags = ['--forceExit', '--json', `--outputFile=${report}`, '--reporters=default', '--passWithNoTests'];
  // Its standard output carries the JSON again; the reporter writes to standard error.
  const status = await runNode({ ...options, args: [...command, ...flags, ...args] });
  return read({ report, root, status, out });
}

interface Ended {
  readonly report: string;
  readonly root: string;
  readonly status: number;
  readonly out: Out;
}

function read({ report, root, status, out }: Ended): JestRun {
  let result: JestReport;
  try {
    result = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    out(`jest left no report (status ${status}): it was ended at its time limit, or could not start\n`);
    const failures = [`jest (${report}): no report, status ${status}`];
    return { passed: 0, failed: 1, skipped: 0, files: [], failures, skips: [] };
  }
  return {
    passed: result.numPassedTests,
    // A file that does not load counts only here (JS-12).
    failed: result.numFailedTests + result.numRuntimeErrorTestSuites,
    skipped: result.numPendingTests + result.numTodoTests,
    files: result.testResults.map((file) => relative(root, file.name)),
    failures: result.testResults.flatMap((file) => failuresOf(file, relative(root, file.name))),
    skips: result.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults
        .filter(({ status }) => status === 'pending' || status === 'todo')
        .map(({ fullName }) => `${relative(root, name)}: ${fullName}`),
    ),
  };
}

/** Lines of a failure that are repeated at the end of the run. */
const FAILURE_LINES = 12;
const COLOURS = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, 'g');
const headOf = (text: string): string => text.replaceAll(COLOURS, '').split('\n').slice(0, FAILURE_LINES).join('\n');

function failuresOf({ message, assertionResults }: FileReport, file: string): readonly string[] {
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  // A file that does not load, or whose tests never ran.
  if (failed.length === 0) return message === '' ? [] : [`${file}\n${headOf(message)}`];
  return failed.map(({ fullName, failureMessages }) => `${file}: ${fullName}\n${headOf(failureMessages.join('\n'))}`);
}
