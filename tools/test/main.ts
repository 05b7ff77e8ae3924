/**
 * `npm test`: static checks, unit, property and contract tests, integration tests on real Kafka, Redis and PostgreSQL,
 * end-to-end tests on the stack. `--fast` leaves out what needs servers. Ends with `N passed, N failed, N skipped`.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Servers, startServers } from '@headroom/local';
import { capture } from '../checks/check.ts';
import { CHECKS } from '../checks/index.ts';
import { type JestRun, runJest } from './jest-run.ts';
import { type Out, stopRunning } from './node-run.ts';
import { runSeeds } from './sim-run.ts';
import { stage, stageBeside } from './stage.ts';

const ROOT = dirname(dirname(import.meta.dirname));
/** Limits against what hangs: all of them are several times what an idle machine takes. */
const FAST_LIMIT_MS = 900_000;
const SERVER_TESTS_LIMIT_MS = 1_800_000;
const E2E_LIMIT_MS = 2_400_000;
const WHOLE_SEED: readonly string[] = ['--hours', '2', '--stations', '24', '--sites', '1', '--heat', 'none'];
const SHORT_SEED: readonly string[] = ['--hours', '0.4', '--stations', '8'];
const SMALL_SEED: readonly string[] = ['--hours', '0.4', '--stations', '3'];
/**
 * Two whole seeds (2 virtual hours, 24 stations), a busy one, and a calm one with a car at every bay; sixty-four short ones,
 * among them 122, and some of several sites: twenty-four of eight stations, and forty of three, which find other things in half of the time, ten of
 * them twice; and others that have found something once (docs/reliability.md tells what), of one site and not hot. That
 * is what some minutes of two cores hold; `npm run sim -- --seeds 2000` runs as many whole ones as one has time for.
 */
const SEED_RANGES: readonly (readonly string[])[] = [
  ['--seed', '42', ...WHOLE_SEED],
  ['--seed', '43', ...WHOLE_SEED],
  ['--seeds', '101..124', ...SHORT_SEED],
  ['--seeds', '60101..60130', ...SMALL_SEED],
  ['--seeds', '60131..60140', ...SMALL_SEED, '--twice'],
];
const SINGLE_SEEDS = ['196', '1000', '1009', '5019', '30298', '302', '30245', '31212'].map((seed) => [
  ...['--seed', seed, '--sites', '1', '--heat', 'none'],
  ...SHORT_SEED,
]);
const SEEDS_LIMIT_MS = 2_400_000;
/** It stands back behind tests that speak to processes in real time, and still comes to its end within their limits. */
const BEHIND = 5;
/** Of one of its tests, by the wall clock: jest knows no other. */
const BEHIND_TIMEOUT_MS = 600_000;
/** It has the time that nobody else wants. */
const LAST = 19;
const fast = process.argv.includes('--fast');
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const INTERRUPTED_STATUS = 130;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The servers' guards end them with us.
  process.on(signal, () => {
    stopRunning();
    process.exit(INTERRUPTED_STATUS);
  });
}
// An error of our own must not leave the other lanes behind.
process.on('exit', stopRunning);
const total = { passed: 0, failed: 0, skipped: 0 };
const executed = new Set<string>();
/** Told once more at the end: a long run has scrolled away. */
const failures: string[] = [];

function add(run: JestRun, out: Out): void {
  total.passed += run.passed;
  total.failed += run.failed;
  total.skipped += run.skipped;
  for (const file of run.files) executed.add(file);
  failures.push(...run.failures);
  for (const skip of run.skips) out(`SKIPPED ${skip}\n`);
}

/** Lines of a check's findings that are told once more. */
const CHECK_LINES = 20;

