import type { EpochMs } from '@headroom/kernel';
import type { PgTurnStore, Sql } from '@headroom/turn-store';
import { PARTITIONED_TABLES, type PartitionedTable } from './schema.ts';

const DAY_MS = 86_400_000;
/** Days made ahead: the job may be down over a long weekend. */
export const DAYS_AHEAD = 3;
/** Days behind: what was queued over midnight. */
const DAYS_BEHIND = 1;

/** Name and bounds (epoch ms, `to` excluded) of a day's partition. */
export function dayPartition(table: PartitionedTable, atMs: EpochMs) {
  const fromMs = Math.floor(atMs / DAY_MS) * DAY_MS;
  const day = new Date(fromMs).toISOString().slice(0, 10).replaceAll('-', '');
  return { name: `${table}_${day}`, fromMs, toMs: fromMs + DAY_MS };
}

/** Makes the partitions around `nowMs`; instances take turns under an advisory lock. */
export async function prepareDays(store: PgTurnStore, nowMs: EpochMs): Promise<void> {
  for (let day = -DAYS_BEHIND; day <= DAYS_AHEAD; day += 1) {
    await store.turn(async ({ sql }) => {
      await sql('select pg_advisory_xact_lock(hashtextextended($1, 0))', ['headroom:meter-ingestion:partitions']);
      for (const table of PARTITIONED_TABLES) await makeDay(sql, table, nowMs + day * DAY_MS);
    });
  }
}

/** What strayed into the default partition meanwhile moves over: PostgreSQL refuses the partition otherwise. */
async function makeDay(sql: Sql, table: PartitionedTable, atMs: EpochMs): Promise<void> {
  const { name, fromMs, toMs } = dayPartition(table, atMs);
  const rows = await sql<{ known: boolean }>('select to_regclass($1) is not null as known', [name]);
  if (rows[0]?.known === true) return;
  await sql(`create table ${name} (like ${table} including defaults)`);
  await sql(
    `with moved as (delete from ${table}_other where at_ms >= ${fromMs} and at_ms < ${toMs} returning *)
     insert into ${name} select * from moved`,
  );
  await sql(`alter table ${table} attach partition ${name} for values from (${fromMs}) to (${toMs})`);
}
