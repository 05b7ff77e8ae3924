import { type InputPosition, type OutboxRecord, type Turn, type TurnStore, TurnStoreError } from './port.ts';

/** A map that commits with its turn. Values must be treated as immutable: they are shared, not copied. */
export interface TurnTable<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  delete(key: string): void;
  /** In order of first insertion. */
  values(): readonly T[];
}

export interface MemoryTurn extends Turn {
  /** The table of that name; the same name always means the same rows. */
  table<T>(name: string): TurnTable<T>;
}

export interface MemoryTurnStore extends TurnStore<MemoryTurn> {
  /** Committed rows, for reads outside turns. */
  read<T>(name: string): Pick<TurnTable<T>, 'get' | 'values'>;
}

type Rows = Map<string, unknown>;

interface Committed {
  readonly tables: Map<string, Rows>;
  readonly outbox: { readonly sequence: number; readonly record: OutboxRecord }[];
  sequence: number;
}

interface Draft {
  readonly tables: Map<string, DraftRows>;
  readonly outbox: OutboxRecord[];
}

const INBOX = '#inbox';
const OFFSETS = '#input_offsets';

/** No two inputs share a key: the number ends at the first slash, and the name of a topic has none. */
const inputKey = (consumer: string, topic: string, partition: number): string => `${partition}/${topic}/${consumer}`;
/** Likewise: the length says where the consumer ends. */
const inboxKey = (consumer: string, eventId: string): string => `${consumer.length}/${consumer}${eventId}`;

/** Rows of a draft: what the turn has changed, before the committed ones, so that a turn that throws leaves nothing. */
class DraftRows {
  readonly #committed: Rows;
  /** Undefined: deleted. `anew`: deleted and then set, so it comes last. */
  readonly #changed = new Map<string, { readonly value: unknown; readonly anew: boolean } | undefined>();

  constructor(committed: Rows) {
    this.#committed = committed;
  }
  has(key: string): boolean {
    return this.#changed.has(key) ? this.#changed.get(key) !== undefined : this.#committed.has(key);
  }
  get(key: string): unknown {
    const changed = this.#changed.get(key);
    if (changed !== undefined) return changed.value;
    return this.#changed.has(key) ? undefined : this.#committed.get(key);
  }
  set(key: string, value: unknown): void {
    const before = this.#changed.get(key);
    const anew = before === undefined ? this.#changed.delete(key) : before.anew;
    this.#changed.set(key, { value, anew });
  }
  delete(key: string): void {
    this.#changed.set(key, undefined);
  }
  values(): readonly unknown[] {
    if (this.#changed.size === 0) return [...this.#committed.values()];
    const merged = new Map(this.#committed);
    this.commitTo(merged);
    return [...merged.values()];
  }
  commitTo(rows: Rows): void {
    for (const [key, row] of this.#changed) {
      if (row === undefined || row.anew) rows.delete(key);
      if (row !== undefined) rows.set(key, row.value);
    }
  }
}

function draftRows(committed: Committed, draft: Draft, name: string): DraftRows {
  const existing = draft.tables.get(name);
  if (existing !== undefined) return existing;
  const fresh = new DraftRows(committed.tables.get(name) ?? new Map());
  draft.tables.set(name, fresh);
  return fresh;
}

function tableOn<T>(rows: () => Pick<DraftRows, 'get' | 'set' | 'delete' | 'values'>): TurnTable<T> {
  return {
    get: (key) => rows().get(key) as T | undefined,
    set: (key, value) => rows().set(key, value),
    delete: (key) => rows().delete(key),
    values: () => rows().values() as T[],
  };
}

function turnOn(committed: Committed, draft: Draft): MemoryTurn {
  const rows = (name: string): DraftRows => draftRows(committed, draft, name);
  return {
    table: (name) => tableOn(() => rows(name)),
    firstSeen: async (consumer, eventId) => {
      const key = inboxKey(consumer, eventId);
      const seen = rows(INBOX).has(key);
      if (!seen) rows(INBOX).set(key, true);
      return !seen;
    },
    emit: async (record) => void draft.outbox.push(record),
    advance: async (consumer, input: InputPosition) => {
      const key = inputKey(consumer, input.topic, input.partition);
      const next = input.offset + 1n;
      const known = rows(OFFSETS).get(key) as bigint | undefined;
      const isNews = known === undefined || known < next;
      if (isNews) rows(OFFSETS).set(key, next);
      return isNews;
    },
  };
}

function commit(committed: Committed, draft: Draft): void {
  for (const [name, draftedRows] of draft.tables) {
    const rows = committed.tables.get(name) ?? new Map<string, unknown>();
    draftedRows.commitTo(rows);
    committed.tables.set(name, rows);
  }
  for (const record of draft.outbox) {
    committed.sequence += 1;
    committed.outbox.push({ sequence: committed.sequence, record });
  }
}

/** The twin of `createPgTurnStore`: turns run one after the other, so each sees what the earlier ones committed. */
export function createMemoryTurnStore(): MemoryTurnStore {
  const committed: Committed = { tables: new Map(), outbox: [], sequence: 0 };
  let closed = false;
  let last: Promise<unknown> = Promise.resolve();
  let relaying = false;

  const inLine = <R>(work: () => Promise<R>): Promise<R> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const ensureOpen = (): void => {
    if (closed) throw new TurnStoreError('STORE_UNAVAILABLE', 'the turn store is closed');
  };

  return {
    turn: (body) =>
      inLine(async () => {
        ensureOpen();
        const draft: Draft = { tables: new Map(), outbox: [] };
        const answer = await body(turnOn(committed, draft));
        commit(committed, draft);
        return answer;
      }),
    read: (name) => tableOn(() => new DraftRows(committed.tables.get(name) ?? new Map())),
    nextOffset: async (consumer, topic, partition) => {
      ensureOpen();
      return committed.tables.get(OFFSETS)?.get(inputKey(consumer, topic, partition)) as bigint | undefined;
    },
    relayOutbox: async (publish, max) => {
      ensureOpen();
      if (relaying) return 0;
      relaying = true;
      try {
        const batch = committed.outbox.slice(0, max);
        if (batch.length === 0) return 0;
        await publish(
          batch.map((row) => row.record),
          () => true,
        );
        committed.outbox.splice(0, batch.length);
        return batch.length;
      } finally {
        relaying = false;
      }
    },
    trouble: () => (closed ? 'the turn store is closed' : undefined),
    close: async () => {
      await last;
      closed = true;
    },
  };
}
