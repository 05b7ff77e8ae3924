import process from 'node:process';
import type { Violation } from '../checkers/violation.ts';
import type { Scorecard } from '../golden/scorecard.ts';
import { type FaultClass, type Firing, ratesText } from './faults.ts';
import { openSites } from './open-sites.ts';
import { PROCESS_NAMES } from './processes.ts';
import type { SeedOptions } from './seed-options.ts';
import type { Verdict } from './verdict.ts';
import { accuse, createWorld, START_MS } from './world.ts';

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
  /** Of a golden site. */
  readonly scorecard?: Scorecard;
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
    ...(world.golden === undefined ? {} : { scorecard: world.golden.scorecard.conclude() }),
  };
}
