import { LEAST_SECONDS, type Unjudged } from '../checkers/capacity.ts';
import { FAULT_CLASSES, type FaultClass } from './faults.ts';
import { problemOf, type SeedReport } from './seed-report.ts';

/** From so many seeds on, a batch fails by what it never met: it has proved nothing about that. */
export const TELLING_SEEDS = 20;

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
  const shares: number[] = [];
  const unjudged = new Map<Unjudged, number>();
  let [done, handovers, acknowledged, limited, announced, events] = [0, 0, 0, 0, 0, 0];
  return {
    add(report) {
      done += 1;
      if (problemOf(report) !== undefined) failed.push(report.seed);
      handovers += report.handovers;
      acknowledged += report.acknowledged;
      limited += report.limited;
      announced += report.announced;
      events += report.events;
      const { capacity } = report;
      if (capacity.kind === 'judged') shares.push(capacity.share);
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
        ...(shares.length > 0 ? [] : ['what was used of the capacity could be judged in no seed']),
      ];
      const isTelling = done >= TELLING_SEEDS;
      return {
        lines: [
          `faults fired, in seeds that had the class: ${counts.join(', ')}`,
          `capacity passed on after a confirmed decrease: ${handovers} times; limits lowered or lifted: ${limited} times; announced by a utility: ${announced}; ${acknowledged} messages acknowledged; ${events} events`,
          `capacity used: ${judgedLine(shares, unjudged)}`,
        ],
        lacks: isTelling ? missing : [],
        unmet: isTelling ? [] : missing,
      };
    },
  };
}

const UNJUDGED: Readonly<Record<Unjudged, string>> = {
  'ended before': 'it ended before that was measured',
  'nobody wanted more': 'nobody wanted more than he had',
  'wanted too shortly': `somebody did, for less than ${LEAST_SECONDS} s`,
};

/** `judged in 7 of 10 seeds, 96.1 % at least; in 3 not: it ended before that was measured 3`. */
function judgedLine(shares: readonly number[], unjudged: ReadonlyMap<Unjudged, number>): string {
  const whys = [...unjudged].map(([why, count]) => `${UNJUDGED[why]} ${count}`);
  const not = [...unjudged.values()].reduce((sum, count) => sum + count, 0);
  const least = shares.length === 0 ? '' : `, ${(100 * Math.min(...shares)).toFixed(1)} % at least`;
  const rest = not === 0 ? '' : `; in ${not} not: ${whys.join(', ')}`;
  return `judged in ${shares.length} of ${shares.length + not} seeds${least}${rest}`;
}
