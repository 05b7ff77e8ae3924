import { runSeed } from './run-seed.ts';
import type { Scenario } from './scenario.ts';

/** A run that a person can read from its first line to its last. */
export interface Golden {
  /** Of its file in `sim/golden/`. */
  readonly name: string;
  readonly title: string;
  readonly seed: number;
  readonly minutes: number;
  readonly stations: number;
  readonly scenario: Scenario;
}

export const GOLDENS: readonly Golden[] = [
  {
    name: 'lease-ends',
    title: 'Two stations. A car comes, another one, the building rises, the platform dies, the leases end.',
    seed: 3,
    minutes: 8,
    stations: 2,
    scenario: {
      cars: [
        { atS: 70, station: 0, phases: 3, maxA: 32 },
        { atS: 130, station: 1, phases: 1, maxA: 32 },
      ],
      rises: [{ atS: 200, kw: 12, forS: 400 }],
      diesAtS: 260,
    },
  },
];

/** Processes that begin are not the story. */
const ASIDE = / (starts|is up)$/;
/** They change with whatever is asked of a port, and nobody reads them. */
const MILLISECONDS = /(?<=^\d\d:\d\d:\d\d)\.\d{3}/;

export async function transcriptOf({ title, seed, minutes, stations, scenario }: Golden): Promise<string> {
  const lines: string[] = [];
  const read = (line: string): void => void (ASIDE.test(line) ? undefined : lines.push(line.replace(MILLISECONDS, '')));
  const run = await runSeed({
    seed,
    hours: minutes / 60,
    stations,
    scenario,
    persona: {},
    faults: [],
    grid: 'none',
    read,
  });
  const verdict = run.violations.length === 0 ? 'nothing was violated' : `${run.violations.length} violations`;
  return [`# ${title}`, ...lines, `# ${verdict}; fullest row ${(100 * run.fullest).toFixed(1)} %`, ''].join('\n');
}
