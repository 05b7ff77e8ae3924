import { type DecideDeps, decideNow } from './decide-site.ts';
import { type PlanDeps, planIfDue } from './plan-site.ts';
import { type PublishDeps, publishSnapshot } from './publish-snapshot.ts';
import type { SiteLane } from './site-lane.ts';
import type { Tenures } from './tenures.ts';

/** Time alone changes things (a reading grows stale, an override ends, a car rests): a site is looked at this often. */
export const DECIDE_EVERY_MS = 1_000;
/** So much of a round comes in one turn, then facts and heartbeats have theirs: after a take-over thousands are due at once. */
export const SLICE_MS = 50;

export interface TickDeps extends DecideDeps, PublishDeps, PlanDeps {
  readonly tenures: Tenures;
  /** A round over all sites is under way. */
  readonly round: { isRunning: boolean };
}

/** The tick of the service, at the pace of the live state: one round over all sites. */
export function onTimer(deps: TickDeps): void {
  if (!deps.round.isRunning) goRound(deps, deps.tenures.lanes(), 0);
}

function goRound(deps: TickDeps, lanes: readonly SiteLane[], from: number): void {
  const beganMs = deps.clock.monoMs();
  for (const [n, lane] of lanes.slice(from).entries()) {
    const monoMs = deps.clock.monoMs();
    if (n > 0 && monoMs - beganMs > SLICE_MS) {
      deps.round.isRunning = true;
      deps.timers.after(0, () => goRound(deps, lanes, from + n));
      return;
    }
    // Sites that were just taken over: first a decision for each of them, to show them is for the next round.
    const isFirst = lane.decision === undefined;
    if (monoMs - lane.decidedAtMonoMs >= DECIDE_EVERY_MS) decideNow(deps, lane, 'timer');
    if (!isFirst) publishSnapshot(deps, lane);
    planIfDue(deps, lane);
  }
  deps.round.isRunning = false;
}
