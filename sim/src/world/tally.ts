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
  /** `expected`: classes that it should have met. */
  conclude(expected: readonly FaultClass[]): Conclusion;
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
  let [done, handovers, acknowledged, events] = [0, 0, 0, 0];
  return {
    add(report) {
      done += 1;
      if (problemOf(report) !== undefined) failed.push(report.seed);
      handovers += report.handovers;
      acknowledged += report.acknowledged;
      events += report.events;
      for (const name of report.classes) on.set(name, (on.get(name) ?? 0) + 1);
      for (const [name, count] of report.fired) fired.set(name, (fired.get(name) ?? 0) + count);
    },
    failed: () => failed,
    done: () => done,
    conclude(expected) {
      const counts = FAULT_CLASSES.map((name) => `${name} ${fired.get(name) ?? 0} in ${on.get(name) ?? 0}`);
      const idle = expected.filter((name) => !fired.has(name));
      const missing = [
        ...(idle.length === 0 ? [] : [`these faults never fired: ${idle.join(', ')}`]),
        ...(handovers > 0 ? [] : ['capacity never passed from one station to another']),
      ];
      const isTelling = done >= TELLING_SEEDS;
      return {
        lines: [
          `faults fired, in seeds that had the class: ${counts.join(', ')}`,
          `capacity passed on after a confirmed decrease: ${handovers} times; ${acknowledged} messages acknowledged; ${events} events`,
        ],
        lacks: isTelling ? missing : [],
        unmet: isTelling ? [] : missing,
      };
    },
  };
}
