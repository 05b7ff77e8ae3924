/**
 * `npm test`: static checks, unit, property and contract tests, integration tests on real Kafka, Redis and PostgreSQL,
 * end-to-end tests on the stack. `--fast` leaves out what needs servers. Ends with `N passed, N failed, N skipped`.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Servers, startServers } from '@headroom/local';
import { capture } from '../checks/check.ts';
import { CHECKS } from '../checks/index.ts';
import { type JestRun, runJest, stopRunning } from './jest-run.ts';
import { runSeeds, stopSeeds } from './sim-run.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const FAST_LIMIT_MS = 420_000;
const SERVER_TESTS_LIMIT_MS = 900_000;
const E2E_LIMIT_MS = 2_400_000;
const SHORT_SEED: readonly string[] = ['--hours', '0.4', '--stations', '8'];
/**
 * Two whole seeds (2 virtual hours, 24 stations), a busy one and a calm one with a car at every bay, each twice; a hundred short ones,
 * among them 122 and 196; and others that have found something once (docs/reliability.md tells what). That is what some minutes of
 * two cores hold; `npm run sim -- --seeds 2000` runs as many whole ones as one has time for.
 */
const SEED_RUNS: readonly (readonly string[])[] = [
  ['--seeds', '42..43', '--hours', '2', '--stations', '24', '--twice'],
  ['--seeds', '101..200', ...SHORT_SEED],
  ['--seed', '1000', ...SHORT_SEED],
  ['--seed', '1009', ...SHORT_SEED],
  ['--seed', '5019', ...SHORT_SEED],
  ['--seed', '30298', ...SHORT_SEED],
  ['--seed', '302', ...SHORT_SEED],
  ['--seed', '30245', ...SHORT_SEED],
  ['--seed', '31212', ...SHORT_SEED],
];
const SEEDS_LIMIT_MS = 2_400_000;
const fast = process.argv.includes('--fast');
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const INTERRUPTED_STATUS = 130;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // The servers' guards end them with us.
  process.on(signal, () => {
    stopRunning();
    stopSeeds();
    process.exit(INTERRUPTED_STATUS);
  });
}
const total = { passed: 0, failed: 0, skipped: 0 };
const executed = new Set<string>();
/** Told once more at the end: a long run has scrolled away. */
const failures: string[] = [];

function add(run: JestRun): void {
  total.passed += run.passed;
  total.failed += run.failed;
  total.skipped += run.skipped;
  for (const file of run.files) executed.add(file);
  failures.push(...run.failures);
  for (const skip of run.skips) say(`SKIPPED ${skip}`);
}

async function stage(title: string, body: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  say(`\n== ${title}`);
  await body();
  say(`== ${title}: ${((performance.now() - begun) / 1000).toFixed(1)} s`);
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

async function servers(): Promise<Servers | undefined> {
  const directory = join(ROOT, '.headroom/test-servers');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const started = await startServers({ want: ['postgres', 'redis', 'kafka'], directory, mode: 'auto', log: say });
  const versions = Object.entries(started.versions).map(([name, version]) => `${name} ${version}`);
  say(`servers: ${started.provider} (${versions.join(', ')})`);
  for (const missing of started.missing) {
    say(`SKIPPED ${missing.server}: ${missing.why}. ${missing.remedy}`);
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
const SEEDS = '/sim/src/world/(abilities|grid|hostile|planned|seeds|shrink)\\.test\\.ts$';
/** The two longest property tests: a quarter of the time of all that need no server. */
const LONG_PROPERTIES = '/domain/(decide|safety)\\.property\\.test\\.ts$';
/** A million cases through the gate, minutes of one core. Their first 20,000 are among the fast ones. */
const GATE_MILLION = '/site-model/src/gate-million\\.test\\.ts$';
const SLOW = ['\\.int\\.test\\.ts$', '/test-e2e/', '/tools/planted/', SEEDS, LONG_PROPERTIES, GATE_MILLION];

const without = (...patterns: readonly string[]): readonly string[] =>
  ['/node_modules/', '/dist/', ...patterns].map((pattern) => `--testPathIgnorePatterns=${pattern}`);

async function fastTests(): Promise<void> {
  const args = ['--maxWorkers=2', ...without(...SLOW)];
  add(await runJest({ root: ROOT, name: 'fast', args, env: {}, limitMs: FAST_LIMIT_MS }));
}

// Side by side: the checks wait for their tools, the tests for one core.
await stage(
  'static checks; unit, property and contract tests',
  async () => void (await Promise.all([staticChecks(), fastTests()])),
);
if (!fast) {
  await stage('planted violations; seeds of the simulation; long properties', async () => {
    add(
      await runJest({
        root: ROOT,
        name: 'planted',
        args: ['/tools/planted/', SEEDS, LONG_PROPERTIES, '--maxWorkers=2'],
        env: {},
        limitMs: SERVER_TESTS_LIMIT_MS,
      }),
    );
  });
  await stage('a million cases through the gate', async () => {
    add(await runJest({ root: ROOT, name: 'gate', args: [GATE_MILLION], env: {}, limitMs: SERVER_TESTS_LIMIT_MS }));
  });
  await stage('simulation seeds', async () => {
    for (const args of SEED_RUNS) {
      const { passed, failed } = await runSeeds({ root: ROOT, args, limitMs: SEEDS_LIMIT_MS });
      total.passed += passed;
      total.failed += failed;
      if (failed > 0) failures.push(`${failed} seeds of the simulation (${args.join(' ')}): see above`);
    }
  });
  let running: Servers | undefined;
  await stage('start Kafka, Redis and PostgreSQL', async () => void (running = await servers()));
  await stage('integration tests on the real servers', async () => {
    const env = endpointsOf(running);
    // Sessions and brokers that must be found dead: they wait half of the time.
    const args = ['\\.int\\.test\\.ts$', '--maxWorkers=2'];
    add(await runJest({ root: ROOT, name: 'int', args, env, limitMs: SERVER_TESTS_LIMIT_MS }));
  });
  await running?.stop();
  await stage('end-to-end tests: services that do nothing', async () => {
    // They wait for what never comes, most of the time.
    const args = ['/test-e2e/no-ops/', '--maxWorkers=2', ...without('/no-ops/none\\.')];
    add(await runJest({ root: ROOT, name: 'no-ops', args, env: {}, limitMs: E2E_LIMIT_MS }));
  });
  await stage('end-to-end tests on the stack', async () => {
    // One at a time: each brings a whole platform onto two cores.
    const args = ['/test-e2e/', '--runInBand', ...without('/no-ops/(?!none\\.)')];
    add(await runJest({ root: ROOT, name: 'e2e', args, env: {}, limitMs: E2E_LIMIT_MS }));
  });
  await nothingForgotten();
}
if (failures.length > 0) say(`\n== what failed\n\n${failures.join('\n\n')}`);
say('');
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 ? 0 : 1);
