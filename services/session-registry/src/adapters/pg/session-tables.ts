import { assertNever, type StationId, type TransactionId } from '@headroom/kernel';
import type { Sql } from '@headroom/turn-store';
import type { PendingRequest } from '../../domain/charging-request.ts';
import { readingRounds, type StationReading } from '../../domain/reading-rounds.ts';
import type { Session, Transaction } from '../../domain/session.ts';
import type { Change, EvseView } from '../../domain/steps.ts';
import type { EvseQuestion } from '../../ports.ts';
import {
  type CableRow,
  batteryParam,
  dischargeParam,
  overwrite,
  placeholders,
  type RequestRow,
  requestOf,
  SESSION_COLUMNS,
  sessionOf,
  sessionParams,
  type SessionRow,
  TRANSACTION_COLUMNS,
  transactionOf,
  transactionParams,
  type TransactionRow,
} from './session-rows.ts';

/** The newest transaction of the station with that id: the open one, where there is one. */
async function loadNamed(
  sql: Sql,
  station: StationId,
  id: TransactionId | undefined,
): Promise<Transaction | undefined> {
  if (id === undefined) return undefined;
  const rows = await sql<TransactionRow>(
    `select ${TRANSACTION_COLUMNS} from transactions where station_id = $1 and transaction_id = $2
     order by (state = 'open') desc, started_at_ms desc limit 1`,
    [station, id],
  );
  return rows[0] && transactionOf(rows[0]);
}

async function loadSession(
  sql: Sql,
  where: string,
  params: readonly (string | number)[],
): Promise<Session | undefined> {
  const rows = await sql<SessionRow>(`select ${SESSION_COLUMNS} from sessions where ${where}`, params);
  return rows[0] && sessionOf(rows[0]);
}

const loadOpenSession = (sql: Sql, station: StationId, evse: number): Promise<Session | undefined> =>
  loadSession(sql, 'station_id = $1 and evse = $2 and ended_at_ms is null', [station, evse]);

/** All that a decision about one EVSE may look at; no other decision about it can commit beside this one. */
export async function loadEvse(sql: Sql, question: EvseQuestion): Promise<EvseView> {
  const { stationId, siteId, transactionId, nowMs } = question;
  const named = await loadNamed(sql, stationId, transactionId);
  const evse = question.evseOfTransaction ? (named?.evse ?? question.evse) : question.evse;
  const at = [stationId, evse];
  await sql(
    `insert into evse_turns (station_id, evse, turns) values ($1, $2, 1)
     on conflict (station_id, evse) do update set turns = evse_turns.turns + 1`,
    at,
  );
  const cables = await sql<CableRow>(
    'select kind, connector, at_ms from cables where station_id = $1 and evse = $2',
    at,
  );
  const session = await loadOpenSession(sql, stationId, evse);
  const open = await sql<TransactionRow>(
    `select ${TRANSACTION_COLUMNS} from transactions where station_id = $1 and evse = $2 and state = 'open'`,
    at,
  );
  const requests = await sql<RequestRow>(
    'select energy_wh, departure_at_ms, discharge, battery from charging_requests where station_id = $1 and evse = $2 and expires_at_ms > $3',
    [...at, nowMs],
  );
  const active = open[0] && transactionOf(open[0]);
  const cable = cables[0];
  const request = requests[0];
  return {
    siteId,
    stationId,
    evse,
    cable: cable && { kind: cable.kind, connector: cable.connector, atMs: cable.at_ms },
    session,
    active: active?.state === 'open' ? active : undefined,
    named,
    namedSession: await sessionOfNamed(sql, named, session),
    pending:
      request &&
      requestOf({
        energyWh: request.energy_wh,
        departureAtMs: request.departure_at_ms,
        discharge: request.discharge,
        battery: request.battery,
      }),
  };
}

async function sessionOfNamed(
  sql: Sql,
  named: Transaction | undefined,
  open: Session | undefined,
): Promise<Session | undefined> {
  if (named === undefined || named.state === 'orphan') return undefined;
  if (named.sessionId === open?.sessionId) return open;
  return loadSession(sql, 'session_id = $1', [named.sessionId]);
}

const PUT_SESSION = `insert into sessions (${SESSION_COLUMNS}) values (${placeholders(SESSION_COLUMNS)})
  on conflict (session_id) do update set ${overwrite(SESSION_COLUMNS, 'session_id')}`;
const PUT_TRANSACTION = `insert into transactions (${TRANSACTION_COLUMNS}) values (${placeholders(TRANSACTION_COLUMNS)})
  on conflict (record_id) do update set ${overwrite(TRANSACTION_COLUMNS, 'record_id')}`;

export async function storeSession(sql: Sql, session: Session): Promise<void> {
  await sql(PUT_SESSION, sessionParams(session));
}

export async function storeChange(sql: Sql, view: EvseView, change: Change): Promise<void> {
  const at = [view.stationId, view.evse];
  switch (change.kind) {
    case 'session':
      return storeSession(sql, change.session);
    case 'transaction':
      await sql(PUT_TRANSACTION, transactionParams(change.transaction));
      return;
    case 'cable': {
      const { kind, connector, atMs } = change.cable;
      await sql(
        `insert into cables (station_id, evse, kind, connector, at_ms) values ($1, $2, $3, $4, $5)
         on conflict (station_id, evse) do update
           set kind = excluded.kind, connector = excluded.connector, at_ms = excluded.at_ms`,
        [...at, kind, connector, atMs],
      );
      return;
    }
    case 'request-used':
      await sql('delete from charging_requests where station_id = $1 and evse = $2', at);
      return;
    default:
      assertNever(change);
  }
}

/** The rule of `readingCounts` for many at once: a reading costs no load. */
const PUT_READINGS = `update transactions as known set last_reading_wh = given.wh, last_reading_at_ms = given.at_ms
  from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) as given (station_id, transaction_id, wh, at_ms)
  where known.station_id = given.station_id and known.transaction_id = given.transaction_id and known.state = 'open'
    and (known.last_reading_at_ms is null
      or (known.last_reading_at_ms <= given.at_ms and known.last_reading_wh <= given.wh))`;

export async function storeReadings(sql: Sql, readings: readonly StationReading[]): Promise<void> {
  for (const round of readingRounds(readings)) {
    await sql(PUT_READINGS, [
      round.map(({ stationId }) => stationId),
      round.map(({ transactionId }) => transactionId),
      round.map(({ reading }) => reading.energyWh),
      round.map(({ reading }) => reading.atMs),
    ]);
  }
}

export async function storePending(sql: Sql, pending: PendingRequest): Promise<void> {
  const { stationId, evse, request, expiresAtMs } = pending;
  await sql(
    `insert into charging_requests (station_id, evse, energy_wh, departure_at_ms, discharge, battery, expires_at_ms)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (station_id, evse) do update set energy_wh = excluded.energy_wh,
       departure_at_ms = excluded.departure_at_ms, discharge = excluded.discharge,
       battery = excluded.battery, expires_at_ms = excluded.expires_at_ms`,
    [
      ...[stationId, evse, request.energyWh, request.departureAtMs ?? null],
      ...[dischargeParam(request), batteryParam(request), expiresAtMs],
    ],
  );
}
