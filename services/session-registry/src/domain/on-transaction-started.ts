import { energyOf, withEnergy } from './energy.ts';
import type { ClosedTransaction, OpenTransaction, OrphanTransaction, Session, StationEvent } from './session.ts';
import {
  addClosed,
  closeActive,
  closed,
  endSession,
  type FreshIds,
  note,
  type Step,
  startSession,
  tell,
} from './steps.ts';

type Started = Extract<StationEvent, { readonly kind: 'transaction-started' }>;

export function transactionStarted(step: Step, event: Started, fresh: FreshIds): Step {
  const { named, active } = step.view;
  // The same start again, or one that comes after its own stop: nothing new (H2, H3).
  if (named?.state === 'open') return step;
  if (named?.state === 'closed' && event.atMs <= named.endedAtMs) return step;
  if (named?.state === 'orphan' && event.atMs <= named.endedAtMs) return joinStop(step, event, named, fresh);
  if (active !== undefined && event.atMs < active.startedAtMs) return recordOvertaken(step, event, active, fresh);
  return open(step, event, fresh);
}

const opened = (step: Step, event: Started, recordId: string, session: Session): OpenTransaction => ({
  state: 'open',
  recordId,
  stationId: step.view.stationId,
  transactionId: event.transactionId,
  evse: step.view.evse,
  siteId: step.view.siteId,
  sessionId: session.sessionId,
  startedAtMs: event.atMs,
  authorized: event.authorized,
  meterStartWh: event.meterStartWh,
  lastReading: undefined,
  flags: [],
});

const tellOpened = (step: Step, session: Session, transaction: OpenTransaction | ClosedTransaction): Step =>
  tell(step, session, transaction.startedAtMs, {
    kind: 'transaction-opened',
    transactionId: transaction.transactionId,
    authorized: transaction.authorized,
    meterStartWh: transaction.meterStartWh,
  });

function open(step: Step, event: Started, fresh: FreshIds): Step {
  // Never two open on one EVSE (H5, H25); where the cable had gone in between, the old session ends too.
  const free = closeActive(step, { atMs: event.atMs, meterStopWh: undefined, reason: 'superseded', stopped: false });
  const { step: seated, session } = ensureSession(free, event, fresh);
  const transaction = opened(seated, event, fresh.recordId, session);
  const next = note(seated, { kind: 'transaction', transaction }, { active: transaction });
  return tellOpened(next, session, transaction);
}

function ensureSession(
  step: Step,
  event: Started,
  fresh: FreshIds,
): { readonly step: Step; readonly session: Session } {
  const { session, cable } = step.view;
  if (session !== undefined) return { step, session };
  const begun = startSession(step, fresh.sessionId, event.atMs);
  if (cable?.kind !== 'unplugged' || cable.atMs <= event.atMs) return begun;
  // The start comes late: the cable has gone since.
  const waiting = { ...begun.session, unpluggedAtMs: cable.atMs };
  return { step: note(begun.step, { kind: 'session', session: waiting }, { session: waiting }), session: waiting };
}

/** The stop came first (H7): both halves are one closed transaction. */
function joinStop(step: Step, event: Started, orphan: OrphanTransaction, fresh: FreshIds): Step {
  const { session, active, cable } = step.view;
  const whole = (owner: Session): ClosedTransaction => {
    const base = closed(opened(step, event, orphan.recordId, owner), {
      atMs: orphan.endedAtMs,
      meterStopWh: orphan.meterStopWh,
      reason: orphan.stopReason,
      stopped: true,
    });
    const flags = [...new Set([...base.flags, ...orphan.flags, 'stop-before-start' as const])];
    return { ...base, flags, amendments: orphan.amendments };
  };
  const belongs = session !== undefined && orphan.endedAtMs > session.startedAtMs;
  if (active !== undefined || (session !== undefined && !belongs)) return recordOnly(step, event, whole, fresh);

  const seated = session === undefined ? startSession(step, fresh.sessionId, event.atMs) : { step, session };
  const transaction = whole(seated.session);
  const next = addClosed(tellOpened(seated.step, seated.session, transaction), transaction, seated.session);
  const isOver = session === undefined && cable?.kind === 'unplugged' && cable.atMs >= orphan.endedAtMs;
  return isOver ? endSession(next, cable.atMs) : next;
}

/** A start that is older than the one now active: it has been superseded before it was heard of. */
function recordOvertaken(step: Step, event: Started, active: OpenTransaction, fresh: FreshIds): Step {
  const whole = (owner: Session): ClosedTransaction =>
    closed(opened(step, event, fresh.recordId, owner), {
      atMs: active.startedAtMs,
      meterStopWh: undefined,
      reason: 'superseded',
      stopped: false,
    });
  return recordOnly(step, event, whole, fresh);
}

/** History is recorded and not told: whoever controls the EVSE must go on seeing what is there now. */
function recordOnly(step: Step, event: Started, whole: (owner: Session) => ClosedTransaction, fresh: FreshIds): Step {
  const { session } = step.view;
  if (session !== undefined && event.atMs >= session.startedAtMs) {
    const transaction = whole(session);
    const summed = withEnergy(session, transaction.energyWh);
    const next = note(step, { kind: 'transaction', transaction });
    return note(next, { kind: 'session', session: summed }, { session: summed });
  }
  const blank: Session = {
    sessionId: fresh.sessionId,
    siteId: step.view.siteId,
    stationId: step.view.stationId,
    evse: step.view.evse,
    startedAtMs: event.atMs,
    unpluggedAtMs: undefined,
    endedAtMs: undefined,
    knownEnergyWh: 0,
    unknownEnergies: 0,
    request: undefined,
  };
  const transaction = whole(blank);
  const past = { ...withEnergy(blank, energyOf(transaction).energyWh), endedAtMs: transaction.endedAtMs };
  return note(note(step, { kind: 'transaction', transaction }), { kind: 'session', session: past });
}
