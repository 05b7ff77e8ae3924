import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const LOOK_MS = 100;
/** Rows that are not there by then are lost. */
const PATIENCE_MS = 120_000;

/** The rows of samples in PostgreSQL, counted by a client of the bench's own. */
export interface RecordedSamples {
  count(): Promise<number>;
  /** Waits until so many stand there. Resolves with how many do, and the ms since the call. */
  until(rows: number): Promise<{ readonly rows: number; readonly tookMs: number }>;
  close(): Promise<void>;
}

export async function recordedSamples(databaseUrl: string): Promise<RecordedSamples> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const count = async (): Promise<number> => {
    const { rows } = await client.query<{ n: number }>('select count(*)::int as n from meter_ingestion.evse_samples');
    return rows[0]?.n ?? 0;
  };
  return {
    count,
    async until(wanted) {
      const beganMs = performance.now();
      let rows = await count();
      while (rows < wanted && performance.now() - beganMs < PATIENCE_MS) {
        await sleep(LOOK_MS);
        rows = await count();
      }
      return { rows, tookMs: performance.now() - beganMs };
    },
    close: () => client.end(),
  };
}
