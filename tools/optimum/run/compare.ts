import type { Solver } from '@headroom/linear-program/highs';
import { causalBound } from '../bounds/causal-bound.ts';
import { energyBound } from '../bounds/energy-bound.ts';
import type { TightDay } from '../bounds/tight-limit.ts';
import { ours } from '../policies/ours-with.ts';
import { oursByLaxity, oursPlanned } from '../policies/ours-planned.ts';
import type { Knowledge, SlotPolicy } from '../policies/policy.ts';
import { REFERENCE_POLICIES } from '../policies/reference.ts';
import { type Figures, figuresOf } from './figures.ts';
import { type CarKind, runDay } from './run-day.ts';

export const ALL_POLICIES: readonly SlotPolicy[] = [...REFERENCE_POLICIES, ours, oursByLaxity, oursPlanned];
/** What a planner without foresight would reach, beside the policies (YS5). */
export const CAUSAL = 'causal bound';

export interface Compared {
  /** By policy, in the order of the table. */
  readonly figures: ReadonlyMap<string, Figures>;
  readonly boundWh: number;
  /** Of the bound itself. */
  readonly gap: number;
}

/** All policies on one day, each against the same bound. */
export function compareOn(
  solver: Solver,
  day: TightDay,
  of: { readonly knows: Knowledge; readonly cars: CarKind; readonly policies?: readonly SlotPolicy[] },
): Compared {
  const { energyWh, gap } = energyBound(solver, day);
  const figures = new Map<string, Figures>();
  const outcomes = causalBound(solver, day).map((deliveredWh) => ({ deliveredWh, starts: 0 }));
  figures.set(CAUSAL, figuresOf(day.sessions, { outcomes, overMin: 0 }, energyWh));
  for (const policy of of.policies ?? ALL_POLICIES)
    figures.set(policy.name, figuresOf(day.sessions, runDay(day, policy, of), energyWh));
  return { figures, boundWh: energyWh, gap };
}

/** Over several days: the mean of each figure, and the worst day. */
export interface Summary {
  readonly policy: string;
  readonly mean: Figures;
  readonly worstOfBound: number;
  readonly days: number;
}

export function summarise(days: readonly Compared[]): readonly Summary[] {
  const names = [...(days[0]?.figures.keys() ?? [])];
  return names.map((policy) => {
    const all = days.flatMap(({ figures }) => figures.get(policy) ?? []);
    const mean = (of: (figures: Figures) => number): number => all.reduce((sum, one) => sum + of(one), 0) / all.length;
    return {
      policy,
      days: all.length,
      worstOfBound: all.reduce((least, { ofBound }) => Math.min(least, ofBound), Infinity),
      mean: {
        ofBound: mean(({ ofBound }) => ofBound),
        jain: mean(({ jain }) => jain),
        fifthPercentile: mean(({ fifthPercentile }) => fifthPercentile),
        starved: mean(({ starved }) => starved),
        startsPerSession: mean(({ startsPerSession }) => startsPerSession),
        overMin: mean(({ overMin }) => overMin),
      },
    };
  });
}
