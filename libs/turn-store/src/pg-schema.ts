import { createHealth } from './pg-health.ts';
import { type Migration, migrateSchema } from './pg-migrations.ts';
import { inTransaction, openPool, type PgPoolSettings, type Sql, sqlOn } from './pg-session.ts';

/** The tables of a service that needs no turns: single statements, and transactions of its own making. */
export interface PgSchema {
  /** One statement, its own transaction. Rejects with `TurnStoreError`. */
  readonly query: Sql;
  /** All of it or nothing, read committed. What `body` throws comes out as it is. */
  transaction<R>(body: (sql: Sql) => Promise<R>): Promise<R>;
  /** Undefined: the last use was answered. Else why not, in words. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

export interface PgSchemaOptions extends PgPoolSettings {
  readonly url: string;
  /** The service's own schema: a plain lower-case name. */
  readonly schema: string;
  readonly migrations: readonly Migration[];
}

/** A schema in PostgreSQL. Nothing is opened before the first use, which also brings the schema up to date. */
export function createPgSchema(options: PgSchemaOptions): PgSchema {
  const { note, watch, trouble } = createHealth();
  const pool = openPool(options, options, note);
  let ready: Promise<void> | undefined;
  const migrated = (): Promise<void> => {
    // A failure is forgotten, so that the next use tries again.
    ready ??= migrateSchema(pool, options.schema, options.migrations).catch((cause: unknown) => {
      ready = undefined;
      throw cause;
    });
    return ready;
  };
  return {
    query: (text, params) => watch(() => migrated().then(() => sqlOn(pool)(text, params))),
    transaction: (body) => watch(() => migrated().then(() => inTransaction(pool, 'begin', body))),
    trouble,
    close: () => pool.end(),
  };
}
