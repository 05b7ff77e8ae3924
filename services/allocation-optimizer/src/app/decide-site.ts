import type { Clock, Timers } from '@headroom/kernel';
import { canonical } from '../domain/canonical.ts';
import { decide } from '../domain/decide.ts';
import { type Decision, differs } from '../domain/decision.ts';
import { type AllocationOptimizerEvents, wordsOf } from '../events.ts';
import { areReadingsFresh, quietUntil, rested } from '../domain/quiet.ts';
import type { DecisionLog, Hasher, Trigger } from '../ports.ts';
import { type SiteLane, touch } from './site-lane.ts';

/** No limit of a decision is renewed after this: three dispatchers' worth of missed heartbeats. */
export const VALID_FOR_MS = 60_000;
/** Without any change a decision is written this often: it carries the validity on. */
export const HEARTBEAT_MS = 10_000;

export interface DecideDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: DecisionLog;
  readonly hasher: Hasher;
  readonly events: AllocationOptimizerEvents;
  readonly coalesceMs: number;
  /** A bug came to light while deciding: the process must end. */
  readonly fatal: (cause: unknown) => void;
}

/** Decides soon; further facts until then join in. */
export function decideSoon(deps: DecideDeps, lane: SiteLane, trigger: Trigger): void {
  if (lane.tenure.isOver()) return;
  lane.coalescing ??= deps.timers.after(deps.coalesceMs, () => decideNow(deps, lane, trigger));
}

/**
 * Decides now, whatever was waiting. A record still on its way is awaited first: the log keeps their order. Where neither a
 * fact nor the time can have made anything otherwise the decision stands as it is, but for its heartbeat.
 */
export function decideNow(deps: DecideDeps, lane: SiteLane, trigger: Trigger): void {
  lane.coalescing?.();
  lane.coalescing = undefined;
  if (lane.writing) {
    lane.wanted = trigger;
    return;
  }
  if (isQuiet(deps, lane)) {
    lane.memory = rested(lane.memory, deps.clock.nowMs());
    return;
  }
  decideAndWrite(deps, lane, trigger).catch(deps.fatal);
}

/** A clock that was set back to before the decision says nothing of it. */
function isQuiet({ clock }: DecideDeps, { model, state, written, decidedAtMs, quietUntilMs }: SiteLane): boolean {
  const nowMs = clock.nowMs();
  if (model === undefined || nowMs < decidedAtMs || nowMs >= quietUntilMs) return false;
  const isHeartbeatDue = written === undefined || clock.monoMs() - written.atMonoMs >= HEARTBEAT_MS;
  return !isHeartbeatDue && areReadingsFresh(model, state, nowMs);
}

async function decideAndWrite(deps: DecideDeps, lane: SiteLane, trigger: Trigger): Promise<void> {
  const { tenure } = lane;
  const ownerEpoch = tenure.decidingEpoch();
  if (ownerEpoch === undefined) {
    if (!tenure.isOver() && !tenure.fence()) deps.events.decisionWithheld(tenure.shard, tenure.epoch);
    // Once it may decide again that is overdue.
    lane.decidedAtMonoMs = -Infinity;
    return;
  }
  if (lane.model === undefined) return;
  const nowMs = deps.clock.nowMs();
  const monoMs = deps.clock.monoMs();
  const before = lane.memory;
  const { decision, memory } = decide(lane.model, lane.state, before, nowMs);
  if (lane.decision === undefined || differs(decision, lane.decision)) touch(lane);
  lane.memory = memory;
  lane.decision = decision;
  lane.decidedAtMonoMs = monoMs;
  lane.decidedAtMs = nowMs;
  lane.quietUntilMs = quietUntil({ site: lane.model, state: lane.state, before, memory, nowMs });
  if (!isNews(lane, decision, monoMs)) return;
  lane.seq += 1n;
  const seq = lane.seq;
  const inputs = tenure.positions();
  const stateHash = deps.hasher.sha256Hex(canonical({ site: lane.model, state: lane.state, memory: before, nowMs }));
  lane.writing = true;
  try {
    const validUntilMs = nowMs + VALID_FOR_MS;
    const record = { siteId: lane.siteId, ownerEpoch, seq, validUntilMs, inputs, stateHash, trigger, decision };
    const writing = deps.log.append(record, tenure.fence);
    tenure.track(writing);
    await writing;
    lane.written = { decision, seq, atMonoMs: monoMs };
    touch(lane);
  } catch (cause) {
    // Written or not: the timer decides again, and what is not known to stand in the log is written anew.
    lane.quietUntilMs = -Infinity;
    deps.events.decisionNotWritten(lane.siteId, seq, wordsOf(cause));
  } finally {
    lane.writing = false;
  }
  if (tenure.isOver()) return;
  const { wanted } = lane;
  lane.wanted = undefined;
  if (wanted !== undefined) decideNow(deps, lane, wanted);
}

function isNews({ written }: SiteLane, decision: Decision, monoMs: number): boolean {
  return written === undefined || monoMs - written.atMonoMs >= HEARTBEAT_MS || differs(decision, written.decision);
}
