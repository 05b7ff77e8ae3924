import { cardLine, cardText } from '../golden/report.ts';
import { FAULT_CLASSES, type FaultClass, ratesText } from './faults.ts';
import { createProgress } from './progress.ts';
import { runSeed } from './run-seed.ts';
import { type SeedJob, seedOptionsOf } from './seed-job.ts';
import { type PoolOptions, runPool } from './seed-pool.ts';
import { problemOf, reportOf, type SeedReport, summaryOf } from './seed-report.ts';
import { shrink, type Shrunk } from './shrink.ts';
import { createTally, TELLING_SEEDS } from './tally.ts';

export interface BatchOptions extends Omit<SeedJob, 'seed'> {
  readonly from: number;
  readonly seeds: number;
  /** Processes side by side. */
  readonly workers: number;
  readonly say: (line: string) => void;
  /** What happens, line by line; then one seed after the other, in this process. */
  readonly read?: (line: string) => void;
  /** A terminal that shows how far it is; absent: a long batch says so in a line now and then. */
  readonly terminal?: (text: string) => void;
  /** Once it is aborted the batch of several seeds ends with those that were done. Default: never. */
  readonly stop?: AbortSignal;
  /** Default: processes. */
  readonly start?: PoolOptions['start'];
}

export interface BatchResult {
  readonly seeds: number;
  /** Seeds that failed. A batch that lacks something has failed with all of its seeds clean. */
  readonly failed: readonly number[];
  readonly lacks: readonly string[];
  /** It was stopped: all seeds below this one were done, this one was not. */
  readonly openFrom?: number;
}

/** A line for each seed that fails, as it fails; then what all of them came to. */
export async function runBatch(options: BatchOptions): Promise<BatchResult> {
  const { seeds, say, read, terminal } = options;
  const tally = createTally();
  const idle = new Set(options.only);
  const note = terminal === undefined && read === undefined ? say : undefined;
  const progress = createProgress({ total: seeds, monoMs: () => performance.now(), write: terminal, note });
  const open = createOpen(options.from);
  const onReport = (report: SeedReport): void => {
    tally.add(report);
    open.done(report.seed);
    for (const { key } of report.firings) idle.delete(key);
    const problem = problemOf(report);
    if (problem !== undefined || read !== undefined) progress.clear();
    if (problem !== undefined) say(`seed ${report.seed} FAILED: ${problem} [${ratesText(report.rates)}]`);
    else if (read !== undefined) say(summaryOf(report));
    sayCard(options, report);
    progress.show(tally.done(), tally.failed().length);
  };
  if (read !== undefined || seeds === 1) await runHere(options, onReport);
  else await runPool({ ...poolOf(options), onReport });
  progress.clear();
  const { lines, lacks, unmet } = tally.conclude(
    options.only === undefined ? (options.faults ?? FAULT_CLASSES) : [],
    options.grid !== 'none',
  );
  for (const line of lines) say(line);
  if (tally.done() < seeds) {
    const openFrom = open.first();
    say(
      `stopped after ${tally.done()} of ${seeds} seeds; the others: --seeds ${openFrom}..${options.from + seeds - 1}`,
    );
    return { seeds: tally.done(), failed: tally.failed(), lacks: [], openFrom };
  }
  // Of one seed nobody expects it all, nor of a day that is written down.
  const isDay = options.golden !== undefined;
  for (const what of seeds === 1 || isDay ? [] : unmet)
    say(`${what} (${TELLING_SEEDS} seeds or more would fail by this)`);
  return {
    seeds,
    failed: tally.failed(),
    lacks: [...(isDay ? [] : lacks), ...[...idle].map((key) => `the fault ${key} never fired`)],
  };
}

function sayCard({ seeds, say }: BatchOptions, { seed, scorecard }: SeedReport): void {
  if (scorecard !== undefined)
    for (const line of seeds === 1 ? cardText(scorecard) : [cardLine(seed, scorecard)]) say(line);
}

const poolOf = (options: BatchOptions): Omit<PoolOptions, 'onReport'> => ({
  workers: Math.min(options.workers, options.seeds),
  jobs: jobsOf(options),
  ...(options.stop === undefined ? {} : { stop: options.stop }),
  ...(options.start === undefined ? {} : { start: options.start }),
});

/** The first seed that was not done yet: they are begun in order, and end in any. */
function createOpen(from: number) {
  let first = from;
  const ahead = new Set<number>();
  return {
    first: () => first,
    done: (seed: number): void => {
      ahead.add(seed);
      while (ahead.delete(first)) first += 1;
    },
  };
}

