import { assertNever, type WattHours, wattHours } from '@headroom/kernel';
import type { SessionFact } from './facts.ts';
import { exportedEnergy } from './given-back.ts';
import type { EvseState, SessionState, TransactionState } from './site-state.ts';

/** Closed transactions and ended sessions remembered per EVSE, to recognise repeats. */
export const REMEMBERED_ENDS = 8;

/** Sessions and transactions as session-registry concluded them. */
export function evolveSession(evse: EvseState, fact: SessionFact): EvseState {
  if (evse.endedSessions.includes(fact.sessionId)) return evse;
  switch (fact.kind) {
    case 'session-started':
      return evse.session?.sessionId === fact.sessionId ? evse : beginSession(evse, fact);
    case 'transaction-opened': {
      if (evse.closedTransactions.includes(fact.transactionId)) return evse;
      if (evse.transaction?.transactionId === fact.transactionId) return evse;
      const inSession = evse.session?.sessionId === fact.sessionId ? evse : beginSession(evse, fact);
      const { transactionId, authorized, meterStart, atMs } = fact;
      const transaction = {
        transactionId,
        authorized,
        openedAtMs: atMs,
        ...(meterStart === undefined ? {} : { meterStart }),
      };
      return { ...inSession, transaction, draw: {} };
    }
    case 'transaction-closed':
      return closeTransaction(evse, fact);
    case 'session-ended': {
      if (evse.session?.sessionId !== fact.sessionId) return evse;
      const { session: _session, transaction: _transaction, chargingState: _state, ...rest } = evse;
      // What the car takes at most is forgotten at plug-out (UD4).
      return { ...rest, draw: {}, endedSessions: remember(evse.endedSessions, fact.sessionId) };
    }
    case 'charging-requested': {
      if (evse.session?.sessionId !== fact.sessionId) return evse;
      const requested = {
        energy: fact.energy,
        ...(fact.departureAtMs === undefined ? {} : { departureAtMs: fact.departureAtMs }),
        ...(fact.discharge === undefined || evse.session.exportUnknown ? {} : { discharge: fact.discharge }),
        ...(fact.battery === undefined ? {} : { battery: fact.battery }),
      };
      return { ...evse, session: { ...evse.session, requested } };
    }
    case 'boost-set':
      return boosted(evse, fact);
    default:
      return assertNever(fact);
  }
}

/** Of a transaction that has ended it boosts nothing. */
function boosted(evse: EvseState, fact: Extract<SessionFact, { readonly kind: 'boost-set' }>): EvseState {
  if (evse.transaction?.transactionId !== fact.transactionId) return evse;
  const { boost: before, ...plain } = evse.transaction;
  const { untilMs, setBy } = fact;
  if (untilMs === undefined) return before === undefined ? evse : { ...evse, transaction: plain };
  if (before?.untilMs === untilMs && before.setBy === setBy) return evse;
  return { ...evse, transaction: { ...plain, boost: { untilMs, setBy } } };
}

function beginSession(evse: EvseState, fact: SessionFact): EvseState {
  const { transaction: _transaction, ...rest } = evse;
  const session: SessionState = { sessionId: fact.sessionId, startedAtMs: fact.atMs, energyBefore: wattHours(0) };
  return { ...rest, session, draw: {} };
}

function closeTransaction(
  evse: EvseState,
  fact: Extract<SessionFact, { readonly kind: 'transaction-closed' }>,
): EvseState {
  if (evse.closedTransactions.includes(fact.transactionId)) return evse;
  const closedTransactions = remember(evse.closedTransactions, fact.transactionId);
  if (evse.transaction?.transactionId !== fact.transactionId) return { ...evse, closedTransactions };
  const { transaction, ...rest } = evse;
  const session =
    evse.session === undefined
      ? {}
      : {
          session: {
            ...withKnownOffer(evse.session, transaction),
            energyBefore: plus(evse.session.energyBefore, energyOf(evse, fact.energy)),
            ...exportedOf(evse),
          },
        };
  return { ...rest, ...session, draw: {}, closedTransactions };
}

/** What nobody saw of a transaction may have been given back in it: what is left in the battery is not known any more. */
function withKnownOffer(session: SessionState, { exportStart }: TransactionState): SessionState {
  if (exportStart !== undefined || session.requested?.discharge === undefined) return session;
  const { discharge: _, ...requested } = session.requested;
  return { ...session, requested, exportUnknown: true };
}

/** What it gave back so far, where it ever did. */
function exportedOf(evse: EvseState): Pick<SessionState, 'exportedBefore'> {
  const exportedBefore = exportedEnergy(evse);
  return exportedBefore === undefined || exportedBefore === 0 ? {} : { exportedBefore };
}

const plus = (a: WattHours, b: number): WattHours => wattHours(a + b);

function energyOf({ transaction, sample }: EvseState, told: WattHours | undefined): number {
  if (told !== undefined) return told;
  if (transaction?.meterStart === undefined || sample?.register === undefined) return 0;
  return Math.max(0, sample.register - transaction.meterStart);
}

const remember = <T>(ends: readonly T[], end: T): readonly T[] => [...ends, end].slice(-REMEMBERED_ENDS);
