import process from 'node:process';
import type { Violation } from '../checkers/violation.ts';
import type { Share } from '../documents.ts';
import type { Persona } from '../station/persona.ts';
import type { Seeking } from './by-turns.ts';
import { type FaultClass, type Firing, ratesText } from './faults.ts';
import type { GridEvent } from './grid-events.ts';
import type { GridOption } from './grid-option.ts';
import { openSites } from './open-sites.ts';
import { PROCESS_NAMES, type Sabotage } from './processes.ts';
import type { Scenario } from './scenario.ts';
import type { Verdict } from './verdict.ts';
import { accuse, createWorld, START_MS } from './world.ts';

export interface SeedOptions extends Seeking {
  readonly seed: number;
  readonly hours: number;
  /** Of all sites together. */
  readonly stations: number;
  /** Sites of the platform, 1 to `MAX_SITES`; a scenario is played at the first. Default: one. */
  readonly sites?: number;
  /** A station goes from the second site to the first. Default: none does. TODO(#6): by the seed, once many have been run. */
  readonly moves?: boolean;
  /** Default: by the seed. */
  readonly faults?: readonly FaultClass[];
  /** Keys of the faults that may fire at all; default: whatever is drawn. */
  readonly only?: readonly string[];
  /** Epoch ms at which it ends unfinished: what is looked for came earlier than this. Default: the hours. */
  readonly giveUpAtMs?: number;
  /** Lines for a reader. */
  readonly read?: (line: string) => void;
  /** The first violation ends it: there is nothing more to learn. Default false. */
  readonly endsEarly?: boolean;
  /** Events of a utility, or a utility in every seed, or in none. Default: by the seed. */
  readonly grid?: GridOption | readonly GridEvent[];
  /** How all stations are beside their seed. Default: as the seed says. */
  readonly persona?: Partial<Persona>;
  /** How the site shares. Default: by the seed; equally where a scenario is played. */
  readonly share?: Share;
  /** What happens there, in place of people and faults by chance. */
  readonly scenario?: Scenario;
  /** Whether it goes on at the end with nothing that changes. Default: by the seed. */
  readonly still?: boolean;
  /** Something wrong on purpose, for tests of the checkers. */
  readonly sabotage?: Sabotage;
}

export interface SeedResult extends Verdict {
  readonly seed: number;
  readonly hash: string;
  readonly classes: readonly FaultClass[];
  /** How many times as often as usual each of them strikes. */
  readonly rates: readonly (readonly [FaultClass, number])[];
  readonly fired: ReadonlyMap<FaultClass, number>;
  readonly firings: readonly Firing[];
  readonly events: number;
  readonly violations: readonly Violation[];
  readonly sites: number;
}

/** The whole platform and its sites in this process, on virtual time, by one seed. */
export async function runSeed(options: SeedOptions): Promise<SeedResult> {
  const world = createWorld(options);
  const { time, bench, trace, faults, cluster } = world;
  const onRejection = (cause: unknown): void => accuse(world, 'unhandled rejection', cause);
  process.on('unhandledRejection', onRejection);
  for (const { plan, number } of world.sites) {
    const { share } = plan.document.spec.policy;
    if (share !== 'equal') trace.tell(`${number === 1 ? 'the site' : plan.siteId} shares: ${share}`);
  }
  trace.tell(`what may strike: ${faults.rates.size === 0 ? 'nothing' : ratesText(faults.rates)}`);
  let isWhole = false;
  try {
    for (const name of PROCESS_NAMES) void cluster.start(name);
    const starting = openSites(world);
    starting.catch((cause: unknown) => accuse(world, 'the site could not be set up', cause));
    const giveUpMs = (options.giveUpAtMs ?? Number.POSITIVE_INFINITY) - START_MS;
    await time.runUntil(Math.min(world.overMs, giveUpMs), () => options.endsEarly === true && bench.isGuilty());
    isWhole = time.monoMs() >= world.overMs;
  } finally {
    process.off('unhandledRejection', onRejection);
  }
  return {
    seed: options.seed,
    ...bench.conclude(isWhole ? cluster.books() : undefined),
    hash: trace.hash(),
    classes: [...faults.classes],
    rates: [...faults.rates],
    fired: faults.fired(),
    firings: faults.firings(),
    events: time.eventNumber(),
    sites: world.sites.length,
  };
}