async function staticChecks(): Promise<void> {
  for (const check of Object.values(CHECKS)) {
    const begun = performance.now();
    const { passed, findings } = await check.run(ROOT);
    say(`${passed ? 'ok    ' : 'FAILED'} ${check.name} (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
    if (!passed) say(findings);
    if (!passed) failures.push(`the check "${check.name}"\n${findings.split('\n').slice(0, CHECK_LINES).join('\n')}`);
    total[passed ? 'passed' : 'failed'] += 1;
  }
}

async function servers(out: Out): Promise<Servers | undefined> {
  const tell = (line: string): void => out(`${line}\n`);
  const directory = join(ROOT, '.headroom/test-servers');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const started = await startServers({ want: ['postgres', 'redis', 'kafka'], directory, mode: 'auto', log: tell });
  const versions = Object.entries(started.versions).map(([name, version]) => `${name} ${version}`);
  tell(`servers: ${started.provider} (${versions.join(', ')})`);
  for (const missing of started.missing) {
    tell(`SKIPPED ${missing.server}: ${missing.why}. ${missing.remedy}`);
    total[process.env['CI'] === 'true' ? 'failed' : 'skipped'] += 1;
  }
  return started;
}

const endpointsOf = (running: Servers | undefined): Record<string, string | undefined> => ({
  HEADROOM_TEST_POSTGRES: running?.endpoints.postgres,
  HEADROOM_TEST_REDIS: running?.endpoints.redis,
  HEADROOM_TEST_KAFKA: running?.endpoints.kafka,
});

/** Every `*.test.ts` that git knows must have been executed (JS-12). */
async function nothingForgotten(): Promise<void> {
  const { text } = await capture('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.test.ts'], ROOT);
  const forgotten = text.split('\n').filter((file) => file !== '' && !executed.has(file));
  if (forgotten.length > 0) say(`FAILED these test files were never executed:\n${forgotten.join('\n')}`);
  if (forgotten.length > 0) failures.push(`never executed: ${forgotten.join(', ')}`);
  total[forgotten.length === 0 ? 'passed' : 'failed'] += 1;
}

/** Tests that play whole sites: minutes of one core together. */
const SEEDS =
  '/sim/src/world/(abilities|giving|golden-sites|grid|heat|hostile|planned|seeds|several-sites|shrink|unruly)\\.test\\.ts$';
/** The two longest property tests, a quarter of the time of all that need no server, and a day of buses whose plans look ahead both ways. */
const LONG = '/domain/(decide|safety)\\.property\\.test\\.ts$|/golden/depot-v2g\\.test\\.ts$';
/** A million cases through the gate, minutes of one core. Their first 20,000 are among the fast ones. */
const GATE_MILLION = '/site-model/src/gate-million\\.test\\.ts$';
const SLOW = ['\\.int\\.test\\.ts$', '/test-e2e/', '/tools/planted/', SEEDS, LONG, GATE_MILLION];

const without = (...patterns: readonly string[]): readonly string[] =>
  ['/node_modules/', '/dist/', ...patterns].map((pattern) => `--testPathIgnorePatterns=${pattern}`);

async function fastTests(out: Out): Promise<void> {
  const args = ['--maxWorkers=2', ...without(...SLOW)];
  add(await runJest({ root: ROOT, name: 'fast', args, out, limitMs: FAST_LIMIT_MS }), out);
}

async function onServers(running: Servers | undefined): Promise<void> {
  await stageBeside('integration tests on the real servers', async (out) => {
    const env = endpointsOf(running);
    // Sessions and brokers that must be found dead: they wait half of the time.
    const args = ['\\.int\\.test\\.ts$', '--runInBand'];
    add(await runJest({ root: ROOT, name: 'int', args, env, out, limitMs: SERVER_TESTS_LIMIT_MS }), out);
  });
  await running?.stop();
}

async function onNoOps(): Promise<void> {
  await stageBeside('end-to-end tests: services that do nothing', async (out) => {
    // They wait for what never comes, most of the time.
    const args = ['/test-e2e/no-ops/', '--runInBand', ...without('/no-ops/none\\.')];
    add(await runJest({ root: ROOT, name: 'no-ops', args, out, limitMs: E2E_LIMIT_MS }), out);
  });
}

const LONGEST_FIRST = join(import.meta.dirname, 'longest-first.cjs');

async function endToEnd(): Promise<void> {
  await stageBeside('end-to-end tests on the stack', async (out) => {
    // Each brings a whole platform, which computes while it starts and waits most of the time from then on.
    const lanes = ['--maxWorkers=2', `--testSequencer=${LONGEST_FIRST}`];
    const args = ['/test-e2e/', ...lanes, ...without('/no-ops/(?!none\\.)')];
    add(await runJest({ root: ROOT, name: 'e2e', args, out, limitMs: E2E_LIMIT_MS }), out);
  });
}

/** What waits: for servers, for stations, for what must not come. In three lanes: two cores bear no more platforms that start at once. */
async function whatWaits(): Promise<void> {
  let running: Servers | undefined;
  // First, and alone: it installs what others would install at the same time.
  await stageBeside('start Kafka, Redis and PostgreSQL', async (out) => void (running = await servers(out)));
  await Promise.all([onServers(running).then(onNoOps), endToEnd()]);
}

/** What only counts: no claim of it is about real time. Limits count from the end of what runs beside it. */
async function inBetween(waiting: Promise<unknown>): Promise<void> {
  await stageBeside('planted violations; seeds of the simulation; what takes long', async (out) => {
    const args = ['/tools/planted/', SEEDS, LONG, '--maxWorkers=2', `--testTimeout=${BEHIND_TIMEOUT_MS}`];
    const behind = { root: ROOT, limitFrom: waiting, niceness: BEHIND };
    add(await runJest({ ...behind, name: 'planted', args, out, limitMs: SERVER_TESTS_LIMIT_MS }), out);
  });
  const late = { root: ROOT, limitFrom: waiting, niceness: LAST };
  await stageBeside('a million cases through the gate', async (out) => {
    // Before the seeds, alone: jest itself limits it by the wall clock.
    const limitMs = SERVER_TESTS_LIMIT_MS;
    add(await runJest({ ...late, name: 'gate', args: [GATE_MILLION], out, limitMs }), out);
  });
  await stageBeside('simulation seeds', async (out) => {
    const run = async (args: readonly string[]): Promise<void> => {
      const said: string[] = [];
      const hear = (text: string): void => void said.push(text);
      const { passed, failed } = await runSeeds({ ...late, args, out: hear, limitMs: SEEDS_LIMIT_MS });
      out(said.join(''));
      total.passed += passed;
      total.failed += failed;
      if (failed > 0) failures.push(`${failed} seeds of the simulation (${args.join(' ')}): see above`);
    };
    const inTurn = async (runs: readonly (readonly string[])[]): Promise<void> => {
      for (const args of runs) await run(args);
    };
    // Many seeds take both cores until the last of them is alone; one takes one.
    await Promise.all([inTurn(SEED_RANGES), inTurn(SINGLE_SEEDS)]);
  });
}

// Side by side: the checks wait for their tools, the tests for one core.
await stage(
  'static checks; unit, property and contract tests',
  async (out) => void (await Promise.all([staticChecks(), fastTests(out)])),
);
if (!fast) {
  const waiting = whatWaits();
  await Promise.all([waiting, inBetween(waiting)]);
  await nothingForgotten();
}
if (failures.length > 0) say(`\n== what failed\n\n${failures.join('\n\n')}`);
say('');
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
