import { assertNever, compareText, type EvseNumber, type StationId, stationId as toStationId } from '@headroom/kernel';
import type { MemoryTurn, MemoryTurnStore, TurnTable } from '@headroom/turn-store';
import type { PendingRequest } from '../../domain/charging-request.ts';
import { readingCounts } from '../../domain/energy.ts';
import type { Cable, Session, Transaction } from '../../domain/session.ts';
import { newestOf } from '../../domain/session-world.ts';
import { type Site, stationsOf } from '../../domain/site.ts';
import type { Change, EvseView } from '../../domain/steps.ts';
import type { Token } from '../../domain/token.ts';
import { type EvseQuestion, MAX_LIST_ROWS, type RegistryStore, type RegistryTurn, type Station } from '../../ports.ts';
import { announcingTurn } from '../wire/announcing-turn.ts';
import { listSessions, listTransactions, summarizeEnergy } from './listings.ts';

interface Tables {
  readonly sites: TurnTable<Site>;
  readonly stations: TurnTable<Station>;
  readonly tokens: TurnTable<Token>;
  readonly cables: TurnTable<Cable>;
  readonly sessions: TurnTable<Session>;
  readonly transactions: TurnTable<Transaction>;
  readonly requests: TurnTable<PendingRequest>;
}

const tablesOf = (turn: MemoryTurn): Tables => ({
  sites: turn.table('sites'),
  stations: turn.table('stations'),
  tokens: turn.table('tokens'),
  cables: turn.table('cables'),
  sessions: turn.table('sessions'),
  transactions: turn.table('transactions'),
  requests: turn.table('charging_requests'),
});

const at = (stationId: StationId, evse: EvseNumber): string => JSON.stringify([stationId, evse]);

function placeStations({ stations }: Tables, site: Site): void {
  const places = new Map(stationsOf(site.document).map((place) => [place.stationId, place]));
  for (const station of stations.values()) {
    if (station.siteId !== site.siteId || places.has(station.stationId)) continue;
    stations.set(station.stationId, { ...station, siteId: undefined, evses: [] });
  }
  for (const { stationId, evses } of places.values()) {
    const credentials = stations.get(stationId)?.credentials;
    stations.set(stationId, { stationId: toStationId(stationId), siteId: site.siteId, evses, credentials });
  }
}

function viewOf(tables: Tables, question: EvseQuestion): EvseView {
  const { stationId, siteId, transactionId, nowMs } = question;
  const own = tables.transactions.values().filter((each) => each.stationId === stationId);
  const named = newestOf(own.filter((each) => each.transactionId === transactionId));
  const evse = question.evseOfTransaction ? (named?.evse ?? question.evse) : question.evse;
  const active = own.find((each) => each.state === 'open' && each.evse === evse);
  const pending = tables.requests.get(at(stationId, evse));
  return {
    siteId,
    stationId,
    evse,
    cable: tables.cables.get(at(stationId, evse)),
    session: openSession(tables, stationId, evse),
    active: active?.state === 'open' ? active : undefined,
    named,
    namedSession: named === undefined || named.state === 'orphan' ? undefined : tables.sessions.get(named.sessionId),
    pending: pending !== undefined && pending.expiresAtMs > nowMs ? pending.request : undefined,
  };
}

const openSession = ({ sessions }: Tables, stationId: StationId, evse: EvseNumber): Session | undefined =>
  sessions.values().find((each) => each.stationId === stationId && each.evse === evse && each.endedAtMs === undefined);

function storeChange(tables: Tables, view: EvseView, change: Change): void {
  switch (change.kind) {
    case 'session':
      return tables.sessions.set(change.session.sessionId, change.session);
    case 'transaction':
      return tables.transactions.set(change.transaction.recordId, change.transaction);
    case 'cable':
      return tables.cables.set(at(view.stationId, view.evse), change.cable);
    case 'request-used':
      return tables.requests.delete(at(view.stationId, view.evse));
    default:
      assertNever(change);
  }
}

function turnOn(turn: MemoryTurn, noteEmitted: () => void): RegistryTurn {
  const tables = tablesOf(turn);
  const { firstSeen, advance, tellSite, tellSessions } = announcingTurn(turn, noteEmitted);
  return {
    firstSeen,
    advance,
    site: async (siteId) => tables.sites.get(siteId),
    saveSite: async (site) => {
      tables.sites.set(site.siteId, site);
      placeStations(tables, site);
      await tellSite(site);
    },
    stations: async (ids) =>
      ids.flatMap((id) => tables.stations.get(id) ?? []).toSorted((a, b) => compareText(a.stationId, b.stationId)),
    saveCredentials: async (stationId, credentials) => {
      const known = tables.stations.get(stationId) ?? { stationId, siteId: undefined, evses: [] };
      tables.stations.set(stationId, { ...known, credentials });
      return known.siteId;
    },
    saveToken: async (token) => tables.tokens.set(token.idTokenHash, token),
    evse: async (question) => viewOf(tables, question),
    saveDecision: async (view, { changes, facts }, cause) => {
      for (const change of changes) storeChange(tables, view, change);
      await tellSessions(facts, cause);
    },
    saveReadings: async (readings) => {
      for (const { stationId, transactionId, reading } of readings) {
        const open = tables.transactions
          .values()
          .find(
            (each) => each.state === 'open' && each.stationId === stationId && each.transactionId === transactionId,
          );
        if (open?.state !== 'open' || !readingCounts(open.lastReading, reading)) continue;
        tables.transactions.set(open.recordId, { ...open, lastReading: reading });
      }
    },
    saveSession: async (session, facts, cause) => {
      tables.sessions.set(session.sessionId, session);
      await tellSessions(facts, cause);
    },
    savePendingRequest: async (pending) => tables.requests.set(at(pending.stationId, pending.evse), pending),
  };
}

/** The twin of `createPgRegistryStore`. `onEmitted` is called after each commit that left something in the outbox. */
export function createMemoryRegistryStore(store: MemoryTurnStore, onEmitted: () => void): RegistryStore {
  const sessions = () => store.read<Session>('sessions').values();
  const transactions = () => store.read<Transaction>('transactions').values();
  return {
    turn: async (body) => {
      let emitted = false;
      const answer = await store.turn((turn) =>
        body(
          turnOn(turn, () => {
            emitted = true;
          }),
        ),
      );
      if (emitted) onEmitted();
      return answer;
    },
    reads: {
      site: async (siteId) => store.read<Site>('sites').get(siteId),
      sites: async () =>
        [...store.read<Site>('sites').values()]
          .toSorted((a, b) => compareText(a.siteId, b.siteId))
          .slice(0, MAX_LIST_ROWS),
      station: async (stationId) => store.read<Station>('stations').get(stationId),
      token: async (idTokenHash) => store.read<Token>('tokens').get(idTokenHash),
      sessions: async (filter) => listSessions(sessions(), transactions(), filter),
      transactions: async (filter) => listTransactions(transactions(), filter),
      energySummary: async (siteId, sinceMs) => summarizeEnergy(sessions(), siteId, sinceMs),
    },
  };
}
