import { type EpochMs, type SiteId, transactionId } from '@headroom/kernel';
import type { Sql } from '@headroom/turn-store';
import { sessionEnergyWh } from '../../domain/energy.ts';
import type { Transaction } from '../../domain/session.ts';
import { type EnergySummary, MAX_LIST_ROWS, type RegistryReads, type SessionListing } from '../../ports.ts';
import {
  SESSION_COLUMNS,
  sessionOf,
  type SessionRow,
  TRANSACTION_COLUMNS,
  transactionOf,
  type TransactionRow,
} from './session-rows.ts';

interface ListingRow extends SessionRow {
  readonly transaction_ids: readonly string[];
  /** What the open transaction has delivered so far; null where there is none or it is unknown. */
  readonly running_wh: number | null;
  readonly running: boolean;
}

const bounded = (limit: number): number => Math.min(Math.max(1, limit), MAX_LIST_ROWS);

function listingOf(row: ListingRow): SessionListing {
  const session = sessionOf(row);
  const closed = sessionEnergyWh(session);
  const unknown = closed === undefined || (row.running && row.running_wh === null);
  return {
    session,
    energyWh: unknown ? undefined : closed + (row.running_wh ?? 0),
    transactionIds: row.transaction_ids.map(transactionId),
  };
}

export async function listSessions(
  sql: Sql,
  { siteId, limit }: Parameters<RegistryReads['sessions']>[0],
): Promise<readonly SessionListing[]> {
  const rows = await sql<ListingRow>(
    `select ${SESSION_COLUMNS}, own.transaction_ids, own.running, own.running_wh
     from (select * from sessions where $1::text is null or site_id = $1
           order by started_at_ms desc, session_id limit $2) as listed,
     lateral (
       select coalesce(array_agg(t.transaction_id order by t.started_at_ms), '{}') as transaction_ids,
         coalesce(bool_or(t.state = 'open'), false) as running,
         -- greatest() would take an unknown for 0.
         max(case when t.last_reading_wh is not null and t.meter_start_wh is not null
             then greatest(t.last_reading_wh - t.meter_start_wh, 0) end) filter (where t.state = 'open') as running_wh
       from transactions t where t.session_id = listed.session_id
     ) as own
     order by started_at_ms desc, session_id`,
    [siteId ?? null, bounded(limit)],
  );
  return rows.map(listingOf);
}

export async function listTransactions(
  sql: Sql,
  { siteId, stationId, limit }: Parameters<RegistryReads['transactions']>[0],
): Promise<readonly Transaction[]> {
  const rows = await sql<TransactionRow>(
    `select ${TRANSACTION_COLUMNS} from transactions
     where ($1::text is null or site_id = $1) and ($2::text is null or station_id = $2)
     order by started_at_ms desc, record_id limit $3`,
    [siteId ?? null, stationId ?? null, bounded(limit)],
  );
  return rows.map(transactionOf);
}

interface SummaryRow {
  readonly ended_sessions: number;
  readonly requested_wh: number;
  readonly delivered_wh: number;
  readonly missed_wh: number;
}

export async function summarizeEnergy(sql: Sql, siteId: SiteId, sinceMs: EpochMs): Promise<EnergySummary> {
  const rows = await sql<SummaryRow>(
    `select count(*) as ended_sessions,
       coalesce(sum(requested_energy_wh), 0)::bigint as requested_wh,
       coalesce(sum(known_energy_wh), 0)::bigint as delivered_wh,
       coalesce(sum(greatest(requested_energy_wh - known_energy_wh, 0)) filter (where unknown_energies = 0), 0)::bigint
         as missed_wh
     from sessions where site_id = $1 and ended_at_ms >= $2`,
    [siteId, sinceMs],
  );
  const row = rows[0];
  return {
    endedSessions: row?.ended_sessions ?? 0,
    requestedWh: row?.requested_wh ?? 0,
    deliveredWh: row?.delivered_wh ?? 0,
    missedWh: row?.missed_wh ?? 0,
  };
}
