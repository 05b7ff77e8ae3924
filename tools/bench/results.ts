import type { BenchAim, BenchTable } from '@headroom/testing';
import type { Machine } from './machine.ts';
import { aimLine, numberText } from './table.ts';

/** One measurement of one bench. */
export interface BenchRun {
  readonly loadBefore: number;
  readonly tables: readonly BenchTable[];
  readonly failures: readonly string[];
}

export interface BenchResult {
  readonly name: string;
  readonly about: string;
  readonly aim: string;
  readonly runs: readonly BenchRun[];
}

/** What `--json` writes. */
export interface BenchResults {
  readonly takenAt: string;
  readonly machine: Machine;
  readonly benches: readonly BenchResult[];
}

export interface AimSpread {
  /** With the median as its value. */
  readonly aim: BenchAim;
  readonly least: number;
  readonly most: number;
  readonly runs: number;
}

const aimsIn = ({ tables }: BenchRun): readonly BenchAim[] => tables.flatMap(({ aims = [] }) => aims);

/** Each aim over all runs in which it was measured. */
export function spreadOf({ runs }: BenchResult): readonly AimSpread[] {
  const all = runs.flatMap(aimsIn);
  const names = [...new Set(all.map(({ what }) => what))];
  return names.flatMap((name) => {
    const ofName = all.filter(({ what }) => what === name).toSorted((a, b) => a.value - b.value);
    const [least, median, most] = [ofName[0], ofName[Math.floor((ofName.length - 1) / 2)], ofName.at(-1)];
    if (least === undefined || median === undefined || most === undefined) return [];
    return [{ aim: median, least: least.value, most: most.value, runs: ofName.length }];
  });
}

/** A line for each aim of several runs: the median of them against the aim, and between which they lie. */
export const spreadLines = (result: BenchResult): readonly string[] =>
  result.runs.length < 2
    ? []
    : spreadOf(result).map(
        ({ aim, least, most, runs }) =>
          `${aimLine(aim)} (median of ${runs}: ${numberText(least)} to ${numberText(most)})`,
      );

/** The run whose first aim is the median one; of a bench without aims the last. */
export function typicalRun(result: BenchResult): BenchRun | undefined {
  const [spread] = spreadOf(result);
  if (spread === undefined) return result.runs.at(-1);
  return result.runs.find((run) =>
    aimsIn(run).some(({ what, value }) => what === spread.aim.what && value === spread.aim.value),
  );
}
