import { parseArgs } from 'node:util';
import { err, ok, type Result } from '@headroom/kernel';
import { FAULT_CLASSES, type FaultClass } from './faults.ts';
import { MAX_STATIONS } from './field.ts';
import { MEASURED_MS, RECOVERY_MS } from './run-seed.ts';

export interface SimArguments {
  readonly from: number;
  readonly seeds: number;
  readonly hours: number;
  readonly stations: number;
  readonly trace: boolean;
  readonly twice: boolean;
  readonly faults: readonly FaultClass[] | undefined;
}

export const SIM_USAGE = `The whole platform, a site and its troubles on virtual time, by seed.

  npm run sim -- --seed 42 --hours 2 --stations 24 --trace   one seed, told in words
  npm run sim -- --seeds 1000                                 seeds 1 to 1000, a line for each that fails

  --seed N       this seed, or the first of --seeds
  --seeds N      so many seeds
  --hours H      virtual time of each (default 2)
  --stations N   1 to ${MAX_STATIONS} (default 24)
  --faults a,b   these classes in every seed, or "none"; default: by the seed
                 ${FAULT_CLASSES.join(', ')}
  --twice        each seed twice: the hashes of both traces must be the same
  --trace        what happens, in words`;

const LEAST_HOURS = (RECOVERY_MS + MEASURED_MS + 300_000) / 3_600_000;

/** The arguments, or a sentence. */
export function simArguments(argv: readonly string[]): Result<SimArguments, string> {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        seed: { type: 'string' },
        seeds: { type: 'string' },
        hours: { type: 'string' },
        stations: { type: 'string' },
        faults: { type: 'string' },
        twice: { type: 'boolean' },
        trace: { type: 'boolean' },
      },
    }));
  } catch (cause) {
    return err(cause instanceof Error ? cause.message : String(cause));
  }
  const whole = (text: string | undefined, fallback: number): number => (text === undefined ? fallback : Number(text));
  const from = whole(values.seed, 1);
  const seeds = whole(values.seeds, 1);
  const hours = whole(values.hours, 2);
  const stations = whole(values.stations, 24);
  if (!Number.isSafeInteger(from) || from < 0) return err(`--seed is "${values.seed}"; it must be a whole number`);
  if (!Number.isSafeInteger(seeds) || seeds < 1) return err(`--seeds is "${values.seeds}"; it must be at least 1`);
  if (!(hours >= LEAST_HOURS && hours <= 24))
    return err(`--hours is "${values.hours}"; it must be ${LEAST_HOURS} to 24`);
  if (!Number.isInteger(stations) || stations < 1 || stations > MAX_STATIONS) {
    return err(`--stations is "${values.stations}"; it must be 1 to ${MAX_STATIONS}`);
  }
  const faults = faultsOf(values.faults);
  if (faults.kind === 'err') return faults;
  const { trace = false, twice = false } = values;
  return ok({ from, seeds, hours, stations, trace, twice, faults: faults.value });
}

function faultsOf(text: string | undefined): Result<readonly FaultClass[] | undefined, string> {
  if (text === undefined) return ok(undefined);
  if (text === 'none') return ok([]);
  const names = text.split(',');
  const known = FAULT_CLASSES.filter((name) => names.includes(name));
  return known.length === names.length ? ok(known) : err(`--faults knows ${FAULT_CLASSES.join(', ')}`);
}
