import { type CircuitId, deciAmps, type EpochMs, type EvseId, type PerPhaseDeciAmps } from '@headroom/kernel';
import { accumulate, inRow, type SiteModel } from '@headroom/site-model';
import { phasesPlanned, wattsPerAmp } from '../planning/conductors.ts';
import type { KeptPlan } from '../planning/kept-plan.ts';
import { tolerated } from '../planning/plan.ts';
import { plannedCarsW, PLAN_MAX_AGE_MS } from '../planning/usable-plan.ts';
import type { ContenderRole } from '../roles.ts';
import type { SiteState } from '../site-state.ts';
import type { Policy } from './policy.ts';

/**
 * Who could wait no longer than this takes all that there is: a plan is followed for ten minutes at most, and nobody may become late
 * by it.
 */
export const MUST_RUN_LAXITY_S = PLAN_MAX_AGE_MS / 1_000 + 300;

/**
 * LC6, PR2: in cost mode what budgets leave is handed out up to the envelope of the plan alone, in the order of the policy; who has no
 * budget and is left nothing waits for a lower price. It only lowers what somebody may have beyond his budget: no row knows of it, and
 * whatever stands in an envelope, nobody has less than his plan says, if a car
 * can take that little, nor who can wait no longer. Who takes nothing and who shows what
 * he takes is not asked to wait: that costs next to nothing. Nor is who comes before others by a rule of his bay, or by a boost.
 *
 * @param contending in the order of the policy
 */
export function withinEnvelope(
  contending: readonly ContenderRole[],
  of: {
    /** The plan that is followed. Undefined: none is. */
    readonly plan?: KeptPlan | undefined;
    /** What is left of its budgets, in deci-amps. */
    readonly budgets?: ReadonlyMap<EvseId, number> | undefined;
    /** With the first segments of the plan. */
    readonly policy: Policy;
    readonly otherLoad: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
    readonly site: SiteModel;
    readonly state: SiteState;
    readonly nowMs: EpochMs;
  },
): readonly ContenderRole[] {
  const { plan, policy, budgets } = of;
  const { plannedTo } = policy;
  if (plan?.mode !== 'cost' || plannedTo === undefined) return contending;
  const asked = contending.map((role): Asked => {
    const { contender } = role;
    const isSmall = (budgets?.get(contender.evseId) ?? 0) < contender.min;
    // What is assured to it no price takes away.
    const kept =
      contender.assured === undefined ? 0 : Math.min(contender.max, Math.max(contender.min, contender.assured));
    const upTo = Math.max(kept, plannedTo(contender));
    return {
      role,
      waits: mayWait(role),
      first: isSmall ? kept : upTo,
      wish: upTo,
      wattsPerDeciA: wattsPerDeciA(role, of),
    };
  });
  let leftW = roomW(plan, of);
  for (const { role, waits, first, wattsPerDeciA: each } of asked) leftW -= (waits ? first : role.contender.max) * each;
  // Whose budget is less than a car can take has his turn while there is room: so he falls behind, and is then entitled to it.
  const reached = asked.map(({ first, wish, waits, wattsPerDeciA: each }) => {
    if (!waits || wish <= first || wish * each > leftW) return first;
    leftW -= wish * each;
    return wish;
  });
  return asked.map(({ role, waits, wattsPerDeciA: each }, n) => {
    const { contender } = role;
    if (!waits) return role;
    const has = reached[n] ?? 0;
    const more = each > 0 ? Math.max(0, Math.floor(leftW / each)) : 0;
    const upTo = Math.min(contender.max, has + more);
    // MD7: what is less than a car can take is nothing.
    const max = upTo < contender.min ? 0 : upTo;
    leftW -= Math.max(0, max - has) * each;
    return max >= contender.max ? role : { ...role, contender: { ...contender, max: deciAmps(max) }, ...WAITS };
  });
}

interface Asked {
  readonly role: ContenderRole;
  readonly waits: boolean;
  /** What it has in any case, and what it is planned to have, in deci-amps. */
  readonly first: number;
  readonly wish: number;
  readonly wattsPerDeciA: number;
}

const WAITS = { maximumReason: 'TARIFF_WAIT' } as const;

const mayWait = ({ contender: { idle, probes, ahead, need, min, max } }: ContenderRole): boolean =>
  !idle && !probes && ahead === undefined && max >= min && need.laxityS > MUST_RUN_LAXITY_S;

/** What cars may take together now: what the plan gives them, with its tolerance, and never beyond what the building leaves of the site. */
function roomW(
  plan: KeptPlan,
  { site, otherLoad, nowMs }: Pick<Parameters<typeof withinEnvelope>[1], 'site' | 'otherLoad' | 'nowMs'>,
): number {
  const envelope = plan.envelope.find(({ fromMs, toMs }) => fromMs <= nowMs && nowMs < toMs);
  const atRoot = accumulate(site, otherLoad).get(site.rootCircuitId);
  const buildingW = atRoot === undefined ? 0 : (inRow(atRoot, 'power') * site.nominalVoltageV) / 10;
  const watts = Math.min((envelope?.powerW ?? 0) - buildingW, tolerated(plannedCarsW(plan, nowMs)));
  // Whatever is said to be an envelope: no number is nothing.
  return Number.isNaN(watts) ? 0 : watts;
}

function wattsPerDeciA(
  { evse }: ContenderRole,
  known: { readonly site: SiteModel; readonly state: SiteState; readonly nowMs: EpochMs },
): number {
  return wattsPerAmp(known.site, evse, phasesPlanned(known, evse).length) / 10;
}
