import { type CapacityVerdict, LEAST_SECONDS, type Unjudged } from '../checkers/capacity.ts';
import { LADDER_STEPS } from '../checkers/decisions.ts';
import type { Given } from '../checkers/given.ts';
import type { Taken } from '../checkers/ladder.ts';
import { createExcessTally } from './excess-tally.ts';
import { FAULT_CLASSES, type FaultClass } from './faults.ts';
import { problemOf, type SeedReport } from './seed-report.ts';
import { createUnrestTally } from './unrest-tally.ts';

/** From so many seeds on, a batch fails by what it never met: it has proved nothing about that. */
export const TELLING_SEEDS = 20;

/**
 * What flows of the ideal in the mean of many seeds, at the least. Nobody who learns by samples reaches it: a car's demand and
 * phases are known some seconds after they are so.
 */
export const LEAST_MEAN_OF_IDEAL = 0.875;

/** What a batch of seeds came to. */
export interface Tally {
  add(report: SeedReport): void;
  /** Seeds that failed, in the order of their reports. */
  failed(): readonly number[];
  done(): number;
  /** `expected`: classes that it should have met; a utility that announces limits as well, if not told otherwise. */
  conclude(expected: readonly FaultClass[], expectsUtility?: boolean): Conclusion;
}

export interface Conclusion {
  /** For a reader. */
  readonly lines: readonly string[];
  /** What the whole batch never met, and should have: it fails, though none of its seeds did. */
  readonly lacks: readonly string[];
  /** The same of too few seeds for a verdict. */
  readonly unmet: readonly string[];
}

export function createTally(): Tally {
  const fired = new Map<FaultClass, number>();
  const on = new Map<FaultClass, number>();
  const failed: number[] = [];
  const judged: Judged[] = [];
  const unjudged = new Map<Unjudged, number>();
  const excess = createExcessTally();
  const unrest = createUnrestTally();
  const regainedS: number[] = [];
  const ladder = new Map<Taken[0], number>();
  const given: Given[] = [];
  const derated: number[] = [];
  let renewals = 0;
  let [done, handovers, acknowledged, limited, announced, events] = [0, 0, 0, 0, 0, 0];
  /** Seeds by their number of sites, beyond one. */
  const several = new Map<number, number>();
  let bookedKwh = 0;
  return {
    add(report) {
      done += 1;
      if (problemOf(report) !== undefined) failed.push(report.seed);
      if (report.sites > 1) several.set(report.sites, (several.get(report.sites) ?? 0) + 1);
      handovers += report.handovers;
      acknowledged += report.acknowledged;
      limited += report.limited;
      announced += report.announced;
      events += report.events;
      excess.add(report.excess);
      for (const [step, times] of report.ladder) ladder.set(step, (ladder.get(step) ?? 0) + times);
      if (report.derated > 0) derated.push(report.derated);
      if (report.given.wh > 0) given.push(report.given);
      bookedKwh += report.bookedKwh;
      renewals += report.renewals;
      if (report.regained !== undefined) regainedS.push(report.regained.afterS);
      if (report.unrest !== undefined) unrest.add(report.unrest);
      const { capacity } = report;
      if (capacity.kind === 'judged') judged.push(capacity);
      else unjudged.set(capacity.why, (unjudged.get(capacity.why) ?? 0) + 1);
      for (const name of report.classes) on.set(name, (on.get(name) ?? 0) + 1);
      for (const [name, count] of report.fired) fired.set(name, (fired.get(name) ?? 0) + count);
    },
    failed: () => failed,
    done: () => done,
    conclude(expected, expectsUtility = true) {
      const counts = FAULT_CLASSES.map((name) => `${name} ${fired.get(name) ?? 0} in ${on.get(name) ?? 0}`);
      const idle = expected.filter((name) => !fired.has(name));
      const missing = [
        ...(idle.length === 0 ? [] : [`these faults never fired: ${idle.join(', ')}`]),
        ...(handovers > 0 ? [] : ['capacity never passed from one station to another']),
        ...(limited > 0 ? [] : ['no operator ever lowered a limit']),
        ...(announced > 0 || !expectsUtility ? [] : ['no utility ever announced a limit']),
        ...(bookedKwh > 0 ? [] : ['no energy of any car could be held against the books']),
        ...(renewals > 0 ? [] : ['no site ever stood still']),
        ...unrest.lacks(TELLING_SEEDS),
        ...(judged.length > 0 ? [] : ['what was used of the capacity could be judged in no seed']),
        ...(idealsOf(judged).length < TELLING_SEEDS || meanOf(judged) >= LEAST_MEAN_OF_IDEAL
          ? []
          : [
              `of an ideal fill flowed ${percent(meanOf(judged))} in the mean, where ${percent(LEAST_MEAN_OF_IDEAL)} is the least`,
            ]),
      ];
      const isTelling = done >= TELLING_SEEDS;
      return {
        lines: [
          ...(several.size === 0 ? [] : [severalLine(several)]),
          `faults fired, in seeds that had the class: ${counts.join(', ')}`,
          `capacity passed on after a confirmed decrease: ${handovers} times; limits lowered or lifted: ${limited} times; announced by a utility: ${announced}; ${acknowledged} messages acknowledged; ${events} events`,
          `capacity used: ${judgedLine(judged, unjudged)}`,
          `energy that stands in the books as the cars took it: ${bookedKwh.toFixed(1)} kWh`,
          ...(given.length === 0 ? [] : [givenLine(given)]),
          ...(derated.length === 0 ? [] : [deratedLine(derated)]),
          ...(regainedS.length === 0 ? [] : [regainedLine(regainedS)]),
          ...excess.lines(),
          `told to stations that drew more than they were told: ${ladderLine(ladder)}`,
          `${unrest.line()}; while nothing changed: ${renewals} renewals, and nothing else`,
        ],
        lacks: isTelling ? missing : [],
        unmet: isTelling ? [] : missing,
      };
    },
  };
}

