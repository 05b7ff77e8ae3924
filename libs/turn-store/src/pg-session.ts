import { Pool, type PoolClient, types } from 'pg';
import { fromPgError } from './pg-errors.ts';
import { TurnStoreError } from './port.ts';

/** Bounds of one service's use of PostgreSQL. All in real milliseconds: they guard I/O. */
export interface PgPoolSettings {
  /** Connections at most. Too small: turns queue; too large: eight services exhaust the server's 100. Default 8. */
  readonly maxConnections?: number;
  /** Wait for a connection, from the pool or the server. Too large: an outage shows late. Default 3000. */
  readonly connectTimeoutMs?: number;
  /** One statement. Too small: a checkpoint looks like an outage. Default 5000. */
  readonly statementTimeoutMs?: number;
  /**
   * A transaction that stands idle: a relay whose log does not answer, or a process that hangs in a turn, with the row that
   * its successor on the shard waits for. Too small: a slow publish is cut off; too large: the shard stands still. Default 8000.
   */
  readonly idleInTransactionTimeoutMs?: number;
}

export type SqlParam = string | number | bigint | boolean | null | Uint8Array | readonly (string | number | bigint)[];

/** Rows of one statement, `int8` as a JavaScript number. */
export type Sql = <Row extends object>(text: string, params?: readonly SqlParam[]) => Promise<readonly Row[]>;

/** More than an append may take (5 s), less than the 10 s within which another instance must have taken over. */
export const IDLE_IN_TRANSACTION_MS = 8_000;

const INT8_OID = 20;

/** `int8` as a number: instants and energies stay below 2^53; anything above is a bug and says so. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new TurnStoreError('STORE_CONFLICT', `int8 ${text} does not fit a number: select it as text`);
}

const isPlainName = (name: string): boolean => /^[a-z][a-z0-9_]{0,40}$/.test(name);

/** A pool whose connections see one schema and nothing else. `noteTrouble` hears of connections that break. */
export function openPool(
  where: { readonly url: string; readonly schema: string },
  settings: PgPoolSettings,
  noteTrouble: (cause: unknown) => void,
): Pool {
  if (!isPlainName(where.schema)) throw new RangeError(`schema "${where.schema}" is not a plain lower-case name`);
  const pool = new Pool({
    connectionString: where.url,
    application_name: where.schema,
    options: `-c search_path=${where.schema}`,
    max: settings.maxConnections ?? 8,
    connectionTimeoutMillis: settings.connectTimeoutMs ?? 3_000,
    statement_timeout: settings.statementTimeoutMs ?? 5_000,
    // The client's own clock ends a statement to a server that is gone without a word.
    query_timeout: (settings.statementTimeoutMs ?? 5_000) + 1_000,
    idle_in_transaction_session_timeout: settings.idleInTransactionTimeoutMs ?? IDLE_IN_TRANSACTION_MS,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8_OID && format !== 'binary' ? parseInt8 : types.getTypeParser(oid, format),
    },
  });
  // Without these listeners a broken idle connection ends the process.
  pool.on('error', noteTrouble);
  pool.on('connect', (client) => void client.on('error', noteTrouble));
  return pool;
}

/** Statements on one connection, errors in the words of the port. */
export const sqlOn =
  (client: PoolClient | Pool): Sql =>
  async <Row extends object>(text: string, params: readonly SqlParam[] = []): Promise<readonly Row[]> => {
    try {
      const result = await client.query<Row>(text, [...params]);
      return result.rows;
    } catch (cause) {
      throw fromPgError(cause);
    }
  };

/** Runs `body` between `begin` and COMMIT on one connection; on any error nothing of it stays. */
export async function inTransaction<R>(pool: Pool, begin: string, body: (sql: Sql) => Promise<R>): Promise<R> {
  const client = await pool.connect().catch((cause: unknown) => {
    throw fromPgError(cause);
  });
  const sql = sqlOn(client);
  let reusable = false;
  try {
    await sql(begin);
    const value = await body(sql).catch(async (cause: unknown) => {
      reusable = await sql('rollback').then(
        () => true,
        () => false,
      );
      throw cause;
    });
    await commit(client);
    reusable = true;
    return value;
  } finally {
    client.release(!reusable);
  }
}

async function commit(client: PoolClient): Promise<void> {
  const result = await client.query('commit').catch((cause: unknown) => {
    throw fromPgError(cause);
  });
  // A body that swallowed a failed statement leaves an aborted transaction: PostgreSQL answers COMMIT with ROLLBACK.
  if (result.command !== 'COMMIT') throw new TurnStoreError('STORE_CONFLICT', 'a statement of the turn had failed');
}
