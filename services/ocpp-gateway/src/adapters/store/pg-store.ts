import { createPgSchema, type PgSchema, type Sql } from '@headroom/turn-store';
import { siteId as toSiteId, stationId } from '@headroom/kernel';
import type { Arrivals, EmergencyInbox, GatewayStore, LogRecord } from '../../ports.ts';
import { MAX_INBOX_ROWS } from './gateway-store.ts';
import { ARRIVALS_TABLE, BOOTED_COLUMN, BOOTED_SITE_COLUMN, INBOX_TABLE } from './migrations.ts';

/** Real milliseconds: answers of stations wait for these (5 s in all). */
const CONNECT_TIMEOUT_MS = 1_000;
const STATEMENT_TIMEOUT_MS = 1_500;
/** A relay that stands still, with its log or frozen, gives its place up. Above the 5 s in which the log gives up. */
const IDLE_RELAY_MS = 10_000;
const MAX_CONNECTIONS = 4;

export interface PgStoreOptions {
  readonly url: string;
  /** Default `ocpp_gateway`. */
  readonly schema?: string;
  /** Default `MAX_INBOX_ROWS`. */
  readonly maxRows?: number;
}

/** The gateways' own schema in PostgreSQL: what the log does not take, and the generations of stations. */
export function createPgStore(options: PgStoreOptions): GatewayStore {
  const schema = options.schema ?? 'ocpp_gateway';
  const tables = createPgSchema({
    url: options.url,
    schema,
    migrations: [INBOX_TABLE, ARRIVALS_TABLE, BOOTED_COLUMN, BOOTED_SITE_COLUMN],
    maxConnections: MAX_CONNECTIONS,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
    idleInTransactionTimeoutMs: IDLE_RELAY_MS,
  });
  return {
    inbox: inboxOn(tables, schema, options.maxRows ?? MAX_INBOX_ROWS),
    arrivals: arrivalsOn(tables),
    close: () => tables.close(),
  };
}

// The bound counts from the oldest waiting row to the newest: two looks at an index, where a count would read a million rows.
const PUT = `
  with room as (
    select coalesce(max(id) - min(id) + 1, 0) + cardinality($1::text[]) <= $7::bigint as free
    from emergency_inbox where not parked
  ), added as (
    insert into emergency_inbox (event_id, station, topic, key, headers, value)
    select event_id, station, topic, key, headers::jsonb, decode(value, 'base64')
    from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
      with ordinality as given (event_id, station, topic, key, headers, value, place), room
    where room.free order by place
    on conflict (event_id) do nothing
  )
  select free from room`;
const WAITING = 'select distinct station from emergency_inbox where station = any($1::text[]) and not parked';
const OLDEST = `
  select id, event_id, station, topic, key, headers, value from emergency_inbox where not parked order by id limit $1`;

interface InboxRow {
  readonly id: number;
  readonly event_id: string;
  readonly station: string;
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: Uint8Array;
}

function inboxOn(tables: PgSchema, schema: string, maxRows: number): EmergencyInbox {
  return {
    async put(records) {
      try {
        const column = (of: (record: LogRecord) => string): readonly string[] => records.map(of);
        const rows = await tables.query<{ free: boolean }>(PUT, [
          column((record) => record.eventId),
          column((record) => record.stationId),
          column((record) => record.topic),
          column((record) => record.key),
          column((record) => JSON.stringify(record.headers)),
          column((record) => Buffer.from(record.value).toString('base64')),
          maxRows,
        ]);
        return rows[0]?.free === true ? 'kept' : 'full';
      } catch {
        // Whatever the error: the record is not known to be kept, and `trouble` says why.
        return 'unavailable';
      }
    },
    async waitingOf(stationIds) {
      try {
        const rows = await tables.query<{ station: string }>(WAITING, [stationIds]);
        return new Set(rows.map((row) => stationId(row.station)));
      } catch {
        return undefined;
      }
    },
    async relay(publish, max) {
      // Nearly always there is nothing: no transaction for that.
      const waiting = await tables.query('select 1 from emergency_inbox where not parked limit 1');
      if (waiting.length === 0) return 0;
      return tables.transaction((sql) => relayStep(sql, schema, publish, max));
    },
    trouble: tables.trouble,
  };
}

/**
 * The lock ends with the transaction, so a relay that dies hands over by itself. One that was frozen, and wakes after another
 * has done its work, appends the same records once more: their first occurrences stand in order already.
 */
async function relayStep(
  sql: Sql,
  schema: string,
  publish: (records: readonly LogRecord[]) => Promise<readonly string[]>,
  max: number,
): Promise<number> {
  const lock = await sql<{ mine: boolean }>('select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as mine', [
    `headroom:emergency-inbox:${schema}`,
  ]);
  if (lock[0]?.mine !== true) return 0;
  const rows = await sql<InboxRow>(OLDEST, [max]);
  if (rows.length === 0) return 0;
  const refused = await publish(rows.map(recordOf));
  await sql('update emergency_inbox set parked = true where event_id = any($1::text[])', [refused]);
  await sql('delete from emergency_inbox where id = any($1::bigint[]) and not parked', [rows.map((row) => row.id)]);
  return rows.length;
}

const recordOf = (row: InboxRow): LogRecord => ({
  stationId: stationId(row.station),
  eventId: row.event_id,
  topic: row.topic,
  key: row.key,
  headers: row.headers,
  value: row.value,
});

const ARRIVE = `
  with taken as (
    insert into station_generation as known (station, generation) values ($1, $2)
    on conflict (station) do update set generation = greatest(known.generation + 1, excluded.generation)
    returning generation, booted and coalesce(booted_site = $3, true) as booted, nullif(booted_site, $3) as left_site
  )
  select generation, booted, left_site, exists (select 1 from emergency_inbox where station = $1 and not parked) as waits from taken`;
const BOOTED =
  'update station_generation set booted = true, booted_site = $2 where station = $1 and (not booted or booted_site is distinct from $2)';

interface ArrivalRow {
  readonly generation: number;
  readonly waits: boolean;
  readonly booted: boolean;
  readonly left_site: string | null;
}

function arrivalsOn(tables: PgSchema): Arrivals {
  return {
    async arrive({ stationId: station, siteId = '' }, nowMs) {
      try {
        const [row] = await tables.query<ArrivalRow>(ARRIVE, [station, nowMs, siteId]);
        if (row === undefined) return undefined;
        const { generation, waits: recordsWait, booted, left_site: left } = row;
        return {
          generation,
          recordsWait,
          booted,
          ...(left === null || left === '' ? {} : { leftSiteId: toSiteId(left) }),
        };
      } catch {
        return undefined;
      }
    },
    async booted({ stationId: station, siteId = '' }) {
      // Where it is away the station is asked once more, by a gateway that does not know it.
      await tables.query(BOOTED, [station, siteId]).catch(() => undefined);
    },
  };
}
