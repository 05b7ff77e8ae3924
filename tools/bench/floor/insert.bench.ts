import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServers } from '@headroom/local';
import { type BenchRow, tellTable } from '@headroom/testing';
import pg from 'pg';
import { costOf } from './cost.ts';

// The least that a sample can cost in PostgreSQL: rows by unnest into a table with one index, every commit on the disk.

const BATCHES = [1, 50, 200];
const WARM_MS = 2_000;
const MEASURED_MS = 4_000;
const TABLE =
  'create table floor (station text, at_ms bigint, l1 int, l2 int, l3 int, w int, wh bigint, primary key (station, at_ms))';
const INSERT = `insert into floor
  select * from unnest($1::text[], $2::bigint[], $3::int[], $4::int[], $5::int[], $6::int[], $7::bigint[])`;

const directory = mkdtempSync(join(tmpdir(), 'headroom-floor-'));
const servers = await startServers({ want: ['postgres'], directory, mode: 'local', durable: true, log: () => {} });
const client = new pg.Client({ connectionString: servers.endpoints.postgres ?? '' });
await client.connect();
await client.query(TABLE);
let atMs = 0;
const rows: BenchRow[] = [];
for (const size of BATCHES) {
  const list = <T>(of: (n: number) => T): readonly T[] => Array.from({ length: size }, (_, n) => of(n));
  const once = async (): Promise<number> => {
    atMs += 1;
    const currents = list(() => 120);
    const columns = [
      list((n) => `STATION-${n}`),
      list(() => atMs),
      currents,
      currents,
      currents,
      list(() => 8_280),
      list(() => atMs),
    ];
    await client.query({ name: 'insert', text: INSERT, values: columns });
    return size;
  };
  const pid = servers.nodes.get('postgres')?.pid() ?? 0;
  rows.push(await costOf({ what: `batch of ${size}`, warmMs: WARM_MS, measuredMs: MEASURED_MS, once, pid }));
}
await client.end();
await servers.stop();
rmSync(directory, { recursive: true, force: true });
await tellTable({ title: 'Floor: bare pg, a row a message, one statement at a time', rows, notes: [] });
