import { parseArgs } from 'node:util';
import { type Share, SHARES } from '../documents.ts';
import { err, ok, type Result } from '@headroom/kernel';
import { PERSONAS } from './abilities.ts';
import { goldenNames } from '../golden/golden-day.ts';
import { windowOf } from '../golden/timetable.ts';
import { FAULT_CLASSES, type FaultClass } from './faults.ts';
import { MAX_STATIONS } from './field.ts';
import { GRID_OPTIONS, type GridOption } from './grid-option.ts';
import { HEAT_OPTIONS, type HeatOption } from './heat-option.ts';
import { MEASURED_MS, RECOVERY_MS } from './world.ts';
import { MAX_WORKERS } from './seed-pool.ts';
import { MAX_SITES } from './sites.ts';
import { TELLING_SEEDS } from './tally.ts';

export interface SimArguments {
  readonly from: number;
  readonly seeds: number;
  readonly hours: number;
  readonly stations: number;
  /** Undefined: by the seed. */
  readonly sites: number | undefined;
  readonly trace: boolean;
  readonly twice: boolean;
  readonly shrink: boolean;
  /** Undefined: as many as there are cores. */
  readonly workers: number | undefined;
  readonly faults: readonly FaultClass[] | undefined;
  readonly only: readonly string[] | undefined;
  /** Undefined: by the seed. */
  readonly grid: GridOption | undefined;
  /** Undefined: by the seed. */
  readonly heat: HeatOption | undefined;
  /** How all stations are. Undefined: as the seed says. */
  readonly persona: string | undefined;
  /** How every site shares. Undefined: by the seed. */
  readonly share: Share | undefined;
  /** A golden site with its day. Undefined: a site by the seed. */
  readonly scenario: string | undefined;
  /** Cars may give back, and so much may flow out of each site. Undefined: they only take. */
  readonly exportLimitKw: number | undefined;
}

/** Far from where adding one changes nothing any more. */
const MAX_SEED = 2 ** 48;
const MAX_HOURS = 24;
/** Of the largest golden site. */
const MAX_GOLDEN_STATIONS = 60;
const MAX_EXPORT_KW = 1_000;
const LEAST_HOURS = (RECOVERY_MS + MEASURED_MS + 300_000) / 3_600_000;

export const SIM_USAGE = `The whole platform, a site and its troubles on virtual time, by seed.

  npm run sim -- --seed 42 --hours 2 --stations 24 --trace   one seed, told in words
  npm run sim -- --seeds 1000                                 seeds 1 to 1000, a line for each that fails
  npm run sim -- --seeds 500..599 --twice                     these seeds, each twice with the same trace
  npm run sim -- --seed 42 --shrink                           the least faults with which seed 42 still fails
  npm run sim -- --scenario garage-50 --faults none           a golden site and its day, and what it came to
  npm run sim -- --seed 42 --only link-loss:ST-001:7          seed 42 with this fault alone

  --seed N       this seed
  --seeds N      the seeds 1 to N; --seeds A..B from the seed A to the seed B
  --hours H      virtual time of each, ${LEAST_HOURS} to ${MAX_HOURS} (default 2, or as long as a scenario needs)
  --stations N   1 to ${MAX_STATIONS} (default 24), of all sites together; of a scenario up to ${MAX_GOLDEN_STATIONS} (default all)
  --scenario ID  a golden site (examples/golden/) with its cars, meters and prices, its day as much faster as it takes to
                 fit into the hours: ${goldenNames().join(', ')}
  --sites N      1 to ${MAX_SITES} sites on one platform, each judged by itself; default: by the seed, in most one
  --faults a,b   these classes in every seed, or "none"; default: by the seed
                 ${FAULT_CLASSES.join(', ')}
  --grid always  a utility announces limits of circuits in every seed, some of them overlapping, cancelled, or told
                 too late; or "none"; default: by the seed
  --heat always  circuits are derated by their temperature in every seed; or "none"; default: by the seed, one in six
  --persona ID   all stations are so, in every seed: ${[...PERSONAS.keys()].join(', ')}
  --share WAY    every site shares so: ${SHARES.join(', ')}
  --export-kw N  cars may give back, for a price, and so much may flow out of a site; 0: they feed its building alone; default: they only take
  --only k,k     only the faults of these keys, or "none"; --shrink prints keys
  --twice        each seed twice: the hashes of both traces must be the same
  --trace        what happens, in words
  --shrink       of one seed that fails: leaves out faults for as long as the same checker fails
  --workers N    processes side by side, 1 to ${MAX_WORKERS} (default: one for each core)

Ctrl-C ends a batch with what its seeds have told so far, and the line says with which --seeds the others are run. Its status is 130.
The last line is "N seeds, N failed". The status is 0 if none failed and a batch of ${TELLING_SEEDS} seeds
or more met what it should have met; what it did not meet stands in the lines above the last.`;

