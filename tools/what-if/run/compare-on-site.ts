import type { Solver } from '@headroom/linear-program/highs';
import type { Tariff } from '@headroom/tariff';
import { energyBound } from '../../optimum/bounds/energy-bound.ts';
import { oursAt } from '../../optimum/policies/ours.ts';
import type { Knowledge, SlotPolicy } from '../../optimum/policies/policy.ts';
import { REFERENCE_POLICIES } from '../../optimum/policies/reference.ts';
import { figuresOf } from '../../optimum/run/figures.ts';
import { type DayRun, runDay } from '../../optimum/run/run-day.ts';
import { feasibleWh } from '../../optimum/site/slotted.ts';
import { type Bill, billOf } from '../money/bill.ts';
import type { ValueAt } from '../money/series.ts';
import { staticShare } from '../site/static-share.ts';
import { blocksOf, type ReplayDay } from './replay-day.ts';
import { type TierResult, tierResults } from './tier-results.ts';

/** How one way to share did over the whole period. Energies in kWh; shares of 1. */
export interface Result extends Bill {
  readonly policy: string;
  /** `claims`: it knew what drivers said; `truth`: when they leave and what they take; absent: it asks for neither. */
  readonly knows?: Knowledge;
  readonly deliveredKwh: number;
  readonly missedKwh: number;
  /** Of the clairvoyant optimum (ME1). */
  readonly ofOptimum: number;
  /** Left with all that they could have taken in their stay, but for 0.1 kWh (ME4). */
  readonly satisfied: number;
  readonly fifthPercentile: number;
  readonly jain: number;
  /** Got less than a tenth of what they could have taken. */
  readonly starved: number;
  readonly startsPerSession: number;
  /** With an offer beyond a limit: only where nobody controls. */
  readonly overMin: number;
  /** Absent: the site is of one tier. */
  readonly byTier?: readonly TierResult[];
  /** Power of its cars in each hour of the day, the mean of all days; hour 0 begins at midnight UTC. */
  readonly meanOfDayKw: readonly number[];
}

export interface OptimumOf {
  readonly deliveredKwh: number;
  /** Between the bound and a schedule that keeps every limit, relative: how far from proven the bound is at most. */
  readonly gap: number;
  readonly blocks: number;
}

export interface Compared {
  readonly askedKwh: number;
  readonly sessions: number;
  readonly optimum: OptimumOf;
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

/** ME4. */
const SATISFIED_WH = 100;
const KILO = 1_000;

export function compareOnSite(
  solver: Solver,
  day: ReplayDay,
  of: { readonly candidates: readonly Candidate[]; readonly tariff?: Tariff; readonly carbonAt?: ValueAt },
): Compared {
  const optimum = optimumOf(solver, day);
  const askedKwh = day.sessions.reduce((sum, { needWh }) => sum + needWh, 0) / KILO;
  const results = of.candidates.map(({ policy, knows }): Result => {
    const run = runDay(day, policy, { knows: knows ?? 'claims', cars: 'ideal' });
    return { policy: policy.name, ...(knows === undefined ? {} : { knows }), ...resultOf(day, run, optimum, of) };
  });
  return { askedKwh, sessions: day.sessions.length, optimum, results };
}

function optimumOf(solver: Solver, day: ReplayDay): OptimumOf {
  let [deliveredWh, gap] = [0, 0];
  const blocks = blocksOf(day);
  for (const block of blocks) {
    const bound = energyBound(solver, block);
    deliveredWh += bound.energyWh;
    gap = Math.max(gap, bound.gap);
  }
  return { deliveredKwh: deliveredWh / KILO, gap, blocks: blocks.length };
}

function resultOf(
  day: ReplayDay,
  run: DayRun,
  optimum: OptimumOf,
  money: { readonly tariff?: Tariff; readonly carbonAt?: ValueAt },
): Omit<Result, 'policy' | 'knows'> {
  const { sessions, startsAtMs } = day;
  const { ofBound, ...figures } = figuresOf(sessions, run, optimum.deliveredKwh * KILO);
  const deliveredWh = run.outcomes.reduce((sum, one) => sum + one.deliveredWh, 0);
  const askedWh = sessions.reduce((sum, { needWh }) => sum + needWh, 0);
  const satisfied = sessions.filter(
    (session, place) => (run.outcomes[place]?.deliveredWh ?? 0) >= feasibleWh(session) - SATISFIED_WH,
  );
  const byTier = tierResults(
    day,
    run.outcomes.map((one) => one.deliveredWh),
    SATISFIED_WH,
  );
  return {
    ...figures,
    ...(byTier.length === 0 ? {} : { byTier }),
    ofOptimum: ofBound,
    deliveredKwh: deliveredWh / KILO,
    missedKwh: (askedWh - deliveredWh) / KILO,
    satisfied: sessions.length === 0 ? 1 : satisfied.length / sessions.length,
    meanOfDayKw: meanDay(run.suppliedWh),
    ...billOf({ startsAtMs, carsWh: run.suppliedWh, restW: day.restW }, money),
  };
}

const SLOTS_OF_DAY = 288;
const HOURS = 24;

/** The power of the cars in each hour of the day, as the mean over all days, in UTC. */
function meanDay(suppliedWh: Float64Array): readonly number[] {
  const sums = Array.from({ length: HOURS }, () => 0);
  const slotsOfHour = SLOTS_OF_DAY / HOURS;
  suppliedWh.forEach((wh, slot) => {
    const hour = Math.floor((slot % SLOTS_OF_DAY) / slotsOfHour);
    sums[hour] = (sums[hour] ?? 0) + wh;
  });
  const days = Math.max(1, Math.ceil(suppliedWh.length / SLOTS_OF_DAY));
  return sums.map((wh) => wh / KILO / days);
}
