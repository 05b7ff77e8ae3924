import { createPgSchema, type Sql } from '@headroom/turn-store';
import type { SourceMemory } from '../../domain/source-memory.ts';
import type { GridStore, SourceSave } from '../../ports.ts';
import { MIGRATIONS, SCHEMA } from './migrations.ts';

/** Of `SourceMemory` as it is written. A change of it that old rows do not have raises it; they count as none then. */
const SHAPE = 1;
/** Real milliseconds. A poll waits for these, nothing else. */
const CONNECT_TIMEOUT_MS = 2_000;
const STATEMENT_TIMEOUT_MS = 3_000;
const MAX_CONNECTIONS = 2;

export interface PgStoreOptions {
  readonly url: string;
  /** Default `grid_adapter`. */
  readonly schema?: string;
  /** A source whose row is of another shape: nothing of it is known. */
  readonly onUnreadable?: (source: string) => void;
}

const HOLD = `
  insert into lease as held (id, holder, term, until) values (1, $1, 1, now() + $2 * interval '1 millisecond')
  on conflict (id) do update set
    term = case when held.holder = excluded.holder then held.term else held.term + 1 end,
    holder = excluded.holder,
    until = excluded.until
  where held.holder = excluded.holder or held.until <= now()
  returning term`;
// A holder that comes back after its end, with nobody in between, goes on in its term: nothing has been done by others.
const RELEASE = 'update lease set until = now() where holder = $1';
// Holds up who would take over until the end of this transaction, and waits for one that does.
const STILL = 'select 1 from lease where id = 1 and term = $1 for share';
const SAVE_ALL = `
  insert into sources (name, shape, memory, last_heard_ms) values ($1, $2, $3::jsonb, $4)
  on conflict (name) do update set
    shape = excluded.shape, memory = excluded.memory, last_heard_ms = excluded.last_heard_ms`;
const SAVE_TIME = 'update sources set last_heard_ms = $2 where name = $1';
const NEXT_VERSIONS = `
  insert into timeline_versions as known (target, version) select target, 1 from unnest($1::text[]) as given (target)
  on conflict (target) do update set version = known.version + 1
  returning target, version`;

interface SourceRow {
  readonly name: string;
  readonly shape: number;
  readonly memory: Omit<SourceMemory, 'lastHeardMs'>;
  readonly last_heard_ms: number | null;
}

/** The adapter's own schema in PostgreSQL. */
export function createPgStore({ url, schema = SCHEMA, onUnreadable }: PgStoreOptions): GridStore {
  const tables = createPgSchema({
    ...{ url, schema, migrations: MIGRATIONS, maxConnections: MAX_CONNECTIONS },
    ...{ connectTimeoutMs: CONNECT_TIMEOUT_MS, statementTimeoutMs: STATEMENT_TIMEOUT_MS },
  });
  return {
    async hold(holder, forMs) {
      const rows = await tables.query<{ term: number }>(HOLD, [holder, forMs]);
      return rows[0]?.term;
    },
    async release(holder) {
      await tables.query(RELEASE, [holder]);
    },
    async load() {
      const rows = await tables.query<SourceRow>('select name, shape, memory, last_heard_ms from sources');
      const memories = new Map<string, SourceMemory>();
      for (const { name, shape, memory, last_heard_ms: lastHeardMs } of rows) {
        if (shape === SHAPE) memories.set(name, { ...memory, ...(lastHeardMs === null ? {} : { lastHeardMs }) });
        else onUnreadable?.(name);
      }
      return memories;
    },
    save: (term, { sources, targetKeys }) =>
      tables.transaction(async (sql) => {
        if ((await sql(STILL, [term])).length === 0) return undefined;
        for (const source of sources) await saveSource(sql, source);
        if (targetKeys.length === 0) return new Map();
        const rows = await sql<{ target: string; version: number }>(NEXT_VERSIONS, [targetKeys]);
        return new Map(rows.map(({ target, version }) => [target, version]));
      }),
    trouble: tables.trouble,
    close: tables.close,
  };
}

async function saveSource(sql: Sql, { name, memory, isChanged }: SourceSave): Promise<void> {
  const { lastHeardMs, ...rest } = memory;
  if (isChanged) await sql(SAVE_ALL, [name, SHAPE, JSON.stringify(rest), lastHeardMs ?? null]);
  else await sql(SAVE_TIME, [name, lastHeardMs ?? null]);
}
