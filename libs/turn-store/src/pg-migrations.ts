import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { inTransaction, type Sql } from './pg-session.ts';
import { TurnStoreError } from './port.ts';

/** One step of a schema. Once released it never changes: its checksum is remembered and compared. */
export interface Migration {
  /** Sorts in the order of application: `0001-sites`. */
  readonly id: string;
  /** Statements for the service's own schema, names unqualified. */
  readonly sql: string;
}

/** Inbox, outbox and offsets of every service, beside the state they belong to. */
export const TURN_TABLES: Migration = {
  id: '0000-turns',
  sql: `
    create table inbox (
      consumer text not null,
      event_id text not null,
      seen_at timestamptz not null default now(),
      primary key (consumer, event_id)
    );
    create index inbox_seen_at on inbox using brin (seen_at);
    create table outbox (
      id bigint generated always as identity primary key,
      topic text not null,
      key text not null,
      value bytea not null,
      headers jsonb not null
    );
    create table input_offsets (
      consumer text not null,
      topic text not null,
      partition integer not null,
      next_offset bigint not null,
      primary key (consumer, topic, partition)
    );`,
};

const checksum = (migration: Migration): string => createHash('sha256').update(migration.sql).digest('hex');

function checkOrder(migrations: readonly Migration[]): void {
  for (const [index, migration] of migrations.entries()) {
    const before = migrations[index - 1];
    if (before !== undefined && before.id >= migration.id) {
      throw new RangeError(`migration "${migration.id}" must sort after "${before.id}"`);
    }
  }
}

async function applyAll(sql: Sql, schema: string, migrations: readonly Migration[]): Promise<void> {
  // Instances of a service that start together take turns here; the lock ends with the transaction.
  await sql('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`headroom:migrations:${schema}`]);
  await sql(`create schema if not exists ${schema}`);
  await sql('create table if not exists schema_migrations (id text primary key, checksum text not null)');
  const known = await sql<{ id: string; checksum: string }>('select id, checksum from schema_migrations');
  const applied = new Map(known.map((row) => [row.id, row.checksum]));
  for (const migration of migrations) {
    const sum = applied.get(migration.id);
    if (sum === checksum(migration)) continue;
    if (sum !== undefined) {
      throw new TurnStoreError(
        'STORE_CONFLICT',
        `migration "${migration.id}" of schema "${schema}" was changed after it had been applied: ` +
          'restore its text and write a new migration instead',
      );
    }
    await sql(migration.sql);
    await sql('insert into schema_migrations (id, checksum) values ($1, $2)', [migration.id, checksum(migration)]);
  }
}

/** Brings a schema up to date in one transaction: all of it or nothing. Later ids that only a newer release knows are left alone. */
export async function migrateSchema(pool: Pool, schema: string, migrations: readonly Migration[]): Promise<void> {
  checkOrder(migrations);
  await inTransaction(pool, 'begin', (sql) => applyAll(sql, schema, migrations));
}
