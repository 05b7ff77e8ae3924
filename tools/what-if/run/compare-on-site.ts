import type { Solver } from '@headroom/linear-program/highs';
import { energyBound } from '../../optimum/bounds/energy-bound.ts';
import { oursAt } from '../../optimum/policies/ours.ts';
import type { Knowledge, SlotPolicy } from '../../optimum/policies/policy.ts';
import { REFERENCE_POLICIES } from '../../optimum/policies/reference.ts';
import { runDay } from '../../optimum/run/run-day.ts';
import { type BestProfit, bestProfit } from '../money/best-profit.ts';
import { staticShare } from '../site/static-share.ts';
import { blocksOf, type ReplayDay } from './replay-day.ts';
import { type Money, type OptimumOf, type Result, resultOf, type Yardsticks } from './result.ts';

export interface Compared {
  readonly askedKwh: number;
  readonly sessions: number;
  readonly optimum: OptimumOf;
  /** Absent: no tariff, or nobody said what a kWh brings. */
  readonly bestProfit?: BestProfit;
  readonly results: readonly Result[];
}

export interface Candidate {
  readonly policy: SlotPolicy<ReplayDay>;
  readonly knows?: Knowledge;
}

export const OURS = 'Headroom';
const ours = oursAt(OURS, (day: ReplayDay) => ({ ...day, rests: true }));
const named = (name: string): SlotPolicy<ReplayDay>[] => REFERENCE_POLICIES.filter((policy) => policy.name === name);

/** In the order of the table. */
export const CANDIDATES: readonly Candidate[] = [
  ...named('uncontrolled').map((policy) => ({ policy })),
  { policy: staticShare },
  ...named('equal share').map((policy) => ({ policy })),
  ...named('FCFS').map((policy) => ({ policy })),
  ...(['claims', 'truth'] as const).flatMap((knows) =>
    [...named('EDF'), ...named('LLF'), ours].map((policy) => ({ policy, knows })),
  ),
];
/** Enough to see what growth does. */
export const FEW_CANDIDATES = CANDIDATES.filter(
  ({ policy, knows }) => policy.ignoresLimits === true || (policy === ours && knows === 'claims'),
);

const KILO = 1_000;

/** What nobody could exceed on a site: asked once, whoever is held against it. */
export function yardsticksOf(solver: Solver, day: ReplayDay, { tariff, valuePerKwh }: Money): Yardsticks {
  const optimumWh = day.sessions.map(() => 0);
  let [deliveredWh, gap] = [0, 0];
  const blocks = blocksOf(day);
  for (const block of blocks) {
    const bound = energyBound(solver, block);
    deliveredWh += bound.energyWh;
    gap = Math.max(gap, bound.gap);
    block.places.forEach((place, n) => (optimumWh[place] = bound.deliveredWh[n] ?? 0));
  }
  return {
    ...{ optimum: { deliveredKwh: deliveredWh / KILO, gap, blocks: blocks.length }, optimumWh },
    ...(tariff === undefined || valuePerKwh === undefined
      ? {}
      : { bestProfit: bestProfit(solver, day, { tariff, valuePerKwh }) }),
  };
}

export function compareOnSite(
  day: ReplayDay,
  of: { readonly candidates: readonly Candidate[]; readonly yardsticks: Yardsticks; readonly money: Money },
): Compared {
  const { optimum, bestProfit: best } = of.yardsticks;
  const askedKwh = day.sessions.reduce((sum, { needWh }) => sum + needWh, 0) / KILO;
  const results = of.candidates.map(({ policy, knows }): Result => {
    const run = runDay(day, policy, { knows: knows ?? 'claims', cars: 'ideal' });
    return { policy: policy.name, ...(knows === undefined ? {} : { knows }), ...resultOf(day, run, of) };
  });
  return {
    ...{ askedKwh, sessions: day.sessions.length, optimum, results },
    ...(best === undefined ? {} : { bestProfit: best }),
  };
}
