import type { CapacityVerdict } from '../checkers/capacity.ts';
import type { RegainedVerdict } from '../checkers/regained.ts';
import type { Given } from '../checkers/given.ts';
import type { CausedExcess } from '../checkers/excess.ts';
import type { Taken } from '../checkers/ladder.ts';
import type { UnrestVerdict } from '../checkers/unrest.ts';
import type { Violation } from '../checkers/violation.ts';
import type { Scorecard } from '../golden/scorecard.ts';
import type { FaultClass, Firing } from './faults.ts';
import type { SeedResult } from './run-seed.ts';

/** What a run of one seed came to, as it crosses from a worker to the batch: plain data. */
export interface SeedReport {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly hash: string;
  /** Of the second run; absent: there was none. */
  readonly secondHash?: string;
  readonly classes: readonly FaultClass[];
  readonly rates: SeedResult['rates'];
  readonly fired: readonly (readonly [FaultClass, number])[];
  readonly firings: readonly Firing[];
  readonly handovers: number;
  readonly acknowledged: number;
  readonly limited: number;
  readonly announced: number;
  readonly capacity: CapacityVerdict;
  /** How soon after the death of the whole platform its room was used again. */
  readonly regained?: RegainedVerdict;
  readonly fullest: number;
  readonly excess: readonly CausedExcess[];
  readonly ladder: readonly Taken[];
  readonly given: Given;
  /** How many times a circuit came to bear more, or less, by its temperature. */
  readonly derated: number;
  readonly bookedKwh: number;
  /** Absent: it did not come to its end. */
  readonly unrest?: UnrestVerdict;
  readonly renewals: number;
  readonly events: number;
  /** Of the platform. */
  readonly sites: number;
  /** Of a golden site. */
  readonly scorecard?: Scorecard;
  /** Its process ended, or did not end: why. The rest is empty then. */
  readonly broken?: string;
}

export function reportOf(result: SeedResult, second: SeedResult | undefined): SeedReport {
  const { seed, violations, hash, classes, handovers, acknowledged, capacity, fullest, events, sites } = result;
  return {
    ...{ seed, violations, hash, classes, handovers, acknowledged, capacity, fullest, events, sites },
    ...{
      limited: result.limited,
      regained: result.regained,
      announced: result.announced,
      excess: result.excess,
      ladder: result.ladder,
      given: result.given,
      derated: result.derated,
      bookedKwh: result.bookedKwh,
      renewals: result.renewals,
      rates: result.rates,
    },
    unrest: result.unrest,
    fired: [...result.fired],
    firings: result.firings,
    ...(result.scorecard === undefined ? {} : { scorecard: result.scorecard }),
    ...(second === undefined ? {} : { secondHash: second.hash }),
  };
}

export const brokenReport = (seed: number, broken: string): SeedReport => ({
  ...{ seed, broken, hash: '', violations: [], classes: [], rates: [], fired: [], firings: [] },
  ...{
    handovers: 0,
    acknowledged: 0,
    limited: 0,
    announced: 0,
    fullest: 0,
    excess: [],
    ladder: [],
    given: { wh: 0, overS: 0, longestS: 0 },
    derated: 0,
    bookedKwh: 0,
    renewals: 0,
    events: 0,
    sites: 1,
    capacity: { kind: 'unjudged', why: 'ended before' },
  },
});

/** Why a seed failed, in a sentence; undefined: it passed. */
export function problemOf({ violations, hash, secondHash, broken }: SeedReport): string | undefined {
  if (broken !== undefined) return broken;
  const [first] = violations;
  if (first !== undefined) {
    const at = new Date(first.atMs).toISOString().slice(11, 23);
    const whose = first.siteId === undefined ? '' : ` of ${first.siteId}`;
    return `${first.checker}${whose} at ${at}: ${first.detail} (${violations.length} in all)`;
  }
  if (secondHash !== undefined && secondHash !== hash) {
    return `it is not deterministic: two runs left the traces ${hash.slice(0, 16)} and ${secondHash.slice(0, 16)}`;
  }
  return undefined;
}

export const summaryOf = ({
  seed,
  sites,
  capacity,
  handovers,
  acknowledged,
  fullest,
  events,
  hash,
}: SeedReport): string =>
  `seed ${seed} passed: ${sites === 1 ? '' : `${sites} sites, `}capacity used ${capacity.kind === 'judged' ? percent(capacity.share) : `- (${capacity.why})`}, fullest row ` +
  `${percent(fullest)}, ${handovers} handovers, ${acknowledged} messages acknowledged, ${events} events, ${hash.slice(0, 16)}`;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
