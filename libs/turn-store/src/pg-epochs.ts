import { inTransaction, openPool, type PgPoolSettings, type Sql } from './pg-session.ts';
import { migrateSchema } from './pg-migrations.ts';
import type { EpochSource } from './port.ts';

export interface PgEpochsOptions extends PgPoolSettings {
  readonly url: string;
  /** Shared by all services that own shards. Default `ownership`. */
  readonly schema?: string;
}

export interface PgEpochs extends EpochSource {
  close(): Promise<void>;
}

const SHARD_OWNER = {
  id: '0001-shard-owner',
  sql: `
    create table shard_owner (
      role text not null,
      shard integer not null,
      epoch bigint not null,
      owner text not null,
      primary key (role, shard)
    );`,
};

// Both statements touch rows in the order of their shard: a plain `where shard = any(...)` deadlocks (ownership.md section 4).
const ENSURE_ROWS = `
  insert into shard_owner (role, shard, epoch, owner)
  select $1, shard, 0, '' from unnest($2::int[]) as wanted(shard) order by shard
  on conflict do nothing`;
const TAKE = `
  with mine as (
    select shard from shard_owner where role = $1 and shard = any($2::int[]) order by shard for update
  )
  update shard_owner as known set epoch = known.epoch + 1, owner = $3
  from mine where known.role = $1 and known.shard = mine.shard
  returning known.shard, known.epoch::text`;

const CURRENT = 'select shard, epoch::text from shard_owner where role = $1 and epoch > 0';

async function take(sql: Sql, role: string, shards: readonly number[], owner: string): Promise<Map<number, bigint>> {
  await sql(ENSURE_ROWS, [role, shards]);
  const rows = await sql<{ shard: number; epoch: string }>(TAKE, [role, shards, owner]);
  return new Map(rows.map((row) => [row.shard, BigInt(row.epoch)]));
}

/** Epochs in PostgreSQL: the authority over who may decide, whatever a consumer group believes (O2). */
export function createPgEpochs(options: PgEpochsOptions): PgEpochs {
  const schema = options.schema ?? 'ownership';
  const settings = { maxConnections: 2, ...options };
  const pool = openPool({ url: options.url, schema }, settings, () => undefined);
  let ready: Promise<void> | undefined;
  const migrated = (): Promise<void> => {
    ready ??= migrateSchema(pool, schema, [SHARD_OWNER]).catch((cause: unknown) => {
      ready = undefined;
      throw cause;
    });
    return ready;
  };
  return {
    acquire: async (role, shards, owner) => {
      await migrated();
      const wanted = [...new Set(shards)];
      return inTransaction(pool, 'begin', (sql) => take(sql, role, wanted, owner));
    },
    current: async (role) => {
      await migrated();
      const { rows } = await pool.query<{ shard: number; epoch: string }>(CURRENT, [role]);
      return new Map(rows.map((row) => [row.shard, BigInt(row.epoch)]));
    },
    close: () => pool.end(),
  };
}