const OPTIONS = {
  seed: { type: 'string' },
  seeds: { type: 'string' },
  hours: { type: 'string' },
  stations: { type: 'string' },
  sites: { type: 'string' },
  'export-kw': { type: 'string' },
  scenario: { type: 'string' },
  faults: { type: 'string' },
  only: { type: 'string' },
  heat: { type: 'string' },
  persona: { type: 'string' },
  share: { type: 'string' },
  grid: { type: 'string' },
  workers: { type: 'string' },
  twice: { type: 'boolean' },
  trace: { type: 'boolean' },
  shrink: { type: 'boolean' },
} as const;

type Values = { readonly [Name in keyof typeof OPTIONS]?: string | boolean | undefined };

/** The arguments, or a sentence. */
export function simArguments(argv: readonly string[]): Result<SimArguments, string> {
  let values: Values;
  try {
    ({ values } = parseArgs({ args: [...argv], options: OPTIONS }));
  } catch (cause) {
    return err(sentenceOf(cause));
  }
  const problems: string[] = [];
  const number = (name: keyof Values, [least, most]: readonly [number, number], fallback: number): number => {
    const { [name]: text } = values;
    if (text === undefined) return fallback;
    const value = DECIMAL.test(String(text)) ? Number(text) : Number.NaN;
    const isTaken = value >= least && value <= most && (name === 'hours' || Number.isSafeInteger(value));
    if (!isTaken) problems.push(`--${name} is "${text}"; it must be ${rangeOf(name, least, most)}`);
    return value;
  };
  const range = rangeOfSeeds(String(values.seeds ?? ''));
  const from = range?.from ?? number('seed', [0, MAX_SEED], 1);
  const seeds = range?.seeds ?? number('seeds', [1, MAX_SEEDS], 1);
  const scenario = goldenNames().find((name) => name === values.scenario);
  if (values.scenario !== undefined) problems.push(...problemsOf(values));
  const isGolden = scenario !== undefined;
  const hours = number('hours', [LEAST_HOURS, MAX_HOURS], isGolden ? windowOf(scenario).hours : 2);
  const most = isGolden ? MAX_GOLDEN_STATIONS : MAX_STATIONS;
  const stations = number('stations', [1, most], isGolden ? most : 24);
  const exportLimitKw = values['export-kw'] === undefined ? undefined : number('export-kw', [0, MAX_EXPORT_KW], 0);
  const sites = values.sites === undefined ? undefined : number('sites', [1, MAX_SITES], 1);
  const workers = values.workers === undefined ? undefined : number('workers', [1, MAX_WORKERS], 1);
  const faults = faultsOf(values.faults);
  const only = listOf(values.only);
  const grid = GRID_OPTIONS.find((name) => name === values.grid);
  const heat = HEAT_OPTIONS.find((name) => name === values.heat);
  const persona = values.persona === undefined ? undefined : String(values.persona);
  if (persona !== undefined && !PERSONAS.has(persona))
    problems.push(`--persona is "${persona}"; it must be one of ${[...PERSONAS.keys()].join(', ')}`);
  const share = SHARES.find((name) => name === values.share);
  if (values.share !== undefined && share === undefined)
    problems.push(`--share is "${values.share}"; it must be one of ${SHARES.join(', ')}`);
  const { trace = false, twice = false, shrink = false } = values;
  if (values.grid !== undefined && grid === undefined)
    problems.push(`--grid is "${values.grid}"; it must be ${GRID_OPTIONS.join(' or ')}`);
  if (values.heat !== undefined && heat === undefined)
    problems.push(`--heat is "${values.heat}"; it must be ${HEAT_OPTIONS.join(' or ')}`);
  if (faults.kind === 'err') problems.push(`--faults is "${values.faults}"; ${faults.error}`);
  if (values.seeds !== undefined && values.seed !== undefined) {
    problems.push('--seed is one seed and --seeds are several: say one of the two');
  }
  if (range !== undefined && range.seeds < 1) problems.push(`--seeds is "${values.seeds}"; B must not be below A`);
  if (range !== undefined && (range.from + range.seeds - 1 > MAX_SEED || range.seeds > MAX_SEEDS)) {
    problems.push(`--seeds takes up to ${MAX_SEEDS} seeds, none above ${MAX_SEED}`);
  }
  if (shrink === true && seeds !== 1) problems.push('--shrink takes one seed');
  const [problem] = problems;
  if (problem !== undefined || faults.kind === 'err') return err(problem ?? 'not understood');
  return ok({
    ...{
      from,
      seeds,
      hours,
      stations,
      sites,
      workers,
      faults: faults.value,
      only,
      grid,
      heat,
      persona,
      share,
      exportLimitKw,
      scenario,
    },
    ...{ trace: trace === true, twice: twice === true, shrink: shrink === true },
  });
}

