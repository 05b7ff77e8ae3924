import process from 'node:process';
import { openHighs, type Solver } from '@headroom/linear-program/highs';
import { type BenchRow, tellTable } from '@headroom/testing';
import { tightDay } from '../bounds/tight-limit.ts';
import { day } from '../generate/day.ts';
import type { DayKind } from '../generate/session.ts';
import { ours } from '../policies/ours-with.ts';
import { buildingShares } from '../site/building.ts';
import { bareSite, TOPOLOGIES, type Topology } from '../site/topology.ts';
import { type Compared, compareOn, summarise, type Summary } from './compare.ts';
import { rowOf, TABLE_NOTES } from './table.ts';

/** BG11: figures that are published are of these days, and nothing was tuned on them. */
export const FIRST_SEED = 1_001;
export const SEEDS = 20;
/** BG4. */
export const SHARES = [0.55, 0.75, 0.9, 0.97, 0.999];
/** TG11. */
const WANTED_PERCENT = 95;

export const TOPOLOGY_WORDS: Readonly<Record<Topology, string>> = {
  one: 'one circuit',
  tree: 'panels of ten',
  delta: 'between two conductors each',
};

/** Ways to share on days of one kind under limits of one tightness. */
export interface OnDays {
  readonly kind: DayKind;
  readonly topology: Topology;
  readonly share: number;
  readonly summaries: readonly Summary[];
  readonly worstGap: number;
}

export function compareOnDays(
  solver: Solver,
  of: {
    readonly kind: DayKind;
    readonly topology: Topology;
    readonly share: number;
    readonly seeds: readonly number[];
  },
): OnDays {
  const { kind, topology, share } = of;
  const days = of.seeds.map((seed): Compared => {
    const bare = bareSite(day(kind, seed), topology);
    const tight = tightDay(solver, bare, { share, building: buildingShares(kind, seed, bare.slots) });
    return compareOn(solver, tight, { knows: 'claims', cars: 'ideal' });
  });
  const worstGap = days.reduce((worst, { gap }) => Math.max(worst, Math.abs(gap)), 0);
  return { kind, topology, share, summaries: summarise(days), worstGap };
}

/** Seeds from the first on. */
export const seedsFrom = (first: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, n) => first + n);

/** The comparison on synthetic days of one kind. Arguments of the program: the first seed, how many, and `tree` or `delta`. */
export async function compareSynthetic(kind: DayKind): Promise<void> {
  const [first = FIRST_SEED, count = SEEDS, circuits] = process.argv.slice(2);
  const seeds = seedsFrom(Number(first), Number(count));
  const topology = TOPOLOGIES.find((one) => one === circuits) ?? 'one';
  const solver = await openHighs();
  const rows: BenchRow[] = [];
  const reached: number[] = [];
  let worstGap = 0;
  for (const share of SHARES) {
    process.stdout.write(`  ${kind}, ${topology}, limit for ${share} ...\n`);
    const compared = compareOnDays(solver, { kind, topology, share, seeds });
    worstGap = Math.max(worstGap, compared.worstGap);
    for (const summary of compared.summaries) {
      rows.push({ limit: share.toFixed(3), ...rowOf(summary) });
      if (summary.policy === ours.name) reached.push(summary.mean.ofBound * 100);
    }
  }
  await tellTable({
    title: `${kind}: ${seeds.length} days from seed ${seeds[0]}, ${TOPOLOGY_WORDS[topology]}, what drivers say, steps of 1 A from 6 A`,
    rows,
    notes: [...TABLE_NOTES, `The worst gap of a bound, recomputed outside the solver: ${worstGap.toExponential(0)}.`],
    aims: [
      {
        what: `${kind}, of optimum at its worst limit`,
        unit: '%',
        value: Math.min(...reached),
        atLeast: WANTED_PERCENT,
      },
    ],
  });
}
