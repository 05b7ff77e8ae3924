import type { EpochMs, EvseNumber, SessionId, SiteId, StationId } from '@headroom/kernel';
import { energyOf, sessionEnergyWh, withEnergy } from './energy.ts';
import type {
  Cable,
  ChargingRequest,
  ClosedTransaction,
  OpenTransaction,
  Session,
  SessionConclusion,
  SessionFact,
  Transaction,
} from './session.ts';

/** All that a decision about one EVSE may look at. */
export interface EvseView {
  readonly siteId: SiteId | undefined;
  readonly stationId: StationId;
  readonly evse: EvseNumber;
  readonly cable: Cable | undefined;
  /** The session that is open there. */
  readonly session: Session | undefined;
  /** The transaction that is open there: never more than one. */
  readonly active: OpenTransaction | undefined;
  /** The newest transaction of the station with the id in the event, on whatever EVSE. */
  readonly named: Transaction | undefined;
  /** The session of `named`. */
  readonly namedSession: Session | undefined;
  /** What a driver asked for before plugging in, still valid. */
  readonly pending: ChargingRequest | undefined;
}

/** Identities for what this event may bring into being: derived from it, so that a replay makes the same ones. */
export interface FreshIds {
  readonly sessionId: SessionId;
  readonly recordId: string;
}

/** Rows to write. In this order, so that what closes is written before what opens. */
export type Change =
  | { readonly kind: 'cable'; readonly cable: Cable }
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'transaction'; readonly transaction: Transaction }
  | { readonly kind: 'request-used' };

/** A decision in the making: what holds after it, what to write, what to tell. */
export interface Step {
  readonly view: EvseView;
  readonly changes: readonly Change[];
  readonly facts: readonly SessionFact[];
}

export const begin = (view: EvseView): Step => ({ view, changes: [], facts: [] });

export const tell = (step: Step, session: Session, occurredAtMs: EpochMs, conclusion: SessionConclusion): Step => ({
  ...step,
  facts: [
    ...step.facts,
    {
      sessionId: session.sessionId,
      siteId: session.siteId,
      stationId: session.stationId,
      evse: session.evse,
      occurredAtMs,
      conclusion,
    },
  ],
});

export const note = (step: Step, change: Change, view: Partial<EvseView> = {}): Step => ({
  ...step,
  view: { ...step.view, ...view },
  changes: [...step.changes, change],
});

/** Opens a session; what the driver asked for beforehand becomes its request. */
export function startSession(
  step: Step,
  sessionId: SessionId,
  startedAtMs: EpochMs,
): { readonly step: Step; readonly session: Session } {
  const { view } = step;
  const session: Session = {
    sessionId,
    siteId: view.siteId,
    stationId: view.stationId,
    evse: view.evse,
    startedAtMs,
    unpluggedAtMs: undefined,
    endedAtMs: undefined,
    knownEnergyWh: 0,
    unknownEnergies: 0,
    request: view.pending,
  };
  let next = note(step, { kind: 'session', session }, { session, pending: undefined });
  next = tell(next, session, startedAtMs, { kind: 'session-started' });
  if (view.pending !== undefined) {
    next = note(next, { kind: 'request-used' });
    next = tell(next, session, startedAtMs, { kind: 'charging-requested', request: view.pending });
  }
  return { step: next, session };
}

/** Ends the open session, if there is one. */
export function endSession(step: Step, atMs: EpochMs): Step {
  const open = step.view.session;
  if (open === undefined) return step;
  // Clocks of a station jump; a session never ends before it began.
  const session: Session = { ...open, endedAtMs: Math.max(atMs, open.startedAtMs) };
  const written = note(step, { kind: 'session', session }, { session: undefined });
  return tell(written, session, atMs, { kind: 'session-ended', energyWh: sessionEnergyWh(session) });
}

export interface Closing {
  readonly atMs: EpochMs;
  readonly meterStopWh: number | undefined;
  readonly reason: string;
  readonly stopped: boolean;
}

/** The transaction as it stands once closed. */
export function closed(transaction: OpenTransaction | ClosedTransaction, closing: Closing): ClosedTransaction {
  const energy = energyOf({ ...transaction, meterStopWh: closing.meterStopWh });
  const flags = closing.stopped ? energy.flags : [...energy.flags, 'superseded' as const];
  return {
    ...transaction,
    state: 'closed',
    stopped: closing.stopped,
    endedAtMs: Math.max(closing.atMs, transaction.startedAtMs),
    meterStopWh: closing.meterStopWh,
    stopReason: closing.reason,
    energyWh: energy.energyWh,
    flags: [...new Set([...transaction.flags, ...flags])],
    amendments: 0,
  };
}

/** Writes a closed transaction, adds it to its session's sum, tells it. */
export function addClosed(step: Step, transaction: ClosedTransaction, owner: Session): Step {
  const session = withEnergy(owner, transaction.energyWh);
  const isOpen = step.view.session?.sessionId === session.sessionId;
  let next = note(step, { kind: 'transaction', transaction });
  next = note(next, { kind: 'session', session }, isOpen ? { session } : {});
  return tell(next, session, transaction.endedAtMs, {
    kind: 'transaction-closed',
    transactionId: transaction.transactionId,
    energyWh: transaction.energyWh,
    reason: transaction.stopReason,
  });
}

/** Closes the active transaction; where the cable has gone already, the session ends with it. */
export function closeActive(step: Step, closing: Closing): Step {
  const { active, session } = step.view;
  if (active === undefined || session === undefined) return step;
  const next = addClosed({ ...step, view: { ...step.view, active: undefined } }, closed(active, closing), session);
  return session.unpluggedAtMs === undefined ? next : endSession(next, session.unpluggedAtMs);
}

/** One row each: the last write of a row stands, in the order of these last writes. */
export function compact(changes: readonly Change[]): readonly Change[] {
  const keyOf = (change: Change): string => {
    if (change.kind === 'session') return `session ${change.session.sessionId}`;
    return change.kind === 'transaction' ? `transaction ${change.transaction.recordId}` : change.kind;
  };
  const last = new Map<string, Change>();
  for (const change of changes) {
    last.delete(keyOf(change));
    last.set(keyOf(change), change);
  }
  return [...last.values()];
}
