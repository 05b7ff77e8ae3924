import { type DeciAmps, deciAmps, type EpochMs, type EvseId } from '@headroom/kernel';
import { exportGate, otherLoadSeen, type SiteModel } from '@headroom/site-model';
import type { ControlMemory } from './control-memory.ts';
import { heldWh, lostWh } from './given-back.ts';
import { conductorsOf, passedOn, phasesPlanned, wattsPerAmp } from './planning/conductors.ts';
import type { KeptPlan } from './planning/kept-plan.ts';
import { budgetAt, PLAN_EVERY_MS, usablePlan } from './planning/usable-plan.ts';
import { type ContenderRole, roleOf } from './roles.ts';
import { kilowatts } from './sentences.ts';
import { EMPTY_EVSE_STATE, type EvseState, sessionEnergy, type SiteState } from './site-state.ts';

/** In one of these a new plan comes, which sees what has become of the last one. */
export const CONTROL_PERIOD_MS = PLAN_EVERY_MS;
/** MD17: so much laxity is left after a step, or there is none. */
export const LAXITY_KEPT_MS = 2 * CONTROL_PERIOD_MS;
/** What a meter told longer ago says nothing of what is in a battery. */
export const SAMPLE_FRESH_MS = 120_000;

/** What a car is to give back now, on each of its conductors. */
export interface Discharge {
  readonly evseId: EvseId;
  readonly current: DeciAmps;
  readonly reason: { readonly code: 'V2X_DISCHARGE'; readonly sentence: string };
}

/** Whether the newest plan asks a car of this site for anything at all, be it usable or not. */
export const mayGiveBack = (site: SiteModel, { plan }: SiteState): boolean =>
  plan?.discharge !== undefined && [...site.evses.values()].some(({ maxDischarge }) => maxDischarge !== undefined);

/** Whether a plan asks for it that may be followed now: then time alone lowers what each may give, to its departure and since its last sample. */
export const asksToGiveBack = (site: SiteModel, state: SiteState, nowMs: EpochMs): boolean =>
  mayGiveBack(site, state) && usablePlan(state.plan, nowMs, site.version).kind === 'usable';

/** What each car may be giving back already, as the dispatcher counts it; what nobody told is nothing. */
export function givingOf({ evses }: SiteState): ReadonlyMap<EvseId, DeciAmps> {
  const giving = new Map<EvseId, DeciAmps>();
  evses.forEach(({ dispatch }, evseId) => {
    if (dispatch.discharge !== undefined) giving.set(evseId, dispatch.discharge);
  });
  return giving;
}

export interface DischargeKnown {
  readonly site: SiteModel;
  readonly state: SiteState;
  readonly memory: Pick<ControlMemory, 'given'>;
  readonly nowMs: EpochMs;
}

/**
 * MD17: who gives back now, and how much. Only what a plan that may be followed has in its discharge budgets; only of cars whose drivers let
 * them, and say when they leave; and only so much that a car that nobody stops for a whole step can still be full in time by its own power,
 * with two control periods to spare. It stands beside the fill and changes nothing of it: the limit of what a car may take holds on while it
 * gives, and counts like any other (MD18), so that it may take again at any moment. What is not in the result gives nothing.
 *
 * @param giving what each car may be giving back already: the largest that it was told and is not proven to have left
 */
