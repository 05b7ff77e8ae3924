import { compareNumbers, compareText, type EpochMs, type SiteId } from '@headroom/kernel';
import { sessionEnergyWh } from '../../domain/energy.ts';
import type { OpenTransaction, Session, Transaction } from '../../domain/session.ts';
import { type EnergySummary, MAX_LIST_ROWS, type RegistryReads, type SessionListing } from '../../ports.ts';

const bounded = (limit: number): number => Math.min(Math.max(1, limit), MAX_LIST_ROWS);
const placedAtMs = (one: Transaction): number => (one.state === 'orphan' ? one.endedAtMs : one.startedAtMs);

function runningWh({ lastReading, meterStartWh }: OpenTransaction): number | undefined {
  if (lastReading === undefined || meterStartWh === undefined) return undefined;
  return Math.max(0, lastReading.energyWh - meterStartWh);
}

function listingOf(session: Session, all: readonly Transaction[]): SessionListing {
  const own = all
    .filter((each) => each.state !== 'orphan' && each.sessionId === session.sessionId)
    .toSorted((a, b) => compareNumbers(placedAtMs(a), placedAtMs(b)));
  const open = own.find((each) => each.state === 'open');
  const running = open?.state === 'open' ? runningWh(open) : 0;
  const closed = sessionEnergyWh(session);
  return {
    session,
    energyWh: closed === undefined || running === undefined ? undefined : closed + running,
    transactionIds: own.map((each) => each.transactionId),
  };
}

export function listSessions(
  sessions: readonly Session[],
  transactions: readonly Transaction[],
  { siteId, limit }: Parameters<RegistryReads['sessions']>[0],
): readonly SessionListing[] {
  return sessions
    .filter((each) => siteId === undefined || each.siteId === siteId)
    .toSorted((a, b) => compareNumbers(b.startedAtMs, a.startedAtMs) || compareText(a.sessionId, b.sessionId))
    .slice(0, bounded(limit))
    .map((session) => listingOf(session, transactions));
}

export function listTransactions(
  transactions: readonly Transaction[],
  { siteId, stationId, limit }: Parameters<RegistryReads['transactions']>[0],
): readonly Transaction[] {
  return transactions
    .filter((each) => siteId === undefined || each.siteId === siteId)
    .filter((each) => stationId === undefined || each.stationId === stationId)
    .toSorted((a, b) => compareNumbers(placedAtMs(b), placedAtMs(a)) || compareText(a.recordId, b.recordId))
    .slice(0, bounded(limit));
}

export function summarizeEnergy(sessions: readonly Session[], siteId: SiteId, sinceMs: EpochMs): EnergySummary {
  const ended = sessions.filter(
    (each) => each.siteId === siteId && each.endedAtMs !== undefined && each.endedAtMs >= sinceMs,
  );
  const sum = (of: (session: Session) => number): number => ended.reduce((total, session) => total + of(session), 0);
  return {
    endedSessions: ended.length,
    requestedWh: sum((session) => session.request?.energyWh ?? 0),
    deliveredWh: sum((session) => session.knownEnergyWh),
    missedWh: sum((session) => {
      const delivered = sessionEnergyWh(session);
      if (session.request === undefined || delivered === undefined) return 0;
      return Math.max(0, session.request.energyWh - delivered);
    }),
  };
}
