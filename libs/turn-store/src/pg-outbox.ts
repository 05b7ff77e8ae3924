import type { Sql } from './pg-session.ts';
import type { OutboxRecord, PublishOutbox } from './port.ts';

interface OutboxRow {
  readonly id: number;
  readonly topic: string;
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

export async function insertOutbox(sql: Sql, record: OutboxRecord): Promise<void> {
  await sql('insert into outbox (topic, key, value, headers) values ($1, $2, $3, $4)', [
    record.topic,
    record.key,
    record.value,
    JSON.stringify(record.headers),
  ]);
}

const recordOf = (row: OutboxRow): OutboxRecord => ({
  topic: row.topic,
  key: row.key,
  value: row.value,
  headers: row.headers,
});

/**
 * One step of the relay, inside a transaction. The advisory lock ends with it, so a relay that dies hands over by itself. One
 * that sleeps hands over when PostgreSQL ends its idle transaction; it holds the records for less than that, `holdMs`.
 * Rows leave by id, never by a high-water mark: a turn that commits late may carry a lower id than one already published,
 * and two turns that could both have written a key were ordered by their own row locks.
 */
export async function relayStep(
  sql: Sql,
  { schema, holdMs }: { readonly schema: string; readonly holdMs: number },
  publish: PublishOutbox,
  max: number,
): Promise<number> {
  const begunMs = performance.now();
  const lock = await sql<{ mine: boolean }>('select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as mine', [
    `headroom:outbox:${schema}`,
  ]);
  if (lock[0]?.mine !== true) return 0;
  const rows = await sql<OutboxRow>('select id, topic, key, value, headers from outbox order by id limit $1', [max]);
  if (rows.length === 0) return 0;
  await publish(rows.map(recordOf), () => performance.now() - begunMs < holdMs);
  await sql('delete from outbox where id = any($1::bigint[])', [rows.map((row) => row.id)]);
  return rows.length;
}