/** `sites on one platform: 2 in 4 seeds, 3 in 1 seeds; in the others one`. */
const severalLine = (several: ReadonlyMap<number, number>): string =>
  `sites on one platform: ${[...several]
    .toSorted(([a], [b]) => a - b)
    .map(([sites, seeds]) => `${sites} in ${seeds} seeds`)
    .join(', ')}; in the others one`;

const ladderLine = (taken: ReadonlyMap<Taken[0], number>): string =>
  taken.size === 0
    ? 'nothing'
    : ([...LADDER_STEPS, 'over'] as const).map((step) => `${step} ${taken.get(step) ?? 0}`).join(', ');

const UNJUDGED: Readonly<Record<Unjudged, string>> = {
  'ended before': 'it ended before that was measured',
  'nobody wanted more': 'nobody wanted more than he had',
  'no room for all': 'somebody did, where not all had room',
  'wanted too shortly': `somebody did, for less than ${LEAST_SECONDS} s`,
};

type Judged = Extract<CapacityVerdict, { readonly kind: 'judged' }>;

/** Of seeds whose site shares equally. */
const idealsOf = (judged: readonly Judged[]): readonly number[] => judged.flatMap(({ ofIdeal }) => ofIdeal ?? []);
const meanOf = (judged: readonly Judged[]): number =>
  idealsOf(judged).reduce((sum, each) => sum + each, 0) / Math.max(1, idealsOf(judged).length);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** `used again after the death of the whole platform: 12 times, 31 s after the last process in the mean, 74 s at most`. */
const regainedLine = (seconds: readonly number[]): string =>
  `used again after the death of the whole platform: ${seconds.length} times, ${Math.round(sumOf(seconds) / seconds.length)} s after the last process in the mean, ${Math.round(Math.max(...seconds))} s at most`;
/** `given back by cars: 12.3 kWh in 4 seeds; more flowed out of a site than may for 18 s in sum, 4 s at longest`. */
const givenLine = (given: readonly Given[]): string => {
  const kwh = sumOf(given.map(({ wh }) => wh)) / 1_000;
  const overS = sumOf(given.map((each) => each.overS));
  const longestS = Math.max(...given.map((each) => each.longestS));
  return `given back by cars: ${kwh.toFixed(1)} kWh in ${given.length} seeds; more flowed out of a site than may for ${Math.round(overS)} s in sum, ${Math.round(longestS)} s at longest`;
};
/** `derated by their temperature: circuits in 4 seeds, 31 times another limit` */
const deratedLine = (changes: readonly number[]): string =>
  `derated by their temperature: circuits in ${changes.length} seeds, ${sumOf(changes)} times another limit`;
const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

/** `judged in 7 of 10 seeds, 96.1 % at least (of an ideal fill 93.0 % in the mean); in 3 not: it ended before that was measured 3`. */
function judgedLine(judged: readonly Judged[], unjudged: ReadonlyMap<Unjudged, number>): string {
  const shares = judged.map(({ share }) => share);
  const whys = [...unjudged].map(([why, count]) => `${UNJUDGED[why]} ${count}`);
  const not = [...unjudged.values()].reduce((sum, count) => sum + count, 0);
  const ideal = idealsOf(judged).length === 0 ? '' : ` (of an ideal fill ${percent(meanOf(judged))} in the mean)`;
  const least = shares.length === 0 ? '' : `, ${percent(Math.min(...shares))} at least${ideal}`;
  const rest = not === 0 ? '' : `; in ${not} not: ${whys.join(', ')}`;
  return `judged in ${shares.length} of ${shares.length + not} seeds${least}${rest}`;
}
