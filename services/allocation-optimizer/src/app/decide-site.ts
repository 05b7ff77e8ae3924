import type { Clock, Timers } from '@headroom/kernel';
import { canonical } from '../domain/canonical.ts';
import { type Decision, differs } from '../domain/decision.ts';
import { NO_SPAN, type Span, type Tracer } from '@headroom/telemetry';
import { type Decided, wordsOf } from '../events.ts';
import { areReadingsFresh, quietUntil, rested } from '../domain/quiet.ts';
import { decideFrom } from '../domain/what-if/decided-from.ts';
import type { DecisionLog, Hasher, Trigger } from '../ports.ts';
import { type KeepDeps, keepInputs } from './keep-inputs.ts';
import { NO_CAUSES, reviewLease, type SiteLane, touch } from './site-lane.ts';

/** No limit of a decision is renewed after this: three dispatchers' worth of missed heartbeats. */
export const VALID_FOR_MS = 60_000;
/** Without any change a decision is written this often: it carries the validity on. */
export const HEARTBEAT_MS = 10_000;

export interface DecideDeps extends KeepDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: DecisionLog;
  readonly hasher: Hasher;
  readonly coalesceMs: number;
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer;
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
    lane.causes = NO_CAUSES;
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
  // Of a site without a meter, and of a document before its first reading.
  if (lane.memory.lease?.siteVersion !== lane.model.version) reviewLease(lane, nowMs);
  const before = lane.memory;
  const { causes } = lane;
  lane.causes = NO_CAUSES;
  const from = { site: lane.model, state: lane.state, memory: before, nowMs };
  const { decision, memory } = decideFrom(from);
  if (lane.decision === undefined || differs(decision, lane.decision)) touch(lane);
  lane.memory = memory;
  lane.decision = decision;
  lane.from = from;
  lane.decidedAtMonoMs = monoMs;
  lane.decidedAtMs = nowMs;
  lane.quietUntilMs = quietUntil({ site: lane.model, state: lane.state, before, memory, nowMs });
  const isWritten = isNews(lane, decision, monoMs);
  tellDecided(deps, lane, { decision, trigger, monoMs, outcome: isWritten ? 'written' : 'unchanged' });
  const span = spanOf(deps, lane, causes.traces);
  span.set({ trigger, outcome: isWritten ? 'written' : 'unchanged' });
  if (!isWritten) return span.end();
  lane.seq += 1n;
  const seq = lane.seq;
  const inputs = tenure.positions();
  // The text of what is hashed is kept for as long as the object lives: this one is gone at once.
  const stateHash = deps.hasher.sha256Hex(canonical({ ...from }));
  lane.writing = true;
  try {
    const validUntilMs = nowMs + VALID_FOR_MS;
    const ids = { siteId: lane.siteId, ownerEpoch, seq, traceparent: span.traceparent };
    const record = { ...ids, validUntilMs, inputs, stateHash, trigger, decision };
    const writing = deps.log.append(record, tenure.fence);
    tenure.track(writing);
    await writing;
    span.set({ seq: String(seq) });
    span.end();
    lane.written = { decision, seq, atMonoMs: monoMs };
    touch(lane);
    if (causes.sinceMonoMs !== undefined) {
      deps.events.decisionDurable(trigger, deps.clock.monoMs() - causes.sinceMonoMs);
    }
    keepInputs(deps, lane, { from, seq, stateHash });
  } catch (cause) {
    // Written or not: the timer decides again, and what is not known to stand in the log is written anew.
    const why = wordsOf(cause);
    span.end(why);
    lane.quietUntilMs = -Infinity;
    deps.events.decisionNotWritten({ siteId: lane.siteId, seq, why, traceId: span.traceId });
  } finally {
    lane.writing = false;
  }
  if (tenure.isOver()) return;
  const { wanted } = lane;
  lane.wanted = undefined;
  if (wanted !== undefined) decideNow(deps, lane, wanted);
}

interface Made extends Pick<Decided, 'trigger' | 'monoMs' | 'outcome'> {
  readonly decision: Decision;
}

function tellDecided({ events, clock }: DecideDeps, lane: SiteLane, { decision, ...made }: Made): void {
  const tookMs = clock.monoMs() - made.monoMs;
  events.decided({ ...made, siteId: lane.siteId, shard: lane.tenure.shard, over: decision.over, tookMs });
}

/** Part of the trace that asked first; every fact that it was decided for is a link (OBS12). */
function spanOf({ tracer }: DecideDeps, { siteId, tenure }: SiteLane, traces: readonly string[]): Span {
  if (traces.length === 0 || tracer === undefined) return NO_SPAN;
  const attributes = { siteId, shard: tenure.shard };
  return tracer.follow(traces[0], 'decide', { attributes, links: traces });
}

function isNews({ written }: SiteLane, decision: Decision, monoMs: number): boolean {
  return written === undefined || monoMs - written.atMonoMs >= HEARTBEAT_MS || differs(decision, written.decision);
}
