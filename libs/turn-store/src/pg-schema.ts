import { fromPgError, isTurnStoreError } from './pg-errors.ts';
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
  let trouble: string | undefined;
  const note = (cause: unknown): void => {
    const error = fromPgError(cause);
    if (error.code === 'STORE_UNAVAILABLE') trouble = error.message;
  };
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
  const watch = async <R>(work: () => Promise<R>): Promise<R> => {
    try {
      await migrated();
      const answer = await work();
      trouble = undefined;
      return answer;
    } catch (cause) {
      // What a body throws for reasons of its own says nothing about PostgreSQL.
      if (isTurnStoreError(cause)) note(cause);
      throw cause;
    }
  };
  return {
    query: (text, params) => watch(() => sqlOn(pool)(text, params)),
    transaction: (body) => watch(() => inTransaction(pool, 'begin', body)),
    trouble: () => trouble,
    close: () => pool.end(),
  };
}