/** What its document says cannot be said otherwise. */
const SAID_BY_SCENARIO = ['sites', 'share', 'export-kw', 'heat'] as const;

function problemsOf(values: Values): readonly string[] {
  const names = goldenNames();
  const unknown = names.some((name) => name === values.scenario)
    ? []
    : [`--scenario is "${values.scenario}"; it must be one of ${names.join(', ')}`];
  const said = SAID_BY_SCENARIO.filter((name) => values[name] !== undefined);
  return [...unknown, ...said.map((name) => `--${name} is said by the document of a scenario: leave it out`)];
}

/** Of the parser's own words the first sentence. */
const sentenceOf = (cause: unknown): string =>
  typeof cause === 'object' && cause !== null && 'message' in cause
    ? (String(cause.message).split('. ')[0] ?? '')
    : String(cause);

const MAX_SEEDS = 10_000_000;

/** Others that JavaScript takes, 0x10 and 1e3, are a slip here. */
const DECIMAL = /^-?\d+(\.\d+)?$/;

function rangeOf(name: string, least: number, most: number): string {
  if (most === MAX_SEEDS) return `a whole number from ${least}`;
  return name === 'hours' ? `${least} to ${most}` : `a whole number from ${least} to ${most}`;
}

/** Of `A..B`. */
function rangeOfSeeds(text: string): { readonly from: number; readonly seeds: number } | undefined {
  const [, first, last] = /^(\d{1,15})\.\.(\d{1,15})$/.exec(text) ?? [];
  if (first === undefined || last === undefined) return undefined;
  return { from: Number(first), seeds: Number(last) - Number(first) + 1 };
}

function listOf(text: string | boolean | undefined): readonly string[] | undefined {
  if (typeof text !== 'string') return undefined;
  return text === 'none'
    ? []
    : text
        .split(',')
        .map((key) => key.trim())
        .filter((key) => key !== '');
}

/** Undefined: by the seed. */
function faultsOf(text: string | boolean | undefined): Result<readonly FaultClass[] | undefined, string> {
  const names = listOf(text);
  if (names === undefined) return ok(undefined);
  const unknown = names.find((name) => !FAULT_CLASSES.some((known) => known === name));
  if (unknown !== undefined) return err(`"${unknown}" is none of ${FAULT_CLASSES.join(', ')}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return err(`${twice} is named twice`);
  return ok(FAULT_CLASSES.filter((name) => names.includes(name)));
}
