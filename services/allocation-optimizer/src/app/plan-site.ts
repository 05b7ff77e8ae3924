import type { Clock } from '@headroom/kernel';
import { canonical } from '../domain/canonical.ts';
import { questionNow } from '../domain/planning/question-now.ts';
import { usablePlan } from '../domain/planning/usable-plan.ts';
import { policyOf } from '../domain/policies/policy-of.ts';
import { type PlanEvents, wordsOf } from '../events.ts';
import type { Hasher, Planner, PlanLog, PlanOutcome } from '../ports.ts';
import { forecasterOf, type SiteLane } from './site-lane.ts';

/** What asks for a plan at once waits this long for what comes with it: a car that plugs in says several things. */
export const PLAN_COALESCE_MS = 2_000;
/** After a question that found no place in the queue. */
export const PLAN_RETRY_MS = 10_000;
/** PR8: so many in a row that did not come are told. */
export const MISSED_TOLD = 2;

export interface Planning {
  readonly planner: Planner;
  readonly log: PlanLog;
  readonly events: PlanEvents;
  /** Between two plans of a site. */
  readonly everyMs: number;
}

export interface PlanDeps {
  readonly clock: Clock;
  readonly hasher: Hasher;
  /** Absent: nothing is planned here. */
  readonly planning?: Planning | undefined;
  readonly fatal: (cause: unknown) => void;
}

/**
 * Asks for a plan where one is due: at its period, or soon after something that bears on it. One question of a site is under way at
 * most; what happens meanwhile leads to the next one. Nothing waits for the answer: until it stands in the log the one before holds, and
 * after that none.
 */
export function planIfDue(deps: PlanDeps, lane: SiteLane): void {
  const { planning } = deps;
  const pace = lane.planning;
  if (planning === undefined || pace.isAsking || lane.model === undefined || lane.decision === undefined) return;
  if (policyOf(lane.model).followsPlan !== true) return;
  const monoMs = deps.clock.monoMs();
  if (pace.isWanted) {
    pace.isWanted = false;
    pace.wantedAtMonoMs ??= monoMs;
  }
  const isSoon = pace.wantedAtMonoMs !== undefined && monoMs - pace.wantedAtMonoMs >= PLAN_COALESCE_MS;
  if (!isSoon && monoMs < pace.nextAtMonoMs) return;
  pace.wantedAtMonoMs = undefined;
  pace.nextAtMonoMs = monoMs + planning.everyMs;
  ask(deps, planning, lane).catch(deps.fatal);
}

async function ask(deps: PlanDeps, planning: Planning, lane: SiteLane): Promise<void> {
  const { tenure, model, state, planning: pace } = lane;
  const ownerEpoch = tenure.decidingEpoch();
  if (ownerEpoch === undefined || model === undefined) {
    // Once it may decide again that is overdue.
    pace.nextAtMonoMs = -Infinity;
    return;
  }
  const nowMs = deps.clock.nowMs();
  const { memory, billing, forecast } = lane;
  const forecaster = forecasterOf(lane);
  const question = questionNow({ site: model, state, memory, billing, forecast, forecaster, nowMs });
  // Nobody is there who wants anything.
  if (question.sessions.length === 0) return;
  pace.seq += 1n;
  const seq = pace.seq;
  const snapshotHash = deps.hasher.sha256Hex(canonical({ site: model, state, memory, billing, forecast, nowMs }));
  pace.isAsking = true;
  try {
    const outcome = await planning.planner.plan(question, { planId: `${ownerEpoch}:${seq}`, snapshotHash });
    if (tenure.isOver()) return;
    await take(deps, planning, lane, { outcome, ownerEpoch, seq });
  } finally {
    pace.isAsking = false;
  }
}

interface Answer {
  readonly outcome: PlanOutcome;
  readonly ownerEpoch: bigint;
  readonly seq: bigint;
}

async function take(
  { clock }: PlanDeps,
  { planner, log, events }: Planning,
  lane: SiteLane,
  { outcome, ownerEpoch, seq }: Answer,
): Promise<void> {
  const { solvedInMs } = planner.stats;
  const { siteId, tenure, planning: pace } = lane;
  if (outcome.kind === 'no-plan') {
    if (outcome.reason === 'busy') pace.nextAtMonoMs = clock.monoMs() + PLAN_RETRY_MS;
    miss(events, lane, outcome);
    return;
  }
  try {
    const writing = log.append({ siteId, ownerEpoch, seq, plan: outcome.plan }, tenure.fence);
    tenure.track(writing);
    await writing;
    pace.missed = 0;
    const gap = outcome.plan.objectives.reduce((worst, level) => Math.max(worst, Math.abs(level.gap)), 0);
    events.planned({ siteId, solvedInMs, gap });
  } catch (cause) {
    miss(events, lane, { reason: 'not-written', why: wordsOf(cause) });
  }
}

function miss(events: PlanEvents, lane: SiteLane, { reason, why }: { reason: string; why: string }): void {
  const { siteId, planning: pace } = lane;
  pace.missed += 1;
  events.notPlanned({ siteId, reason, why, isTold: pace.missed === MISSED_TOLD, inARow: pace.missed });
}

/** How a site stands with its plan now, in one word of a closed list. */
export type PlanStanding = 'followed' | 'none' | 'too-old' | 'expired' | 'from-the-future' | 'other-site-version';

/** Undefined: its site follows no plan, or nobody there wants anything. */
export function planStandingOf(lane: SiteLane, nowMs: number): PlanStanding | undefined {
  const { model, decision } = lane;
  if (model === undefined || decision?.plan === undefined) return undefined;
  const usable = usablePlan(lane.state.plan, nowMs, model.version);
  return usable.kind === 'usable' ? 'followed' : usable.why;
}

/** Of its newest plan, in ms; undefined: there is none. It grows where none comes. */
export const planAgeOf = ({ state }: SiteLane, nowMs: number): number | undefined =>
  state.plan === undefined ? undefined : Math.max(0, nowMs - state.plan.createdAtMs);