function* jobsOf({
  from,
  seeds,
  twice,
  hours,
  stations,
  faults,
  only,
  grid,
  heat,
  persona,
  share,
  sites,
  exportLimitKw,
  golden,
}: BatchOptions): Generator<SeedJob, void> {
  const optional = {
    ...(faults === undefined ? {} : { faults }),
    ...(only === undefined ? {} : { only }),
    ...(grid === undefined ? {} : { grid }),
    ...(heat === undefined ? {} : { heat }),
    ...(persona === undefined ? {} : { persona }),
    ...(share === undefined ? {} : { share }),
    ...(sites === undefined ? {} : { sites }),
    ...(exportLimitKw === undefined ? {} : { exportLimitKw }),
    ...(golden === undefined ? {} : { golden }),
  };
  for (let seed = from; seed < from + seeds; seed += 1) yield { seed, twice, hours, stations, ...optional };
}

async function runHere(options: BatchOptions, onReport: (report: SeedReport) => void): Promise<void> {
  const { read } = options;
  for (const asked of jobsOf(options)) {
    const { twice } = asked;
    const job = seedOptionsOf(asked);
    const first = await runSeed({ ...job, endsEarly: true, ...(read === undefined ? {} : { read }) });
    onReport(reportOf(first, twice ? await runSeed({ ...job, endsEarly: true }) : undefined));
  }
}

/** After the violation that is looked for: a smaller set of faults may meet it a little later. */
const PATIENCE_MS = 600_000;

export type ShrinkOptions = Omit<SeedJob, 'twice'> & {
  readonly say: (line: string) => void;
  readonly run?: typeof runSeed;
};

/** Its class stands in front of each key. */
const classOf = (key: string): string => key.split(':')[0] ?? '';

/** The least faults of a seed with which the same checker still fails (DS-9). Undefined: the seed passes. */
export async function shrinkSeed({ say, run = runSeed, ...asked }: ShrinkOptions): Promise<Shrunk | undefined> {
  const job = seedOptionsOf(asked);
  const whole = await run({ ...job, endsEarly: true });
  const [first] = whole.violations;
  if (first === undefined) return undefined;
  const { checker } = first;
  const timely = checker === 'capacity' ? {} : { giveUpAtMs: first.atMs + PATIENCE_MS };
  const fails = async (only: readonly string[]): Promise<boolean> => {
    const { violations } = await run({ ...job, ...timely, only, endsEarly: true });
    return violations[0]?.checker === checker;
  };
  say(`seed ${job.seed} fails by the checker ${checker}: ${first.detail}`);
  const shrunk = await shrink(
    whole.firings.map(({ key }) => key),
    fails,
    { groupOf: classOf },
  );
  const least = await run({ ...job, ...timely, only: shrunk.keys, endsEarly: true });
  const limit = shrunk.isLeast ? '' : ', then the runs were used up';
  say(`${whole.firings.length} faults fired; ${shrunk.keys.length} are enough (${shrunk.runs} runs${limit}):`);
  for (const { key, atMs } of least.firings) say(`  ${new Date(atMs).toISOString().slice(11, 23)} ${key}`);
  const [again] = least.violations;
  if (again !== undefined)
    say(`  ${new Date(again.atMs).toISOString().slice(11, 23)} ${again.checker}: ${again.detail}`);
  say(`replay: npm run sim -- ${replayOf({ ...asked, only: shrunk.keys })} --trace`);
  return shrunk;
}

function replayOf({
  seed,
  hours,
  stations,
  sites,
  exportLimitKw,
  faults,
  grid,
  heat,
  persona,
  share,
  golden,
  only = [],
}: Omit<SeedJob, 'twice'>): string {
  const scenario = golden === undefined ? '' : ` --scenario ${golden}`;
  const platform = sites === undefined ? '' : ` --sites ${sites}`;
  const gives = exportLimitKw === undefined ? '' : ` --export-kw ${exportLimitKw}`;
  const classes = faults === undefined ? '' : ` --faults ${namesOf(faults)}`;
  const utility = grid === undefined ? '' : ` --grid ${grid}`;
  const hot = heat === undefined ? '' : ` --heat ${heat}`;
  const alike = persona === undefined ? '' : ` --persona ${persona}`;
  const shares = share === undefined ? '' : ` --share ${share}`;
  return `--seed ${seed} --hours ${hours} --stations ${stations}${scenario}${platform}${gives}${classes}${utility}${hot}${alike}${shares} --only ${only.length === 0 ? 'none' : only.join(',')}`;
}

const namesOf = (faults: readonly FaultClass[]): string => (faults.length === 0 ? 'none' : faults.join(','));
