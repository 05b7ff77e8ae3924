import { setTimeout as sleep } from 'node:timers/promises';
import { TOPICS } from '@headroom/contracts';
import pg from 'pg';

const LOOK_MS = 100;
/** Rows that are not there by then are lost. */
const PATIENCE_MS = 120_000;

const COUNT = 'select count(*)::int as n from meter_ingestion.evse_samples';
/** Records of stations that the samples stand for, and that the registry has not dealt with. */
const BEHIND = `select greatest(0, coalesce(sum(m.next_offset - coalesce(r.next_offset, 0)), 0))::int as n
  from meter_ingestion.input_offsets m left join registry.input_offsets r using (topic, partition)
  where m.topic = $1`;

/** The rows of samples in PostgreSQL, counted by a client of the bench's own. */
export interface RecordedSamples {
  count(): Promise<number>;
  /** Waits until so many stand there, and the registry has come as far. Resolves with the rows, and the ms since the call. */
  until(rows: number): Promise<{ readonly rows: number; readonly tookMs: number }>;
  close(): Promise<void>;
}

export async function recordedSamples(databaseUrl: string): Promise<RecordedSamples> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const ask = async (text: string, values: readonly string[] = []): Promise<number> => {
    const { rows } = await client.query<{ n: number }>(text, [...values]);
    return rows[0]?.n ?? 0;
  };
  const count = (): Promise<number> => ask(COUNT);
  return {
    count,
    async until(wanted) {
      const beganMs = performance.now();
      let rows = await count();
      const isBehind = async (): Promise<boolean> =>
        rows < wanted || (await ask(BEHIND, [TOPICS.stationFacts.name])) > 0;
      while ((await isBehind()) && performance.now() - beganMs < PATIENCE_MS) {
        await sleep(LOOK_MS);
        rows = await count();
      }
      return { rows, tookMs: performance.now() - beganMs };
    },
    close: () => client.end(),
  };
}
