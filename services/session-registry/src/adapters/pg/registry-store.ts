import type { PgTurn, PgTurnStore } from '@headroom/turn-store';
import { MAX_LIST_ROWS, type RegistryReads, type RegistryStore, type RegistryTurn } from '../../ports.ts';
import { announcingTurn } from '../wire/announcing-turn.ts';
import { listSessions, listTransactions, summarizeEnergy } from './listings.ts';
import { loadEvse, storeChange, storePending, storeReadings, storeSession } from './session-tables.ts';
import { loadSite, loadSites, loadStations, loadToken, storeCredentials, storeSite, storeToken } from './site-rows.ts';

function turnOn(turn: PgTurn, noteEmitted: () => void): RegistryTurn {
  const { sql } = turn;
  const { firstSeen, advance, tellSite, tellSessions } = announcingTurn(turn, noteEmitted);
  return {
    firstSeen,
    advance,
    site: (siteId) => loadSite(sql, siteId),
    saveSite: async (site) => {
      await storeSite(sql, site);
      await tellSite(site);
    },
    stations: (ids) => loadStations(sql, ids),
    saveCredentials: (stationId, credentials) => storeCredentials(sql, stationId, credentials),
    saveToken: (token) => storeToken(sql, token),
    evse: (question) => loadEvse(sql, question),
    saveDecision: async (view, { changes, facts }, cause) => {
      for (const change of changes) await storeChange(sql, view, change);
      await tellSessions(facts, cause);
    },
    saveReadings: (readings) => storeReadings(sql, readings),
    saveSession: async (session, facts, cause) => {
      await storeSession(sql, session);
      await tellSessions(facts, cause);
    },
    savePendingRequest: (pending) => storePending(sql, pending),
  };
}

const readsOf = ({ query }: PgTurnStore): RegistryReads => ({
  site: (siteId) => loadSite(query, siteId),
  sites: () => loadSites(query, MAX_LIST_ROWS),
  station: async (stationId) => (await loadStations(query, [stationId]))[0],
  token: (idTokenHash) => loadToken(query, idTokenHash),
  sessions: (filter) => listSessions(query, filter),
  transactions: (filter) => listTransactions(query, filter),
  energySummary: (siteId, sinceMs) => summarizeEnergy(query, siteId, sinceMs),
});

/** The registry in PostgreSQL. `onEmitted` is called after each commit that left something in the outbox. */
export const createPgRegistryStore = (pg: PgTurnStore, onEmitted: () => void): RegistryStore => ({
  turn: async (body) => {
    let emitted = false;
    const answer = await pg.turn((turn) => {
      emitted = false;
      return body(
        turnOn(turn, () => {
          emitted = true;
        }),
      );
    });
    if (emitted) onEmitted();
    return answer;
  },
  reads: readsOf(pg),
});
