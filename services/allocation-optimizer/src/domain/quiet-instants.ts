import { type EpochMs, epochMs } from '@headroom/kernel';
import { MASK_TRUST_MS, type SiteModel, stationLimitInstants } from '@headroom/site-model';
import { AHEAD_MS, announcedAheadMs } from './announce.ts';
import type { ControlMemory, Given } from './control-memory.ts';
import {
  GIVES_UP_AFTER_MS,
  GIVES_UP_AGAIN_AFTER_MS,
  IDLE_AFTER_MS,
  RESTS_FOR_MS,
  restsUntil,
  STOPS_AFTER_MS,
} from './giving-up.ts';
import { NEED_STEP_MS, needStepOf } from './need.ts';
import { plannedInstants } from './planning/usable-plan.ts';
import { policyOf } from './policies/policy-of.ts';
import { OFFERED_APART_MS, PROBED_FOR_MS } from './probing.ts';
import { FOLLOWS_WITHIN_MS, HELD_AT_MOST_MS } from './roles.ts';
import {
  MIN_OFF_MS,
  OPEN_FOR_MS,
  preferredUntil,
  starvesFrom,
  turnEndsAt,
  type TurnRules,
  turnRulesOf,
} from './rotation.ts';
import { EMPTY_EVSE_STATE, type EvseState, type SiteState } from './site-state.ts';
import { CLOSING_COUNTS_FOR_MS } from './switching-budget.ts';
import { INCREASE_EVERY_MS, SMALL_INCREASE_AFTER_MS } from './steady.ts';

/** RF1: somebody's credit grows or shrinks, and with it the order of those who wait. */
export function isOwed({ given }: ControlMemory): boolean {
  for (const { credit } of given.values()) if (credit !== undefined && credit.perS !== 0) return true;
  return false;
}

/** Is told an instant, past or to come, from which on a comparison with the time may come out otherwise. */
type Note = (atMs: number) => void;

/** Notes all of them: told one by one, not collected, for this is asked after each decision. */
export function noteInstants(
  {
    site,
    state,
    memory,
    nowMs,
  }: { readonly site: SiteModel; readonly state: SiteState; readonly memory: ControlMemory; readonly nowMs: EpochMs },
  note: Note,
): void {
  if (site.limitOverride !== undefined) note(site.limitOverride.validUntilMs);
  if (memory.demandGuard !== undefined) note(memory.demandGuard.untilMs);
  noteGridInstants(site, state, note);
  if (state.plan !== undefined) for (const atMs of plannedInstants(state.plan)) note(atMs);
  for (const { limits } of state.stations.values())
    for (const limit of limits) for (const atMs of stationLimitInstants(limit)) note(atMs);
  const turns = turnRulesOf(policyOf(site));
  // While nobody is owed anything nobody takes the place of another.
  const rules = { ...turns, renews: turns.renews && isOwed(memory) };
  for (const [evseId, given] of memory.given) {
    noteGivenInstants(given, note);
    if (given.onSinceMs !== undefined) noteTurn(given.onSinceMs, { nowMs, rules }, note);
    const facts = state.evses.get(evseId) ?? EMPTY_EVSE_STATE;
    if (given.limit === 0) noteStarving(given.changedAtMs ?? startOf(facts), note);
    const restsUntilMs = restsUntil(facts, given);
    if (restsUntilMs === undefined) continue;
    note(restsUntilMs);
    note((given.changedAtMs ?? 0) + RESTS_FOR_MS);
  }
  state.evses.forEach(({ draw, chargingState, status, transaction, phases }) => {
    noteIdleSteps(draw.nothingSinceMs, note);
    noteIdleSteps(chargingState?.sinceMs, note);
    noteIdleSteps(status?.sinceMs, note);
    noteIdleSteps(transaction?.openedAtMs, note);
    if (transaction?.boost !== undefined) note(transaction.boost.untilMs);
    if (phases === undefined || phases.silent.length === 0) return;
    note(phases.supportedAtMs - MASK_TRUST_MS);
    note(phases.supportedAtMs + MASK_TRUST_MS + 1);
  });
}

/** From when on it takes nothing, and has given its place up. */
const IDLE_STEPS_MS: readonly number[] = [STOPS_AFTER_MS, IDLE_AFTER_MS, GIVES_UP_AGAIN_AFTER_MS, GIVES_UP_AFTER_MS];

function noteIdleSteps(sinceMs: number | undefined, note: Note): void {
  if (sinceMs !== undefined) for (const afterMs of IDLE_STEPS_MS) note(sinceMs + afterMs);
}

/** OD2: when the turn of somebody ends, and when his next one begins. */
function noteTurn(
  onSinceMs: EpochMs,
  { nowMs, rules }: { readonly nowMs: EpochMs; readonly rules: TurnRules },
  note: Note,
): void {
  const endMs = turnEndsAt(onSinceMs, nowMs, rules);
  note(endMs);
  if (!rules.renews) return;
  note(endMs + OPEN_FOR_MS);
  note(endMs - rules.turnMs + OPEN_FOR_MS);
}

/** RF4: who has nothing since then starves from the first step of needs on that is not sooner. */
function noteStarving(sinceMs: EpochMs | undefined, note: Note): void {
  if (sinceMs !== undefined) note(needStepOf(epochMs(starvesFrom(sinceMs) + NEED_STEP_MS - 1)));
}

const startOf = ({ session, transaction }: EvseState): EpochMs | undefined =>
  session?.startedAtMs ?? transaction?.openedAtMs;

function noteGivenInstants({ raisedAtMs, changedAtMs, onSinceMs, closedAtMs = [], later }: Given, note: Note): void {
  for (const atMs of closedAtMs) note(atMs + CLOSING_COUNTS_FOR_MS);
  if (later !== undefined) note(later.changedAtMs + INCREASE_EVERY_MS);
  if (raisedAtMs !== undefined) {
    note(raisedAtMs + INCREASE_EVERY_MS);
    note(raisedAtMs + OFFERED_APART_MS);
  }
  if (onSinceMs !== undefined) {
    note(preferredUntil(onSinceMs));
    note(onSinceMs + PROBED_FOR_MS);
    noteIdleSteps(onSinceMs, note);
  }
  if (changedAtMs === undefined) return;
  note(changedAtMs + FOLLOWS_WITHIN_MS);
  note(changedAtMs + MIN_OFF_MS);
  note(changedAtMs + HELD_AT_MOST_MS);
  note(changedAtMs + SMALL_INCREASE_AFTER_MS);
}

/** When a limit comes into sight, when it must be obeyed, when it begins (`overLimits`), and when it is over. */
function noteGridInstants({ leaseS }: SiteModel, { grid }: SiteState, note: Note): void {
  for (const { limits } of grid.values()) {
    for (const { startMs, endMs } of limits) {
      note(startMs - announcedAheadMs(leaseS));
      note(startMs - AHEAD_MS);
      note(startMs);
      if (endMs !== undefined) note(endMs);
    }
  }
}