export function dischargeNow(
  known: DischargeKnown,
  giving: ReadonlyMap<EvseId, DeciAmps>,
): ReadonlyMap<EvseId, Discharge> {
  const { site, state, nowMs } = known;
  const usable = usablePlan(state.plan, nowMs, site.version);
  const result = new Map<EvseId, Discharge>();
  if (usable.kind === 'ignored' || usable.plan.discharge === undefined) return result;
  const drawn = otherLoadSeen(site, state.readings, nowMs);
  // What is chosen now has to fit as it is; and beside what was told before and may be flowing still.
  const [chosen, counted] = [new Map<EvseId, DeciAmps>(), new Map(giving)];
  const fitting = (beside: ReadonlyMap<EvseId, DeciAmps>, evseId: EvseId, wanted: number): number => {
    const verdict = exportGate({ site, giving: beside, drawn, proposal: { evseId, discharge: deciAmps(wanted) } });
    return verdict.kind === 'pass' ? wanted : Math.min(wanted, verdict.largest);
  };
  for (const evse of site.evses.values()) {
    const role = roleOf({ ...{ site, evse, state, nowMs }, given: known.memory.given });
    const wanted = role.kind === 'contender' ? wantedOf(role, usable.plan, known) : 0;
    if (wanted <= 0) continue;
    const fits = fitting(chosen, evse.evseId, wanted);
    const current = deciAmps(fits > 0 ? fitting(counted, evse.evseId, fits) : 0);
    if (current < evse.minCurrent) continue;
    chosen.set(evse.evseId, current);
    counted.set(evse.evseId, deciAmps(Math.max(current, counted.get(evse.evseId) ?? 0)));
    // What leaves it, whatever its station makes of what it takes.
    const sentence = `${kilowatts(site, { evse: {}, phases: role.phases.length }, current)} back, as planned. The car has what it needs in time all the same.`;
    result.set(evse.evseId, { evseId: evse.evseId, current, reason: { code: 'V2X_DISCHARGE', sentence } });
  }
  return result;
}

/** What its budget asks for, as far as its driver and its departure let it (deci-amps); 0: nothing. */
function wantedOf(role: ContenderRole, plan: KeptPlan, known: DischargeKnown): number {
  const { evse } = role;
  const { site, state, nowMs } = known;
  const facts = state.evses.get(evse.evseId) ?? EMPTY_EVSE_STATE;
  const sessionId = facts.session?.sessionId;
  if (evse.maxDischarge === undefined || sessionId === undefined || plan.discharge === undefined) return 0;
  const budget = budgetAt({ budgets: plan.discharge }, sessionId, nowMs);
  const phases = phasesPlanned(known, evse).length;
  const voltsPerPhase = site.nominalVoltageV * conductorsOf(evse, phases);
  if (budget === undefined || voltsPerPhase <= 0) return 0;
  const watts = (budget.energyWh * MS_PER_H) / (budget.toMs - budget.fromMs);
  const planned = Math.min(evse.maxDischarge, Math.floor((watts * DECI) / voltsPerPhase));
  const wattsPerDeciA = voltsPerPhase / DECI;
  const chargeW = (role.contender.max / DECI) * wattsPerAmp(site, evse, phases) * passedOn(evse);
  const most = mostWatts(facts, { chargeW, site, nowMs });
  const wanted = Math.min(planned, Math.floor(most / wattsPerDeciA));
  // Whatever is said to be a plan: no number is nothing.
  return Number.isFinite(wanted) && wanted >= evse.minCurrent ? wanted : 0;
}

/**
 * The power that a car may give back for a step, in watts, as its supply sees it: what it keeps is still in it then, and charging from then on
 * with all that it takes it has what it came for, with `LAXITY_KEPT_MS` to spare. 0: none, or nobody knows.
 */
function mostWatts(
  facts: EvseState,
  of: { readonly chargeW: number; readonly site: SiteModel; readonly nowMs: EpochMs },
): number {
  const { chargeW, site, nowMs } = of;
  const { energy, departureAtMs, discharge: offer } = facts.session?.requested ?? {};
  const [held, delivered, sample] = [heldWh(facts), sessionEnergy(facts), facts.sample];
  if (energy === undefined || departureAtMs === undefined || offer === undefined) return 0;
  if (held === undefined || delivered === undefined || sample === undefined || chargeW <= 0) return 0;
  const sinceMs = nowMs - sample.receivedAtMs;
  if (sinceMs < 0 || sinceMs > SAMPLE_FRESH_MS) return 0;
  // With nobody alive it gives on until its lease ends, and since its last sample it may have given as well.
  const stepMs = Math.max(CONTROL_PERIOD_MS, site.leaseS * 1_000);
  const efficiency = offer.efficiencyPercent / PERCENT;
  const remainingWh = Math.max(0, energy - delivered + lostWh(facts));
  const chargesMs = departureAtMs - nowMs - stepMs - LAXITY_KEPT_MS;
  const sparedWh = Math.min((chargesMs * chargeW) / MS_PER_H - remainingWh, held - offer.keep);
  return Math.max(0, (sparedWh * efficiency * MS_PER_H) / (stepMs + sinceMs));
}

const MS_PER_H = 3_600_000;
const DECI = 10;
const PERCENT = 100;
