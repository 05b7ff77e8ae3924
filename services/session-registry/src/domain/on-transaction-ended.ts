import { withEnergy, withoutEnergy } from './energy.ts';
import type { ClosedTransaction, OrphanTransaction, Session, StationEvent, TransactionFlag } from './session.ts';
import { closeActive, closed, type FreshIds, note, type Step } from './steps.ts';

type Ended = Extract<StationEvent, { readonly kind: 'transaction-ended' }>;

export function transactionEnded(step: Step, event: Ended, fresh: FreshIds): Step {
  const { named, namedSession } = step.view;
  if (named === undefined) return keepOrphan(step, event, fresh);
  if (named.state === 'open') {
    const { atMs, meterStopWh, reason } = event;
    return closeActive(step, { atMs, meterStopWh, reason, stopped: true });
  }
  if (named.state === 'closed' && !named.stopped) return completeLate(step, event, named, namedSession);
  return amend(step, event, named);
}

/** A stop of a transaction that nobody knows: accepted and kept (H6), joined when its start arrives (H7). */
function keepOrphan(step: Step, event: Ended, fresh: FreshIds): Step {
  const orphan: OrphanTransaction = {
    state: 'orphan',
    recordId: fresh.recordId,
    stationId: step.view.stationId,
    transactionId: event.transactionId,
    evse: event.evse,
    siteId: step.view.siteId,
    endedAtMs: event.atMs,
    meterStopWh: event.meterStopWh,
    stopReason: event.reason,
    amendments: 0,
    flags: [],
  };
  return note(step, { kind: 'transaction', transaction: orphan });
}

/** The real stop of a transaction that had been closed as superseded: the bill is put right, the past is not told again. */
function completeLate(step: Step, event: Ended, named: ClosedTransaction, owner: Session | undefined): Step {
  const { atMs, meterStopWh, reason } = event;
  const whole = closed(named, { atMs, meterStopWh, reason, stopped: true });
  const transaction: ClosedTransaction = { ...whole, flags: [...new Set([...whole.flags, 'late-stop' as const])] };
  const next = note(step, { kind: 'transaction', transaction });
  if (owner === undefined) return next;
  const session = withEnergy(withoutEnergy(owner, named.energyWh), transaction.energyWh);
  const isOpen = step.view.session?.sessionId === session.sessionId;
  return note(next, { kind: 'session', session }, isOpen ? { session } : {});
}

/** The first stop wins; one that differs is counted and flagged (H4). */
function amend(step: Step, event: Ended, named: ClosedTransaction | OrphanTransaction): Step {
  const endedAtMs = named.state === 'closed' ? Math.max(event.atMs, named.startedAtMs) : event.atMs;
  if (endedAtMs === named.endedAtMs && event.meterStopWh === named.meterStopWh) return step;
  const flags: readonly TransactionFlag[] = [...new Set([...named.flags, 'several-stops' as const])];
  const transaction = { ...named, flags, amendments: named.amendments + 1 };
  return note(step, { kind: 'transaction', transaction });
}
