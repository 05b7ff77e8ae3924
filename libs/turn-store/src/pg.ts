import type { Pool } from 'pg';
import { isTurnStoreError } from './pg-errors.ts';
import { createHealth } from './pg-health.ts';
import { type Migration, migrateSchema, TURN_TABLES } from './pg-migrations.ts';
import { insertOutbox, relayStep } from './pg-outbox.ts';
import { IDLE_IN_TRANSACTION_MS, inTransaction, openPool, type PgPoolSettings, type Sql, sqlOn } from './pg-session.ts';
import type { InputPosition, PublishOutbox, Turn, TurnStore } from './port.ts';

export interface PgTurn extends Turn {
  /** One statement of this turn, in the service's own schema. Rejects with `TurnStoreError`; let it pass. */
  readonly sql: Sql;
}

export interface PgTurnStore extends TurnStore<PgTurn> {
  /**
   * Creates the schema and applies what is missing, once. Everything else waits for it, so calling it is only needed
   * to see its refusal at start. After a failure the next use tries again.
   */
  migrate(): Promise<void>;
  /** A read outside turns: one statement, its own snapshot. */
  readonly query: Sql;
  /** Forgets event ids seen more than `olderThanMs` ago (longer than the log retains). Returns how many. */
  pruneInbox(olderThanMs: number): Promise<number>;
}

export interface PgTurnStoreOptions extends PgPoolSettings {
  readonly url: string;
  /** The service's own schema: a plain lower-case name. */
  readonly schema: string;
  readonly migrations: readonly Migration[];
}

/** A turn runs at most so often before `STORE_CONTENDED`. */
export const MAX_TURN_ATTEMPTS = 6;
const RETRY_STEP_MS = 5;
/** Of the time after which PostgreSQL gives the outbox to another relay: what was sent before that is written before it. */
const RELAY_HOLD_SHARE = 0.75;

// Repeatable read: what a turn loaded is what it decides on; a concurrent write to it is a 40001, and the turn runs again.
const BEGIN_TURN = 'begin isolation level repeatable read';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function turnOn(sql: Sql): PgTurn {
  return {
    sql,
    firstSeen: async (consumer, eventId) => {
      const rows = await sql(
        'insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing returning 1',
        [consumer, eventId],
      );
      return rows.length === 1;
    },
    emit: (record) => insertOutbox(sql, record),
    advance: async (consumer, input: InputPosition) => {
      const rows = await sql(
        `insert into input_offsets as known (consumer, topic, partition, next_offset) values ($1, $2, $3, $4)
         on conflict (consumer, topic, partition) do update set next_offset = excluded.next_offset
         where known.next_offset < excluded.next_offset returning 1`,
        [consumer, input.topic, input.partition, input.offset + 1n],
      );
      return rows.length === 1;
    },
  };
}

async function withRetries<R>(run: () => Promise<R>): Promise<R> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (cause) {
      const contended = isTurnStoreError(cause) && cause.code === 'STORE_CONTENDED';
      if (!contended || attempt >= MAX_TURN_ATTEMPTS) throw cause;
      await pause(RETRY_STEP_MS * attempt);
    }
  }
}

/** Runs the migrations at first use; a failure is forgotten, so that the next use tries again. */
function createGate(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= run().catch((cause: unknown) => {
      running = undefined;
      throw cause;
    });
    return running;
  };
}

function readsOf(pool: Pool, ready: () => Promise<void>, watch: <R>(work: () => Promise<R>) => Promise<R>) {
  const query: Sql = async (text, params) => {
    await ready();
    return watch(() => sqlOn(pool)(text, params));
  };
  return {
    query,
    nextOffset: async (consumer: string, topic: string, partition: number): Promise<bigint | undefined> => {
      const rows = await query<{ next_offset: string }>(
        'select next_offset::text from input_offsets where consumer = $1 and topic = $2 and partition = $3',
        [consumer, topic, partition],
      );
      return rows[0] === undefined ? undefined : BigInt(rows[0].next_offset);
    },
    pruneInbox: async (olderThanMs: number): Promise<number> => {
      const rows = await query(`delete from inbox where seen_at < now() - $1 * interval '1 millisecond' returning 1`, [
        olderThanMs,
      ]);
      return rows.length;
    },
  };
}

/** Turns in PostgreSQL. Nothing is opened before the first use. */
export function createPgTurnStore(options: PgTurnStoreOptions): PgTurnStore {
  const health = createHealth();
  const pool = openPool(options, options, health.note);
  const migrations = [TURN_TABLES, ...options.migrations];
  const ready = createGate(() => health.watch(() => migrateSchema(pool, options.schema, migrations)));
  const reads = readsOf(pool, ready, health.watch);

  const holdMs = (options.idleInTransactionTimeoutMs ?? IDLE_IN_TRANSACTION_MS) * RELAY_HOLD_SHARE;
  const relayOutbox = async (publish: PublishOutbox, max: number) => {
    const waiting = await reads.query('select 1 from outbox limit 1');
    if (waiting.length === 0) return 0;
    return health.watch(() =>
      inTransaction(pool, 'begin', (sql) => relayStep(sql, { schema: options.schema, holdMs }, publish, max)),
    );
  };

  return {
    migrate: ready,
    turn: async (body) => {
      await ready();
      return health.watch(() => withRetries(() => inTransaction(pool, BEGIN_TURN, (sql) => body(turnOn(sql)))));
    },
    ...reads,
    relayOutbox,
    trouble: health.trouble,
    close: () => pool.end(),
  };
}
