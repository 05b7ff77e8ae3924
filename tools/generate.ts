/**
 * Makes what is made of the sources: protobuf code, OCPP validators, the console's pages. Each step is skipped while
 * its inputs are what they were (`--if-stale`; without it everything is made anew).
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = dirname(import.meta.dirname);

interface Step {
  readonly name: string;
  readonly inputs: readonly string[];
  /** Must exist afterwards. */
  readonly output: string;
  readonly cwd: string;
  readonly command: readonly string[];
}

const NODE = process.execPath;
const STEPS: readonly Step[] = [
  {
    name: 'protobuf code',
    inputs: ['proto/headroom', 'proto/buf.gen.yaml'],
    output: 'libs/contracts/gen/headroom/station/v1/station_facts.ts',
    cwd: 'proto',
    command: ['../node_modules/.bin/buf', 'generate'],
  },
  {
    name: 'OCPP validators',
    inputs: ['libs/ocpp/generate.ts', 'libs/ocpp/src/schema-names.ts', 'libs/ocpp/package.json'],
    output: 'libs/ocpp/gen',
    cwd: '.',
    command: [NODE, '--conditions=development', '--no-warnings', 'libs/ocpp/generate.ts'],
  },
  {
    name: 'console pages',
    inputs: [
      'services/operator-console/web/src',
      'services/operator-console/web/index.html',
      'services/operator-console/web/vite.config.ts',
    ],
    output: 'services/operator-console/web/dist/index.html',
    cwd: 'services/operator-console/web',
    command: [NODE, 'node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'],
  },
];

function filesBelow(path: string): readonly string[] {
  const full = join(ROOT, path);
  if (!existsSync(full)) return [];
  const entries = readdirSync(full, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

function fingerprint(step: Step): string {
  const hash = createHash('sha256').update(step.command.slice(1).join(' '));
  for (const input of step.inputs) {
    const full = join(ROOT, input);
    const files = existsSync(full) && !input.includes('.') ? filesBelow(input) : [full];
    for (const file of files) if (existsSync(file)) hash.update(file.slice(ROOT.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function stampOf(step: Step): string {
  return join(ROOT, '.headroom', 'generated', `${step.name.replaceAll(' ', '-')}.sha256`);
}

function isStale(step: Step, now: string): boolean {
  const stamp = stampOf(step);
  return !existsSync(join(ROOT, step.output)) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== now;
}

const onlyStale = process.argv.includes('--if-stale');
for (const step of STEPS) {
  const now = fingerprint(step);
  if (onlyStale && !isStale(step, now)) continue;
  const begun = performance.now();
  const [command = NODE, ...args] = step.command;
  const done = spawnSync(command, args, { cwd: join(ROOT, step.cwd), stdio: ['ignore', 'inherit', 'inherit'] });
  if (done.status !== 0) {
    process.stderr.write(
      `Could not make the ${step.name}: ${step.command.join(' ')} ended with ${done.status ?? done.signal}.\n`,
    );
    process.exit(1);
  }
  mkdirSync(dirname(stampOf(step)), { recursive: true });
  writeFileSync(stampOf(step), now);
  process.stdout.write(`Made the ${step.name} in ${((performance.now() - begun) / 1000).toFixed(1)} s.\n`);
}
