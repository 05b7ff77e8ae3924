import { assertNever } from '@headroom/kernel';
import { transactionEnded } from './on-transaction-ended.ts';
import { transactionStarted } from './on-transaction-started.ts';
import type { Session, SessionFact, StationEvent } from './session.ts';
import {
  begin,
  type Change,
  closeActive,
  compact,
  endSession,
  type EvseView,
  type FreshIds,
  note,
  type Step,
  startSession,
} from './steps.ts';

/** Events that need a decision; a register reading only moves `lastReading` of an open transaction (`readingCounts`). */
export type SessionEvent = Exclude<StationEvent, { readonly kind: 'register-read' }>;

export interface SessionDecision {
  readonly changes: readonly Change[];
  readonly facts: readonly SessionFact[];
}

/**
 * What an event means for the sessions and transactions of one EVSE. Total: repeats, disorder and nonsense are
 * decisions like any other. Never two open transactions on an EVSE, never a negative energy.
 */
export function decide(view: EvseView, event: SessionEvent, fresh: FreshIds): SessionDecision {
  const step = apply(begin(view), event, fresh);
  return { changes: compact(step.changes), facts: step.facts };
}

function apply(step: Step, event: SessionEvent, fresh: FreshIds): Step {
  switch (event.kind) {
    case 'plugged':
      return plugged(step, event, fresh);
    case 'unplugged':
      return unplugged(step, event);
    case 'transaction-started':
      return transactionStarted(step, event, fresh);
    case 'transaction-ended':
      return transactionEnded(step, event, fresh);
    default:
      return assertNever(event);
  }
}

type CableEvent = Extract<SessionEvent, { readonly kind: 'plugged' | 'unplugged' }>;

/** A status older than the newest one about the cable says nothing any more. */
const isStale = (step: Step, event: CableEvent): boolean =>
  step.view.cable !== undefined && event.atMs < step.view.cable.atMs;

const noteCable = (step: Step, { kind, connector, atMs }: CableEvent): Step => {
  const cable = { kind, connector, atMs };
  return note(step, { kind: 'cable', cable }, { cable });
};

function plugged(step: Step, event: CableEvent, fresh: FreshIds): Step {
  if (isStale(step, event)) return step;
  let next = noteCable(step, event);
  const { session, active } = next.view;
  if (session?.unpluggedAtMs !== undefined) {
    const goneAtMs = session.unpluggedAtMs;
    // H92: its transaction was metered after the cable is said to have gone, so it never went.
    const stayed = (active?.lastReading?.atMs ?? goneAtMs) > goneAtMs;
    if (stayed) return staying(next, session);
    // A new car while the old transaction was never stopped (H25); closing it ends its session.
    next = closeActive(next, { atMs: goneAtMs, meterStopWh: undefined, reason: 'superseded', stopped: false });
  }
  return next.view.session === undefined ? startSession(next, fresh.sessionId, event.atMs).step : next;
}

/** A session whose cable was said to have gone, and has not. */
function staying(step: Step, session: Session): Step {
  const stays = { ...session, unpluggedAtMs: undefined };
  return note(step, { kind: 'session', session: stays }, { session: stays });
}

function unplugged(step: Step, event: CableEvent): Step {
  const { cable } = step.view;
  // The other connector of the EVSE is free: it always was.
  if (cable?.kind === 'plugged' && cable.connector !== event.connector) return step;
  if (isStale(step, event)) return step;
  const next = noteCable(step, event);
  const { session, active } = next.view;
  if (session === undefined || event.atMs < session.startedAtMs) return next;
  if (active === undefined) return endSession(next, event.atMs);
  if (session.unpluggedAtMs !== undefined) return next;
  // The stop is still on its way: the session waits for it, so that its energy counts.
  const waiting = { ...session, unpluggedAtMs: event.atMs };
  return note(next, { kind: 'session', session: waiting }, { session: waiting });
}
