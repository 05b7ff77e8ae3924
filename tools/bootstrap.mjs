// The door of `npm start`, `npm test` and the rest: plain JavaScript that Node 20 can read. It installs what is
// missing, then hands over to Node 24 (from npm, in node_modules) and stays only to pass signals on.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const PNPM = 'pnpm@12.21.0';
const COMMANDS = {
  start: 'deploy/run/src/embedded/main.ts',
  stack: 'deploy/run/src/stack/main.ts',
  test: 'tools/test/main.ts',
  sim: 'sim/src/main.ts',
  'sim:golden': 'sim/src/world/write-goldens.ts',
  'sim:mutants': 'tools/mutants/main.ts',
  generate: 'tools/generate.ts',
  format: 'tools/format.ts',
  golden: 'tools/golden.ts',
  docs: 'tools/docs.ts',
  bench: 'tools/bench/main.ts',
  trace: 'tools/trace/main.ts',
  explain: 'tools/explain/main.ts',
  'what-if': 'tools/what-if/main.ts',
  'optimum:publish': 'tools/optimum/publish.ts',
  'what-if:golden': 'tools/what-if/golden/write.ts',
};
const PARENT_POLL_MS = 500;
/**
 * Compiled code of earlier runs, for every Node 24 of a command and what it starts: a process that plays a seed or a service is
 * ready in half the time. It is keyed by the sources, and may be deleted at any time.
 */
const ENVIRONMENT = { NODE_COMPILE_CACHE: join(ROOT, '.headroom', 'compile-cache'), ...process.env };

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const say = (line) => process.stdout.write(`${line}\n`);

/** Node 24 as npm brought it; undefined before the install. */
function node24() {
  const binary = join(ROOT, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
  return existsSync(binary) ? binary : undefined;
}

/** By content, not by time stamps: a fresh checkout has fresh ones. */
function installIsCurrent() {
  const installed = join(ROOT, 'node_modules', '.pnpm', 'lock.yaml');
  if (node24() === undefined || !existsSync(installed)) return false;
  return readFileSync(installed, 'utf8') === readFileSync(join(ROOT, 'pnpm-lock.yaml'), 'utf8');
}

let child;
let ending = false;

/** Runs a command with our stdio; resolves with its exit status. */
function run(command, args, options) {
  return new Promise((resolve) => {
    child = spawn(command, args, { cwd: ROOT, env: ENVIRONMENT, ...options });
    child.once('error', (cause) => fail(`Could not run ${command}: ${cause.message}`));
    child.once('exit', (status, signal) => resolve(signal === null ? (status ?? 1) : 130));
  });
}

function forward(signal, toGroup) {
  ending = true;
  if (child?.pid === undefined) process.exit(130);
  try {
    process.kill(toGroup() ? -child.pid : child.pid, signal);
  } catch {
    // It ended by itself just now.
  }
}

async function install() {
  const begun = Date.now();
  say('Installing dependencies (about 15 s the first time, nothing global) ...');
  const tick = setInterval(() => say(`  still installing, ${Math.round((Date.now() - begun) / 1000)} s`), 5_000);
  // Detached: npx would otherwise leave pnpm behind when a signal comes (ND-13).
  const status = await run(
    'npx',
    ['--prefer-offline', '-y', PNPM, 'install', '--frozen-lockfile', '--reporter=append-only'],
    {
      stdio: ['ignore', process.env.HEADROOM_VERBOSE ? 'inherit' : 'ignore', 'inherit'],
      detached: true,
    },
  );
  clearInterval(tick);
  if (ending) process.exit(130);
  if (status !== 0) fail('The install failed. See the lines above; `HEADROOM_VERBOSE=1 npm start` shows all of it.');
  if (node24() === undefined) fail(`npm brought no Node 24 for ${process.platform}-${process.arch}.`);
  say(`Installed in ${Math.round((Date.now() - begun) / 1000)} s.`);
}

async function main() {
  const [command, ...rest] = process.argv.slice(2);
  const entry = COMMANDS[command];
  if (entry === undefined) fail(`Unknown command "${command}". There are: ${Object.keys(COMMANDS).join(', ')}.`);
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    fail(
      `Headroom runs on Linux x64 and arm64; this is ${process.platform}-${process.arch}. Use a Linux machine, WSL 2 or a container.`,
    );
  }
  if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node 20 or newer is needed; this is ${process.version}.`);

  let installing = true;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => forward(signal === 'SIGHUP' ? 'SIGTERM' : signal, () => installing));
  }
  // npm does not pass SIGHUP on, and kill -9 passes nothing: notice that the parent went (ND-11).
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && forward('SIGTERM', () => installing), PARENT_POLL_MS).unref();

  if (!installIsCurrent()) await install();
  installing = false;
  if (ending) process.exit(130);
  const flags = ['--conditions=development', '--no-warnings'];
  // Everything that can be made of the sources is made before what needs it starts.
  if (command !== 'generate') {
    const generated = await run(node24(), [...flags, COMMANDS.generate, '--if-stale'], { stdio: 'inherit' });
    if (ending) process.exit(130);
    if (generated !== 0) fail('Generating code failed; see above.');
  }
  const status = await run(node24(), [...flags, entry, ...rest], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  process.exit(status);
}

await main();
